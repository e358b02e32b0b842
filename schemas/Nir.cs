using System.Globalization;

namespace ExchangeGateway.Schemas;

/// <summary>
/// Finds a social-security number (NIR) by its structure and its key. Only a closed list of treatments may use it
/// (art. 30 loi Informatique et libertés, décret 2019-341): eviction prevention is not among them.
/// </summary>
public static class Nir
{
    private const int Length = 15;

    /// <summary>A NIR without its key.</summary>
    private const int BareLength = 13;

    /// <summary>More separators than this between two digits and they no longer belong to one number.</summary>
    private const int MaximumSeparators = 3;

    /// <summary>
    /// Whether the text holds, anywhere, 15 characters that read as a NIR with a right key. Up to three characters that are
    /// neither letters nor digits may stand between any two of them, and any number of invisible ones; digits of every script count. A digit glued
    /// before or after makes it another number.
    /// </summary>
    public static bool IsIn(ReadOnlySpan<char> text) => IsIn(text, Length);

    /// <summary>
    /// Whether the text holds 13 characters that read as a NIR without its key. Other numbers have that structure: this may only
    /// be a warning, and only in free text.
    /// </summary>
    public static bool IsBareIn(ReadOnlySpan<char> text) => IsIn(text, BareLength);

    private static bool IsIn(ReadOnlySpan<char> text, int length)
    {
        for (var start = 0; start <= text.Length - length; start++)
        {
            // 1, 2 of the civil status; 3, 4 and 7, 8 of provisional numbers.
            if (DigitOf(text[start]) is 1 or 2 or 3 or 4 or 7 or 8
                && (start == 0 || DigitOf(text[start - 1]) < 0)
                && StartsWithNir(text[start..], length))
                return true;
        }
        return false;
    }

    private static bool StartsWithNir(ReadOnlySpan<char> text, int length)
    {
        Span<int> digits = stackalloc int[Length];
        var corsica = 0;
        var found = 0;
        var separators = 0;
        var end = 0;
        for (; end < text.Length && found < length; end++)
        {
            var c = text[end];
            var digit = DigitOf(c);
            if (digit < 0 && found == 6 && digits[5] == 2 && c is 'A' or 'a' or 'B' or 'b' or '\uFF21' or '\uFF41' or '\uFF22' or '\uFF42')
            {
                // 2A counts as 19 and 2B as 18 in the key.
                corsica = c is 'A' or 'a' or '\uFF21' or '\uFF41' ? 19 : 18;
                digit = 0;
            }
            if (digit >= 0)
            {
                digits[found++] = digit;
                separators = 0;
            }
            else if (char.IsLetter(c) || (!IsInvisible(c) && ++separators > MaximumSeparators))
            {
                return false;
            }
        }
        return found == length && (end == text.Length || DigitOf(text[end]) < 0) && HasStructure(digits, corsica) && (length == BareLength || HasKey(digits, corsica));
    }

    private static bool HasStructure(ReadOnlySpan<int> d, int corsica)
    {
        var month = d[3] * 10 + d[4];
        // 20, 30-42 and 50-99 stand for an unknown month of birth.
        if (month is not ((>= 1 and <= 12) or 20 or (>= 30 and <= 42) or >= 50))
            return false;
        var department = d[5] * 10 + d[6];
        // 96 and 98: former protectorates, overseas collectivities; 99: born abroad.
        return corsica != 0 || department is >= 1 and <= 99;
    }

    private static bool HasKey(ReadOnlySpan<int> d, int corsica)
    {
        var number = 0L;
        for (var i = 0; i < 13; i++)
        {
            var digit = corsica == 0 ? d[i] : i switch { 5 => corsica / 10, 6 => corsica % 10, _ => d[i] };
            number = number * 10 + digit;
        }
        return d[13] * 10 + d[14] == 97 - (int)(number % 97);
    }

    /// <summary>Zero-width characters separate nothing that a reader sees: any number of them may stand between two digits.</summary>
    private static bool IsInvisible(char c) => c >= 128 && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark;

    internal static int DigitOf(char c) =>
        c < 128 ? (char.IsAsciiDigit(c) ? c - '0' : -1) : CharUnicodeInfo.GetDecimalDigitValue(c);
}
