using System.Security.Cryptography;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>
/// Random bytes of the system's generator for keys, salts and nonces. A call of the generator costs more than the few bytes
/// that most ask for: a thread fetches a supply, and no byte of it serves twice or stays in memory.
/// </summary>
internal static class RandomSupply
{
    private const int Supply = 1024;

    [ThreadStatic]
    private static byte[]? _bytes;
    [ThreadStatic]
    private static int _left;

    /// <param name="target">At most 1,024 bytes.</param>
    /// <exception cref="ArgumentException">It is longer.</exception>
    public static void Fill(Span<byte> target)
    {
        if (target.Length > Supply)
            throw new ArgumentException("More random bytes than a supply holds.", nameof(target));
        if (_left < target.Length)
        {
            RandomNumberGenerator.Fill(_bytes ??= new byte[Supply]);
            _left = Supply;
        }

        _left -= target.Length;
        var taken = _bytes.AsSpan(_left, target.Length);
        taken.CopyTo(target);
        taken.Clear();
    }

    public static byte[] GetBytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }
}
