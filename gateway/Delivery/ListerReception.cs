using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json.Serialization;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Delivery;

/// <param name="State">One of <see cref="DeliveryState"/>; <see langword="null"/> for all.</param>
/// <param name="After">Place of the last delivery of the page before.</param>
/// <param name="Pull">Whether software reads, which goes on from its cursor: what is hidden from it now must come again.</param>
internal sealed record InboxQuery(string? State, DateTimeOffset? Since, long? After, int Limit, bool Pull = false)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;
}

/// <summary>One line of the inbox: pseudonyms only.</summary>
/// <param name="MiseAJour">True when it updates a file that is already there (next month's notice, or its end): not a new one.</param>
/// <param name="RemplaceRemise">The delivery that it takes the place of, when this recipient had it.</param>
/// <param name="Nature">remise, annulation, reduction, limitation, separation; renvoi, escalade, non-remise for who distributes or sent.</param>
/// <param name="Corrige">The line that this one is about: mended, withdrawn, sent back by another recipient, not acknowledged.</param>
/// <param name="AffecteeA">Agent who has it in hand.</param>
/// <param name="Relance">rappel, escalade, non-remise when its acknowledgement is late; absent otherwise.</param>
internal sealed record InboxLine(
    Guid Id, string Pseudonyme, string Dossier, string TypeMessage, string Finalite, string Regle, string Etat, DateTimeOffset RecueLe,
    DateTimeOffset? AccuseeLe, IReadOnlyList<string> Drapeaux, bool MiseAJour, Guid? RemplaceRemise, string Nature, Guid? Corrige,
    Guid? AffecteeA, string? Relance)
{
    /// <summary>Of a separation: the pseudonym and the file by which the recipient knew the message until then. Absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AncienPseudonyme { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AncienDossier { get; init; }
}

/// <param name="Suivant">Cursor of the next page; absent on the last.</param>
/// <param name="Reprise">Cursor to keep for the next call: what comes after this page, now or later. Absent when nothing was ever received, and for a state that lines take on later: those would be passed over behind the cursor.</param>
internal sealed record InboxPage(IReadOnlyList<InboxLine> Remises, string? Suivant, string? Reprise);

/// <summary>The deliveries of the caller's organisation, oldest first. One page shown is one log entry with its subjects.</summary>
internal sealed class ListerReception(Databases databases, PseudonymDomains pseudonyms, DeliveryAudit audit, PassedOver passedOver, RegistersInForce registers, TimeProvider clock)
{
    public async Task<InboxPage> RunAsync(Caller caller, InboxQuery query, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var page = await DeliveryRecord.ReadPageAsync(connection, caller, query with { Limit = query.Limit + 1 }, ct);
        var more = page.Count > query.Limit;
        var now = clock.GetUtcNow();
        // What the purpose no longer allows is not even listed: its existence is data.
        var shown = page.Take(query.Limit)
            .Where(d => d.Decide(registers, caller, Schemas.CategoryNames.All, now) is Consent.DisclosureDecision.Permit)
            .ToList();
        var lines = new List<InboxLine>(shown.Count);
        foreach (var d in shown)
        {
            lines.Add(new InboxLine(
                d.Id, await pseudonyms.OfSubjectAsync(caller.Organisation, d.Purpose, d.Subject, ct), await pseudonyms.OfDossierAsync(caller.Organisation, d.Dossier, ct),
                d.Type.ToString(), d.Purpose, d.Rule, d.State, d.CreatedAt, d.AcknowledgedAt, d.Flags, d.IsUpdate, d.Updates, d.Nature, d.Corrects,
                d.AssignedTo, Deadlines.DeadlineStep.Name(d))
            {
                AncienPseudonyme = d.FormerSubject is { } person ? await pseudonyms.OfSubjectAsync(caller.Organisation, d.Purpose, person, ct) : null,
                AncienDossier = d.FormerDossier is { } file ? await pseudonyms.OfDossierAsync(caller.Organisation, file, ct) : null,
            });
        }

        if (query.Pull)
            await passedOver.RememberAsync(connection, [.. page.Take(query.Limit).Except(shown).Select(d => d.Id)], ct);
        var entry = new AuditEntry
        {
            Action = LogAction.InboxListed,
            Organisation = caller.Organisation,
            Agent = caller.Agent,
            Subjects = [.. shown.Select(d => d.Subject).Distinct()],
            RegisterVersion = registers.Current.Purposes.Version,
            Decision = "permis",
            TraceId = Activity.Current?.TraceId.ToString(),
        };
        await audit.CommitAsync(connection, transaction, entry, ct);
        var last = page.Count == 0 ? query.After : page[Math.Min(page.Count, query.Limit) - 1].Position;
        return new InboxPage(lines, more ? Cursor(last!.Value) : null, last is { } place && query.State is null or DeliveryState.Delivered ? Cursor(place) : null);
    }

    private static string Cursor(long last)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, last);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a cursor of the inbox.</summary>
    public static bool TryReadPlace(string? text, out long? after)
    {
        after = null;
        if (string.IsNullOrEmpty(text))
            return true;
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        if (text.Length != 11 || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != sizeof(long))
            return false;
        after = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return after >= 0;
    }

    /// <summary>Reads a cursor that is an id, of the other lists.</summary>
    public static bool TryReadCursor(string? text, out Guid? after)
    {
        after = null;
        if (string.IsNullOrEmpty(text))
            return true;
        Span<byte> bytes = stackalloc byte[16];
        if (text.Length != 22 || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != 16)
            return false;
        after = new Guid(bytes);
        return true;
    }
}

internal static class ListerReceptionEndpoint
{
    public static void MapListerReception(this RouteGroupBuilder reception) =>
        reception.MapGet("", HandleAsync)
            .WithName("listerReception")
            .WithSummary("Liste les remises de votre organisation (pseudonymes seulement)")
            .Produces<InboxPage>()
            .Refuses(Catalogue.DemandeInvalide)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.InboxListed);

    private static async Task<IResult> HandleAsync(string? etat, DateTimeOffset? depuis, string? curseur, int? limite, HttpContext http, ListerReception lister, CancellationToken ct)
    {
        if (etat is not null && !DeliveryState.Exists(etat))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: $"Le paramètre etat vaut {string.Join(", ", DeliveryState.All)}.");
        if (!ListerReception.TryReadPlace(curseur, out var after))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre curseur ne vient pas d'une page précédente.");
        var limit = limite ?? InboxQuery.DefaultLimit;
        if (limit is < 1 or > InboxQuery.MaxLimit)
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre limite est compris entre 1 et 200.");
        return TypedResults.Ok(await lister.RunAsync(Caller.Of(http), new InboxQuery(etat, depuis, after, limit, Pull: true), ct));
    }
}
