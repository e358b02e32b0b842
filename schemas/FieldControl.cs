using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ExchangeGateway.Schemas;

/// <summary>
/// What a pattern cannot say of an identifier (<c>x-controle</c>): a key to compute, a département that exists. Checked
/// beside the schema, where the pattern already holds.
/// </summary>
/// <param name="Code">Code of the error.</param>
/// <param name="Message">French end of the sentence that begins with the field's name.</param>
/// <param name="Holds">Says yes or no to a text that the field's pattern has accepted.</param>
internal sealed record FieldControl(string Name, string Code, string Message, FieldControl.Check Holds)
{
    public delegate bool Check(ReadOnlySpan<char> value);

    private static readonly FieldControl[] All =
    [
        new("siret", "cleFausse", "n'est pas un SIRET : sa clé de contrôle est fausse, un chiffre a dû être mal saisi.", IsSiret),
        new("siren", "cleFausse", "n'est pas un SIREN : sa clé de contrôle est fausse, un chiffre a dû être mal saisi.", HasLuhnKey),
        new("commune", "communeInconnue", "n'est pas le code INSEE d'une commune de France : n'écrivez pas le code postal ; Paris va de 75101 à 75120.", IsCommune),
    ];

    public static bool TryGet(string name, [NotNullWhen(true)] out FieldControl? control) =>
        (control = Array.Find(All, c => c.Name == name)) is not null;

    /// <summary>Luhn's key over 14 digits; the establishments of La Poste only have a sum of digits that five divides.</summary>
    internal static bool IsSiret(ReadOnlySpan<char> digits)
    {
        if (!digits.StartsWith("356000000") || HasLuhnKey(digits))
            return HasLuhnKey(digits);
        var sum = 0;
        foreach (var digit in digits)
            sum += digit - '0';
        return sum % 5 == 0;
    }

    internal static bool HasLuhnKey(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            var weighted = i % 2 == 0 ? digit : digit * 2;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        // All zeros has the key and belongs to nobody.
        return sum % 10 == 0 && digits.ContainsAnyExcept('0');
    }

    /// <summary>
    /// A code of the official geography: département 01 to 95 (Corsica 2A and 2B, never 20) or overseas 971 to 978, 984, 986 to
    /// 989; in Paris the commune or an
    /// arrondissement; 00 for the invented communes of demonstrations. Whether the commune is served is the territory's to say.
    /// </summary>
    internal static bool IsCommune(ReadOnlySpan<char> code)
    {
        if (code[1] is 'A' or 'B')
            return code[2..] is not "000";
        var number = int.Parse(code, NumberStyles.None, CultureInfo.InvariantCulture);
        var departement = number / 1000;
        if (departement is 97 or 98)
            return number / 100 is (>= 971 and <= 978) or 984 or (>= 986 and <= 989) && number % 100 != 0;
        if (departement == 75)
            return number is 75056 or (>= 75101 and <= 75120);
        return departement is >= 0 and <= 95 and not 20 && number % 1000 != 0;
    }
}
