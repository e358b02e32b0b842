using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Routing.Rules;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>An organisation that rules may name.</summary>
internal sealed record KnownOrganisation(Guid Id, string Nature);

/// <summary>A delivery made by an earlier pass: a held deposit is routed again at its fallback; a corrected or updated one was received.</summary>
internal sealed record EarlierDelivery(
    Guid Id, Guid Deposit, Guid Dossier, Guid Recipient, string RecipientNature, string? OnBehalfOf, string Purpose, string RegisterVersion, string Rule, string State)
{
    /// <summary>Code of the recipient; <see langword="null"/> when it is disabled or not known to this pass.</summary>
    public string? RecipientCode { get; init; }
    /// <summary>One of <see cref="DeliveryNature"/>: a message or a question.</summary>
    public string Nature { get; init; } = DeliveryNature.Message;
    /// <summary>Why its recipient sent it back, or why it was withdrawn.</summary>
    public string? Motif { get; init; }
}

/// <summary>What the router must know beside the rules: the recipients' ids, and what was delivered before.</summary>
internal sealed record RouteContext(Dictionary<string, KnownOrganisation> Organisations, Dictionary<(Guid Deposit, Guid Recipient, string Purpose), EarlierDelivery> Delivered)
{
    public IEnumerable<EarlierDelivery> DeliveredOf(Guid deposit) => Delivered.Values.Where(d => d.Deposit == deposit);

    /// <summary>Who had the deposit that an update takes the place of gets the update too, whatever the rules say of its new facts.</summary>
    public IEnumerable<(RoutingTarget Target, string? OnBehalfOf)> TargetsOf(Guid replaced) =>
        DeliveredOf(replaced).Where(d => d is { RecipientCode: not null, Nature: DeliveryNature.Message } && d.State is not Delivery.DeliveryState.SentBack)
            .Select(d => (new RoutingTarget(d.RecipientCode!, d.Purpose, d.Rule, 0, FellBack: false, AuTitreDe: null, 0), d.OnBehalfOf));

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
            select d.id, d.deposit, d.dossier, d.recipient, d.recipient_role, d.on_behalf_of, d.purpose, d.register_version, d.rule, d.state,
              case when o.disabled_at is null then o.code end, d.nature, d.motif
            from delivery.delivery d join access.organisation o on o.id = d.recipient where d.deposit = any($1) and d.nature in ('remise', 'question')
            """)
        {
            Parameters = { new() { Value = work.SelectMany(w => new Guid?[] { w.Deposit, w.Corrects, w.Replaces }).OfType<Guid>().ToArray() } },
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
                reader.GetString(6), reader.GetString(7), reader.GetString(8), reader.GetString(9))
            {
                RecipientCode = reader.IsDBNull(10) ? null : reader.GetString(10),
                Nature = reader.GetString(11),
                Motif = reader.IsDBNull(12) ? null : reader.GetString(12),
            };
            delivered[(earlier.Deposit, earlier.Recipient, earlier.Purpose)] = earlier;
            if (earlier.RecipientCode is { } code)
                organisations[code] = new KnownOrganisation(earlier.Recipient, earlier.RecipientNature);
        }

        return new RouteContext(organisations, delivered);
    }
}
