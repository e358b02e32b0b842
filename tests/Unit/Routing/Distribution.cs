using System.Globalization;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Consent;

namespace ExchangeGateway.Unit.Routing;

/// <summary>Words for the tests that a social worker can read: étant donné, quand, alors.</summary>
internal static class Distribution
{
    public static TerritoryCatalogue Catalogue { get; } = TerritoryCatalogue.Load(DataFolder.Shipped("ops/territories"));

    public static Territory Paris { get; } = Catalogue.TryGet("75", out var t) ? t : throw new InvalidOperationException();
    public static Territory Modele { get; } = Catalogue.TryGet("modele", out var t) ? t : throw new InvalidOperationException();

    /// <summary>A Monday morning in March, in legal time.</summary>
    public static readonly DateTimeOffset Lundi = new(2026, 3, 2, 9, 30, 0, TimeSpan.FromHours(1));

    public static Faits Commandement { get; } = new()
    {
        Stade = "cdp",
        Motif = "impayes",
        TypeMessage = "commissaires-de-justice/commandements-de-payer",
        Commune = "75111",
        TrancheDette = "2000a5000",
    };

    public static Faits SignalementCaf { get; } = new()
    {
        Stade = "impaye",
        Motif = "impayes",
        TypeMessage = "caf/impayes",
        Commune = "00001",
        AideAuLogement = true,
        TrancheDette = "500a2000",
        MoisImpayes = 3,
    };

    public static Faits SignalementBailleur { get; } = new()
    {
        Stade = "impaye",
        Motif = "impayes",
        TypeMessage = "bailleurs/impayes",
        Commune = "00002",
        Parc = "public",
        TypeBailleur = "bailleurSocial",
    };

    public static Faits OrientationBanqueDeFrance { get; } = new()
    {
        Stade = "surendettement",
        Motif = "impayes",
        TypeMessage = "banque-de-france/orientations",
        Commune = "00003",
    };

    public static Faits Assignation { get; } = new()
    {
        Stade = "assignation",
        Motif = "impayes",
        TypeMessage = "commissaires-de-justice/assignations",
        Commune = "75111",
        Parc = "prive",
    };

    public static RoutingOutcome Repartir(this Territory territory, Faits faits, int joursPlusTard = 0) =>
        RuleEngine.Evaluate(territory, faits, Lundi, Lundi.AddDays(joursPlusTard));

    /// <summary>"adil-75 P2, ccapex-75 P1": recipients and purposes in alphabetical order.</summary>
    public static string Remises(this RoutingOutcome outcome) =>
        string.Join(", ", outcome.Targets.Select(t => $"{t.Destinataire} {t.Finalite}{(t.FellBack ? " (repli)" : "")}").Order(StringComparer.Ordinal));

    /// <summary>"aideAuLogement demandé à caf-modele jusqu'au 07/03".</summary>
    public static string Attentes(this RoutingOutcome outcome) =>
        string.Join(", ", outcome.Holds.Select(h => $"{h.MissingFact} demandé à {string.Join(" et ", h.AskedOf)} jusqu'au {h.Until.ToString("dd/MM HH:mm", CultureInfo.InvariantCulture)}"));

    public static RuleLine Regle(this RoutingOutcome outcome, string id) => outcome.Explanation.Regles.Single(r => r.Regle == id);
}
