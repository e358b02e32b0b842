namespace ExchangeGateway.Gateway.Matching;

/// <summary>Two messages compared: is a person of one a person of the other, or at least their household the same?</summary>
internal sealed class Comparison(MatchWeights weights)
{
    private readonly PersonComparison _persons = new(weights);

    /// <summary>A message against all profiles of a known subject.</summary>
    public MatchResult Compare(Profile message, IEnumerable<Profile> known)
    {
        var best = MatchResult.None;
        var (contradicted, confirmedByBirth) = (false, false);
        foreach (var profile in known)
        {
            var context = Context(message, profile);
            var household = new List<Finding>();
            var surnames = false;
            foreach (var a in message.Persons)
            {
                foreach (var b in profile.Persons)
                {
                    var person = _persons.Compare(a, b);
                    surnames |= person.SurnameAgrees;
                    contradicted |= person.Contradicted;
                    if (person.Impossible)
                        continue;
                    var score = Scored(person, context);
                    confirmedByBirth |= person.BirthAgrees && score >= weights.Same;
                    if (score > best.Score)
                        best = new MatchResult(Verdict(score), score, SamePerson: true, [.. person.Findings, .. context]);
                }
            }

            household.AddRange(Household(message, profile, surnames));
            var sum = household.Sum(f => f.Weight);
            if (sum > best.Score)
                best = new MatchResult(Verdict(sum), sum, SamePerson: false, household);
        }

        // Somebody of this name is known there with another birth date: without a date that agrees, it may be either.
        return contradicted && !confirmedByBirth && best.SamePerson ? best with { Verdict = Verdict(Math.Min(best.Score, weights.ToConfirm - 1)) } : best;
    }

    /// <summary>Whether two profiles are of one dwelling: their dossier is the same.</summary>
    public static bool SameDwelling(Profile a, Profile b) =>
        Place(a, b) is "identique" or "proche" || (a.LeaseReference != 0 && a.LeaseReference == b.LeaseReference && a.DwellingBySound == b.DwellingBySound);

    /// <summary>One dwelling or one telephone: what neighbours, or all whom an office helps, have in common.</summary>
    public static bool Beside(Profile a, Profile b) => (a.Dwelling != 0 && a.Dwelling == b.Dwelling) || OneContact(a, b);

    private static bool OneContact(Profile a, Profile b) => Array.Exists(a.Contacts, c => Array.IndexOf(b.Contacts, c) >= 0);

    /// <summary>The sum; what a shared telephone adds to it does not reach <see cref="MatchWeights.Same"/> by itself.</summary>
    private double Scored(PersonResult person, List<Finding> context)
    {
        var score = person.Score + context.Sum(f => f.Weight);
        var without = score - context.Sum(f => f.Element is "contact" ? f.Weight : 0);
        return person.BirthAgrees || context.Exists(f => f.Personal) || without >= weights.Same ? score : Math.Min(score, weights.Same - 1);
    }

    /// <summary>What surrounds two persons who may be one.</summary>
    private List<Finding> Context(Profile a, Profile b)
    {
        var findings = new List<Finding>(5);
        var place = Place(a, b);
        var shared = place is "identique" or "proche" && (a.Shared || b.Shared);
        findings.Add(new("logement", shared ? "partage" : place, shared ? weights.DwellingShared : place switch
        {
            "identique" => weights.DwellingSame,
            "proche" => weights.DwellingClose,
            "partiel" => weights.DwellingStreet,
            _ => weights.DwellingDifferent,
        }));
        if (place is "identique" or "proche" && a.Floor != 0 && b.Floor != 0)
            findings.Add(a.Floor == b.Floor ? new("etage", "identique", weights.FloorSame) : new("etage", "different", weights.FloorDifferent));
        if (OneContact(a, b))
            findings.Add(new("contact", "identique", weights.ContactSame));
        if (a.Allocataire != 0 && a.Allocataire == b.Allocataire)
            findings.Add(new("allocataire", "identique", weights.AllocataireSame));
        else if (a.Allocataire != 0 && b.Allocataire != 0 && a.AllocataireBody == b.AllocataireBody)
            findings.Add(new("allocataire", "different", weights.AllocataireDifferent));
        var near = place is "identique" or "proche";
        Add(findings, "referenceBail", a.LeaseReference, b.LeaseReference, weights.LeaseReferenceSame, near ? weights.LeaseReferenceDifferent : 0);
        Add(findings, "dateBail", a.LeaseDate, b.LeaseDate, near ? weights.LeaseDateSame : 0, near ? weights.LeaseDateDifferent : 0);
        Add(findings, "loyer", a.Rent, b.Rent, near ? weights.RentSame : 0, near ? weights.RentDifferent : 0);
        return findings;
    }

    /// <summary>What joins two people of one household who were served apart.</summary>
    private List<Finding> Household(Profile a, Profile b, bool surnames)
    {
        var findings = new List<Finding>(8);
        var place = Place(a, b);
        if (place is "identique" or "proche" && !a.Shared && !b.Shared)
            findings.Add(new("logement", place, place is "identique" ? weights.DwellingSame : weights.DwellingClose));
        if (a.Allocataire != 0 && a.Allocataire == b.Allocataire)
            findings.Add(new("allocataire", "identique", weights.HouseholdAllocataire));
        if (findings.Count == 0)
            return findings;
        if (surnames)
            findings.Add(new("nom", "identique", weights.HouseholdSurname));
        Add(findings, "referenceBail", a.LeaseReference, b.LeaseReference, weights.HouseholdLeaseReference, weights.HouseholdLeaseReferenceDifferent);
        Add(findings, "dateBail", a.LeaseDate, b.LeaseDate, weights.HouseholdLeaseDate, weights.HouseholdLeaseDateDifferent);
        Add(findings, "loyer", a.Rent, b.Rent, weights.HouseholdRent, 0);
        Add(findings, "bailleur", a.Landlord, b.Landlord, weights.HouseholdLandlord, 0);
        Add(findings, "etage", a.Floor, b.Floor, 0, weights.HouseholdFloorDifferent);
        var tied = findings.Exists(f => f.Element is "nom" or "referenceBail" or "dateBail" or "loyer" && f.Outcome is "identique");
        if (tied && (Apart(a) || Apart(b)))
            findings.Add(new("qualite", "oui", weights.HouseholdBeside));
        return findings;
    }

    /// <summary>Names spouses or co-tenants and nobody whose spouse or co-tenant they would be.</summary>
    private static bool Apart(Profile profile) => profile.Persons.Length > 0 && Array.TrueForAll(profile.Persons, p => p.Beside);

    private static void Add(List<Finding> findings, string element, uint x, uint y, double same, double different)
    {
        if (x != 0 && y != 0 && (x == y ? same : different) is var weight and not 0)
            findings.Add(new(element, x == y ? "identique" : "different", weight));
    }

    private static string Place(Profile a, Profile b)
    {
        if (a.Dwelling != 0 && a.Dwelling == b.Dwelling)
            return "identique";
        var sameHouse = a.Number != 0 && a.Number == b.Number;
        if ((sameHouse && (a.DwellingBySound == b.DwellingBySound || Array.Exists(a.StreetSlips, s => Array.IndexOf(b.StreetSlips, s) >= 0)))
            || (a.DwellingByPost != 0 && a.DwellingByPost == b.DwellingByPost))
            return "proche";
        return a.Street != 0 && a.Street == b.Street && (a.Number == 0 || b.Number == 0) ? "partiel" : "different";
    }

    private MatchVerdict Verdict(double score) =>
        score >= weights.Same ? MatchVerdict.Same : score >= weights.ToConfirm ? MatchVerdict.ToConfirm : MatchVerdict.Different;
}
