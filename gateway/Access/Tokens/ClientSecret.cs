using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>Secrets of machine clients: made here from 256 random bits, kept as <c>pbkdf2-sha256$iterations$salt$hash</c>.</summary>
internal static class ClientSecret
{
    private const string Name = "pbkdf2-sha256";

    /// <summary>Iterations of new hashes. The secrets are ours, of 256 random bits that nobody guesses: stretching them would only slow tokens down.</summary>
    private const int Iterations = 1_000;

    /// <summary>Hash that nothing opens, of the same cost: an unknown client takes as long as a wrong secret.</summary>
    public static string Decoy { get; } = Hash(New());

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string secret)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), salt, Iterations, HashAlgorithmName.SHA256, 32);
        return string.Create(CultureInfo.InvariantCulture, $"{Name}${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>Compares in constant time.</summary>
    /// <exception cref="FormatException">The stored text is not of our form.</exception>
    public static bool Verify(string secret, string stored)
    {
        var parts = stored.Split('$');
        if (parts is not [Name, var iterations, var salt, var hash])
            throw new FormatException("A client's secret_hash is not of the form pbkdf2-sha256$iterations$salt$hash.");
        var expected = Convert.FromBase64String(hash);
        var actual = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), Convert.FromBase64String(salt), int.Parse(iterations, CultureInfo.InvariantCulture), HashAlgorithmName.SHA256, expected.Length);
        return CryptographicOperations.FixedTimeEquals(actual, expected);
    }
}
