using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>What a partner fills in: the CSV template of a message type, the description of its columns, and the XML Schema of acts.</summary>
internal static class Modeles
{
    public static void MapModeles(this RouteGroupBuilder v1)
    {
        var models = v1.MapGroup("/modeles/{partenaire}");
        Declare(models.MapGet("/{type}.csv", Csv), "modeleCsv", "Modèle CSV d'un type de message : l'en-tête et une ligne d'exemple").Produces<string>(StatusCodes.Status200OK, "text/csv");
        Declare(models.MapGet("/{type}.colonnes.json", Columns), "colonnesCsv", "Les colonnes du modèle CSV : format, description, exemple").Produces<ColumnFile>();
        Declare(v1.MapGet($"/modeles/{XmlMessages.Partner}/actes.xsd", Schema), "schemaXml", "Schéma XML des actes").Produces<string>(StatusCodes.Status200OK, "application/xml");
    }

    private static RouteHandlerBuilder Declare(RouteHandlerBuilder endpoint, string name, string summary) => endpoint
        .WithName(name)
        .WithTags("Dépôts")
        .WithSummary(summary)
        .Refuses(Catalogue.Introuvable)
        .RequireAuthorization(Policies.Partenaire)
        .Journalise(LogAction.None);

    private static IResult Csv(string partenaire, string type) => Find(partenaire, type) is { } columns
        ? TypedResults.File(ColumnFiles.Template(columns), "text/csv; charset=utf-8", $"modele-{partenaire}-{type}.csv")
        : new RefusalResult(Catalogue.Introuvable);

    private static IResult Columns(string partenaire, string type) => Find(partenaire, type) is { } columns
        ? TypedResults.Ok(columns)
        : new RefusalResult(Catalogue.Introuvable);

    private static ContentHttpResult Schema(XmlMessages xml) => TypedResults.Text(xml.Schema, "application/xml");

    private static ColumnFile? Find(string partner, string type) =>
        MessageType.TryParse($"{partner}/{type}", out var messageType) && PartnerMessages.TryGet(messageType, out var message) ? message.Columns : null;
}
