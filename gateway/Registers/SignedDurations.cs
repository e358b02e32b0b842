using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Registers;

/// <summary>The durations of conservation that operators have signed, as the registers read them.</summary>
internal static class SignedDurations
{
    /// <summary>What a sender is told whose purpose has no duration yet.</summary>
    public const string Unsigned =
        "La durée de conservation de cette finalité n'est fixée par aucun texte et personne ne l'a signée : hors démonstration et bac à sable, rien ne peut être reçu à ce titre. Adressez-vous à l'exploitant de la passerelle.";

    /// <summary>Signatures that count: those that a second person confirmed, or that needed none; in the order in which they took effect.</summary>
    public static async Task<IReadOnlyList<RetentionSignature>> ReadAsync(Databases databases, CancellationToken ct)
    {
        await using var command = databases.Worker.CreateCommand(
            """
            select s.purpose_version, s.duration, s.signed_by, c.confirmed_by, s.reference, c.confirmed_at
            from consent.retention_confirmation c join consent.retention_signature s on s.id = c.signature order by c.confirmed_at, s.id
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var signatures = new List<RetentionSignature>();
        while (await reader.ReadAsync(ct))
        {
            signatures.Add(new(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4),
                PurposeRegister.LegalDay(reader.GetFieldValue<DateTimeOffset>(5))));
        }

        return signatures;
    }
}
