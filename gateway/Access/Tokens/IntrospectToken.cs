using System.Buffers.Text;
using System.Diagnostics;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>A client asks whether a token is in force (RFC 7662). Another organisation's token is never active to it, as if it did not exist.</summary>
internal sealed class IntrospectToken(ClientAuthentication clients, Databases databases, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/connect/introspect", static (HttpContext http, IntrospectToken introspect, CancellationToken ct) => introspect.HandleAsync(http, ct))
            .WithMetadata(new RequestSizeLimitAttribute(ClientAuthentication.FormLimit))
            .RequireAuthorization(Policies.Public)
            .Journalise(LogAction.None)
            .WithName("examinerJeton")
            .WithTags("Accès")
            .WithSummary("Savoir si un jeton est en vigueur (RFC 7662)")
            .TakesForm(("token", "Le jeton à examiner.", true))
            .Produces<IntrospectionAnswer>()
            .Produces<OAuthErrorBody>(400).Produces<OAuthErrorBody>(401).Produces<OAuthErrorBody>(429);

    private async Task<IResult> HandleAsync(HttpContext http, CancellationToken ct)
    {
        switch (await clients.ProveAsync(http, ct))
        {
            case ClientOutcome.Refused refused:
                return refused.Error;
            case ClientOutcome.Proven(var client, var form):
                if (form["token"].ToString() is not { Length: > 0 } token)
                    return OAuthError.InvalidRequest("token manque.");
                http.Response.Headers.CacheControl = "no-store";
                return Results.Json(await AnswerAsync(client, token, ct), OAuthJson.Default.IntrospectionAnswer);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<IntrospectionAnswer> AnswerAsync(ProvenClient asking, string token, CancellationToken ct)
    {
        if (!ReferenceToken.TryDigest(token, out var digest))
            return new(Active: false);
        await using var command = databases.Reader.CreateCommand("""
            select c.client_id, t.issued_at, t.expires_at, o.code, c.role, t.certificate_thumbprint, c.id
            from access.token t join access.client c on c.id = t.client join access.organisation o on o.id = c.organisation
            where t.digest = $1 and t.revoked_at is null and t.expires_at > $2 and c.disabled_at is null and o.disabled_at is null
              and (o.id = $3 or $4)
            """);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = digest });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = asking.Organisation });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = asking.Role is Roles.Exploitant });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
            return new(Active: false);
        return new(Active: true)
        {
            ClientId = row.GetString(0),
            TokenType = "Bearer",
            Iat = row.GetFieldValue<DateTimeOffset>(1).ToUnixTimeSeconds(),
            Exp = row.GetFieldValue<DateTimeOffset>(2).ToUnixTimeSeconds(),
            Organisation = row.GetString(3),
            Role = row.GetString(4),
            Cnf = await row.IsDBNullAsync(5, ct) ? null : new(Base64Url.EncodeToString(row.GetFieldValue<byte[]>(5))),
            Sub = row.GetGuid(6).ToString(),
        };
    }
}
