using System.Globalization;
using Bogus;

namespace ExchangeGateway.Partners.Synthetic;

/// <summary>
/// Invents households, the same for the same seed. Nobody real: names are drawn apart from first names, numbers belong to
/// the ranges kept for fiction, e-mail addresses end in <c>.invalid</c>.
/// </summary>
/// <param name="seed">Any number; printed by the programs that use it.</param>
/// <param name="today">Date around which leases, arrears and acts are laid.</param>
public sealed class HouseholdGenerator(int seed, Territory territory, DateOnly today)
{
    /// <summary>Names that break naive programs: apostrophes, hyphens, particles, accents, letters out of Latin-1.</summary>
    private static readonly string[] Traps =
    [
        "O'Brien", "D'Alembert-Lévêque", "N'Guyen", "de la Rivière-Essai", "Müller-Ñandú", "Şahin-Exemple", "Łukasik", "Çelik", "Ó Súilleabháin", "L'Hôte",
        "M'Barek-Modèle", "Von der Probe", "Œuvrard", "Le Goff d'Essai", "Haÿ", "El Modèle",
    ];

    private readonly Faker _faker = new("fr") { Random = new Randomizer(seed) };
    private int _count;

    /// <summary>Invents one household.</summary>
    /// <param name="parc">prive or public; drawn when not given.</param>
    /// <param name="composition">Drawn when not given.</param>
    /// <param name="aided">Whether it has a housing aid; drawn (two in three) when not given.</param>
    public Household Next(string? parc = null, string? composition = null, bool? aided = null)
    {
        parc ??= _faker.Random.Bool(0.55f) ? "prive" : "public";
        composition ??= _faker.Random.WeightedRandom(["familleAvecEnfants", "coupleSansEnfant", "personneSeule"], [0.42f, 0.16f, 0.42f]);
        var children = composition == "familleAvecEnfants" ? _faker.Random.Int(1, 4) : 0;
        var aid = aided ?? _faker.Random.Bool(0.66f);
        var nature = !aid ? "aucune" : parc == "public" ? "APL" : children > 0 ? _faker.PickRandom("APL", "ALF") : _faker.PickRandom("APL", "ALS");
        var people = People(composition);
        return new(
            // Unique and stable: the seed gives the block, the count the place in it.
            ((Math.Abs(seed) % 90 + 10) * 100_000 + ++_count).ToString(CultureInfo.InvariantCulture),
            people, Dwelling(), Telephone(), _faker.Random.Bool(0.4f) ? $"locataire{_count}@courriel.invalid" : null,
            composition, children, nature, Lease(parc), Arrears(parc, aid, children),
            Euros(_faker.Random.Decimal(180, 1150)), Euros(_faker.Random.Decimal(560, 2600)));
    }

    private List<Person> People(string composition)
    {
        var name = Name();
        var people = new List<Person> { Person("titulaire", name) };
        if (composition == "coupleSansEnfant" || (composition == "familleAvecEnfants" && _faker.Random.Bool(0.6f)))
            people.Add(Person(_faker.PickRandom("conjoint", "cotitulaire"), _faker.Random.Bool(0.7f) ? name : Name()));
        return people;
    }

    private Person Person(string quality, string name)
    {
        var woman = _faker.Random.Bool();
        var first = _faker.Name.FirstName(woman ? Bogus.DataSets.Name.Gender.Female : Bogus.DataSets.Name.Gender.Male);
        if (_faker.Random.Bool(0.2f))
            first += "-" + _faker.Name.FirstName();
        var born = new DateOnly(1946, 1, 1).AddDays(_faker.Random.Int(0, 365 * 58));
        return new(quality, woman ? "MME" : "M", name, woman && _faker.Random.Bool(0.15f) ? Name() : null, first, born);
    }

    private string Name() => _faker.Random.Bool(0.15f) ? _faker.PickRandom(Traps) : _faker.Name.LastName();

    private Dwelling Dwelling()
    {
        var commune = _faker.PickRandom(territory.Communes.AsEnumerable());
        var number = _faker.Random.Int(1, 190).ToString(CultureInfo.InvariantCulture) + (_faker.Random.Bool(0.1f) ? _faker.PickRandom(" bis", " ter") : "");
        var floor = _faker.Random.Int(0, 9);
        return new(number, _faker.PickRandom(territory.Streets.AsEnumerable()), _faker.Random.Bool(0.3f) ? "Bâtiment " + _faker.PickRandom("A", "B", "C") : null,
            floor == 0 ? "rez-de-chaussée" : $"{floor}e étage, porte {_faker.Random.Int(1, 60)}", _faker.PickRandom(commune.CodesPostaux.AsEnumerable()), commune);
    }

    /// <summary>Ranges that ARCEP keeps for works of fiction: 01 99 00, 02 61 91, 03 53 01, 04 65 71, 05 36 49, 06 39 98 and four digits.</summary>
    private string Telephone() =>
        (_faker.Random.Bool(0.75f) ? "063998" : _faker.PickRandom("019900", "026191", "035301", "046571", "053649")) + _faker.Random.Int(0, 9999).ToString("0000", CultureInfo.InvariantCulture);

    private Lease Lease(string parc)
    {
        var type = parc == "public" ? "bailleurSocial" : _faker.Random.WeightedRandom(["personnePhysique", "sciFamiliale", "personneMorale"], [0.6f, 0.2f, 0.2f]);
        var owner = type switch
        {
            "bailleurSocial" => "Office fictif de l'habitat",
            "sciFamiliale" => "SCI des " + _faker.PickRandom("Lilas", "Essais", "Trois Modèles", "Érables"),
            "personneMorale" => "SA Foncière fictive n° " + _faker.Random.Int(1, 40),
            _ => $"{_faker.Name.FirstName()} {Name()}",
        };
        return new(today.AddDays(-_faker.Random.Int(200, 5200)), type, parc, _faker.PickRandom("directe", "mandataire"), owner, $"LOT-{_faker.Random.Int(1, 9999):0000}-{_count:00000}");
    }

    private Arrears Arrears(string parc, bool aided, int children)
    {
        var rent = Euros(parc == "public" ? _faker.Random.Decimal(260, 640) : _faker.Random.Decimal(580, 1650));
        var charges = Euros(rent * _faker.Random.Decimal(0.06m, 0.18m));
        var aid = aided ? Euros(Math.Min(rent * 0.6m, _faker.Random.Decimal(60, 210) + children * 45)) : 0m;
        var lines = Enumerable.Range(0, _faker.Random.WeightedRandom([2, 3, 4, 6, 9], [0.3f, 0.3f, 0.2f, 0.14f, 0.06f]))
            .Select(back => new MonthLine(
                today.AddMonths(-1 - back).ToString("yyyy-MM", CultureInfo.InvariantCulture), rent, charges, aid,
                _faker.Random.Bool(0.25f) ? Euros((rent + charges - aid) * _faker.Random.Decimal(0.1m, 0.6m)) : 0m,
                back == 0 && _faker.Random.Bool(0.3f) ? Euros(_faker.Random.Decimal(12, 90)) : null))
            .Reverse().ToList();
        return new(rent, charges, aid, lines);
    }

    private static decimal Euros(decimal amount) => Math.Round(amount, 2, MidpointRounding.AwayFromZero);
}
