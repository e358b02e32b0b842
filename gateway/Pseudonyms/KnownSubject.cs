using ExchangeGateway.Gateway.Matching;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>A subject that a message may be about, with the profiles of its messages.</summary>
internal sealed record KnownSubject(Guid Id, int VaultKey, byte[] WrappedKey)
{
    public IReadOnlyList<KnownProfile> Profiles { get; init; } = [];
}

/// <summary>What one message said of a subject, in keyed marks.</summary>
/// <param name="Holder">The subject that it was written for: another one when the two were joined later.</param>
/// <param name="Keys">The blocking keys that were stored with it.</param>
/// <param name="Bytes">See <see cref="MessageProfile.Profile"/>.</param>
internal sealed record KnownProfile(Guid Holder, Guid Dossier, long[] Keys, byte[] Bytes)
{
    private Profile? _marks;

    /// <summary>Decoded when it is first compared.</summary>
    public Profile Marks => _marks ??= Profile.Read(Bytes);
}
