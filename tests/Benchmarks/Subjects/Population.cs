using ExchangeGateway.Gateway.Access.People;

namespace ExchangeGateway.Benchmarks.Subjects;

/// <param name="Usage">A married woman's other name.</param>
internal sealed record TruePerson(bool Woman, string Name, string? Usage, List<string> Given, DateOnly Birth);

internal sealed record TrueHome(string Number, string Street, string PostalCode, string Commune, string Floor, DateOnly Lease, string Landlord, string Reference, decimal Rent);

/// <summary>One household as it is: the truth that the matching must find again.</summary>
/// <param name="Kind">What makes it hard: <c>jumeaux</c>, <c>pereEtFils</c>, <c>homonymes</c>, or nothing.</param>
/// <param name="Homes">The dwellings it lives in, one after the other.</param>
internal sealed record TrueHousehold(int Id, string? Kind, IReadOnlyList<TruePerson> Persons, IReadOnlyList<TrueHome> Homes, string? Allocataire, string Phone);

/// <summary>
/// Invented households of one territory, the same for the same seed. Names follow a law two to three times steeper than that
/// of France (one in a hundred bears the commonest surname, one in sixteen the commonest given name), families live in one building under one name, twins and fathers and sons of one name are
/// neighbours, and pairs of homonyms share everything but the birth date.
/// </summary>
internal static class Population
{
    private static readonly string[] Common =
    [
        "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent", "Simon", "Michel", "Lefebvre", "Leroy", "Roux", "David", "Bertrand", "Morel",
        "Fournier", "Girard", "Bonnet", "Dupont", "Lambert", "Fontaine", "Rousseau", "Vincent", "Muller", "Lefèvre", "Faure", "André", "Mercier", "Blanc", "Guérin", "Boyer", "Garnier",
        "Chevalier", "François", "Legrand", "Gauthier", "Garcia", "Perrin", "Robin", "Clément", "Morin", "Nicolas", "Henry", "Roussel", "Mathieu", "Gautier", "Masson", "Traoré", "Diallo",
        "Ndiaye", "Nguyen Van", "Tran", "Benali", "Ben Ali", "El Amrani", "Haddad", "Le Goff", "Le Gall", "Da Silva", "Dos Santos", "Ferreira", "D'Almeida", "O'Brien", "De La Tour",
        "D'Alembert-Lévêque", "Saint-Martin", "Kowalski", "Yilmaz", "Öztürk", "Van den Berghe", "Lê", "Touré", "Coulibaly", "Konaté", "Hernandez", "Lopez", "Marchand", "Dumas",
    ];

    private static readonly string[] Syllables = ["ba", "bou", "char", "cour", "da", "del", "fer", "gau", "gran", "ju", "lan", "mal", "mar", "mon", "nar", "per", "ro", "sau", "tour", "val", "vi", "zé"];
    private static readonly string[] Ends = ["dier", "don", "gnon", "lard", "let", "lin", "mont", "nard", "ret", "rier", "sac", "tel", "tier", "ville", "vost", "zac"];

    private static readonly string[] Men =
    [
        "Jean", "Mohamed", "Pierre", "Michel", "Nicolas", "Philippe", "Thomas", "Julien", "David", "Alexandre", "Sébastien", "Jean-Pierre", "Christophe", "Laurent", "Frédéric", "Antoine", "Kevin", "Karim",
        "Lucas", "Hugo", "Louis", "Gabriel", "Arthur", "Adam", "Yanis", "Mehdi", "Mamadou", "Ibrahim", "Jean-Claude", "Jean-Luc", "Loïc", "Benoît", "Cédric", "Étienne", "François", "Rémi", "Samuel", "Minh",
    ];

    private static readonly string[] Women =
    [
        "Marie", "Nathalie", "Isabelle", "Sylvie", "Catherine", "Fatima", "Céline", "Sandrine", "Stéphanie", "Julie", "Aurélie", "Camille", "Léa", "Manon", "Emma", "Chloé", "Inès", "Sarah", "Aminata", "Fatoumata",
        "Françoise", "Monique", "Anne-Marie", "Marie-Claude", "Valérie", "Sophie", "Élodie", "Laëtitia", "Virginie", "Khadija", "Samira", "Hélène", "Louise", "Jeanne", "Thi Mai", "Gaëlle", "Agnès", "Zoé",
    ];

    private static readonly string[] StreetTypes = ["rue", "rue", "rue", "avenue", "boulevard", "place", "impasse", "allée", "chemin", "square"];

    private static readonly string[] StreetNames =
    [
        "de la République", "Victor-Hugo", "du Général-Leclerc", "Jean-Jaurès", "du Maréchal-Foch", "Saint-Maur", "des Lilas", "de l'Église", "du Docteur-Roux", "Pasteur", "Sainte-Anne", "de la Gare", "du 8 Mai 1945",
        "d'Alésia", "de Crimée", "des Pyrénées", "du Faubourg-du-Temple", "de l'Ourcq", "Marx-Dormoy", "Anatole-France", "du Président-Wilson", "Gambetta", "de la Folie-Méricourt", "des Tilleuls", "du Moulin",
    ];

    public static List<TrueHousehold> Make(int seed, int count)
    {
        var draw = new Draw((ulong)seed);
        var buildings = Enumerable.Range(0, Math.Max(1, count / 12)).Select(_ => Building(draw)).ToList();
        var households = new List<TrueHousehold>(count);
        while (households.Count < count)
            households.AddRange(Group(draw, buildings, households.Count));
        return households;
    }

    /// <summary>One household, or two that are easily confused.</summary>
    private static IEnumerable<TrueHousehold> Group(Draw draw, List<TrueHome> buildings, int id)
    {
        var home = Home(draw, draw.Pick(buildings));
        var name = Surname(draw);
        if (draw.Chance(0.006))
        {
            var woman = draw.Chance(0.5);
            var one = Person(draw, name, woman);
            var other = Person(draw, name, draw.Chance(0.7) ? woman : !woman) with { Birth = one.Birth };
            while (other.Given.Exists(g => one.Given.Exists(h => Alike(g, h))))
                other = other with { Given = Given(draw, other.Woman) };
            yield return Household(draw, id, "jumeaux", [one], [home]);
            yield return Household(draw, id + 1, "jumeaux", [other], [Home(draw, home)]);
        }
        else if (draw.Chance(0.001))
        {
            var father = Person(draw, name, woman: false);
            yield return Household(draw, id, "pereEtFils", [father], [home]);
            yield return Household(draw, id + 1, "pereEtFils", [father with { Birth = father.Birth.AddDays(7300 + draw.Int(4000)) }], [Home(draw, home)]);
        }
        else if (draw.Chance(0.02))
        {
            var one = Person(draw, name, draw.Chance(0.5));
            yield return Household(draw, id, "homonymes", [one], [home]);
            yield return Household(draw, id + 1, "homonymes", [one with { Birth = Birth(draw) }], [Home(draw, draw.Pick(buildings))]);
        }
        else
        {
            var first = Person(draw, name, draw.Chance(0.5));
            var persons = new List<TruePerson> { first };
            if (draw.Chance(0.35))
            {
                var second = Person(draw, Surname(draw), !first.Woman);
                if (draw.Chance(0.7))
                    (first, second) = first.Woman ? (first with { Usage = second.Name }, second) : (first, second with { Usage = first.Name });
                persons = [first, second];
            }

            List<TrueHome> homes = draw.Chance(0.12) ? [home, Home(draw, draw.Pick(buildings))] : [home];
            yield return Household(draw, id, null, persons, homes);
            // A relative of the same name in the same building, now and then.
            if (draw.Chance(0.05))
                yield return Household(draw, id + 1, "famille", [Person(draw, name, draw.Chance(0.5))], [Home(draw, home)]);
        }
    }

    /// <summary>No parents call twins Marie and Marie-Claude.</summary>
    private static bool Alike(string a, string b) => a.Split('-', ' ').Intersect(b.Split('-', ' '), StringComparer.Ordinal).Any();

    private static TrueHousehold Household(Draw draw, int id, string? kind, IReadOnlyList<TruePerson> persons, IReadOnlyList<TrueHome> homes) => new(
        id, kind, persons, homes, draw.Chance(0.65) ? (1_000_000 + draw.Int(8_999_999)).ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
        "063998" + draw.Int(10_000).ToString("0000", System.Globalization.CultureInfo.InvariantCulture));

    private static TruePerson Person(Draw draw, string name, bool woman) => new(woman, name, null, Given(draw, woman), Birth(draw));

    private static DateOnly Birth(Draw draw)
    {
        var date = new DateOnly(1940, 1, 1).AddDays(draw.Int(365 * 66));
        return draw.Chance(0.01) ? new DateOnly(date.Year, 1, 1) : date;
    }

    private static List<string> Given(Draw draw, bool woman)
    {
        var names = woman ? Women : Men;
        var given = new List<string> { names[draw.Rank(names.Length, 10)] };
        for (var more = draw.Int(3); more > 0; more--)
        {
            var next = draw.Pick(names);
            if (!given.Contains(next))
                given.Add(next);
        }

        return given;
    }

    private static string Surname(Draw draw)
    {
        if (draw.Chance(0.35))
            return Common[draw.Rank(Common.Length, 25)];
        var name = draw.Pick(Syllables) + (draw.Chance(0.6) ? draw.Pick(Syllables) : "") + draw.Pick(Ends);
        name = char.ToUpperInvariant(name[0]) + name[1..];
        return draw.Chance(0.04) ? name + "-" + Common[draw.Int(Common.Length)] : name;
    }

    private static TrueHome Building(Draw draw)
    {
        var arrondissement = 1 + draw.Int(20);
        return new(
            (1 + draw.Int(180)) + (draw.Chance(0.08) ? draw.Pick([" bis", " ter"]) : ""),
            draw.Pick(StreetTypes) + " " + draw.Pick(StreetNames), $"750{arrondissement:00}", $"751{arrondissement:00}", "", default, "", "", 0);
    }

    private static TrueHome Home(Draw draw, TrueHome building) => building with
    {
        Floor = $"{draw.Int(9)}e étage, porte {1 + draw.Int(40)}",
        Lease = new DateOnly(2012, 1, 1).AddDays(draw.Int(5000)),
        Landlord = "Bailleur fictif n° " + draw.Int(60),
        Reference = $"LOT-{draw.Int(1_000_000):000000}",
        Rent = 300 + (draw.Int(90_000) / 100m),
    };
}
