using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>One pair, as <c>vault.match_pair</c> keeps it, with the deliveries by which the caller knows its two sides.</summary>
internal sealed record MatchPair(Guid Id, string Territory, Guid Deposit, Guid Subject, Guid Other, double Score, string Findings, string State, DateTimeOffset CreatedAt)
{
    public const string ToConfirm = "aConfirmer";
    public const string Same = "meme";
    public const string Different = "different";

    public IReadOnlyList<DeliveryRecord> OfSubject { get; init; } = [];
    public IReadOnlyList<DeliveryRecord> OfOther { get; init; } = [];
}

/// <summary>
/// Reads pairs as a secretariat may see them: those of its territories whose two sides both reached it, under purposes that
/// still allow it. A pair that it may not see does not exist for it.
/// </summary>
internal sealed class MatchPairs(RegistersInForce registers, TimeProvider clock)
{
    private const string Select = "select id, territory, deposit, subject, other, score, findings, state, created_at from vault.match_pair where territory = any($1)";

    /// <summary>A page of pairs in a state, oldest first.</summary>
    /// <returns>The pairs that the caller may see, and the last id read when there may be more.</returns>
    public async Task<(IReadOnlyList<MatchPair> Pairs, Guid? Last)> ReadPageAsync(NpgsqlConnection connection, Caller caller, string state, Guid? after, int limit, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(Select + " and state = $2 and id > $3 order by id limit $4", connection)
        {
            Parameters = { new() { Value = caller.Territories.ToArray() }, new() { Value = state }, new() { Value = after ?? Guid.Empty }, new() { Value = limit } },
        };
        var read = await ReadAsync(select, ct);
        return (await SeenAsync(connection, caller, read, ct), read.Count == limit ? read[^1].Id : null);
    }

    /// <summary>One pair, held until the transaction ends.</summary>
    public async Task<MatchPair?> ReadAsync(NpgsqlConnection connection, Caller caller, Guid id, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(Select + " and id = $2 for update", connection)
        {
            Parameters = { new() { Value = caller.Territories.ToArray() }, new() { Value = id } },
        };
        return (await SeenAsync(connection, caller, await ReadAsync(select, ct), ct)).SingleOrDefault();
    }

    private async Task<IReadOnlyList<MatchPair>> SeenAsync(NpgsqlConnection connection, Caller caller, List<MatchPair> pairs, CancellationToken ct)
    {
        if (pairs.Count == 0)
            return [];
        var now = clock.GetUtcNow();
        var deliveries = (await DeliveryRecord.ReadOfSubjectsAsync(connection, caller, [.. pairs.SelectMany(p => new[] { p.Subject, p.Other }).Distinct()], ct))
            .Where(d => d.Decide(registers, caller, CategoryNames.All, now) is DisclosureDecision.Permit)
            .ToLookup(d => d.Subject);
        return [.. pairs
            .Select(p => p with { OfSubject = [.. deliveries[p.Subject]], OfOther = [.. deliveries[p.Other]] })
            .Where(p => p.OfSubject.Count > 0 && p.OfOther.Count > 0)];
    }

    private static async Task<List<MatchPair>> ReadAsync(NpgsqlCommand select, CancellationToken ct)
    {
        await using var reader = await select.ExecuteReaderAsync(ct);
        var pairs = new List<MatchPair>();
        while (await reader.ReadAsync(ct))
        {
            pairs.Add(new MatchPair(
                reader.GetGuid(0), reader.GetString(1), reader.GetGuid(2), reader.GetGuid(3), reader.GetGuid(4), reader.GetFloat(5), reader.GetString(6),
                reader.GetString(7), reader.GetFieldValue<DateTimeOffset>(8)));
        }

        return pairs;
    }
}
