using System.Diagnostics;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>Why a message that the caller received stands in the file where it does.</summary>
/// <param name="Remise">The caller's delivery of it, by which it may be separated.</param>
/// <param name="Origine">automatique (the score put it there), separe (a person took it off another file), autre (it opened the file, mends another, or is older than these explanations: the log has it).</param>
/// <param name="Score">Sum of the weights, in bits; absent unless automatic.</param>
/// <param name="Menage">True when the household agreed, not one of its persons.</param>
/// <param name="Elements">What agreed and what did not, in French; never a value.</param>
/// <param name="RattacheLe">When; absent unless automatic or separated.</param>
internal sealed record AttachmentLine(
    Guid Remise, string Pseudonyme, string Dossier, string TypeMessage, string Finalite, DateTimeOffset RecueLe, string Origine, double? Score, bool? Menage, IReadOnlyList<string> Elements, DateTimeOffset? RattacheLe);

internal sealed record AttachmentList(IReadOnlyList<AttachmentLine> Rattachements);

/// <summary>What the score put into the file of a person, message by message as the caller received them. One list shown is one log entry.</summary>
internal sealed class ListerRattachements(Databases databases, PseudonymDomains pseudonyms, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    private sealed record Kept(bool Separated, double Score, bool Household, string Findings, DateTimeOffset At);

    /// <param name="remise">One message only; <see langword="null"/> for a whole file.</param>
    /// <param name="dossier">The caller's reference of a file: its person's messages, at most 200, in all their dwellings.</param>
    public async Task<DeliveryOutcome<AttachmentList>> RunAsync(Caller caller, Guid? remise, string? dossier, CancellationToken ct)
    {
        var file = dossier is null ? null : await pseudonyms.DossierAsync(caller.Organisation, dossier, ct);
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var asked = remise is { } id ? await DeliveryRecord.ReadManyAsync(connection, caller, [id], ct)
            : file is { } known ? await DeliveryRecord.ReadOfDossiersAsync(connection, caller, [known], ct) : [];
        var shown = Seen(caller, remise is null && asked.Count > 0 ? await DeliveryRecord.ReadOfSubjectsAsync(connection, caller, [.. asked.Select(d => d.Subject).Distinct()], ct) : asked);
        if (shown.Count == 0)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "rapprochement", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<AttachmentList>.Refused(Catalogue.Introuvable);
        }

        var kept = await ReadAsync(connection, [.. shown.Select(d => d.Deposit)], ct);
        var lines = new List<AttachmentLine>(shown.Count);
        foreach (var delivery in shown)
            lines.Add(await LineAsync(caller, delivery, kept.GetValueOrDefault(delivery.Deposit), ct));
        var entry = new AuditEntry
        {
            Action = LogAction.MatchesListed,
            Organisation = caller.Organisation,
            Agent = caller.Agent,
            Subjects = [.. shown.Select(d => d.Subject).Distinct()],
            RegisterVersion = registers.Current.Purposes.Version,
            Decision = "permis",
            TraceId = Activity.Current?.TraceId.ToString(),
        };
        await audit.CommitAsync(connection, transaction, entry, ct);
        return new DeliveryOutcome<AttachmentList>.Given(new AttachmentList(lines));
    }

    private List<DeliveryRecord> Seen(Caller caller, IReadOnlyList<DeliveryRecord> deliveries)
    {
        var now = clock.GetUtcNow();
        return [.. deliveries.Where(d => d.Nature is DeliveryNature.Message && caller.Territories.Contains(d.Territory, StringComparer.Ordinal)
            && d.Decide(registers, caller, CategoryNames.All, now) is DisclosureDecision.Permit)];
    }

    private async Task<AttachmentLine> LineAsync(Caller caller, DeliveryRecord delivery, Kept? kept, CancellationToken ct)
    {
        var automatic = kept is { Separated: false } ? kept : null;
        return new AttachmentLine(
            delivery.Id, await pseudonyms.OfSubjectAsync(caller.Organisation, delivery.Purpose, delivery.Subject, ct), await pseudonyms.OfDossierAsync(caller.Organisation, delivery.Dossier, ct),
            delivery.Type.ToString(), delivery.Purpose, delivery.CreatedAt, kept switch { null => "autre", { Separated: true } => "separe", _ => "automatique" },
            automatic is null ? null : Math.Round(automatic.Score, 1), automatic?.Household,
            [.. (automatic?.Findings ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Finding.InFrench)], kept?.At);
    }

    private static async Task<Dictionary<Guid, Kept>> ReadAsync(NpgsqlConnection connection, Guid[] deposits, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            "select deposit, separation is not null, score, household, findings, coalesce(separated_at, created_at) from vault.attachment where deposit = any($1)", connection)
        {
            Parameters = { Columns.Value(deposits) },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var kept = new Dictionary<Guid, Kept>();
        while (await reader.ReadAsync(ct))
            kept[reader.GetGuid(0)] = new Kept(reader.GetBoolean(1), reader.GetFloat(2), reader.GetBoolean(3), reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5));
        return kept;
    }
}

internal static class ListerRattachementsEndpoint
{
    public static void MapListerRattachements(this RouteGroupBuilder group) =>
        group.MapGet("/automatiques", HandleAsync)
            .WithName("listerRattachements")
            .WithSummary("Explique les rattachements automatiques d'un message reçu (remise) ou de la personne d'un dossier (dossier)")
            .Produces<AttachmentList>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.Introuvable)
            .RequireAuthorization(Policies.Rapprocher)
            .Journalise(LogAction.MatchesListed);

    private static async Task<IResult> HandleAsync(Guid? remise, string? dossier, HttpContext http, ListerRattachements lister, CancellationToken ct) =>
        remise is null == dossier is null
            ? new RefusalResult(Catalogue.DemandeInvalide, detail: "Donnez soit remise, soit dossier.")
            : (await lister.RunAsync(Caller.Of(http), remise, dossier, ct)).ToResult(TypedResults.Ok);
}
