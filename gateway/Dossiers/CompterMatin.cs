using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Dossiers;

/// <param name="ToTake">Received and not acknowledged.</param>
/// <param name="Awaiting">Received messages for which a rule still waits for a service's answer.</param>
/// <param name="ToMatch">Pairs of files that may be of one household; the secretariat's only.</param>
/// <param name="SentBack">Of the messages received, deliveries that came back as misrouted.</param>
internal sealed record MorningCounts(int ToTake, int Awaiting, int ToMatch, int SentBack);

/// <summary>What awaits an office, in numbers: no household is named, so there is no entry.</summary>
internal sealed class CompterMatin(Databases databases)
{
    /// <summary>Beyond it a count says nothing more.</summary>
    private const int Most = 1000;

    public async Task<MorningCounts> RunAsync(Caller caller, CancellationToken ct)
    {
        var counts = await ReadAsync(databases.Reader, caller, new NpgsqlBatchCommand("select to_take, awaiting, sent_back from delivery.morning($1)") { Parameters = { Columns.Value(Most) } }, 3, ct);
        var pairs = caller.Role != Roles.Secretariat ? [0] : await ReadAsync(databases.Vault, caller, new NpgsqlBatchCommand(
            """
            select count(*)::int from (select 1 from vault.match_pair p where p.territory = any($1) and p.state = $2
              and exists (select 1 from delivery.delivery d where d.deposit = p.deposit and d.recipient = $3) limit $4) m
            """)
        { Parameters = { Columns.Value(caller.Territories.ToArray()), Columns.Value(MatchPair.ToConfirm), Columns.Value(caller.Organisation), Columns.Value(Most) } }, 1, ct);
        return new(counts[0], counts[1], pairs[0], counts[2]);
    }

    private static async Task<int[]> ReadAsync(NpgsqlDataSource source, Caller caller, NpgsqlBatchCommand select, int columns, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.BatchCommands.Add(select);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return [.. Enumerable.Range(0, columns).Select(reader.GetInt32)];
    }
}
