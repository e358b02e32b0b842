using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>The sealed sections of one deposit that a decision permits. They are read before the log entry commits, and opened after it.</summary>
internal sealed class SealedSections
{
    private readonly string _table;
    private readonly Guid _deposit;
    private readonly List<(Categories Category, byte[] Box)> _boxes = [];

    private SealedSections(string table, Guid deposit) => (_table, _deposit) = (table, deposit);

    /// <summary>Names of the categories present, for the log entry.</summary>
    public string Names => string.Join(' ', _boxes.Select(b => b.Category.Name()));

    /// <param name="table">One of <see cref="PartTable"/>.</param>
    public static async Task<SealedSections> ReadAsync(NpgsqlConnection connection, string table, Guid deposit, Categories permitted, CancellationToken ct)
    {
        var sections = new SealedSections(table, deposit);
        await using var select = new NpgsqlCommand($"select category, sealed from {table} where deposit = $1 and category = any($2) order by category", connection)
        {
            Parameters = { new() { Value = deposit }, new() { Value = permitted.Each().Select(c => (short)c).ToArray() } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            sections._boxes.Add(((Categories)reader.GetInt16(0), reader.GetFieldValue<byte[]>(1)));
        return sections;
    }

    /// <summary>One JSON section per category.</summary>
    public JsonObject Open(DataKey key)
    {
        var content = new JsonObject();
        foreach (var (category, box) in _boxes)
            content[category.Name()] = JsonNode.Parse(key.Open(_table, _deposit, category, box));
        return content;
    }
}
