using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>An organisation that rules may name.</summary>
internal sealed record KnownOrganisation(Guid Id, string Nature);

/// <summary>A delivery made by an earlier pass: a held deposit is routed again at its fallback, a corrected one has been received.</summary>
internal sealed record EarlierDelivery(
    Guid Id, Guid Deposit, Guid Dossier, Guid Recipient, string RecipientNature, string? OnBehalfOf, string Purpose, string RegisterVersion, string Rule, string State);

/// <summary>What the router must know beside the rules: the recipients' ids, and what was delivered before.</summary>
internal sealed record RouteContext(IReadOnlyDictionary<string, KnownOrganisation> Organisations, Dictionary<(Guid Deposit, Guid Recipient, string Purpose), EarlierDelivery> Delivered)
{
    public IEnumerable<EarlierDelivery> DeliveredOf(Guid deposit) => Delivered.Values.Where(d => d.Deposit == deposit);

    public static async Task<RouteContext> ReadAsync(NpgsqlConnection connection, IReadOnlyList<WorkItem> work, string[] codes, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (CorrectionRoutes.EndEarlierWork(work) is { } end)
            batch.BatchCommands.Add(end);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select code, id, nature from access.organisation where code = any($1) and disabled_at is null")
        {
            Parameters = { new() { Value = codes } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            select id, deposit, dossier, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, state
            from delivery.delivery where deposit = any($1) and nature = 'remise'
            """)
        {
            Parameters = { new() { Value = work.Select(w => w.Deposit).Concat(work.Select(w => w.Corrects).OfType<Guid>()).ToArray() } },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var organisations = new Dictionary<string, KnownOrganisation>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            organisations[reader.GetString(0)] = new KnownOrganisation(reader.GetGuid(1), reader.GetString(2));
        await reader.NextResultAsync(ct);
        var delivered = new Dictionary<(Guid, Guid, string), EarlierDelivery>();
        while (await reader.ReadAsync(ct))
        {
            var earlier = new EarlierDelivery(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetGuid(3), reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5),
                reader.GetString(6), reader.GetString(7), reader.GetString(8), reader.GetString(9));
            delivered[(earlier.Deposit, earlier.Recipient, earlier.Purpose)] = earlier;
        }

        return new RouteContext(organisations, delivered);
    }
}
