using System.Globalization;
using System.Text;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Benchmarks.Subjects;

/// <summary>
/// What senders make of the truth. Every rate is declared here; <see cref="Describe"/> prints them. Rates are per message, or per
/// person of a message.
/// </summary>
internal sealed class ErrorModel(Draw draw)
{
    private const double Capitals = 0.5, NoAccents = 0.6, SurnameSlip = 0.012, GivenSlip = 0.008, Swapped = 0.004, Initial = 0.004, AllGiven = 0.4;
    private const double UsageOnly = 0.10, UsageBoth = 0.45, Widow = 0.01, Joined = 0.05, Civilite = 0.8, WrongCivilite = 0.002;
    private const double DayMonthSwapped = 0.004, BirthSlip = 0.008, Abbreviated = 0.35, StreetSlip = 0.008, NoNumber = 0.002, CityCode = 0.005, WrongPostCode = 0.004, NumberInStreet = 0.1;
    private const double AllocataireSlip = 0.002, ServedApart = 0.2, LeaseDateWrong = 0.01, NoBirthCaf = 0.01, NoBirthEtude = 0.2, NoBirthLandlord = 0.3;

    public static string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"slips: surname {SurnameSlip}, given name {GivenSlip}, birth {BirthSlip}, street {StreetSlip}, allocataire {AllocataireSlip}; day and month swapped {DayMonthSwapped}; names swapped {Swapped}; initial only {Initial}; usage name alone {UsageOnly} of married women; house number missing {NoNumber}; post code wrong {WrongPostCode}; birth date missing: CAF {NoBirthCaf}, étude {NoBirthEtude}, landlord {NoBirthLandlord}, never of a household that moves; lease date wrong {LeaseDateWrong}; spouses served apart {ServedApart} of acts");

    /// <summary>One message about a household, living where it lives at that moment.</summary>
    /// <param name="moved">The first message from a new dwelling names everybody. Households that move are always given their birth
    /// dates: without them nobody, not even a clerk, could know them again.</param>
    public Signalement Message(TrueHousehold household, TrueHome home, bool moved)
    {
        var sender = draw.Int(3); // CAF, étude, landlord
        var body = sender == 0 && household.Allocataire is not null;
        var noBirth = household.Homes.Count > 1 ? 0 : sender switch { 0 => NoBirthCaf, 1 => NoBirthEtude, _ => NoBirthLandlord };
        List<Personne> persons = [];
        // Acts are served on each spouse; the CAF and the landlord name both. Only an act says on whose lease.
        int? only = sender == 1 && !moved && household.Persons.Count == 2 && draw.Chance(ServedApart) ? draw.Int(2) : null;
        for (var i = 0; i < household.Persons.Count; i++)
        {
            if (only is null || only == i)
                persons.Add(Person(household.Persons[i], persons.Count + 1, i == 0 ? "titulaire" : draw.Chance(0.5) ? "conjoint" : "cotitulaire", noBirth));
        }

        if (sender == 1 && draw.Chance(0.1))
            persons.Add(new Personne { Rang = persons.Count + 1, Qualite = "caution", Nom = "Caution-" + household.Id, Prenoms = "Alain" });
        return new Signalement
        {
            Type = MessageType.Parse(body ? "caf/impayes" : "commissaires-de-justice/commandements-de-payer"),
            SchemaVersion = "1",
            Faits = new Faits { Stade = "impaye", Motif = "impayes", TypeMessage = "caf/impayes", Commune = home.Commune },
            Drapeaux = [],
            Identite = new Identite
            {
                Personnes = persons,
                Organisme = body ? "caf" : null,
                CodeOrganisme = body ? "751" : null,
                NumeroAllocataire = body ? (draw.Chance(AllocataireSlip) ? Slip(household.Allocataire!, "0123456789") : household.Allocataire) : null,
            },
            Adresse = Address(home),
            Contact = draw.Chance(0.3) ? new Contact { TelephoneConnu = "oui", Telephones = [new Telephone(household.Phone, null, null)] } : null,
            Bail = sender == 0 ? null : new Bail
            {
                SigneLe = draw.Chance(LeaseDateWrong) ? home.Lease.AddYears(3) : home.Lease,
                Bailleur = home.Landlord,
                ReferenceLogement = sender == 2 ? home.Reference : null,
            },
            Dette = new Dette { LoyerHorsCharges = home.Rent },
        };
    }

    private Personne Person(TruePerson truth, int rank, string quality, double noBirth)
    {
        var (name, usage) = (truth.Name, (string?)null);
        if (truth.Usage is { } other)
        {
            if (draw.Chance(UsageOnly))
                name = other;
            else if (draw.Chance(UsageBoth))
                usage = other;
            else if (draw.Chance(Widow))
                name = $"Mme veuve {other} née {truth.Name}";
        }

        var given = draw.Chance(AllGiven) ? string.Join(draw.Chance(0.5) ? ", " : " ", truth.Given) : truth.Given[0];
        if (draw.Chance(Initial))
            given = truth.Given[0][..1] + ".";
        else if (draw.Chance(GivenSlip))
            given = Slip(given, "aeioulnrst");
        if (draw.Chance(SurnameSlip))
            name = Slip(name, "aeioulnrst");
        if (draw.Chance(Joined))
            name = name.Replace(" ", "", StringComparison.Ordinal).Replace("-", " ", StringComparison.Ordinal);
        if (draw.Chance(Swapped))
            (name, given) = (given, name);
        var woman = draw.Chance(WrongCivilite) ? !truth.Woman : truth.Woman;
        return new Personne
        {
            Rang = rank,
            Qualite = quality,
            Civilite = draw.Chance(Civilite) ? (woman ? "MME" : "M") : null,
            Nom = Written(name),
            NomUsage = usage is null ? null : Written(usage),
            Prenoms = Written(given),
            DateNaissance = draw.Chance(noBirth) ? null : Birth(truth.Birth),
        };
    }

    private DateOnly Birth(DateOnly date)
    {
        if (date.Day <= 12 && draw.Chance(DayMonthSwapped * 2.5))
            return new DateOnly(date.Year, date.Day, date.Month);
        if (!draw.Chance(BirthSlip))
            return date;
        return draw.Int(3) switch
        {
            0 => date.AddYears(draw.Pick([-10, -1, 1, 10])),
            1 => date.AddMonths(draw.Pick([-1, 1])),
            _ => new DateOnly(date.Year, date.Month, 1 + ((date.Day + draw.Int(27)) % 28)),
        };
    }

    private Adresse Address(TrueHome home)
    {
        var street = home.Street;
        if (draw.Chance(Abbreviated))
        {
            street = street.Replace("avenue", draw.Pick(["av.", "AV", "ave"]), StringComparison.Ordinal).Replace("boulevard", draw.Pick(["bd", "Bld", "BD."]), StringComparison.Ordinal)
                .Replace("place", "pl.", StringComparison.Ordinal).Replace("Général", draw.Pick(["Gal", "Gén.", "GAL"]), StringComparison.Ordinal).Replace("Saint", "St", StringComparison.Ordinal)
                .Replace("Docteur", "Dr", StringComparison.Ordinal).Replace("Faubourg", "Fbg", StringComparison.Ordinal).Replace("-", " ", StringComparison.Ordinal);
        }

        if (draw.Chance(StreetSlip))
            street = Slip(street, "aeioulnrst");
        var number = home.Number.Contains("bis", StringComparison.Ordinal) ? draw.Pick([home.Number, home.Number.Replace(" bis", "B", StringComparison.Ordinal), home.Number.ToUpperInvariant()]) : home.Number;
        var within = draw.Chance(NumberInStreet);
        var none = draw.Chance(NoNumber);
        return new Adresse
        {
            Numero = within || none ? null : number,
            Voie = Written(within && !none ? $"{number}, {street}" : street),
            Etage = draw.Chance(0.6) ? (draw.Chance(0.5) ? home.Floor : home.Floor.Split(',')[0]) : null,
            CodePostal = draw.Chance(WrongPostCode) ? "75000" : home.PostalCode,
            CodeCommune = draw.Chance(CityCode) ? "75056" : home.Commune,
            Commune = "Paris",
        };
    }

    private string Written(string text)
    {
        if (draw.Chance(NoAccents))
            text = string.Concat(text.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark));
        return draw.Chance(Capitals) ? text.ToUpperInvariant() : text;
    }

    /// <summary>One letter doubled, left out, taken for another, or two swapped.</summary>
    private string Slip(string text, string letters)
    {
        if (text.Length < 3)
            return text;
        var at = 1 + draw.Int(text.Length - 2);
        return draw.Int(4) switch
        {
            0 => text.Insert(at, text[at].ToString()),
            1 => text.Remove(at, 1),
            2 => text.Remove(at, 1).Insert(at, letters[draw.Int(letters.Length)].ToString()),
            _ => string.Concat(text.AsSpan(0, at), text.AsSpan(at + 1, 1), text.AsSpan(at, 1), text.AsSpan(at + 2)),
        };
    }
}
