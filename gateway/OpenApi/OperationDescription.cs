using System.Globalization;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Sandbox;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ExchangeGateway.Gateway.OpenApi;

/// <summary>What every operation has in common: security, the refusals that any call may get, headers, examples by type.</summary>
internal static class OperationDescription
{
    private const string Problem = "application/problem+json";

    /// <summary>What any caller who must be known may be answered.</summary>
    private static readonly Refusal[] Common = [Catalogue.NonAuthentifie, Catalogue.HorsHabilitation, Catalogue.TropDAppels, Catalogue.ErreurInterne, Catalogue.Indisponible];

    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["200"] = "La réponse.",
        ["202"] = "Le dépôt est accepté et durable : son récépissé.",
        ["204"] = "C'est fait.",
    };

    public static void Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var policy = metadata.OfType<IAuthorizeData>().Select(data => data.Policy).OfType<string>().LastOrDefault();
        var known = policy is not null and not Policies.Public;
        operation.OperationId = Camel(operation.OperationId ?? context.Description.HttpMethod + " " + context.Description.RelativePath);
        operation.Responses ??= [];
        foreach (var response in operation.Responses)
            Describe(response.Key, (OpenApiResponse)response.Value, context, known);
        AddRequestExample(operation, context);

        foreach (var byStatus in (known ? Common : []).Concat(metadata.OfType<RefusesMetadata>().SelectMany(m => m.Refusals)).Distinct().GroupBy(r => r.Status))
            operation.Responses[byStatus.Key.ToString(CultureInfo.InvariantCulture)] = ProblemResponse([.. byStatus], context.Document!);
        if (!known)
            return;
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(InterfaceDocument.OAuth, context.Document)] = [] }];
        operation.Parameters ??= [];
        operation.Parameters.Add(Header("traceparent", "Trace de l'appelant (W3C Trace Context) : elle est reprise dans le journal.", JsonSchemaType.String));
        if (policy is not Policies.Deposer)
            return;
        operation.Parameters.Add(Header(FaultHooks.Header, "Bac à sable seulement : " + string.Join(" ; ", FaultHooks.Documented.Select(fault => $"`{fault.Key}` {fault.Value}")) + ". Ignoré ailleurs.", JsonSchemaType.String));
        if (context.Description.HttpMethod is "PUT")
            operation.Parameters.Add(Digest());
    }

    public static OpenApiParameter Digest() =>
        Header("Content-Digest", "Empreinte du corps (RFC 9530), `sha-256=:…:` ou `sha-512=:…:` ; une empreinte fausse est refusée.", JsonSchemaType.String);

    public static OpenApiParameter Header(string name, string description, JsonSchemaType type) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = type },
    };

    private static void Describe(string status, OpenApiResponse response, OpenApiOperationTransformerContext context, bool known)
    {
        response.Description = Meanings.GetValueOrDefault(status, response.Description ?? status);
        if (known)
        {
            response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            response.Headers["RateLimit-Limit"] = Number("Appels permis par seconde.");
            response.Headers["RateLimit-Remaining"] = Number("Appels encore permis à cet instant.");
            response.Headers["RateLimit-Reset"] = Number("Secondes jusqu'au prochain remplissage.");
            if (status is "202")
                response.Headers["Location"] = new OpenApiHeader { Description = "Adresse du dépôt.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }

        var type = context.Description.SupportedResponseTypes.FirstOrDefault(r => r.StatusCode.ToString(CultureInfo.InvariantCulture) == status)?.Type;
        if (type is null || !AnswerExamples.ByType.TryGetValue(type, out var example))
            return;
        foreach (var media in response.Content?.Values ?? [])
            media.Example = example.DeepClone();
    }

    private static void AddRequestExample(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var body = context.Description.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source == BindingSource.Body)?.Type;
        if (body is null || operation.RequestBody?.Content is not { } content || !AnswerExamples.ByType.TryGetValue(body, out var example))
            return;
        foreach (var media in content.Values)
            media.Example = example.DeepClone();
    }

    private static OpenApiResponse ProblemResponse(IReadOnlyList<Refusal> refusals, OpenApiDocument document)
    {
        var headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
        {
            ["ExchangeGateway-Erreur"] = new OpenApiHeader { Description = "À qui revient la correction : partenaire ou passerelle.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
        };
        if (refusals.Any(r => r.Status is 429 or 503))
            headers["Retry-After"] = Number("Secondes à attendre avant de renvoyer la même demande.");
        if (refusals.Any(r => r.Status is 401))
            headers["WWW-Authenticate"] = new OpenApiHeader { Description = "Bearer.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        return new OpenApiResponse
        {
            Description = string.Join(" ; ", refusals.Select(r => r.Title)),
            Headers = headers,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [Problem] = new()
                {
                    Schema = new OpenApiSchemaReference(ProblemSchema.Name, document),
                    Examples = refusals.ToDictionary(
                        r => r.Code, IOpenApiExample (r) => new OpenApiExample { Summary = r.Title, Value = AnswerExamples.Of(r) }, StringComparer.Ordinal),
                },
            },
        };
    }

    private static OpenApiHeader Number(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } };

    /// <summary>One style of ids, whatever an endpoint is named: <c>depot-preuve</c> is <c>depotPreuve</c>.</summary>
    public static string Camel(string name)
    {
        var words = name.Split(['-', ' ', '/', '{', '}', ':', '.', '*', '_'], StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Select((word, i) => (i == 0 ? char.ToLowerInvariant(word[0]) : char.ToUpperInvariant(word[0])) + word[1..]));
    }
}
