namespace ExchangeGateway.Gateway.Matching;

/// <summary>What becomes of a message: a known subject, a new one, or a new one that a person should compare with known ones.</summary>
/// <typeparam name="T">How the caller knows its subjects.</typeparam>
internal abstract record Decision<T>
{
    /// <summary>The message is of this subject.</summary>
    public sealed record Same(T Subject, MatchResult Result) : Decision<T>;

    /// <summary>Nobody known.</summary>
    public sealed record New : Decision<T>;

    /// <summary>A new subject, the safe side, and pairs to be confirmed; the likeliest first.</summary>
    public sealed record ToConfirm(IReadOnlyList<(T Subject, MatchResult Result)> Pairs) : Decision<T>;
}

/// <summary>Decides among the candidates that share a blocking key with a message.</summary>
internal sealed class Decider(MatchWeights weights)
{
    /// <summary>Pairs proposed for one message at the most.</summary>
    private const int MostPairs = 3;

    private readonly Comparison _comparison = new(weights);

    /// <param name="toldApart">Whether a person has said that two subjects are two people; nobody when absent.</param>
    public Decision<T> Decide<T>(Profile message, IEnumerable<(T Subject, IReadOnlyList<Profile> Profiles)> candidates, Func<T, T, bool>? toldApart = null)
    {
        var compared = candidates.Select(c => (c.Subject, c.Profiles, Result: _comparison.Compare(message, c.Profiles))).ToList();
        var ranked = compared
            .Where(c => c.Result.Verdict is not MatchVerdict.Different)
            .OrderByDescending(c => c.Result.Score)
            .ToList();
        if (ranked.Count == 0)
            return new Decision<T>.New();
        var first = ranked[0];
        // Where many people share the dwelling or the telephone, a name without anything of the person's own is left to somebody who knows them.
        var crowd = compared.Where(c => c.Result.Verdict is MatchVerdict.Different && c.Profiles.Any(p => Comparison.Beside(message, p)));
        if (first.Result.Verdict is MatchVerdict.Same && (first.Result.Personal || crowd.Take(weights.Crowd).Count() < weights.Crowd))
        {
            // A second one as good: two records of one person do no harm; two people who bear one name do.
            var rivals = ranked.Skip(1).Where(c => c.Result.Verdict is MatchVerdict.Same && c.Result.Score > first.Result.Score - weights.Margin);
            if (rivals.All(r => toldApart?.Invoke(first.Subject, r.Subject) is true
                ? r.Result.Score < first.Result.Score && AgreesWhollyWith(first.Result)
                : r.Profiles.Any(p => _comparison.Compare(p, first.Profiles).Verdict is not MatchVerdict.Different)))
                return new Decision<T>.Same(first.Subject, first.Result);
        }

        return new Decision<T>.ToConfirm([.. ranked.Take(MostPairs).Select(c => (c.Subject, c.Result))]);

        // Between two people told apart, nearly as good is not good enough: all that the message says, one of the first's must have said.
        bool AgreesWhollyWith(MatchResult result) => result.Score >= _comparison.Compare(message, [message]).Score;
    }
}
