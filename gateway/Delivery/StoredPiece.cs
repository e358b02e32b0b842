using System.Security.Cryptography;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>An attachment as its row names it. Whoever opens it has committed the entry of that before.</summary>
/// <param name="JoinedTo">The deposit that it was joined to: the one that shows it, or one that this one takes the place of.</param>
internal sealed record StoredPiece(string Name, string Blob, byte[] WrappedKey, Categories Categories, Guid JoinedTo)
{
    /// <returns><see langword="null"/> when the deposit has none of that name, or the role may not see it.</returns>
    public static async Task<StoredPiece?> ReadAsync(NpgsqlConnection connection, Guid deposit, string name, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select blob, wrapped_key, categories, coalesce(carried_from, deposit) from exchange.piece where deposit = $1 and name = $2", connection)
        {
            Parameters = { Columns.Value(deposit), Columns.Value(name) },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new StoredPiece(name, reader.GetString(0), reader.GetFieldValue<byte[]>(1), (Categories)reader.GetInt32(2), reader.GetGuid(3))
            : null;
    }

    /// <summary>Its content in clear.</summary>
    /// <exception cref="CryptographicException">The content was altered, or is another's.</exception>
    public async Task<byte[]> OpenAsync(DataKey key, PayloadStore payloads, CancellationToken ct)
    {
        var context = JoindrePiece.Context(JoinedTo, Name);
        var contentKey = key.Unwrap(WrappedKey, context);
        await using var stored = await payloads.OpenAsync(Blob, ct);
        using var box = new MemoryStream();
        await stored.CopyToAsync(box, ct);
        try
        {
            return AesGcmSeal.Open(contentKey, box.ToArray(), context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }
}
