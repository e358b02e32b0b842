using ExchangeGateway.Gateway.Matching;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>A subject that a message may be about: the tokens that earlier versions kept of it, and the profiles of its messages.</summary>
internal sealed record KnownSubject(Guid Id, int VaultKey, byte[] WrappedKey, IReadOnlyList<MatchToken> Tokens)
{
    public IReadOnlyList<KnownProfile> Profiles { get; init; } = [];
}

/// <summary>What one message said of a subject, in keyed marks.</summary>
/// <param name="Holder">The subject that it was written for: another one when the two were joined later.</param>
internal sealed record KnownProfile(Guid Holder, Guid Dossier, Profile Marks);

/// <summary>Exact matching, for subjects that only earlier versions know: which one, if any, a message is about.</summary>
internal static class SubjectMatch
{
    /// <summary>
    /// The known subject that holds the strongest token of the message (allocataire number, then name and birth, then
    /// name and dwelling). Name and dwelling alone do not join two people whose birth dates are known and differ:
    /// father and son of one name stay apart.
    /// </summary>
    public static KnownSubject? Find(IReadOnlyList<MatchToken> tokens, IEnumerable<KnownSubject> candidates) =>
        candidates
            .Select(c => (Subject: c, Strength: Strength(tokens, c)))
            .Where(c => c.Strength > 0)
            .OrderByDescending(c => c.Strength).ThenBy(c => c.Subject.Id)
            .Select(c => c.Subject)
            .FirstOrDefault();

    private static int Strength(IReadOnlyList<MatchToken> tokens, KnownSubject candidate)
    {
        if (Shares(tokens, candidate, MatchTokenKind.Allocataire))
            return 3;
        if (Shares(tokens, candidate, MatchTokenKind.NameAndBirth))
            return 2;
        var birthsDiffer = tokens.Any(t => t.Kind is MatchTokenKind.NameAndBirth)
            && candidate.Tokens.Any(t => t.Kind is MatchTokenKind.NameAndBirth);
        return !birthsDiffer && Shares(tokens, candidate, MatchTokenKind.NameAndDwelling) ? 1 : 0;
    }

    private static bool Shares(IReadOnlyList<MatchToken> tokens, KnownSubject candidate, MatchTokenKind kind) =>
        tokens.Any(t => t.Kind == kind && candidate.Tokens.Any(k => k.Kind == kind && k.Value.AsSpan().SequenceEqual(t.Value)));
}
