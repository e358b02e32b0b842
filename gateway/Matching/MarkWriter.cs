using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>What a blocking key is for.</summary>
internal enum KeyUse
{
    /// <summary>Looked for, never stored: the keys that others would have stored had they made this slip.</summary>
    Sought,
    /// <summary>Looked for and stored.</summary>
    Stored,
    /// <summary>Also locked: two nodes that meet the key at once wait for each other.</summary>
    Locked,
}

/// <summary>
/// Writes a profile whose identifiers are keyed marks: AES-256-CMAC (NIST SP 800-38B) of a tag and the text, under a key that
/// HMAC-SHA-256 derives from the territory's secret, cut to 4 bytes. Without the secret a mark says nothing, and two
/// territories' marks are unrelated. All marks of a profile are made in a few calls of the cipher: one costs nanoseconds,
/// where an HMAC of each would cost a microsecond.
/// </summary>
internal sealed class MarkWriter(byte[] secret)
{
    private const int Block = 16;

    private readonly List<byte> _profile = new(512);
    private readonly List<(int Place, int Start, int Length)> _marks = new(96);
    private readonly List<byte> _texts = new(2048);

    public void Byte(int value) => _profile.Add(checked((byte)value));

    /// <summary>Four bytes; zeros for an empty text. <paramref name="tag"/> says what is compared with what.</summary>
    public void Mark(char tag, string text)
    {
        if (text.Length > 0)
            Reserve(_profile.Count, tag, text);
        _profile.AddRange([0, 0, 0, 0]);
    }

    /// <summary>A blocking key: eight bytes that are not part of the profile.</summary>
    public void Key(char tag, string text, KeyUse use) => Reserve(-1 - (int)use, tag, text);

    /// <summary>The profile; the blocking keys to store, to look for and to lock, each without repetition.</summary>
    public (byte[] Profile, long[] Stored, long[] Sought, long[] Locked) Finish()
    {
        var tags = Cmac();
        var profile = _profile.ToArray();
        var (stored, sought, locked) = (new List<long>(8), new List<long>(12), new List<long>(4));
        for (var i = 0; i < _marks.Count; i++)
        {
            var tag = tags.AsSpan(i * Block, Block);
            if (_marks[i].Place >= 0)
            {
                tag[..4].CopyTo(profile.AsSpan(_marks[i].Place));
                continue;
            }

            var key = BinaryPrimitives.ReadInt64BigEndian(tag);
            var use = (KeyUse)(-1 - _marks[i].Place);
            Add(sought, key);
            if (use is not KeyUse.Sought)
                Add(stored, key);
            if (use is KeyUse.Locked)
                Add(locked, key);
        }

        return (profile, [.. stored], [.. sought], [.. locked]);

        static void Add(List<long> keys, long key)
        {
            if (!keys.Contains(key))
                keys.Add(key);
        }
    }

    private void Reserve(int place, char tag, string text)
    {
        var start = _texts.Count;
        _texts.Add((byte)tag);
        foreach (var c in text)
        {
            if (c < 128)
                _texts.Add((byte)c);
            else
                _texts.AddRange(Encoding.UTF8.GetBytes(c.ToString()));
        }

        _marks.Add((place, start, _texts.Count - start));
    }

    /// <summary>CMAC of every text at once: the n-th blocks of all texts go through the cipher together.</summary>
    private byte[] Cmac()
    {
        using var aes = Aes.Create();
        aes.Key = HMACSHA256.HashData(secret, "rapprochement/1"u8);
        var (whole, padded) = SubKeys(aes);
        var texts = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_texts);
        var states = new byte[_marks.Count * Block];
        var round = new byte[states.Length];
        for (var n = 0; ; n++)
        {
            var active = new List<int>(_marks.Count);
            for (var i = 0; i < _marks.Count; i++)
            {
                if (n * Block < _marks[i].Length)
                    active.Add(i);
            }

            if (active.Count == 0)
                return states;
            for (var a = 0; a < active.Count; a++)
            {
                var (_, start, length) = _marks[active[a]];
                var rest = texts.Slice(start, length)[(n * Block)..];
                var target = round.AsSpan(a * Block, Block);
                states.AsSpan(active[a] * Block, Block).CopyTo(target);
                Xor(target, rest[..Math.Min(Block, rest.Length)]);
                if (rest.Length < Block)
                    target[rest.Length] ^= 0x80;
                if (rest.Length <= Block)
                    Xor(target, rest.Length == Block ? whole : padded);
            }

            var used = round.AsSpan(0, active.Count * Block);
            aes.EncryptEcb(used, used, PaddingMode.None);
            for (var a = 0; a < active.Count; a++)
                used.Slice(a * Block, Block).CopyTo(states.AsSpan(active[a] * Block));
        }
    }

    /// <summary>K1 for a last block that is whole, K2 for one that is padded (SP 800-38B §6.1).</summary>
    private static (byte[] Whole, byte[] Padded) SubKeys(Aes aes)
    {
        var whole = Double(aes.EncryptEcb(new byte[Block], PaddingMode.None));
        return (whole, Double(whole));
    }

    private static byte[] Double(ReadOnlySpan<byte> value)
    {
        var doubled = new byte[Block];
        for (var i = 0; i < Block; i++)
            doubled[i] = (byte)((value[i] << 1) | (i + 1 < Block ? value[i + 1] >> 7 : 0));
        if ((value[0] & 0x80) != 0)
            doubled[^1] ^= 0x87;
        return doubled;
    }

    private static void Xor(Span<byte> target, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < other.Length; i++)
            target[i] ^= other[i];
    }
}
