using System.Text.Json.Nodes;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>Messages of invented people, safe by default; a test changes what it is about.</summary>
internal static class Messages
{
    private static int _count;

    /// <summary>A household of its own each time, in Paris unless told otherwise.</summary>
    public static Household NewHousehold(string commune = "75111", string postalCode = "75011", string name = "Paris 11e Arrondissement")
    {
        var n = Interlocked.Increment(ref _count);
        return new Household($"Dùmesnïl-Exemple{Letters(n)}", "Élodie", $"{n}", "rue de l'Essai", postalCode, commune, name, new DateOnly(1980, 1, 1).AddDays(n));
    }

    public static JsonObject Cdp(Household household, string parc = "prive", string typeBailleur = "personnePhysique", string gestion = "mandataire") => new()
    {
        ["motif"] = "impayes",
        ["personnes"] = Persons(household),
        ["logement"] = Dwelling(household),
        ["telephoneConnu"] = "oui",
        ["telephones"] = new JsonArray(new JsonObject { ["numero"] = "0639980001", ["source"] = "bailleur", ["constateLe"] = "2026-10-02" }),
        ["acte"] = new JsonObject
        {
            ["referenceEtude"] = "CDP-" + Guid.NewGuid().ToString("N")[..10],
            ["requerant"] = "SCI Bailleur Exemple",
            ["signifieLe"] = "2026-11-02",
            ["modaliteRemise"] = "domicile",
            ["clauseResolutoireVisee"] = true,
            ["delaiVise"] = "sixSemaines",
            ["noticeAnnexee"] = "oui",
        },
        ["etude"] = new JsonObject { ["nom"] = "SCP Exemple", ["ville"] = "Paris" },
        ["bailleur"] = new JsonObject { ["type"] = typeBailleur, ["parc"] = parc, ["gestion"] = gestion, ["nom"] = "SCI Bailleur Exemple" },
        ["bail"] = new JsonObject { ["signeLe"] = "2024-02-01", ["typeBail"] = "vide", ["clauseResolutoire"] = true },
        ["dette"] = new JsonObject { ["loyerHorsCharges"] = 812.40m, ["charges"] = 75m, ["total"] = 3210.15m, ["premierMoisImpaye"] = "2026-07", ["moisImpayes"] = 4 },
    };

    public static JsonObject CafNotice(Household household, string? composition = "familleAvecEnfants", decimal? aide = 245m, string natureAide = "ALF")
    {
        var notice = new JsonObject
        {
            ["organisme"] = "caf",
            ["codeOrganisme"] = "751",
            ["numeroAllocataire"] = household.Number.PadLeft(7, '1'),
            ["motif"] = "impayes",
            ["personnes"] = Persons(household),
            ["logement"] = Dwelling(household),
            ["telephoneConnu"] = "non",
            ["bailleur"] = new JsonObject { ["parc"] = "prive" },
            ["ressources"] = new JsonObject { ["quotientFamilial"] = 512m },
            ["dette"] = new JsonObject
            {
                ["loyerHorsCharges"] = 700m,
                ["charges"] = 60m,
                ["natureAide"] = natureAide,
                ["tiersPayant"] = true,
                ["total"] = 1840m,
                ["premierMoisImpaye"] = "2026-08",
                ["moisImpayes"] = 3,
                ["dateConstitution"] = "2026-10-31",
            },
        };
        if (aide is not null)
            notice["dette"]!["aideAuLogement"] = aide;
        if (composition is not null)
            notice["menage"] = new JsonObject { ["composition"] = composition };
        return notice;
    }

    public static JsonObject Assignation(Household household, string parc = "prive") => new()
    {
        ["motif"] = "impayes",
        ["personnes"] = Persons(household),
        ["logement"] = Dwelling(household),
        ["telephoneConnu"] = "nonRecherche",
        ["acte"] = new JsonObject
        {
            ["referenceEtude"] = "ASS-" + Guid.NewGuid().ToString("N")[..10],
            ["signifieLe"] = "2026-11-02",
            ["modaliteRemise"] = "etude",
            ["juridiction"] = "Tribunal judiciaire de Paris",
            ["audienceLe"] = "2027-02-15",
        },
        ["etude"] = new JsonObject { ["nom"] = "SCP Exemple" },
        ["bailleur"] = new JsonObject { ["type"] = "personnePhysique", ["parc"] = parc },
    };

    public static JsonObject CommandementDeQuitter(Household household, string parc = "prive")
    {
        var act = Assignation(household, parc);
        act["acte"] = new JsonObject { ["referenceEtude"] = "CQL-" + Guid.NewGuid().ToString("N")[..10], ["signifieLe"] = "2026-11-02", ["modaliteRemise"] = "etude" };
        return act;
    }

    /// <param name="agreed">The person's agreement that the judge gets the whole; <see langword="null"/> when the message does not say.</param>
    public static JsonObject Dsf(Household household, bool? agreed)
    {
        var dsf = Instance(household);
        dsf["natureDsf"] = "dsf";
        dsf["entretien"] = new JsonObject { ["redacteur"] = "Organisme fictif", ["tenuLe"] = "2026-11-03", ["presence"] = "presente" };
        dsf["audience"] = new JsonObject { ["juridiction"] = "Tribunal judiciaire de Paris", ["audienceLe"] = "2027-02-15" };
        dsf["dette"] = new JsonObject { ["total"] = 3210.15m };
        dsf["diagnostic"] = new JsonObject { ["repriseLoyer"] = "partiel" };
        if (agreed is not null)
            dsf["accordPersonne"] = agreed;
        return dsf;
    }

    /// <summary>The body of the diagnosis has not met the household.</summary>
    public static JsonObject Absence(Household household)
    {
        var dsf = Dsf(household, agreed: null);
        foreach (var field in new[] { "dette", "diagnostic" })
            dsf.Remove(field);
        dsf["natureDsf"] = "dsfCarence";
        dsf["entretien"] = new JsonObject { ["redacteur"] = "Organisme fictif", ["proposeLe"] = "2026-11-03", ["presence"] = "absente" };
        return dsf;
    }

    /// <summary>A service seizes the CCAPEX.</summary>
    public static JsonObject Saisine(Household household)
    {
        var saisine = Instance(household);
        saisine["telephoneConnu"] = "non";
        saisine["stade"] = "impaye";
        saisine["saisine"] = new JsonObject { ["auteurSaisine"] = "serviceSocial", ["saisieLe"] = "2026-11-09", ["objetSaisine"] = "autre" };
        saisine["bailleur"] = new JsonObject { ["type"] = "personnePhysique", ["parc"] = "prive" };
        return saisine;
    }

    /// <summary>A helpline's referral to a relay.</summary>
    /// <param name="named">Categories that the person's agreement names.</param>
    public static JsonObject Referral(Household household, bool agreed, params string[] named)
    {
        var message = CafNotice(household);
        foreach (var field in new[] { "organisme", "codeOrganisme", "numeroAllocataire" })
            message.Remove(field);
        message["dette"]!.AsObject().Remove("dateConstitution");
        message["stade"] = "impaye";
        message["accord"] = new JsonObject
        {
            ["donne"] = agreed,
            ["recueilliLe"] = "2026-11-16",
            ["forme"] = "oral",
            ["categories"] = new JsonArray([.. named.Select(n => JsonValue.Create(n))]),
        };
        return message;
    }

    /// <param name="agreed">The written agreement to electronic sending (R712-19); <see langword="null"/> when the message does not say.</param>
    public static JsonObject DebtReferral(Household household, bool? agreed)
    {
        var referral = Instance(household);
        referral["surendettement"] = new JsonObject { ["etape"] = "depot", ["referenceDossier"] = Guid.NewGuid().ToString("N")[..12] };
        if (agreed is not null)
            referral["surendettement"]!["accordElectronique"] = agreed;
        return referral;
    }

    public static JsonObject FollowUp(Household household)
    {
        var suivi = Instance(household);
        suivi["stade"] = "assignation";
        suivi["suivi"] = new JsonObject { ["courrierLe"] = "2026-11-02", ["issue"] = "enCours" };
        return suivi;
    }

    public static JsonObject Answer(Household household)
    {
        var reponse = Instance(household);
        reponse["stade"] = "assignation";
        reponse["reponse"] = new JsonObject { ["reponduLe"] = "2026-11-12", ["connu"] = "inconnu" };
        reponse["menage"] = new JsonObject { ["composition"] = "personneSeule" };
        return reponse;
    }

    private static JsonObject Instance(Household household) => new() { ["motif"] = "impayes", ["personnes"] = Persons(household), ["logement"] = Dwelling(household) };

    private static JsonArray Persons(Household household) => new(new JsonObject
    {
        ["qualite"] = "titulaire",
        ["nom"] = household.Name,
        ["prenoms"] = household.GivenName,
        ["dateNaissance"] = household.Birth.ToString("yyyy-MM-dd"),
    });

    private static JsonObject Dwelling(Household household) => new()
    {
        ["numero"] = household.Number,
        ["voie"] = household.Street,
        ["codePostal"] = household.PostalCode,
        ["codeCommune"] = household.Commune,
        ["commune"] = household.CommuneName,
    };

    private static string Letters(int n) => n < 26 ? ((char)('a' + n)).ToString() : Letters(n / 26) + Letters(n % 26);
}

internal sealed record Household(string Name, string GivenName, string Number, string Street, string PostalCode, string Commune, string CommuneName, DateOnly Birth);
