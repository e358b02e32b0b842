using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>What a match token was made of. Values are stored.</summary>
internal enum MatchTokenKind : short
{
    /// <summary>Name, first given name, birth date.</summary>
    NameAndBirth = 1,
    /// <summary>Name, first given name, dwelling.</summary>
    NameAndDwelling = 2,
    /// <summary>CAF or MSA body and number there.</summary>
    Allocataire = 3,
}

internal readonly record struct MatchToken(MatchTokenKind Kind, byte[] Value)
{
    /// <summary>Advisory lock of the token: two nodes that meet the same unknown person wait for each other.</summary>
    public long Lock => BinaryPrimitives.ReadInt64BigEndian(Value);
}

/// <summary>
/// Tokens by which a person already known is found without reading any identity: HMAC-SHA-256, under the territory's
/// secret, of normalised identifiers. Guarantors (caution) give none: they are not the household.
/// </summary>
internal static class MatchTokens
{
    /// <param name="key">The territory's 32-byte secret.</param>
    /// <param name="dwelling">See <see cref="Dwelling"/>.</param>
    public static IReadOnlyList<MatchToken> Of(byte[] key, Identite identite, byte[] dwelling)
    {
        var tokens = new List<MatchToken>(4);
        foreach (var person in identite.Personnes)
        {
            if (person.Qualite is "caution")
                continue;
            var name = NormalisedNames.Normalise(person.Nom) + "|" + NormalisedNames.FirstGivenName(person.Prenoms);
            tokens.Add(new(MatchTokenKind.NameAndDwelling, Hmac(key, "nd|" + name + "|" + Convert.ToHexString(dwelling))));
            if (person.DateNaissance is { } birth)
                tokens.Add(new(MatchTokenKind.NameAndBirth, Hmac(key, "nb|" + name + "|" + birth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));
        }

        if (identite is { NumeroAllocataire: { } number, CodeOrganisme: { } body })
            tokens.Add(new(MatchTokenKind.Allocataire, Hmac(key, "al|" + identite.Organisme + "|" + body + "|" + number.TrimStart('0'))));
        return tokens;
    }

    /// <summary>Keyed digest of the dwelling: commune, number and street; floor and door are left out, senders disagree on them.</summary>
    public static byte[] Dwelling(byte[] key, Adresse adresse) =>
        Hmac(key, "lo|" + adresse.CodeCommune + "|" + NormalisedNames.Street(adresse.Numero, adresse.Voie));

    /// <summary>Keyed digest of one debt as its payer of aids names it; <see langword="null"/> for a message that does not.</summary>
    /// <param name="sender">The debt is followed by the organisation that signalled it.</param>
    public static byte[]? Debt(byte[] key, Guid sender, Signalement signalement, byte[] dwelling) =>
        signalement is { Identite: { NumeroAllocataire: { } number, CodeOrganisme: { } body } identite, Dette.DateConstitution: { } since }
            ? Hmac(key, $"dt|{sender}|{signalement.Type}|{identite.Organisme}|{body}|{number.TrimStart('0')}|{Convert.ToHexString(dwelling)}|{since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}")
            : null;

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
