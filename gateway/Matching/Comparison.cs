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
                    var score = person.Score + context.Sum(f => f.Weight);
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

    /// <summary>What surrounds two persons who may be one.</summary>
    private List<Finding> Context(Profile a, Profile b)
    {
        var findings = new List<Finding>(5);
        var place = Place(a, b);
        findings.Add(new("logement", place, place switch
        {
            "identique" => weights.DwellingSame,
            "proche" => weights.DwellingClose,
            "partiel" => weights.DwellingStreet,
            _ => weights.DwellingDifferent,
        }));
        if (place is "identique" or "proche" && a.Door != 0 && b.Door != 0)
            findings.Add(a.Door == b.Door ? new("porte", "identique", weights.DoorSame) : new("porte", "different", weights.DoorDifferent));
        if (Array.Exists(a.Contacts, c => Array.IndexOf(b.Contacts, c) >= 0))
            findings.Add(new("contact", "identique", weights.ContactSame));
        if (a.Allocataire != 0 && a.Allocataire == b.Allocataire)
            findings.Add(new("allocataire", "identique", weights.AllocataireSame));
        else if (a.Allocataire != 0 && b.Allocataire != 0 && a.AllocataireBody == b.AllocataireBody)
            findings.Add(new("allocataire", "different", weights.AllocataireDifferent));
        if (a.LeaseReference != 0 && a.LeaseReference == b.LeaseReference)
            findings.Add(new("referenceBail", "identique", weights.LeaseReferenceSame));
        return findings;
    }

    /// <summary>What joins two people of one household who were served apart.</summary>
    private List<Finding> Household(Profile a, Profile b, bool surnames)
    {
        var findings = new List<Finding>(8);
        var place = Place(a, b);
        if (place is "identique" or "proche")
            findings.Add(new("logement", place, place is "identique" ? weights.DwellingSame : weights.DwellingClose));
        if (a.Allocataire != 0 && a.Allocataire == b.Allocataire)
            findings.Add(new("allocataire", "identique", weights.HouseholdAllocataire));
        if (findings.Count == 0)
            return findings;
        if (surnames)
            findings.Add(new("nom", "identique", weights.HouseholdSurname));
        Compare("referenceBail", a.LeaseReference, b.LeaseReference, weights.HouseholdLeaseReference, weights.HouseholdLeaseReferenceDifferent);
        Compare("dateBail", a.LeaseDate, b.LeaseDate, weights.HouseholdLeaseDate, weights.HouseholdLeaseDateDifferent);
        Compare("loyer", a.Rent, b.Rent, weights.HouseholdRent, 0);
        Compare("bailleur", a.Landlord, b.Landlord, weights.HouseholdLandlord, 0);
        Compare("porte", a.Door, b.Door, 0, weights.HouseholdDoorDifferent);
        if (Array.Exists(a.Persons, p => p.Beside) || Array.Exists(b.Persons, p => p.Beside))
            findings.Add(new("qualite", "oui", weights.HouseholdBeside));
        return findings;

        void Compare(string element, uint x, uint y, double same, double different)
        {
            if (x != 0 && y != 0 && (x == y ? same : different) is var weight and not 0)
                findings.Add(new(element, x == y ? "identique" : "different", weight));
        }
    }

    private static string Place(Profile a, Profile b)
    {
        if (a.Dwelling != 0 && a.Dwelling == b.Dwelling)
            return "identique";
        if ((a.HasNumber && b.HasNumber && a.DwellingBySound == b.DwellingBySound) || (a.DwellingByPost != 0 && a.DwellingByPost == b.DwellingByPost))
            return "proche";
        return a.Street != 0 && a.Street == b.Street && !(a.HasNumber && b.HasNumber) ? "partiel" : "different";
    }

    private MatchVerdict Verdict(double score) =>
        score >= weights.Same ? MatchVerdict.Same : score >= weights.ToConfirm ? MatchVerdict.ToConfirm : MatchVerdict.Different;
}
