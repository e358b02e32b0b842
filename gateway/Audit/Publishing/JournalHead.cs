using ExchangeGateway.Gateway.Audit.Tree;
using Npgsql;

namespace ExchangeGateway.Gateway.Audit.Publishing;

/// <summary>Where the open tree stands in the database.</summary>
internal sealed record JournalHead(int Tree, string Origin, Frontier Frontier)
{
    /// <summary>What is signed and published for it.</summary>
    public Checkpoint Checkpoint => new(Origin, Frontier.Size, Frontier.Root());

    /// <summary>The open head.</summary>
    /// <exception cref="InvalidOperationException">There is none: the log is not initialised.</exception>
    public static async Task<JournalHead> ReadAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select tree, origin, size, frontier from audit.head where not closed");
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Of(reader) : throw new InvalidOperationException("The log has no open head.");
    }

    /// <summary>Reads columns <c>tree, origin, size, frontier</c>.</summary>
    public static JournalHead Of(NpgsqlDataReader row) =>
        new(row.GetInt16(0), row.GetString(1), Frontier.Of(row.GetInt64(2), row.GetFieldValue<byte[]>(3)));
}
