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
/// Tells those who hold a message that its agreement was withdrawn (art. 7-3 and 19 RGPD), or that its person was found to be
/// one whose withdrawal or restriction counts for it too: by a line at the end of their inbox, in the transaction of the act.
/// What a text orders without the agreement stays with them.
/// </summary>
internal sealed class WithdrawalNotices(AuditLog log, RegistersInForce registers)
{
    private sealed record Held(
        Guid Id, Guid Subject, Guid Deposit, string Purpose, string? OnBehalfOf, Guid Recipient, string RecipientNature, string Territory, string RegisterVersion,
        MessageType Type, string SenderNature, Faits Faits, DateTimeOffset ReceivedAt, bool Reduced);

    private sealed record News(Guid Id, string Nature, string Reason, Held Held);

    /// <summary>Adds the notices to the withdrawal's batch.</summary>
    /// <param name="person">What the ledger says with the withdrawal, under each subject of the person.</param>
    /// <param name="purpose"><see langword="null"/> for every purpose.</param>
    /// <returns>One log entry a notice.</returns>
    public async Task<IReadOnlyList<PreparedEntry>> AddAsync(
        NpgsqlConnection connection, NpgsqlBatch batch, LockedPerson person, string? purpose, DateTimeOffset now, CancellationToken ct)
    {
        var news = new List<News>();
        foreach (var held in await ReadAsync(connection, [.. person.Standing.Keys], purpose, ct))
        {
            if (Withdrawn(held, person.Standing[held.Subject], now) is { } withdrawn)
                news.Add(withdrawn);
        }

        return await TellAsync(batch, news, now, ct);
    }

    /// <summary>Adds what a joining tells: the withdrawals, refusals and restrictions that these subjects were not under before it.</summary>
    /// <param name="changed">What the ledger said of each subject before the joining, and says from now on.</param>
    /// <returns>One log entry a notice.</returns>
    public async Task<IReadOnlyList<PreparedEntry>> AddJoinedAsync(
        NpgsqlConnection connection, NpgsqlBatch batch, IReadOnlyDictionary<Guid, (SubjectConsents Before, SubjectConsents After)> changed, DateTimeOffset now, CancellationToken ct)
    {
        var news = new List<News>();
        foreach (var held in await ReadAsync(connection, [.. changed.Keys], null, ct))
        {
            var (before, after) = changed[held.Subject];
            if (Withdrawn(held, after, now) is { } withdrawn && Permitted(held, after, now) != Permitted(held, before, now))
                news.Add(withdrawn);
            else if (after.Restricts(held.Purpose) && !before.Restricts(held.Purpose))
                news.Add(new News(Guid.CreateVersion7(now), DeliveryNature.Restriction, AnnulationMotifs.RestrictionExtended, held));
        }

        return await TellAsync(batch, news, now, ct);
    }

    /// <summary>What may be read of it under what the ledger says; an agreement may have named a part only from the beginning.</summary>
    private Categories Permitted(Held held, SubjectConsents consents, DateTimeOffset now)
    {
        var (state, named) = Agreements.Of(held.Faits).InForce(registers.Current.Purposes.InForce(held.Purpose, now), consents, held.ReceivedAt, now);
        return Decide(held, state, named, now) is DisclosureDecision.Permit permit ? permit.Categories : Categories.None;
    }

    private News? Withdrawn(Held held, SubjectConsents after, DateTimeOffset now) =>
        !held.Reduced && NatureOf(held, after, now) is { } nature ? new News(Guid.CreateVersion7(now), nature, AnnulationMotifs.AgreementWithdrawn, held) : null;

    private async Task<IReadOnlyList<PreparedEntry>> TellAsync(NpgsqlBatch batch, List<News> news, DateTimeOffset now, CancellationToken ct)
    {
        if (news.Count == 0)
            return [];
        batch.Add("select consent.tell_holders($1, $2, $3, $4, $5)",
            Columns.Of(news, n => n.Id), Columns.Of(news, n => n.Nature), Columns.Of(news, n => n.Held.Id), Columns.Of(news, n => n.Reason), Columns.Value(now));
        var entries = new List<PreparedEntry>(news.Count);
        foreach (var told in news)
            entries.Add(await log.PrepareAsync(Entry(told), now, ct));
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
            select delivery, subject, deposit, purpose, on_behalf_of, recipient, recipient_role, territory, register_version, message_type, sender_nature, facts, received_at, reduced
            from consent.holders($1, $2)
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
                reader.GetFieldValue<DateTimeOffset>(12), reader.GetBoolean(13)));
        }

        return held;
    }

    private static AuditEntry Entry(News news) => new()
    {
        Action = LogAction.CorrectionDelivered,
        Organisation = news.Held.Recipient,
        Subjects = [news.Held.Subject],
        Deposit = news.Held.Deposit,
        Delivery = news.Id,
        Purpose = news.Held.Purpose,
        RegisterVersion = news.Held.RegisterVersion,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["motif"] = news.Reason },
    };
}
