using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>A partner hands over one message and gets a signed receipt, or the refusal that tells it what to mend.</summary>
internal static class DeposerMessage
{
    /// <summary>Largest message, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    public static void MapDeposerMessage(this RouteGroupBuilder v1) =>
        v1.MapPost("/{partenaire}/{type}", HandleAsync)
            .WithName("deposerMessage")
            .WithTags("Dépôts")
            .WithSummary("Dépose un message")
            .TakesBody("application/json", "application/xml")
            .Produces<Receipt>(StatusCodes.Status202Accepted)
            .Refuses(
                Catalogue.JsonInvalide, Catalogue.EmpreinteDifferente, Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.FinaliteNonEnregistree,
                Catalogue.EnCours, Catalogue.TropVolumineux, Catalogue.TypeDeContenu, Catalogue.SchemaInvalide, Catalogue.NirInterdit, Catalogue.DonneeBancaireInterdite, Catalogue.TerritoireNonServi, Catalogue.CleReutilisee)
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.DepositReceived);

    private static async Task<IResult> HandleAsync(
        string partenaire, string type, HttpContext http, SchemaCatalogue schemas, MessageReception reception, RefusalLog refusals, CancellationToken ct) =>
        MessageType.TryParse($"{partenaire}/{type}", out var messageType) && schemas.Knows(messageType)
            ? await reception.AnswerAsync(http, messageType, Details(messageType.ToString()), corrects: null, ct)
            : await refusals.RefuseAsync(Caller.Of(http), LogAction.DepositRefused, new(Catalogue.Introuvable), Details("inconnu"), ct);

    /// <param name="type">Never what an unknown caller wrote in the path: that could be anything.</param>
    private static Dictionary<string, string> Details(string type) => new(StringComparer.Ordinal) { ["type"] = type };
}
