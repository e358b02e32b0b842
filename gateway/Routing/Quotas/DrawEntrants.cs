using System.Text.Json;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>A candidate as a draw finds it.</summary>
/// <param name="Faits"><see langword="null"/> when the deposit was erased meanwhile.</param>
/// <param name="Consents"><see langword="null"/> when the person was.</param>
internal sealed record DrawEntrants(
    Guid Candidate, Guid Deposit, Guid Dossier, DateTimeOffset FileSince, DateTimeOffset ReceivedAt, MessageType Type, Faits? Faits, string SenderNature,
    bool Corrected, bool Restricted, SubjectConsents? Consents, string Recipient, string Purpose, string? OnBehalfOf, bool WaitsOtherwise)
{
    public static async Task<List<DrawEntrants>> ReadAsync(NpgsqlConnection connection, Territory territory, string rule, DateTimeOffset at, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select c.id, c.deposit, c.dossier, o.created_at, d.received_at, d.message_type, d.facts, g.nature,
              exists (select 1 from exchange.correction x where x.deposit = c.deposit), s.restricted, s.standing, c.recipient, c.purpose, c.on_behalf_of, c.otherwise
            from routing.candidate c
              join exchange.deposit d on d.id = c.deposit
              join exchange.dossier o on o.id = c.dossier
              join access.organisation g on g.id = d.sender
              left join consent.subject_state s on s.subject = d.subject
            where c.state = 'attend' and c.territory = $1 and c.rule = $2 and c.draw_at <= $3
            order by c.id
            for update of c
            """, connection)
        {
            Parameters = { Columns.Value(territory.Code), Columns.Value(rule), Columns.Value(at) },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var found = new List<DrawEntrants>();
        while (await reader.ReadAsync(ct))
        {
            var facts = reader.GetString(6);
            found.Add(new(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4),
                MessageType.Parse(reader.GetString(5)), facts is "{}" ? null : JsonSerializer.Deserialize(facts, SignalementJson.Default.Faits), reader.GetString(7),
                reader.GetBoolean(8), !reader.IsDBNull(9) && reader.GetBoolean(9), reader.IsDBNull(10) ? null : SubjectConsents.Parse(reader.GetString(10)),
                reader.GetString(11), reader.GetString(12), reader.IsDBNull(13) ? null : reader.GetString(13),
                JsonSerializer.Deserialize<KeptOtherwise>(reader.GetString(14), JsonSerializerOptions.Web)!.Attendre));
        }

        return found;
    }

    /// <summary>Why it is not ranked; <see langword="null"/> when it is. The same decision is taken again when it is delivered.</summary>
    public string? Refusal(RegisterSet inForce, Territory territory, DateTimeOffset now, OperatingMode mode)
    {
        if (Faits is null || Consents is null)
            return "efface";
        if (Corrected)
            return "corrige";
        if (!territory.Partners.TryGetValue(Recipient, out var recipient) || (OnBehalfOf is not null && !territory.Partners.ContainsKey(OnBehalfOf)))
            return "destinataireInconnu";
        var (agreement, named) = Agreements.Of(Faits).InForce(inForce.Purposes.InForce(Purpose, now), Consents, ReceivedAt, now);
        var decision = PurposeDecision.MayDisclose(
            inForce.Purposes,
            new DisclosureRequest(
                Purpose, SenderNature, Type, OnBehalfOf is null ? null : territory.Partners[OnBehalfOf].Nature, recipient.Nature, RecipientRole: null, territory.Code,
                CategoryNames.All, Restricted || Consents.Restricts(Purpose), agreement, now, mode, named));
        return decision is DisclosureDecision.Permit ? null : DecisionCodes.Of(decision);
    }
}
