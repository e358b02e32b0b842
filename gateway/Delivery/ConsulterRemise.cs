using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>What a recipient may read of a deposit without lifting the pseudonym.</summary>
/// <param name="Contenu">One section per permitted category of facts; who the person is comes by <c>/identite</c> only.</param>
/// <param name="CategoriesSousMotif">Identifying categories that <c>/identite</c> would give.</param>
/// <param name="Correction">What the sender has corrected; <see langword="null"/> when nothing.</param>
/// <param name="AffecteeA">Agent who has it in hand.</param>
/// <param name="Relance">rappel, escalade, non-remise when its acknowledgement is late; absent otherwise.</param>
/// <param name="Pieces">Attachments: name and whether this recipient may open it.</param>
internal sealed record DeliveryView(
    Guid Id, string Pseudonyme, string Dossier, string TypeMessage, string Finalite, string Regle, string Etat, DateTimeOffset RecueLe, DateTimeOffset? AccuseeLe,
    IReadOnlyList<string> Drapeaux, IReadOnlyList<string> Categories, IReadOnlyList<string> CategoriesSousMotif, IReadOnlyList<PieceLine> Pieces, JsonObject Contenu, bool MiseAJour,
    Guid? RemplaceRemise, CorrectionView? Correction, Guid? AffecteeA, string? Relance)
{
    /// <summary>Of a separation: the pseudonym and the file by which the recipient knew the message until then. Absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AncienPseudonyme { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AncienDossier { get; init; }
}

internal sealed record PieceLine(string Nom, long Taille, bool Communicable);

internal sealed class ConsulterRemise(
    Databases databases, SubjectKeys keys, PseudonymDomains pseudonyms, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    public async Task<DeliveryOutcome<DeliveryView>> RunAsync(Caller caller, Guid id, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var delivery = await DeliveryRecord.ReadAsync(connection, caller, id, ct);
        if (delivery?.Decide(registers, caller, CategoryNames.All, clock.GetUtcNow()) is not DisclosureDecision.Permit permit)
        {
            await transaction.RollbackAsync(ct);
            return await RefuseAsync(caller, delivery, ct);
        }

        // Withdrawn or replaced: the recipient learns that, and reads nothing of it any more.
        var facts = delivery.IsReadable ? permit.Categories & ~CategoryNames.Identifying : Categories.None;
        var sections = await SealedSections.ReadAsync(connection, PartTable.Exchange, delivery.Deposit, facts, ct);
        var earlier = await CorrectionView.EarlierAsync(connection, delivery, PartTable.Exchange, facts, ct);
        var notice = await Dossiers.Notices.ReadAsync(connection, delivery, permit.Categories, ct);
        var pieces = await PiecesAsync(connection, delivery, permit.Categories, ct);
        await audit.CommitAsync(
            connection, transaction, audit.Entry(caller, LogAction.DeliveryConsulted, delivery, ("categories", sections.Names)), ct);

        using var dataKey = keys.Unwrap(delivery.Subject, delivery.VaultKey, delivery.WrappedKey);
        var content = notice is { } told ? Dossiers.Notices.Open(dataKey, delivery.Id, told) : sections.Open(dataKey);
        return new DeliveryOutcome<DeliveryView>.Given(new DeliveryView(
            delivery.Id,
            await pseudonyms.OfSubjectAsync(caller.Organisation, delivery.Purpose, delivery.Subject, ct),
            await pseudonyms.OfDossierAsync(caller.Organisation, delivery.Dossier, ct),
            delivery.Type.ToString(), delivery.Purpose, delivery.Rule, delivery.State, delivery.CreatedAt, delivery.AcknowledgedAt, delivery.Flags,
            facts.ToNames(), delivery.IsReadable ? (permit.Categories & CategoryNames.Identifying).ToNames() : [], pieces, content, delivery.IsUpdate, delivery.Updates,
            CorrectionView.Of(delivery, earlier, content, dataKey), delivery.AssignedTo, Deadlines.DeadlineStep.Name(delivery))
        {
            AncienPseudonyme = delivery.FormerSubject is { } person ? await pseudonyms.OfSubjectAsync(caller.Organisation, delivery.Purpose, person, ct) : null,
            AncienDossier = delivery.FormerDossier is { } file ? await pseudonyms.OfDossierAsync(caller.Organisation, file, ct) : null,
        });
    }

    private async Task<DeliveryOutcome<DeliveryView>> RefuseAsync(Caller caller, DeliveryRecord? delivery, CancellationToken ct)
    {
        if (delivery is null)
        {
            await audit.RefusedAsync(caller, null, "remise", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<DeliveryView>.Refused(Catalogue.Introuvable);
        }

        var reason = DecisionCodes.Of(delivery.Decide(registers, caller, CategoryNames.All, clock.GetUtcNow()));
        await audit.RefusedAsync(caller, delivery, "remise", reason, ct);
        return new DeliveryOutcome<DeliveryView>.Refused(Catalogue.FinaliteNonEnregistree, reason);
    }

    private static async Task<List<PieceLine>> PiecesAsync(NpgsqlConnection connection, DeliveryRecord delivery, Categories permitted, CancellationToken ct)
    {
        if (!delivery.IsReadable)
            return [];
        await using var select = new NpgsqlCommand("select name, size, categories from exchange.piece where deposit = $1 order by name", connection)
        {
            Parameters = { new() { Value = delivery.Deposit } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var pieces = new List<PieceLine>();
        while (await reader.ReadAsync(ct))
            pieces.Add(new PieceLine(reader.GetString(0), reader.GetInt64(1), ((Categories)reader.GetInt32(2) & ~permitted) == Categories.None));
        return pieces;
    }
}

/// <summary>The stable code of a decision that is not a permit, for the log.</summary>
internal static class DecisionCodes
{
    public static string Of(DisclosureDecision decision) => decision switch
    {
        DisclosureDecision.Deny deny => deny.Reason.Code,
        DisclosureDecision.Hold hold => "enAttente:" + hold.Missing,
        _ => "permis",
    };
}

internal static class ConsulterRemiseEndpoint
{
    public static void MapConsulterRemise(this RouteGroupBuilder reception) =>
        reception.MapGet("/{id:guid}", HandleAsync)
            .WithName("consulterRemise")
            .WithSummary("La vue permise d'une remise")
            .Produces<DeliveryView>()
            .Refuses(Catalogue.FinaliteNonEnregistree, Catalogue.Introuvable)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.DeliveryConsulted);

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, ConsulterRemise consulter, CancellationToken ct) =>
        (await consulter.RunAsync(Caller.Of(http), id, ct)).ToResult(TypedResults.Ok);
}
