namespace ExchangeGateway.Schemas;

/// <summary>
/// Finds the number of a payment card (Luhn's key and the prefixes of the networks, ISO/IEC 7812) or of a bank account (IBAN,
/// ISO 13616). No eviction needs one, and it serves fraud. Screens texts that may hold anything, never typed references.
/// </summary>
public static class BankData
{
    private const int ShortestCard = 13;
    private const int LongestCard = 19;
    private const int LongestIban = 34;

    /// <summary>Countries whose accounts are met in France, with the length of their IBAN.</summary>
    private static readonly Dictionary<string, int> Ibans = new(StringComparer.Ordinal)
    {
        ["FR"] = 27,
        ["MC"] = 27,
        ["BE"] = 16,
        ["LU"] = 20,
        ["DE"] = 22,
        ["ES"] = 24,
        ["IT"] = 27,
        ["PT"] = 25,
        ["CH"] = 21,
        ["NL"] = 18,
        ["GB"] = 22,
        ["IE"] = 22,
        ["LT"] = 20,
    };

    /// <summary>Fewest digits of a card or of an account: most texts have less, and are read no further.</summary>
    private const int FewestDigits = 12;

    public static bool IsIn(ReadOnlySpan<char> text) => text.Length >= ShortestCard && HasDigits(text) && (IsCardIn(text) || IsIbanIn(text));

    /// <summary>
    /// Whether the text holds 13 to 19 digits with a network's prefix and the right key: glued, one by one, or in groups of
    /// three and more as cards print them, with one space, dot or dash between. Telephone numbers come by pairs, a SIRET has
    /// the key of its SIREN: neither is one.
    /// </summary>
    public static bool IsCardIn(ReadOnlySpan<char> text)
    {
        Span<int> digits = stackalloc int[LongestCard];
        for (var start = 0; start < text.Length;)
        {
            if (Nir.DigitOf(text[start]) < 0)
            {
                start++;
                continue;
            }
            // Every group of the run may be the first of the card: a year may stand before it.
            if (StartsWithCard(text[start..], digits))
                return true;
            while (start < text.Length && Nir.DigitOf(text[start]) >= 0)
                start++;
        }
        return false;
    }

    /// <summary>Whether the text holds an account number with the length of its country and the right key (mod 97).</summary>
    public static bool IsIbanIn(ReadOnlySpan<char> text)
    {
        Span<char> iban = stackalloc char[LongestIban];
        for (var start = 0; start + 15 <= text.Length; start++)
        {
            if (char.IsAsciiLetter(text[start]) && (start == 0 || !char.IsLetterOrDigit(text[start - 1])) && StartsWithIban(text[start..], iban))
                return true;
        }
        return false;
    }

    private static bool HasDigits(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var c in text)
        {
            if (Nir.DigitOf(c) >= 0 && ++count == FewestDigits)
                return true;
        }
        return false;
    }

    private static bool StartsWithCard(ReadOnlySpan<char> text, Span<int> digits)
    {
        var (found, group, one, shortGroup) = (0, 0, true, false);
        for (var at = 0; ; at++)
        {
            var digit = at < text.Length ? Nir.DigitOf(text[at]) : -1;
            if (digit >= 0)
            {
                if (found == LongestCard)
                    return false;
                digits[found++] = digit;
                group++;
                continue;
            }
            one &= group == 1;
            // The last group may be short.
            if (shortGroup && !one)
                return false;
            shortGroup |= group < 3;
            group = 0;
            if (found >= ShortestCard && IsCard(digits[..found]))
                return true;
            if (at >= text.Length || !IsSeparator(text[at]) || at + 1 == text.Length || Nir.DigitOf(text[at + 1]) < 0)
                return false;
        }
    }

    private static bool IsSeparator(char c) => char.IsWhiteSpace(c) || c is '.' or '-' or '_' or '\u2010' or '\u2011' or '\u2013' || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format;

    private static bool IsCard(ReadOnlySpan<int> digits)
    {
        if (!HasPrefix(digits))
            return false;
        Span<char> text = stackalloc char[digits.Length];
        for (var i = 0; i < digits.Length; i++)
            text[i] = (char)('0' + digits[i]);
        // A SIRET has the form of an old Diners Club card; its first nine digits have a key of their own.
        return FieldControl.HasLuhnKey(text) && !(digits.Length == 14 && FieldControl.HasLuhnKey(text[..9]));
    }

    /// <summary>Visa, Mastercard, Maestro, American Express, Diners Club, Discover, UnionPay, JCB, by length.</summary>
    private static bool HasPrefix(ReadOnlySpan<int> d)
    {
        var (two, four) = (d[0] * 10 + d[1], d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3]);
        return d.Length switch
        {
            13 => d[0] == 4,
            14 => four is >= 3000 and <= 3059 or 3095 || two is 36 or 38 or 39,
            15 => two is 34 or 37,
            16 => d[0] == 4 || two is (>= 50 and <= 58) or 60 or (>= 62 and <= 65) or 67 || four is (>= 2221 and <= 2720) or (>= 3528 and <= 3589),
            _ => two is 50 or (>= 56 and <= 58) or 62 or 63 or 67 || (d.Length == 19 && d[0] == 4),
        };
    }

    private static bool StartsWithIban(ReadOnlySpan<char> text, Span<char> iban)
    {
        var (found, length) = (0, 0);
        for (var at = 0; at < text.Length; at++)
        {
            var c = char.ToUpperInvariant(text[at]);
            if (char.IsAsciiLetterOrDigit(c))
            {
                if (found is 2 or 3 && !char.IsAsciiDigit(c))
                    return false;
                iban[found++] = c;
                if (found == 2 && !Ibans.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(iban[..2], out length))
                    return false;
                if (found == length && length > 0)
                    return (at + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[at + 1])) && Mod97(iban[..found]) == 1;
            }
            else if (!IsSeparator(c))
            {
                return false;
            }
        }
        return false;
    }

    private static int Mod97(ReadOnlySpan<char> iban)
    {
        var rest = 0;
        for (var i = 0; i < iban.Length; i++)
        {
            var c = iban[(i + 4) % iban.Length];
            rest = char.IsAsciiDigit(c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
        }
        return rest;
    }
}
