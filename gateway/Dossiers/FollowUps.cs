using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Schemas.Law;
using Npgsql;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>A follow-up that the reader's own organisation sent.</summary>
/// <param name="Due">Until when it should be in touch again; <see langword="null"/> once it has ended the follow-up.</param>
internal sealed record FollowUp(Guid Dossier, DateTimeOffset SentAt, DateOnly? Due);

/// <summary>A team's own watch: it sees its household again within the days that follow its last exchange, or the orientation when there was none.</summary>
internal static class FollowUps
{
    public const string Type = "instances/suivis";

    public static async Task<ILookup<Guid, FollowUp>> ReadAsync(NpgsqlConnection connection, Caller caller, Guid[] dossiers, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select p.dossier, p.received_at, (select e.due from exchange.deadline e where e.deposit = p.id and e.rule = $4)
            from exchange.deposit p
            where p.dossier = any($1) and p.sender = $2 and p.message_type = $3 and not p.sandbox
              and not exists (select 1 from exchange.correction c where c.deposit = p.id)
            order by p.id
            """,
            connection)
        {
            Parameters = { new() { Value = dossiers }, new() { Value = caller.Organisation }, new() { Value = Type }, new() { Value = LawRules.MobileTeamContact } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var found = new List<FollowUp>();
        while (await reader.ReadAsync(ct))
            found.Add(new(reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateOnly>(2)));
        return found.ToLookup(f => f.Dossier);
    }

    /// <summary>When the team must have been in touch; <see langword="null"/> for who is no team, or has ended its follow-up.</summary>
    /// <param name="orientedOn">Day of the first delivery that asked it to help.</param>
    public static Deadline? Next(FrenchLaw law, Caller caller, DateOnly? orientedOn, IEnumerable<FollowUp> sent, string region)
    {
        if (caller.Nature != "equipe-mobile" || orientedOn is not { } oriented || law.NextContact(oriented, region) is not { } first)
            return null;
        return sent.LastOrDefault() switch
        {
            null => first,
            { Due: { } due } => first with { Date = due, Effective = due },
            _ => null,
        };
    }
}
