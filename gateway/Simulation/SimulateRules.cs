using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Indicators;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Simulation;

/// <param name="Code">Rule or organisation; <c>règle (sinon)</c> and <c>règle (attend)</c> for who a quota did not choose.</param>
/// <param name="Avant">Like the others, <see langword="null"/> where it, or how far it moves, is under statistical secrecy.</param>
/// <param name="Ecart">What it gains or loses.</param>
internal sealed record SimulatedCount(string Code, string Libelle, long? Avant, long? Apres, long? Ecart);

/// <param name="Contre">passe: deposits received; annee: the invented year.</param>
/// <param name="Arrondi">Counts of real deposits under this are hidden, with those that would tell them, and the others rounded down to a multiple of it; 1 for the invented year.</param>
internal sealed record SimulationResult(
    string Territoire, string VersionAvant, string VersionApres, string Contre, int Arrondi, long Depots, IReadOnlyList<SimulatedCount> Destinataires, IReadOnlyList<SimulatedCount> Regles);

/// <summary>Replays deposits under the rules in force and under a draft, and counts who gets more and who gets less. Nobody's identity is read.</summary>
internal static class SimulateRules
{
    public const string Past = "passe";
    public const string Year = "annee";
    private const int PastMonths = 12;

    /// <param name="day">Day whose rules are compared: of the draft, its date; of those in force, today.</param>
    public static SimulationResult Compare(Territory before, DateOnly today, Territory after, DateOnly day, string against, int minimum, IReadOnlyList<ReplayedDeposit> deposits)
    {
        var moved = new MovedCounts(RulesReplay.Place(before, today, deposits), RulesReplay.Place(after, day, deposits), minimum);
        string Name(string code) => code.Length == 0 ? "aucun destinataire" : (after.Partners.GetValueOrDefault(code) ?? before.Partners.GetValueOrDefault(code))?.Designation ?? code;
        string Label(string id) => after.Tables.Concat(before.Tables).SelectMany(t => t.Rules).FirstOrDefault(r => r.Id == id.Split(' ')[0])?.Label ?? id;
        return new(before.Code, before.Version, after.Version, against, minimum, PublishedCount.Rounded(deposits.Count, minimum), moved.By(k => k.Recipient, Name), moved.By(k => k.Rule, Label));
    }

    /// <summary>Against the deposits of the last twelve months; counts are hidden and rounded as indicators are.</summary>
    public static async Task<SimulationResult> AgainstPastAsync(Databases databases, RegisterSet inForce, Territory draft, DateOnly day, DateTimeOffset now, CancellationToken ct)
    {
        var before = inForce.Territories.TryGet(draft.Code, out var known) ? known.At(now) : throw new TerritoryException([new(draft.Code, "", "territoire inconnu", "Simulez un territoire que la passerelle dessert.")]);
        var minimum = (inForce.Purposes.CommonInForce(now)?.SmallCells ?? SmallCells.Default).Minimum;
        return Compare(before, before.Today(now), draft, day, Past, minimum, await ReplayedDeposit.PastAsync(databases, draft.Code, now.AddMonths(-PastMonths), now, ct));
    }

    /// <summary>Against the invented year.</summary>
    public static SimulationResult AgainstYear(Territory before, DateOnly today, Territory draft, DateOnly day, Schemas.Law.FrenchLaw law, double scale, long seed) =>
        Compare(before, today, draft, day, Year, 1, ReplayedDeposit.Year(before, law, day.Year, scale, seed));
}
