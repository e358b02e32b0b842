using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>An organisation that rules may name.</summary>
internal sealed record KnownOrganisation(Guid Id, string Nature);

/// <summary>What the router must know beside the rules: the recipients' ids, and what was delivered by an earlier pass (a held deposit is routed again at its fallback).</summary>
internal sealed record RouteContext(IReadOnlyDictionary<string, KnownOrganisation> Organisations, HashSet<(Guid Deposit, Guid Recipient, string Purpose)> Delivered,
    ILookup<Guid, (RoutingTarget Target, string? OnBehalfOf)> Earlier)
{
    public static async Task<RouteContext> ReadAsync(NpgsqlConnection connection, Guid[] deposits, Guid[] replaced, string[] codes, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select code, id, nature from access.organisation where code = any($1) and disabled_at is null")
        {
            Parameters = { new() { Value = codes } },
        });
        // Who had the deposit that an update takes the place of gets the update too, whatever the rules say of its new facts.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            select d.deposit, o.code, d.purpose, d.rule, d.on_behalf_of, o.id, o.nature
            from delivery.delivery d join access.organisation o on o.id = d.recipient where d.deposit = any($1) and o.disabled_at is null
            """)
        {
            Parameters = { new() { Value = replaced } },
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
        var earlier = new List<(Guid Deposit, RoutingTarget Target, string? OnBehalfOf)>();
        while (await reader.ReadAsync(ct))
        {
            organisations[reader.GetString(1)] = new KnownOrganisation(reader.GetGuid(5), reader.GetString(6));
            earlier.Add((reader.GetGuid(0), new RoutingTarget(reader.GetString(1), reader.GetString(2), reader.GetString(3), 0, FellBack: false, AuTitreDe: null, 0), reader.IsDBNull(4) ? null : reader.GetString(4)));
        }

        await reader.NextResultAsync(ct);
        var delivered = new HashSet<(Guid, Guid, string)>();
        while (await reader.ReadAsync(ct))
            delivered.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2)));
        return new RouteContext(organisations, delivered, earlier.ToLookup(e => e.Deposit, e => (e.Target, e.OnBehalfOf)));
    }
}
