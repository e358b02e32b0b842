using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using Npgsql;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>One organisation that was sent the household so that it helps, or that already follows it.</summary>
internal sealed record Orientation(Guid Organisation, string Nature, string Purpose, DateTimeOffset SentAt, DateTimeOffset? AcknowledgedAt);

/// <summary>Who already accompanies a household, as far as the register lets the reader know it; and whether two services were sent for the same help.</summary>
internal static class Orientations
{
    /// <summary>Reads what was sent about a dossier under purposes that mean help.</summary>
    public static async Task<IReadOnlyList<Orientation>> ReadAsync(NpgsqlConnection connection, Guid dossier, PurposeRegister register, DateTimeOffset instant, CancellationToken ct)
    {
        var purposes = register.InForce(instant).Where(p => p.Support is not null).ToDictionary(p => p.Id, StringComparer.Ordinal);
        await using var select = new NpgsqlCommand("select organisation, nature, purpose, sent_at, acknowledged_at from delivery.orientations($1, $2) order by sent_at", connection)
        {
            Parameters = { new() { Value = dossier }, new() { Value = purposes.Keys.ToArray() } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var found = new List<Orientation>();
        while (await reader.ReadAsync(ct))
        {
            // Who passes the household on does not accompany it, nor who only reports on it.
            if (purposes[reader.GetString(2)] is var purpose && purpose.OnBehalfOf != reader.GetString(1) && purpose.Recipients.Any(r => r.Nature == reader.GetString(1)))
            {
                found.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
                    reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4)));
            }
        }

        return found;
    }

    /// <summary>
    /// Whether a reader may know that an organisation of this nature helps under a purpose: where the purpose names the
    /// reader's own nature as a recipient, or as the one in whose name it is passed on. A depositor is never told.
    /// </summary>
    public static bool MayKnow(PurposeRegister register, string reader, string role, Orientation orientation, DateTimeOffset instant) =>
        register.InForce(orientation.Purpose, instant) is { Support: not null } purpose
        && (purpose.OnBehalfOf == reader && role is Roles.Secretariat or Roles.Instructeur
            || purpose.Recipients.Any(r => r.Nature == reader && r.Roles.Contains(role, StringComparer.Ordinal)));

    /// <summary>What the reader is shown: the others, by their nature; and the sentence of a double orientation.</summary>
    /// <param name="all">Of every organisation, the reader's own too.</param>
    public static (IReadOnlyList<SupportLine> Lines, string? Double) Shown(IReadOnlyList<Orientation> all, Caller caller, PurposeRegister register, DateTimeOffset instant)
    {
        var known = all.Where(o => o.Organisation == caller.Organisation || MayKnow(register, caller.Nature, caller.Role, o, instant))
            .Select(o => (Orientation: o, Help: register.InForce(o.Purpose, instant)!.Support!)).ToList();
        var twice = known.GroupBy(k => k.Help, StringComparer.Ordinal)
            .Select(g => g.DistinctBy(k => k.Orientation.Organisation).Select(k => PartnerNatures.Label(k.Orientation.Nature)).ToList())
            .FirstOrDefault(g => g.Count > 1);
        return (
            [.. known.Where(k => k.Orientation.Organisation != caller.Organisation)
                .Select(k => new SupportLine(k.Orientation.Nature, k.Help, k.Orientation.SentAt, k.Orientation.AcknowledgedAt))],
            twice is null ? null : $"Ce ménage a été orienté vers {twice.Count} services pour le même accompagnement : {string.Join(" ; ", twice)}. Accordez-vous avant de le solliciter.");
    }
}
