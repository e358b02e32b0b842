using ExchangeGateway.Adapters;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Keeps what attachments showed, and reads it with what the message said.</summary>
internal static class PieceFlags
{
    /// <summary>Column of a query over <c>exchange.deposit</c> under the alias <paramref name="deposit"/>: what its attachments showed, for <see cref="Of"/>.</summary>
    public static string Column(string deposit) => $"array(select f.piece || ':' || f.flag from exchange.piece_flag f where f.deposit = {deposit}.id order by 1)";

    /// <summary>The flags that stand, of two columns.</summary>
    public static IReadOnlyList<string> Of(NpgsqlDataReader reader, int declared, int found) =>
        DrapeauxRetenus.De(reader.GetFieldValue<string[]>(declared), reader.GetFieldValue<string[]>(found));

    /// <summary>Writes what an attachment showed, in the transaction that keeps the attachment.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, Guid deposit, string piece, NoticeLue? notice, DateTimeOffset at, CancellationToken ct)
    {
        if (notice is null)
            return;
        await using var insert = new NpgsqlCommand(
            "insert into exchange.piece_flag (deposit, piece, flag, version, found_at) select $1, $2, flag, $4, $5 from unnest($3) as f(flag)", connection)
        {
            Parameters =
            {
                new() { Value = deposit }, new() { Value = piece }, new() { Value = notice.Drapeaux.Select(d => d.Code).ToArray() },
                new() { Value = (object?)notice.Version ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = at },
            },
        };
        await insert.ExecuteNonQueryAsync(ct);
    }
}
