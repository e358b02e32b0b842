namespace ExchangeGateway.Gateway.Pseudonyms;

internal abstract record DestructionOutcome
{
    internal sealed record Destroyed : DestructionOutcome;

    /// <summary>No such version, or the current one.</summary>
    internal sealed record NotOlder : DestructionOutcome;

    /// <summary>Something is still wrapped by it.</summary>
    internal sealed record StillUsed(long Rows) : DestructionOutcome;

    /// <summary>Another node may not have learned of the newer version yet.</summary>
    internal sealed record TooSoon(DateTimeOffset NotBefore) : DestructionOutcome;
}

/// <summary>When an older vault key may be destroyed, as far as the keys and the clock say it.</summary>
internal static class VaultDestruction
{
    /// <summary>From a rotation to the destruction of what it replaces: far longer than any transaction lasts and any node takes to look for a new key.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromHours(24);

    /// <summary>Why a version may not be destroyed at this time; <see langword="null"/> when only what it still wraps can forbid it.</summary>
    public static DestructionOutcome? Refusal(VaultKeys keys, int version, DateTimeOffset now)
    {
        if (version >= keys.Current || !keys.Versions.Contains(version))
            return new DestructionOutcome.NotOlder();
        return keys.CurrentSince + Rest is var notBefore && now < notBefore ? new DestructionOutcome.TooSoon(notBefore) : null;
    }
}
