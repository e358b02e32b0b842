using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Partners.Synthetic;

namespace ExchangeGateway.Partners.Messages;

/// <summary>Writes what each partner says of a household, in the published forms. A partner leaves out what it does not know.</summary>
public static class MessageWriter
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>UTF-8 on one line: what is posted, and a line of NDJSON.</summary>
    public static byte[] Bytes(JsonObject message) => JsonSerializer.SerializeToUtf8Bytes(message, Plain);

    /// <summary>A monthly notice of the CAF.</summary>
    /// <param name="code">Code of the caisse, three digits.</param>
    public static JsonObject Caf(Household h, string code, DateOnly constituted, bool phone)
    {
        var message = new JsonObject
        {
            ["organisme"] = "caf",
            ["codeOrganisme"] = code,
            ["numeroAllocataire"] = h.NumeroAllocataire,
            ["motif"] = "impayes",
            ["personnes"] = People(h),
            ["logement"] = Dwelling(h),
            ["menage"] = new JsonObject { ["composition"] = h.Composition, ["enfantsACharge"] = h.Enfants, ["nombrePersonnes"] = h.Personnes.Count + h.Enfants },
            ["ressources"] = new JsonObject { ["quotientFamilial"] = h.QuotientFamilial, ["ressourcesMensuelles"] = h.Ressources },
            ["bailleur"] = new JsonObject { ["type"] = h.Bail.TypeBailleur, ["parc"] = h.Bail.Parc },
            ["dette"] = new JsonObject
            {
                ["loyerHorsCharges"] = h.Dette.Loyer,
                ["charges"] = h.Dette.Charges,
                ["aideAuLogement"] = h.Dette.Aide,
                ["natureAide"] = h.NatureAide,
                ["tiersPayant"] = h.Bail.Parc == "public",
                ["total"] = h.Dette.Total,
                ["premierMoisImpaye"] = h.Dette.Mois[0].Mois,
                ["moisImpayes"] = h.Dette.Mois.Count,
                ["dateConstitution"] = Date(constituted),
            },
        };
        return Phone(message, h, phone, "caf", constituted);
    }

    /// <summary>A commandement de payer of an étude. Without <paramref name="motif"/> impayes it carries no debt.</summary>
    /// <param name="notice">Version of the notice annexed; <see langword="null"/> when none is.</param>
    public static JsonObject Commandement(Household h, string reference, DateOnly served, string motif, string? notice, bool phone, string mode = "domicile")
    {
        var act = new JsonObject
        {
            ["referenceEtude"] = reference,
            ["requerant"] = h.Bail.Bailleur,
            ["signifieLe"] = Date(served),
            ["modaliteRemise"] = mode,
            ["clauseResolutoireVisee"] = true,
            ["delaiVise"] = h.Bail.SigneLe >= new DateOnly(2023, 7, 29) ? "sixSemaines" : "deuxMois",
            ["coutActe"] = 142.35m,
            ["noticeAnnexee"] = notice is null ? "non" : "oui",
        };
        if (notice is not null)
            act["versionNotice"] = notice;
        var message = new JsonObject
        {
            ["motif"] = motif,
            ["personnes"] = People(h),
            ["logement"] = Dwelling(h),
            ["acte"] = act,
            ["etude"] = new JsonObject { ["nom"] = "Étude d'essai n° 1", ["ville"] = h.Logement.Commune.Nom, ["contact"] = "etude@exemple.invalid" },
            ["bailleur"] = Landlord(h),
            ["bail"] = new JsonObject { ["signeLe"] = Date(h.Bail.SigneLe), ["typeBail"] = "vide", ["clauseResolutoire"] = true },
        };
        if (motif == "impayes")
            message["dette"] = Debt(h);
        return Phone(message, h, phone, "etude", served);
    }

    /// <summary>A notice of a social landlord.</summary>
    public static JsonObject Bailleur(Household h, DateOnly at, bool phone)
    {
        var debt = Debt(h);
        debt["natureAide"] = h.NatureAide;
        debt["tiersPayant"] = h.NatureAide != "aucune";
        debt["poursuites"] = "relance";
        var message = new JsonObject
        {
            ["motif"] = "impayes",
            ["personnes"] = People(h),
            ["logement"] = Dwelling(h),
            ["bailleur"] = Landlord(h),
            ["bail"] = new JsonObject { ["signeLe"] = Date(h.Bail.SigneLe), ["typeBail"] = "conventionne", ["referenceLogement"] = h.Bail.Reference },
            ["dette"] = debt,
        };
        return Phone(message, h, phone, "bailleur", at);
    }

    /// <summary>An orientation by a commission de surendettement; it may carry neither phone, household nor resources.</summary>
    public static JsonObject Orientation(Household h, string reference, DateOnly deposited, bool admitted, bool debt)
    {
        var file = new JsonObject
        {
            ["etape"] = admitted ? "recevable" : "depot",
            ["referenceDossier"] = reference,
            ["commission"] = "Commission d'essai",
            ["deposeLe"] = Date(deposited),
            ["objet"] = admitted ? "demandeSuspensionExpulsion" : "information",
            ["accordElectronique"] = true,
            ["procedures"] = new JsonArray(new JsonObject { ["nature"] = "commandementDePayer", ["date"] = Date(deposited.AddDays(-30)) }),
        };
        if (admitted)
            file["recevableLe"] = Date(deposited.AddDays(60));
        var message = new JsonObject { ["motif"] = debt ? "impayes" : "autre", ["personnes"] = People(h), ["logement"] = Dwelling(h), ["surendettement"] = file };
        if (debt)
            message["dette"] = new JsonObject { ["total"] = h.Dette.Total, ["moisImpayes"] = h.Dette.Mois.Count };
        return message;
    }

    /// <summary>The body of the diagnosis reports that the household did not come: identity and absence only.</summary>
    public static JsonObject Absence(Household h, DateOnly proposed, DateOnly hearing) => new()
    {
        ["motif"] = "impayes",
        ["personnes"] = People(h),
        ["logement"] = Dwelling(h),
        ["natureDsf"] = "dsfCarence",
        ["entretien"] = new JsonObject { ["redacteur"] = "Organisme d'essai", ["proposeLe"] = Date(proposed), ["presence"] = "absente" },
        ["audience"] = new JsonObject { ["juridiction"] = "Tribunal judiciaire de Paris", ["audienceLe"] = Date(hearing) },
    };

    /// <summary>A social service seizes the CCAPEX.</summary>
    public static JsonObject Saisine(Household h, DateOnly at) => Phone(
        new()
        {
            ["motif"] = "impayes",
            ["personnes"] = People(h),
            ["logement"] = Dwelling(h),
            ["stade"] = "assignation",
            ["saisine"] = new JsonObject { ["auteurSaisine"] = "serviceSocial", ["saisieLe"] = Date(at), ["objetSaisine"] = "examenSituation" },
            ["menage"] = new JsonObject { ["composition"] = h.Composition },
            ["bailleur"] = Landlord(h),
        },
        h, phone: false, "personne", at);

    private static JsonArray People(Household h) =>
    [
        .. h.Personnes.Select(p =>
        {
            var person = new JsonObject { ["qualite"] = p.Qualite, ["civilite"] = p.Civilite, ["nom"] = p.Nom };
            if (p.NomUsage is not null)
                person["nomUsage"] = p.NomUsage;
            person["prenoms"] = p.Prenoms;
            person["dateNaissance"] = Date(p.DateNaissance);
            return person;
        }),
    ];

    private static JsonObject Dwelling(Household h)
    {
        var d = h.Logement;
        var dwelling = new JsonObject { ["numero"] = d.Numero, ["voie"] = d.Voie };
        if (d.Complement is not null)
            dwelling["complement"] = d.Complement;
        dwelling["etage"] = d.Etage;
        dwelling["codePostal"] = d.CodePostal;
        dwelling["codeCommune"] = d.Commune.Insee;
        dwelling["commune"] = d.Commune.Nom;
        return dwelling;
    }

    private static JsonObject Landlord(Household h) =>
        new() { ["type"] = h.Bail.TypeBailleur, ["parc"] = h.Bail.Parc, ["gestion"] = h.Bail.Gestion, ["nom"] = h.Bail.Bailleur };

    private static JsonObject Debt(Household h) => new()
    {
        ["loyerHorsCharges"] = h.Dette.Loyer,
        ["charges"] = h.Dette.Charges,
        ["total"] = h.Dette.Total,
        ["premierMoisImpaye"] = h.Dette.Mois[0].Mois,
        ["moisImpayes"] = h.Dette.Mois.Count,
        ["decompte"] = new JsonArray(
        [
            .. h.Dette.Mois.Select(m =>
            {
                var line = new JsonObject { ["mois"] = m.Mois, ["loyer"] = m.Loyer, ["provisions"] = m.Provisions, ["aideRecue"] = m.Aide, ["versements"] = m.Verse };
                if (m.Frais is not null)
                    line["frais"] = m.Frais;
                return line;
            }),
        ]),
    };

    private static JsonObject Phone(JsonObject message, Household h, bool phone, string source, DateOnly at)
    {
        message["telephoneConnu"] = phone && h.Telephone is not null ? "oui" : "non";
        if (phone && h.Telephone is not null)
            message["telephones"] = new JsonArray(new JsonObject { ["numero"] = h.Telephone, ["source"] = source, ["constateLe"] = Date(at) });
        if (phone && h.Courriel is not null)
            message["courriels"] = new JsonArray(h.Courriel);
        return message;
    }

    internal static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
