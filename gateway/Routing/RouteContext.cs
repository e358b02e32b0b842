using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>An organisation that rules may name.</summary>
internal sealed record KnownOrganisation(Guid Id, string Nature);

/// <summary>What the router must know beside the rules: the recipients' ids, and what was delivered by an earlier pass (a held deposit is routed again at its fallback).</summary>
internal sealed record RouteContext(IReadOnlyDictionary<string, KnownOrganisation> Organisations, HashSet<(Guid Deposit, Guid Recipient, string Purpose)> Delivered)
{
    public static async Task<RouteContext> ReadAsync(NpgsqlConnection connection, Guid[] deposits, string[] codes, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select code, id, nature from access.organisation where code = any($1) and disabled_at is null")
        {
            Parameters = { new() { Value = codes } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select deposit, recipient, purpose from delivery.delivery where deposit = any($1)")
        {
            Parameters = { new() { Value = deposits } },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var organisations = new Dictionary<string, KnownOrganisation>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            organisations[reader.GetString(0)] = new KnownOrganisation(reader.GetGuid(1), reader.GetString(2));
        await reader.NextResultAsync(ct);
        var delivered = new HashSet<(Guid, Guid, string)>();
        while (await reader.ReadAsync(ct))
            delivered.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2)));
        return new RouteContext(organisations, delivered);
    }
}
