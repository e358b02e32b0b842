using System.Security.Cryptography;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <param name="HasPlace">Whether its household was chosen before in the period.</param>
internal sealed record DrawEntrant(Guid Candidate, Guid Dossier, SelectionKey Key, bool HasPlace);

/// <param name="Rank">From 1, of the household; <see langword="null"/> for one that has its place already.</param>
internal sealed record DrawVerdict(Guid Candidate, int? Rank, bool Chosen);

/// <summary>The result of a draw. Pure: the same entrants in any order give the same.</summary>
/// <param name="Ranked">Households.</param>
/// <param name="Chosen">Households that took a place.</param>
internal sealed record DrawCut(IReadOnlyList<DrawVerdict> Verdicts, int Ranked, int Chosen, byte[] Ranking)
{
    /// <summary>Ranks households, each by the best of its deposits, and cuts after <paramref name="places"/>: all deposits of a household share one place.</summary>
    public static DrawCut Of(IEnumerable<DrawEntrant> entrants, int places)
    {
        var households = entrants.GroupBy(e => e.Dossier)
            .Select(g => (Entrants: g.OrderBy(e => e.Key, SelectionKey.Order).ToList(), HasPlace: g.Any(e => e.HasPlace)))
            .OrderBy(h => h.Entrants[0].Key, SelectionKey.Order)
            .ToList();
        var verdicts = new List<DrawVerdict>();
        using var ranking = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rank = 0;
        foreach (var (deposits, hasPlace) in households)
        {
            int? mine = hasPlace ? null : ++rank;
            foreach (var deposit in deposits)
            {
                verdicts.Add(new(deposit.Candidate, mine, mine is null || mine <= places));
                ranking.AppendData(deposit.Key.ToBytes());
            }
        }

        return new DrawCut(verdicts, rank, Math.Min(rank, Math.Max(0, places)), ranking.GetHashAndReset());
    }
}
