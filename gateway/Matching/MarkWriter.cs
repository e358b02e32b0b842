using System.Buffers;
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
internal sealed class MarkWriter
{
    private const int Block = 16;
    private const int MarkSize = 4;

    // One a thread: its buffers and its cipher serve message after message.
    [ThreadStatic]
    private static MarkWriter? _ofThread;

    private readonly ArrayBufferWriter<byte> _profile = new(512);
    private readonly ArrayBufferWriter<byte> _texts = new(2048);
    private readonly List<(int Place, int Start, int Length)> _marks = new(96);
    private byte[] _states = [];
    private byte[] _round = [];
    private int[] _active = [];
    private byte[]? _secret;
    private MarkCipher? _cipher;

    private MarkWriter()
    {
    }

    /// <summary>An empty writer, for the use of this thread until its next call.</summary>
    /// <param name="secret">The territory's 32-byte secret.</param>
    public static MarkWriter Under(byte[] secret)
    {
        var writer = _ofThread ??= new MarkWriter();
        if (!ReferenceEquals(writer._secret, secret))
            (writer._secret, writer._cipher) = (secret, new MarkCipher(HMACSHA256.HashData(secret, "rapprochement/1"u8)));
        writer._profile.ResetWrittenCount();
        writer._texts.ResetWrittenCount();
        writer._marks.Clear();
        return writer;
    }

    public void Byte(int value)
    {
        _profile.GetSpan(1)[0] = checked((byte)value);
        _profile.Advance(1);
    }

    /// <summary>Four bytes; zeros for an empty text. <paramref name="tag"/> says what is compared with what.</summary>
    public void Mark(char tag, ReadOnlySpan<char> text) => Mark(tag, text, []);

    /// <summary>As above, for two texts in a row.</summary>
    public void Mark(char tag, ReadOnlySpan<char> text, ReadOnlySpan<char> rest)
    {
        if (text.Length + rest.Length > 0)
            Reserve(_profile.WrittenCount, tag, text, rest);
        _profile.GetSpan(MarkSize)[..MarkSize].Clear();
        _profile.Advance(MarkSize);
    }

    /// <summary>A blocking key: eight bytes that are not part of the profile.</summary>
    public void Key(char tag, string text, KeyUse use) => Reserve(-1 - (int)use, tag, text, []);

    /// <summary>The profile; the blocking keys to store, to look for and to lock, each without repetition.</summary>
    public (byte[] Profile, long[] Stored, long[] Sought, long[] Locked) Finish()
    {
        Cmac();
        var profile = _profile.WrittenSpan.ToArray();
        var (stored, sought, locked) = (new List<long>(8), new List<long>(12), new List<long>(4));
        for (var i = 0; i < _marks.Count; i++)
        {
            var tag = _states.AsSpan(i * Block, Block);
            if (_marks[i].Place >= 0)
            {
                tag[..MarkSize].CopyTo(profile.AsSpan(_marks[i].Place));
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

    private void Reserve(int place, char tag, ReadOnlySpan<char> text, ReadOnlySpan<char> rest)
    {
        var start = _texts.WrittenCount;
        var target = _texts.GetSpan(1 + 3 * (text.Length + rest.Length));
        target[0] = (byte)tag;
        var length = 1 + Encoding.UTF8.GetBytes(text, target[1..]);
        length += Encoding.UTF8.GetBytes(rest, target[length..]);
        _texts.Advance(length);
        _marks.Add((place, start, length));
    }

    /// <summary>CMAC of every text at once: the n-th blocks of all texts go through the cipher together.</summary>
    private void Cmac()
    {
        var texts = _texts.WrittenSpan;
        var cipher = _cipher!;
        if (_states.Length < _marks.Count * Block)
            (_states, _round, _active) = (new byte[_marks.Count * Block], new byte[_marks.Count * Block], new int[_marks.Count]);
        _states.AsSpan(0, _marks.Count * Block).Clear();
        for (var n = 0; ; n++)
        {
            var active = 0;
            for (var i = 0; i < _marks.Count; i++)
            {
                var (_, start, length) = _marks[i];
                if (n * Block >= length)
                    continue;
                var rest = texts.Slice(start, length)[(n * Block)..];
                var target = _round.AsSpan(active * Block, Block);
                _states.AsSpan(i * Block, Block).CopyTo(target);
                Xor(target, rest[..Math.Min(Block, rest.Length)]);
                if (rest.Length < Block)
                    target[rest.Length] ^= 0x80;
                if (rest.Length <= Block)
                    Xor(target, rest.Length == Block ? cipher.Whole : cipher.Padded);
                _active[active++] = i;
            }

            if (active == 0)
                return;
            cipher.Encrypt(_round, active * Block);
            for (var a = 0; a < active; a++)
                _round.AsSpan(a * Block, Block).CopyTo(_states.AsSpan(_active[a] * Block));
        }
    }

    private static void Xor(Span<byte> target, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < other.Length; i++)
            target[i] ^= other[i];
    }

    /// <summary>AES-256 in single blocks under one key, set up once, with the two sub-keys of CMAC.</summary>
    private sealed class MarkCipher
    {
        private readonly ICryptoTransform _encryptor;

        public MarkCipher(byte[] key)
        {
            using var aes = Aes.Create();
            aes.Key = key;
            aes.Mode = CipherMode.ECB;
            aes.Padding = PaddingMode.None;
            _encryptor = aes.CreateEncryptor();
            var block = new byte[Block];
            Encrypt(block, Block);
            (Whole, Padded) = (Double(block), Double(Double(block)));
        }

        /// <summary>K1 for a last block that is whole (SP 800-38B §6.1).</summary>
        public byte[] Whole { get; }

        /// <summary>K2 for a last block that is padded.</summary>
        public byte[] Padded { get; }

        public void Encrypt(byte[] blocks, int length) => _encryptor.TransformBlock(blocks, 0, length, blocks, 0);

        private static byte[] Double(ReadOnlySpan<byte> value)
        {
            var doubled = new byte[Block];
            for (var i = 0; i < Block; i++)
                doubled[i] = (byte)((value[i] << 1) | (i + 1 < Block ? value[i + 1] >> 7 : 0));
            if ((value[0] & 0x80) != 0)
                doubled[^1] ^= 0x87;
            return doubled;
        }
    }
}
