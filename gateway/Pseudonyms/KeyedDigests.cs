using System.Globalization;
using System.Text;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>HMAC-SHA-256, under the territory's secret, of what must be found again without being read.</summary>
internal static class KeyedDigests
{
    /// <summary>Keyed digest of the dwelling: commune, number and street; floor and door are left out, senders disagree on them.</summary>
    public static byte[] Dwelling(byte[] key, Adresse adresse) =>
        Hmac(key, "lo|" + adresse.CodeCommune + "|" + NormalisedNames.Street(adresse.Numero, adresse.Voie));

    /// <summary>Keyed digest of one debt as its payer of aids names it; <see langword="null"/> for a message that does not.</summary>
    /// <param name="sender">The debt is followed by the organisation that signalled it.</param>
    public static byte[]? Debt(byte[] key, Guid sender, Signalement signalement, byte[] dwelling) =>
        signalement is { Identite: { NumeroAllocataire: { } number, CodeOrganisme: { } body } identite, Dette.DateConstitution: { } since }
            ? Hmac(key, $"dt|{sender}|{signalement.Type}|{identite.Organisme}|{body}|{number.TrimStart('0')}|{Convert.ToHexString(dwelling)}|{since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}")
            : null;

    private static byte[] Hmac(byte[] key, string text) => KeyedHash.Of(key, Encoding.UTF8.GetBytes(text));
}
