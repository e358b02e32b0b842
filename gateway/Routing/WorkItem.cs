using System.Text.Json;
using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>One deposit to route, claimed by the running transaction, with the facts that rules may look at.</summary>
/// <param name="Corrected">Kind of the correction that its sender made of it; it is then routed no more.</param>
/// <param name="Corrects">The deposit that it takes the place of.</param>
/// <param name="Consents">What the consent ledger says of the person: a withdrawal comes wholly before this transaction or wholly after.</param>
/// <param name="Only">The purpose that this pass is about; <see langword="null"/> for a whole routing.</param>
/// <param name="SentBack">The delivery that its recipient sent back, for which it is routed again.</param>
/// <param name="SentBackBy">Codes of the organisations that sent it back, or the message that it takes the place of.</param>
internal sealed record WorkItem(
    Guid Id, Guid Deposit, int Attempts, Guid Dossier, Guid Subject, string Territory, MessageType Type, Faits Faits,
    DateTimeOffset ReceivedAt, string SenderNature, bool Restricted, bool Sandbox, Guid? Replaces, string? Corrected, Guid? Corrects,
    SubjectConsents Consents, string? Only, Guid? SentBack, string[] SentBackBy)
{
    /// <summary>Organisation that deposited it.</summary>
    public required Guid Sender { get; init; }
    /// <summary>Codes of its quality flags.</summary>
    public required IReadOnlyList<string> Flags { get; init; }
    /// <summary>Whether an earlier pass left it waiting for a fact.</summary>
    public required bool Waited { get; init; }
    private const string Misrouted = "renvoi:";

    private const string Released = "accord:";
    private const string Drawn = "tirage:";

    /// <summary>The candidate whose draw this pass carries out; <see langword="null"/> for a routing by the rules.</summary>
    public Guid? Candidate { get; init; }

    /// <summary>Kind of the work that carries out a draw for one candidate.</summary>
    public static string DrawnKind(Guid candidate) => Drawn + candidate;

    /// <summary>Kind of the work that an agreement, or the end of a restriction, gives: what was kept back for this purpose alone.</summary>
    /// <param name="purpose"><see langword="null"/> for every purpose.</param>
    public static string ReleasedKind(string? purpose) => Released + (purpose ?? SubjectConsents.EveryPurpose);

    /// <summary>Kind of the work that a delivery sent back gives.</summary>
    public static string SentBackKind(Guid delivery) => Misrouted + delivery;

    /// <summary>Whether this pass may route for a purpose.</summary>
    public bool Covers(string purpose) => Only is null or SubjectConsents.EveryPurpose || string.Equals(Only, purpose, StringComparison.Ordinal);

    /// <summary>Whether the person's data may not be used for a purpose.</summary>
    public bool RestrictedFor(string purpose) => Restricted || Consents.Restricts(purpose);

    /// <summary>Claims due rows that no other router holds, oldest first.</summary>
    public static async Task<IReadOnlyList<WorkItem>> ClaimAsync(NpgsqlConnection connection, int most, DateTimeOffset now, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select w.id, w.deposit, w.attempts, d.dossier, d.subject, d.territory, d.message_type, d.facts, d.received_at, o.nature, s.restricted, d.sandbox, d.replaces, c.kind, r.deposit, s.standing, w.kind, d.sender, d.flags,
              case when w.kind <> 'router' or d.replaces is not null or r.deposit is not null then array(
                select b.code from delivery.delivery x join access.organisation b on b.id = x.recipient
                where x.deposit in (d.id, d.replaces, r.deposit) and x.nature = 'remise' and x.state = 'renvoyee') else '{}' end
            from routing.work w
              join exchange.deposit d on d.id = w.deposit
              join access.organisation o on o.id = d.sender
              join consent.subject_state s on s.subject = d.subject
              left join exchange.correction c on c.deposit = d.id
              left join exchange.correction r on r.replacement = d.id
            where w.due_at <= $1
            order by w.due_at, w.id
            limit $2
            for update of w skip locked
            for share of s
            """,
            connection)
        {
            Parameters = { new() { Value = now }, new() { Value = most } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var items = new List<WorkItem>();
        while (await reader.ReadAsync(ct))
        {
            var kind = reader.GetString(16);
            items.Add(new WorkItem(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetGuid(3), reader.GetGuid(4), reader.GetString(5), MessageType.Parse(reader.GetString(6)),
                JsonSerializer.Deserialize(reader.GetString(7), SignalementJson.Default.Faits) ?? throw new InvalidDataException("A deposit has no facts."),
                reader.GetFieldValue<DateTimeOffset>(8), reader.GetString(9), reader.GetBoolean(10), reader.GetBoolean(11),
                reader.IsDBNull(12) ? null : reader.GetGuid(12), reader.IsDBNull(13) ? null : reader.GetString(13), reader.IsDBNull(14) ? null : reader.GetGuid(14),
                SubjectConsents.Parse(reader.GetString(15)), kind.StartsWith(Released, StringComparison.Ordinal) ? kind[Released.Length..] : null,
                kind.StartsWith(Misrouted, StringComparison.Ordinal) ? Guid.Parse(kind.AsSpan(Misrouted.Length)) : null, reader.GetFieldValue<string[]>(19))
            {
                Sender = reader.GetGuid(17),
                Flags = reader.GetFieldValue<string[]>(18),
                Waited = kind is "repli" or "reponse",
                Candidate = kind.StartsWith(Drawn, StringComparison.Ordinal) ? Guid.Parse(kind.AsSpan(Drawn.Length)) : null,
            });
        }

        return items;
    }
}
