using ExchangeGateway.Gateway.Routing;

namespace ExchangeGateway.Gateway.SyntheticYear;

/// <summary>One invented household, the same in every message about it.</summary>
/// <param name="Number">From 1, its own.</param>
/// <param name="Composition">familleAvecEnfants, coupleSansEnfant, personneSeule.</param>
/// <param name="Aide">Monthly housing aid in euros; 0 for none.</param>
/// <param name="Loyer">Monthly rent in euros, without charges.</param>
internal sealed record YearHousehold(
    int Number, string Civilite, string Nom, string Prenom, DateOnly Naissance, string? Conjoint, string NumeroVoie, string Voie, Commune Commune, string? Telephone,
    string Composition, int Enfants, decimal Aide, string NatureAide, decimal Loyer, decimal Charges, string Parc, string TypeBailleur, string Gestion, string Bailleur, DateOnly BailSigneLe)
{
    private static readonly string[] Syllables = ["ba", "de", "fi", "go", "lu", "ma", "né", "pi", "ro", "su", "ta", "ve", "zi", "bo", "da", "fé", "gu", "li", "mo", "nu"];
    private static readonly string[] Firsts = ["Camille", "Dominique", "Claude", "Andréa", "Élodie", "Théo", "Anne-Sophie", "Noé", "Zoé", "Maël", "Inès", "Loïc", "Agnès", "Jean-Éloi"];
    private static readonly string[] Ends = ["-Essai", "-Exemple", "-Modèle", " d'Essai", "-Lévêque d'Exemple"];

    /// <summary>ARCEP keeps them for works of fiction, ten thousand numbers each.</summary>
    private static readonly string[] FictionalNumbers = ["063998", "019900", "026191", "035301", "046571", "053649"];

    private static readonly string[] Streets = ["rue de l'Essai", "avenue de l'Exemple", "boulevard du Modèle", "passage des Cas-d'École", "place de l'Épreuve", "rue du Faubourg-Fictif"];

    /// <summary>Nobody real: a name of syllables, a telephone of the range that ARCEP keeps for fiction, an invented street.</summary>
    /// <param name="at">Day around which the lease lies.</param>
    /// <param name="aided">Whether it has a housing aid; drawn when not given.</param>
    public static YearHousehold Next(YearRandom random, int number, Territory territory, DateOnly at, bool? aided = null)
    {
        var parc = random.Chance(55) ? "prive" : "public";
        var composition = random.Weighted(("familleAvecEnfants", 42), ("coupleSansEnfant", 16), ("personneSeule", 42));
        var children = composition is "familleAvecEnfants" ? random.Between(1, 4) : 0;
        var aid = aided ?? random.Chance(45);
        var rent = parc is "public" ? random.Between(260, 640) : random.Between(580, 1450);
        var landlord = parc is "public" ? "bailleurSocial" : random.Weighted(("personnePhysique", 60), ("sciFamiliale", 20), ("personneMorale", 20));
        return new(
            number, random.Chance(50) ? "MME" : "M", Name(number, random), random.Pick(Firsts), new DateOnly(1946, 1, 1).AddDays(random.Between(0, 365 * 55)),
            composition is "coupleSansEnfant" || (children > 0 && random.Chance(60)) ? random.Pick(Firsts) : null,
            random.Between(1, 190) + (random.Chance(10) ? " bis" : ""), random.Pick(Streets), random.Pick([.. territory.Communes.Where(c => c.PostalCodes.Count > 0)]),
            random.Chance(60) ? PhoneOf(number) : null,
            composition, children, aid ? random.Between(60, 240) + (children * 30) : 0, aid ? (parc is "public" ? "APL" : children > 0 ? "ALF" : "ALS") : "aucune",
            rent, random.Between(30, 120), parc, landlord, random.Chance(50) ? "directe" : "mandataire",
            landlord switch { "bailleurSocial" => "Office fictif de l'habitat", "sciFamiliale" => "SCI Essai " + (number % 97), "personneMorale" => "SA Foncière fictive " + (number % 41), _ => "Bailleur Exemple " + (number % 89) },
            at.AddDays(-random.Between(400, 5000)));
    }

    /// <summary>A telephone of its own; from the sixty thousandth household on the numbers for fiction are used up, and nobody has one.</summary>
    private static string? PhoneOf(int number) =>
        number < FictionalNumbers.Length * 10_000 ? FictionalNumbers[number / 10_000] + (number % 10_000).ToString("0000", System.Globalization.CultureInfo.InvariantCulture) : null;

    private static string Name(int number, YearRandom random)
    {
        // The number in base twenty and a syllable that checks it: two households' names differ by two syllables at least, which no slip of the pen explains.
        var (name, check) = ("", 0);
        for (var n = number + 400; n > 0; n /= Syllables.Length)
        {
            name = Syllables[n % Syllables.Length] + name;
            check += n % Syllables.Length;
        }

        name = char.ToUpperInvariant(name[0]) + name[1..] + Syllables[check % Syllables.Length];
        // One name in ten is a double one; as among real ones, many share their second half.
        return random.Chance(10) ? name + random.Pick(Ends) : name;
    }
}
