namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>Which version of a domain's secret makes its pseudonyms now.</summary>
/// <param name="Current">1 at first; one more at each rotation.</param>
/// <param name="Since">When it was put in use; of no meaning for the first.</param>
internal sealed record PseudonymVersion(int Current, DateTimeOffset Since)
{
    /// <summary>A domain that was never rotated.</summary>
    public static PseudonymVersion First { get; } = new(1, default);

    /// <summary>Versions whose pseudonyms are understood, the current one first: after a rotation also the one before, for the time of <paramref name="grace"/>.</summary>
    public IReadOnlyList<int> Understood(DateTimeOffset now, TimeSpan grace) =>
        Current > 1 && now < Since + grace ? [Current, Current - 1] : [Current];

    /// <summary>Name of the secret of a version: its own for each recipient and purpose, and for each recipient's dossiers.</summary>
    public static string SecretOf(Guid recipient, string purpose, int version) =>
        purpose == PseudonymDomains.Dossiers ? $"dossier/{recipient}/{version}" : $"pseudonym/{recipient}/{purpose}/{version}";
}
