using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Dossiers.Sessions;

internal sealed record SessionLine(Guid Id, DateOnly TenueLe, string? Heure, string Lieu, string Territoire);

/// <param name="Secret">The reminder of professional secrecy of the attendance sheet (art. 226-13 CP).</param>
internal sealed record SessionView(SessionLine Seance, IReadOnlyList<SessionMember> Membres, IReadOnlyList<SessionItem> OrdreDuJour, string Secret);

/// <param name="Dossier">The secretariat's reference; <see langword="null"/> when its purposes no longer allow it to be read.</param>
/// <param name="ReexamenLe">Day from which the file comes back by itself.</param>
internal sealed record SessionItem(
    Guid Id, Guid Seance, string? Dossier, int Rang, string Nature, string? Motif, IReadOnlyList<Advice> Avis, AidDecision? Aide, DateOnly? ReexamenLe, string? Issue, DateOnly? IssueLe);

/// <summary>What the secretariat reads of its sessions. Each file is decided again; one page shown is one entry with its subjects.</summary>
internal sealed class ConsulterSeance(
    Databases databases, SubjectKeys keys, PseudonymDomains pseudonyms, DeliveryAudit audit, RegistersInForce registers, RegisterOptions options, TimeProvider clock)
{
    /// <summary>The sessions of the caller, the latest first; no file is named.</summary>
    public async Task<IReadOnlyList<SessionLine>> ListAsync(Caller caller, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        return [.. (await SessionRows.AllAsync(connection, caller, ct)).Select(Line)];
    }

    public async Task<DeliveryOutcome<SessionView>> RunAsync(Caller caller, Guid id, CancellationToken ct)
    {
        if (PreparerSeance.Forbidden(caller) is { } forbidden)
            return new DeliveryOutcome<SessionView>.Refused(forbidden);
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await SessionRows.OneAsync(connection, caller, id, ct) is not { } session)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "seance", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<SessionView>.Refused(Catalogue.Introuvable);
        }

        var items = await OpenAsync(connection, transaction, caller, await SessionRows.ItemsAsync(connection, caller, id, ct), id.ToString(), ct);
        return new DeliveryOutcome<SessionView>.Given(new(Line(session), session.Members, items, CcapexSettings.Load(options).Secret));
    }

    /// <summary>The files whose review at twelve months is due: they appear by themselves, until their outcome is recorded.</summary>
    public async Task<DeliveryOutcome<IReadOnlyList<SessionItem>>> ToReviewAsync(Caller caller, CancellationToken ct)
    {
        if (PreparerSeance.Forbidden(caller) is { } forbidden)
            return new DeliveryOutcome<IReadOnlyList<SessionItem>>.Refused(forbidden);
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var due = await SessionRows.DueAsync(connection, caller, Pages.French.Day(clock.GetUtcNow()), ct);
        return new DeliveryOutcome<IReadOnlyList<SessionItem>>.Given(await OpenAsync(connection, transaction, caller, due, "reexamen", ct));
    }

    /// <summary>What was advised of a file before, for its sheet; the reading of the file has its own entry.</summary>
    public async Task<IReadOnlyList<SessionItem>> BeforeAsync(Caller caller, Guid dossier, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        return await OpenAsync(connection, transaction, caller, await SessionRows.OfDossierAsync(connection, caller, dossier, ct), "fiche", ct);
    }

    private async Task<IReadOnlyList<SessionItem>> OpenAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Caller caller, List<ItemRow> rows, string what, CancellationToken ct)
    {
        var reading = await DossierReading.ReadAsync(connection, caller, [.. rows.Select(r => r.Dossier).Distinct()], registers, clock.GetUtcNow(), @sealed: false, ct);
        var readable = reading.Permitted.Select(e => e.Delivery.Dossier).ToHashSet();
        var shown = rows.FindAll(r => readable.Contains(r.Dossier));
        await audit.CommitAsync(connection, transaction,
            PreparerSeance.Entry(caller, registers, LogAction.SessionConsulted, [.. shown.Select(r => r.Subject).Distinct()], ("seance", what)), ct);

        var items = new List<SessionItem>(rows.Count);
        foreach (var row in rows)
        {
            if (!readable.Contains(row.Dossier))
            {
                items.Add(new(row.Id, row.Session, null, row.Rank, row.Kind, null, [], null, row.ReviewOn, null, null));
                continue;
            }

            using var key = keys.Unwrap(row.Subject, row.VaultKey, row.WrappedKey);
            var content = ItemContent.Open(key, row);
            items.Add(new(row.Id, row.Session, await pseudonyms.OfDossierAsync(caller.Organisation, row.Dossier, ct), row.Rank, row.Kind, content.Motif, content.Avis, content.Aide,
                row.ReviewOn, content.Issue, content.IssueLe));
        }

        return items;
    }

    private static SessionLine Line(SessionRow s) => new(s.Id, s.HeldOn, s.HeldAt, s.Place, s.Territory);
}
