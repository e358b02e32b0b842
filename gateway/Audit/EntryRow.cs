using System.Security.Cryptography;
using Npgsql;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>An entry as the tables hold it, with its place in the tree once it has one.</summary>
internal sealed record EntryRow(Guid Id, DateTimeOffset At, string Action, Guid? Organisation, string? Agent, Guid? Deposit, Guid? Delivery,
    byte[] Leaf, byte[] Sealed, int? VaultKey, byte[]? Wrapped, int? Tree, long? Rank)
{
    public const string Columns = "e.id, e.at, e.action, e.organisation, e.agent, e.deposit, e.delivery, e.leaf, e.sealed, k.vault_key, k.wrapped, l.tree, l.rank";
    public const string Tables = "audit.entry e left join audit.entry_key k on k.entry = e.id left join audit.leaf l on l.entry = e.id";

    public static EntryRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3), row.IsDBNull(4) ? null : row.GetString(4),
        row.IsDBNull(5) ? null : row.GetGuid(5), row.IsDBNull(6) ? null : row.GetGuid(6), row.GetFieldValue<byte[]>(7), row.GetFieldValue<byte[]>(8),
        row.IsDBNull(9) ? null : row.GetInt32(9), row.IsDBNull(10) ? null : row.GetFieldValue<byte[]>(10), row.IsDBNull(11) ? null : row.GetInt16(11), row.IsDBNull(12) ? null : row.GetInt64(12));

    /// <summary>Decrypts the content and compares it with its commitment and with the columns that the search relies on.</summary>
    public OpenedEntry Open(EntrySeal seal)
    {
        if (VaultKey is not { } vaultKey || Wrapped is null)
            return new OpenedEntry.Forgotten();
        byte[] opening;
        try
        {
            opening = seal.Open(Id, Sealed, vaultKey, Wrapped);
        }
        catch (CryptographicException)
        {
            // One damaged entry is shown as such to the DPO and must not hide the others of its page.
            return new OpenedEntry.Unreadable();
        }

        var content = EntryContent.Parse(opening.AsMemory(EntrySeal.SaltSize));
        var conform = EntrySeal.LeafData(opening).AsSpan().SequenceEqual(Leaf)
            && content.Id == Id && content.At == At && content.Action == Action && content.Organisation == Organisation
            && content.Agent == Agent && content.Deposit == Deposit && content.Delivery == Delivery;
        return new OpenedEntry.Opened(content, opening, conform);
    }
}
