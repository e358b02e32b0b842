using System.Text;
using System.Text.Json.Serialization;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Registers;

/// <summary>The DPO's register of art. 30 RGPD as JSON or CSV; the page <c>/registre</c> shows the same to people.</summary>
internal static class ConsulterRegistre
{
    public const string Csv = "text/csv";

    public static void MapConsulterRegistre(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/registre", Answer)
            .WithName("consulterRegistre")
            .WithTags("Registre")
            .WithSummary("Registre des activités de traitement (art. 30 du RGPD), en JSON ou en CSV")
            .WithDescription("Le format suit « format » (json, csv), sinon l'en-tête Accept (application/json, text/csv). Établi à partir des fichiers que la passerelle applique.")
            .Produces<Article30>(StatusCodes.Status200OK, "application/json", Csv)
            .Refuses(Catalogue.DemandeInvalide)
            .RequireAuthorization(Policies.Journal)
            // The register tells how data are treated, and holds no data of anybody.
            .Journalise(LogAction.None);

    private static IResult Answer(HttpContext http, RegistersInForce registers, TimeProvider clock, [FromQuery] string? format)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Vary = "Accept";
        var register = Article30.Of(registers.Current.Purposes, clock.GetUtcNow());
        return (format ?? Preferred(http.Request)) switch
        {
            "csv" => Results.Bytes(Encoding.UTF8.GetBytes(Article30Words.Csv(register)), Csv + "; charset=utf-8", FileName(register)),
            "json" => Results.Json(register, RegisterJson.Default.Article30),
            _ => new RefusalResult(Catalogue.DemandeInvalide, [new FieldError("/format", "horsListe", "Le format est json ou csv ; la page /registre le montre aux personnes.")]),
        };
    }

    public static string FileName(Article30 register) => $"registre-art-30-{register.EtabliLe:yyyy-MM-dd}.csv";

    private static string Preferred(HttpRequest request) =>
        request.GetTypedHeaders().Accept is { Count: > 0 } accepted
            && accepted.OrderByDescending(a => a.Quality ?? 1).FirstOrDefault(a => a.MediaType.Value is Csv or "application/json")?.MediaType.Value is Csv
            ? "csv"
            : "json";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Article30))]
internal sealed partial class RegisterJson : JsonSerializerContext;
