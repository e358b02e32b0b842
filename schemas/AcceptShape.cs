using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace ExchangeGateway.Schemas;

/// <summary>
/// One node of the <see cref="AcceptPlan"/>. It may only say yes: what it is not sure of goes to the full validation, which
/// alone refuses.
/// </summary>
internal abstract class AcceptShape
{
    /// <summary>Not sure.</summary>
    protected const int Unsure = -1;

    /// <summary>Reads the value that the reader stands on.</summary>
    /// <returns>Negative when not sure; for an enumeration the index of the value; 0 otherwise.</returns>
    public abstract int Read(ref Utf8JsonReader reader);

    internal sealed class Text(int minimum, int maximum, FieldControl.Check? check, bool nirExempt, bool free) : AcceptShape
    {
        /// <summary>Longest text read on the stack, in bytes as written; no text has more characters than bytes.</summary>
        private const int Short = 512;

        /// <summary>Longest text that the fast way reads: a free text with its accents escaped.</summary>
        private const int Longest = 16 * 1024;

        public override int Read(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > Longest)
                return Unsure;
            if (reader.ValueSpan.Length <= Short)
            {
                Span<char> buffer = stackalloc char[Short];
                return Judge(buffer[..reader.CopyString(buffer)]);
            }
            var rented = ArrayPool<char>.Shared.Rent(Longest);
            try
            {
                return Judge(rented.AsSpan(0, reader.CopyString(rented)));
            }
            finally
            {
                // A person's data must not wait in the pool.
                ArrayPool<char>.Shared.Return(rented, clearArray: true);
            }
        }

        private int Judge(ReadOnlySpan<char> text) =>
            text.Length >= minimum && (text.Length <= maximum || Characters(text) <= maximum)
            && !(free ? StrictJson.HasHidden(text) : text.ContainsAny(StrictJson.Forbidden))
            && (check is null || check(text))
            && (nirExempt || (!Nir.IsIn(text) && (check is not null || !BankData.IsIn(text)))) ? 0 : Unsure;
    }

    private static int Characters(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;
        return count;
    }

    internal sealed class Enumeration(IReadOnlyList<byte[]> values) : AcceptShape
    {
        public override int Read(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                for (var i = 0; i < values.Count; i++)
                {
                    if (reader.ValueTextEquals(values[i]))
                        return i;
                }
            }
            return Unsure;
        }
    }

    internal sealed class Date : AcceptShape
    {
        public override int Read(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length != 10)
                return Unsure;
            Span<char> text = stackalloc char[10];
            return reader.CopyString(text) == 10 && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? 0 : Unsure;
        }
    }

    internal sealed class Number(decimal minimum, decimal maximum, decimal? multipleOf) : AcceptShape
    {
        public override int Read(ref Utf8JsonReader reader)
        {
            // 15 digits might be a NIR.
            if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan.Length >= 15 || reader.ValueSpan.ContainsAny((byte)'e', (byte)'E'))
                return Unsure;
            // Without multipleOf the node is an integer.
            if (multipleOf is null && reader.ValueSpan.Contains((byte)'.'))
                return Unsure;
            return reader.TryGetDecimal(out var value) && value >= minimum && value <= maximum && (multipleOf is not { } step || value % step == 0) ? 0 : Unsure;
        }
    }

    internal sealed class Boolean : AcceptShape
    {
        public override int Read(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.True or JsonTokenType.False ? 0 : Unsure;
    }

    internal sealed class List(AcceptShape item, int minimum, int maximum) : AcceptShape
    {
        public override int Read(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                return Unsure;
            var count = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (++count > maximum || item.Read(ref reader) < 0)
                    return Unsure;
            }
            return count >= minimum ? 0 : Unsure;
        }
    }

    /// <param name="required">Bits of the required fields.</param>
    /// <param name="rules">Each must hold for the fields seen and the indexes of their values.</param>
    internal sealed class Object(IReadOnlyList<(byte[] Name, AcceptShape Shape)> fields, ulong required, IReadOnlyList<AcceptCondition> rules) : AcceptShape
    {
        /// <summary>Fields that one bit mask holds.</summary>
        public const int MaximumFields = 64;

        public override int Read(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return Unsure;
            Span<int> values = stackalloc int[MaximumFields];
            var seen = 0UL;
            var next = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var index = Find(ref reader, next);
                if (index < 0 || (seen & (1UL << index)) != 0 || !reader.Read())
                    return Unsure;
                seen |= 1UL << index;
                next = index + 1;
                if ((values[index] = fields[index].Shape.Read(ref reader)) < 0)
                    return Unsure;
            }
            if ((seen & required) != required)
                return Unsure;
            foreach (var rule in rules)
            {
                if (!rule.Holds(seen, values))
                    return Unsure;
            }
            return 0;
        }

        /// <summary>Senders write fields in the order of the schema: the search starts after the last one found.</summary>
        private int Find(ref Utf8JsonReader reader, int start)
        {
            for (var n = 0; n < fields.Count; n++)
            {
                var index = start + n < fields.Count ? start + n : start + n - fields.Count;
                if (reader.ValueTextEquals(fields[index].Name))
                    return index;
            }
            return Unsure;
        }
    }
}

/// <summary>A condition between fields: every part must hold.</summary>
internal abstract class AcceptCondition
{
    public abstract bool Holds(ulong seen, ReadOnlySpan<int> values);

    internal sealed class Present(ulong fields) : AcceptCondition
    {
        public override bool Holds(ulong seen, ReadOnlySpan<int> values) => (seen & fields) == fields;
    }

    /// <summary>An absent field satisfies it, as JSON Schema says of <c>properties</c>.</summary>
    internal sealed class ValueAmong(int field, IReadOnlySet<int> allowed) : AcceptCondition
    {
        public override bool Holds(ulong seen, ReadOnlySpan<int> values) => (seen & (1UL << field)) == 0 || allowed.Contains(values[field]);
    }

    internal sealed class Not(AcceptCondition inner) : AcceptCondition
    {
        public override bool Holds(ulong seen, ReadOnlySpan<int> values) => !inner.Holds(seen, values);
    }

    internal sealed class All(IReadOnlyList<AcceptCondition> parts) : AcceptCondition
    {
        public override bool Holds(ulong seen, ReadOnlySpan<int> values)
        {
            foreach (var part in parts)
            {
                if (!part.Holds(seen, values))
                    return false;
            }
            return true;
        }
    }

    internal sealed class Any(IReadOnlyList<AcceptCondition> parts) : AcceptCondition
    {
        public override bool Holds(ulong seen, ReadOnlySpan<int> values)
        {
            foreach (var part in parts)
            {
                if (part.Holds(seen, values))
                    return true;
            }
            return false;
        }
    }
}
