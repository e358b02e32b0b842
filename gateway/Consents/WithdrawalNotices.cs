using System.Text.Json;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Consents;

/// <summary>
/// Tells those who hold a message that its agreement was withdrawn (art. 7-3 and 19 RGPD): by a line at the end of their
/// inbox, in the transaction of the withdrawal. What a text orders without the agreement stays with them.
/// </summary>
internal sealed class WithdrawalNotices(AuditLog log, RegistersInForce registers)
{
    private sealed record Held(
        Guid Id, Guid Subject, Guid Deposit, string Purpose, string? OnBehalfOf, Guid Recipient, string RecipientNature, string Territory, string RegisterVersion,
        MessageType Type, string SenderNature, Faits Faits, DateTimeOffset ReceivedAt);

    /// <summary>Adds the notices to the withdrawal's batch.</summary>
    /// <param name="person">What the ledger says with the withdrawal, under each subject of the person.</param>
    /// <param name="purpose"><see langword="null"/> for every purpose.</param>
    /// <returns>One log entry a notice.</returns>
    public async Task<IReadOnlyList<PreparedEntry>> AddAsync(
        NpgsqlConnection connection, NpgsqlBatch batch, LockedPerson person, string? purpose, DateTimeOffset now, CancellationToken ct)
    {
        var notices = new List<(Guid Id, string Nature, Held Held)>();
        foreach (var held in await ReadAsync(connection, [.. person.Standing.Keys], purpose, ct))
        {
            if (NatureOf(held, person.Standing[held.Subject], now) is { } nature)
                notices.Add((Guid.CreateVersion7(now), nature, held));
        }

        if (notices.Count == 0)
            return [];
        batch.Add(
            """
            insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, corrects, motif, state, created_at)
            select n.id, d.deposit, d.dossier, d.subject, d.territory, d.recipient, d.recipient_role, d.on_behalf_of, d.purpose, d.register_version, d.rule, 0, n.nature, d.id, $4, $5, $6
            from unnest($1, $2, $3) as n(id, nature, delivery) join delivery.delivery d on d.id = n.delivery
            on conflict (deposit, recipient, purpose, nature, again) do nothing
            """,
            Columns.Of(notices, n => n.Id), Columns.Of(notices, n => n.Nature), Columns.Of(notices, n => n.Held.Id),
            Columns.Value(AnnulationMotifs.AgreementWithdrawn), Columns.Value(DeliveryState.Delivered), Columns.Value(now));
        var ended = notices.FindAll(n => n.Nature is DeliveryNature.Cancellation);
        batch.Add("update delivery.delivery set state = $2, motif = $3 where id = any($1)",
            Columns.Of(ended, n => n.Held.Id), Columns.Value(DeliveryState.Cancelled), Columns.Value(AnnulationMotifs.AgreementWithdrawn));

        var entries = new List<PreparedEntry>(notices.Count);
        foreach (var (id, _, held) in notices)
            entries.Add(await log.PrepareAsync(Entry(id, held), now, ct));
        return entries;
    }

    /// <summary>What to tell a recipient: that nothing, or only a part, may still be read; <see langword="null"/> when the agreement changes nothing for it.</summary>
    private string? NatureOf(Held held, SubjectConsents after, DateTimeOffset now)
    {
        var purposes = registers.Current.Purposes;
        if (Decide(held, ConsentState.Granted, CategoryNames.All, now) is not DisclosureDecision.Permit agreed)
            return null;
        var (state, named) = Agreements.Of(held.Faits).InForce(purposes.InForce(held.Purpose, now), after, held.ReceivedAt, now);
        return Decide(held, state, named, now) switch
        {
            DisclosureDecision.Permit permit when permit.Categories == agreed.Categories => null,
            DisclosureDecision.Permit => DeliveryNature.Reduction,
            _ => DeliveryNature.Cancellation,
        };
    }

    private DisclosureDecision Decide(Held held, ConsentState agreement, Categories named, DateTimeOffset now) =>
        PurposeDecision.MayDisclose(
            registers.Current.Purposes,
            new DisclosureRequest(
                held.Purpose, held.SenderNature, held.Type, held.OnBehalfOf, held.RecipientNature, RecipientRole: null, held.Territory,
                CategoryNames.All, SubjectRestricted: false, agreement, now, registers.Mode, named));

    private static async Task<List<Held>> ReadAsync(NpgsqlConnection connection, Guid[] subjects, string? purpose, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select d.id, d.subject, d.deposit, d.purpose, d.on_behalf_of, d.recipient, d.recipient_role, d.territory, d.register_version, p.message_type, o.nature, p.facts, p.received_at
            from delivery.delivery d join exchange.deposit p on p.id = d.deposit join access.organisation o on o.id = p.sender
            where d.subject = any($1) and ($2::text is null or d.purpose = $2) and d.nature = 'remise' and d.state in ('remise', 'accusee')
              and not exists (select 1 from exchange.correction c where c.deposit = d.deposit)
              and not exists (select 1 from delivery.delivery n where n.corrects = d.id and n.nature = 'reduction')
            order by d.id
            """,
            connection)
        {
            Parameters = { new() { Value = subjects }, new() { Value = (object?)purpose ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var held = new List<Held>();
        while (await reader.ReadAsync(ct))
        {
            held.Add(new Held(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetGuid(5), reader.GetString(6),
                reader.GetString(7), reader.GetString(8), MessageType.Parse(reader.GetString(9)), reader.GetString(10),
                JsonSerializer.Deserialize(reader.GetString(11), SignalementJson.Default.Faits) ?? throw new InvalidDataException("A deposit has no facts."),
                reader.GetFieldValue<DateTimeOffset>(12)));
        }

        return held;
    }

    private static AuditEntry Entry(Guid notice, Held held) => new()
    {
        Action = LogAction.CorrectionDelivered,
        Organisation = held.Recipient,
        Subjects = [held.Subject],
        Deposit = held.Deposit,
        Delivery = notice,
        Purpose = held.Purpose,
        RegisterVersion = held.RegisterVersion,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["motif"] = AnnulationMotifs.AgreementWithdrawn },
    };
}
