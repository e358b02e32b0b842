namespace ExchangeGateway.Gateway.Matching;

/// <summary>Two persons of two messages, compared mark by mark.</summary>
/// <param name="Contradicted">Same name, and birth dates that no slip explains: father and son, homonyms.</param>
/// <param name="BirthAgrees">A whole birth date speaks for the same person.</param>
/// <param name="Impossible">Something says that they are two people, whatever the sum.</param>
internal readonly record struct PersonResult(double Score, bool Impossible, bool Contradicted, bool BirthAgrees, bool SurnameAgrees, IReadOnlyList<Finding> Findings);

internal sealed class PersonComparison(MatchWeights weights)
{
    public PersonResult Compare(PersonMarks a, PersonMarks b)
    {
        var findings = new List<Finding>(4);
        var surname = Surname(a, b);
        var given = Given(a, b);
        if (surname.Outcome is "different" && given.Outcome is "different" && Swapped(a, b))
            (surname, given) = (new Finding("nom", "inverse", weights.NamesSwapped), default);
        findings.Add(surname);
        if (given.Element is not null)
            findings.Add(given);
        var birth = Birth(a.Birth, b.Birth);
        if (birth.Element is not null)
            findings.Add(birth);
        if (a.Sex != 0 && b.Sex != 0 && a.Sex != b.Sex)
            findings.Add(new Finding("civilite", "different", weights.SexDifferent));

        var namesAgree = surname.Outcome is not ("different" or "unMot") && given.Outcome is not "different";
        var contradicted = birth.Outcome is "different";
        return new PersonResult(
            findings.Sum(f => f.Weight),
            given.Outcome is "different" || contradicted,
            contradicted && namesAgree,
            birth.Outcome is "identique" or "inverse" or "unElement",
            surname.Outcome is not ("different" or "inverse" or "unMot"),
            findings);
    }

    /// <summary>The best agreement among all surnames of both: birth and usage names meet crosswise.</summary>
    private Finding Surname(PersonMarks a, PersonMarks b)
    {
        var best = new Finding("nom", "different", a.Sex == 2 || b.Sex == 2 ? weights.SurnameDifferentWoman : weights.SurnameDifferent);
        foreach (var x in a.Surnames)
        {
            foreach (var y in b.Surnames)
            {
                var found = Surname(x, y);
                if (found.Weight > best.Weight)
                    best = found;
            }
        }

        return best;
    }

    private Finding Surname(SurnameMarks x, SurnameMarks y)
    {
        if (x.Full == y.Full)
            return new("nom", "identique", weights.SurnameSame);
        if (x.Core == y.Core || x.Core == y.Full || x.Full == y.Core)
            return new("nom", "identique", weights.SurnameCore);
        if ((x.Sound == y.Sound && x.Sound != 0) || Meet(x.Slips, y.Slips))
            return new("nom", "proche", weights.SurnameClose);
        if (Has(x.Parts, y.Core) || Has(y.Parts, x.Core) || Within(x.Parts, y.Parts) || Within(y.Parts, x.Parts))
            return new("nom", "partiel", weights.SurnameClose);
        // Durand-Martin and Petit-Martin: each has a name that the other lacks.
        if (Meet(x.Parts, y.Parts))
            return new("nom", "unMot", weights.SurnameWord);
        return new("nom", "different", double.NegativeInfinity);
    }

    private Finding Given(PersonMarks a, PersonMarks b)
    {
        if (a.Given is not { } x || b.Given is not { } y)
            return default;
        if (x.InitialsOnly || y.InitialsOnly)
        {
            return x.Initials == y.Initials || ((x.InitialsOnly != y.InitialsOnly) && x.Initial == y.Initial && (x.Initials == x.Initial || y.Initials == y.Initial))
                ? new("prenom", "initiale", weights.GivenInitial)
                : new("prenom", "different", 0);
        }

        if (x.First == y.First || (x.FirstTwo != 0 && x.FirstTwo == y.First) || (y.FirstTwo != 0 && y.FirstTwo == x.First))
            return new("prenom", "identique", weights.GivenSame);
        var sameSex = a.Sex != 0 && a.Sex == b.Sex;
        var bothUsual = x.Known && y.Known;
        // Louis and Louise, Michel and Michèle sound alike or are a letter apart, and are brother and sister.
        if (bothUsual && x.Stem == y.Stem && !sameSex)
            return new("prenom", "different", 0);
        if (x.Sound == y.Sound && x.Sound != 0)
            return new("prenom", "proche", weights.GivenSound);
        if (!bothUsual && Meet(x.Slips, y.Slips))
            return new("prenom", "proche", weights.GivenSlip);
        // Jean-Pierre and Jean-Paul are brothers; Jean and Jean-Pierre may be one person.
        if (x.Atoms[0] == y.Atoms[0] && !(x.Compound && y.Compound))
            return new("prenom", "partiel", weights.GivenPart);
        if (!x.Compound && !y.Compound && (Has(x.Atoms, y.Atoms[0]) || Has(y.Atoms, x.Atoms[0])))
            return new("prenom", "partiel", weights.GivenPart);
        if (x.Compound != y.Compound && (Has(x.Atoms, y.First) || Has(y.Atoms, x.First)))
            return new("prenom", "partiel", weights.GivenPart);
        return new("prenom", "different", 0);
    }

    private static bool Swapped(PersonMarks a, PersonMarks b) =>
        a.Given is { } x && b.Given is { } y
        && Array.Exists(b.Surnames, s => s.Full == x.First || s.Full == x.FirstTwo || Meet(s.Slips, x.Slips))
        && Array.Exists(a.Surnames, s => s.Full == y.First || s.Full == y.FirstTwo || Meet(s.Slips, y.Slips));

    private Finding Birth(BirthMarks? a, BirthMarks? b)
    {
        if (a is null || b is null)
            return default;
        if (a.Whole && b.Whole)
        {
            if (a.Date == b.Date)
                return new("naissance", "identique", a.Conventional ? weights.BirthConventional : weights.BirthSame);
            if (a.Date == b.Swapped)
                return new("naissance", "inverse", weights.BirthSwapped);
            if (a.Conventional != b.Conventional && a.Year == b.Year)
                return new("naissance", "partiel", weights.BirthYear);
            return a.YearMonth == b.YearMonth || a.YearDay == b.YearDay || a.MonthDay == b.MonthDay
                ? new("naissance", "unElement", weights.BirthOneOff)
                : new("naissance", "different", 0);
        }

        if (a.YearMonth != 0 && a.YearMonth == b.YearMonth)
            return new("naissance", "partiel", weights.BirthYearMonth);
        var bothMonths = a.YearMonth != 0 && b.YearMonth != 0 && !a.Conventional && !b.Conventional;
        return a.Year == b.Year && !bothMonths ? new("naissance", "partiel", weights.BirthYear) : new("naissance", "different", 0);
    }

    private static bool Has(uint[] marks, uint mark) => Array.IndexOf(marks, mark) >= 0;

    private static bool Within(uint[] a, uint[] b) => a.Length > 0 && Array.TrueForAll(a, mark => Has(b, mark));

    private static bool Meet(uint[] a, uint[] b) => Array.Exists(a, mark => Has(b, mark));
}
