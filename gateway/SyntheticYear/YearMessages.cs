using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.SyntheticYear;

/// <summary>Writes each act as its sender would: what that sender knows, in its published form.</summary>
internal static class YearMessages
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Message type of each stage.</summary>
    public static IReadOnlyDictionary<YearStage, MessageType> Types { get; } = new Dictionary<YearStage, MessageType>
    {
        [YearStage.ImpayeCaf] = MessageType.Parse("caf/impayes"),
        [YearStage.Cdp] = MessageType.Parse("commissaires-de-justice/commandements-de-payer"),
        [YearStage.Assignation] = MessageType.Parse("commissaires-de-justice/assignations"),
        [YearStage.Cql] = MessageType.Parse("commissaires-de-justice/commandements-de-quitter-les-lieux"),
        [YearStage.Requisition] = MessageType.Parse("commissaires-de-justice/requisitions-force-publique"),
        [YearStage.OctroiCfp] = MessageType.Parse("instances/decisions-cfp"),
        [YearStage.Expulsion] = MessageType.Parse("commissaires-de-justice/proces-verbaux-expulsion"),
    };

    /// <summary>UTF-8 on one line.</summary>
    public static byte[] Bytes(YearAct act) => JsonSerializer.SerializeToUtf8Bytes(Of(act), Plain);

    private static JsonObject Of(YearAct a)
    {
        var message = new JsonObject();
        var h = a.Household;
        if (a.Stage is YearStage.ImpayeCaf)
        {
            message["organisme"] = "caf";
            message["codeOrganisme"] = "751";
            message["numeroAllocataire"] = (1_000_000 + h.Number).ToString(CultureInfo.InvariantCulture);
        }

        message["motif"] = "impayes";
        message["personnes"] = People(h);
        message["logement"] = Dwelling(h);
        if (a.Stage is YearStage.OctroiCfp)
        {
            message["decision"] = new JsonObject { ["sensCfp"] = "octroi", ["rendueLe"] = Date(a.Day), ["referenceRequisition"] = Reference("RFP", h, a.Previous) };
            return message;
        }

        message["telephoneConnu"] = h.Telephone is null ? "non" : "oui";
        if (h.Telephone is not null)
            message["telephones"] = new JsonArray(new JsonObject { ["numero"] = h.Telephone, ["source"] = a.Stage is YearStage.ImpayeCaf ? "caf" : "bailleur", ["constateLe"] = Date(a.Previous) });
        if (a.Stage is YearStage.ImpayeCaf)
        {
            message["menage"] = new JsonObject { ["composition"] = h.Composition, ["enfantsACharge"] = h.Enfants };
            message["bailleur"] = new JsonObject { ["parc"] = h.Parc };
            message["dette"] = CafDebt(a);
            return message;
        }

        message["acte"] = Act(a);
        message["etude"] = new JsonObject { ["nom"] = "Étude d'essai " + (h.Number % 30 + 1).ToString(CultureInfo.InvariantCulture), ["ville"] = "Paris", ["contact"] = "etude@exemple.invalid" };
        if (a.Stage is YearStage.Cql or YearStage.Requisition or YearStage.Expulsion)
            message["decision"] = new JsonObject { ["natureDecision"] = "jugement", ["juridiction"] = "Tribunal judiciaire d'essai", ["rendueLe"] = Date(a.Previous.AddDays(-40)), ["caractere"] = "executoireParProvision" };
        message["bailleur"] = new JsonObject { ["type"] = h.TypeBailleur, ["parc"] = h.Parc, ["gestion"] = h.Gestion };
        if (a.Stage is YearStage.Cdp or YearStage.Assignation)
        {
            message["bail"] = new JsonObject { ["signeLe"] = Date(h.BailSigneLe), ["typeBail"] = h.Parc is "public" ? "conventionne" : "vide", ["clauseResolutoire"] = true };
            message["dette"] = Debt(a);
        }

        return message;
    }

    private static JsonObject Act(YearAct a)
    {
        var act = new JsonObject { ["requerant"] = a.Household.Bailleur };
        void Served(string prefix)
        {
            act["referenceEtude"] = Reference(prefix, a.Household, a.Day);
            act["signifieLe"] = Date(a.Day);
            act["modaliteRemise"] = (a.Household.Number % 10) switch { < 5 => "domicile", < 9 => "etude", _ => "personne" };
        }

        switch (a.Stage)
        {
            case YearStage.Cdp:
                Served("CDP");
                act["clauseResolutoireVisee"] = true;
                act["delaiVise"] = a.Household.BailSigneLe >= new DateOnly(2023, 7, 29) ? "sixSemaines" : "deuxMois";
                act["noticeAnnexee"] = "oui";
                break;
            case YearStage.Assignation:
                Served("ASS");
                act["juridiction"] = "Tribunal judiciaire de Paris";
                act["audienceLe"] = Date(a.Day.AddDays(75));
                act["notifiePrefetLe"] = Date(a.Day.AddDays(1));
                break;
            case YearStage.Cql:
                Served("CQL");
                act["juridiction"] = "Tribunal judiciaire de Paris";
                act["liberationLe"] = Date(a.Day.AddMonths(2));
                act["notifiePrefetLe"] = Date(a.Day.AddDays(1));
                break;
            case YearStage.Requisition:
                act["referenceEtude"] = Reference("RFP", a.Household, a.Day);
                act["requisLe"] = Date(a.Day);
                break;
            default:
                act["referenceEtude"] = Reference("PV", a.Household, a.Day);
                act["dresseLe"] = Date(a.Day);
                act["natureProcesVerbal"] = "expulsion";
                act["modeExpulsion"] = "concoursForcePublique";
                act["modaliteRemise"] = "personne";
                act["repriseLe"] = Date(a.Day);
                break;
        }

        return act;
    }

    private static JsonObject CafDebt(YearAct a)
    {
        var debt = Debt(a);
        debt["aideAuLogement"] = a.Household.Aide;
        debt["natureAide"] = a.Household.NatureAide;
        debt["tiersPayant"] = a.Household.Parc is "public";
        debt["dateConstitution"] = Date(a.Day.AddDays(-5));
        return debt;
    }

    private static JsonObject Debt(YearAct a)
    {
        var h = a.Household;
        return new()
        {
            ["loyerHorsCharges"] = h.Loyer,
            ["charges"] = h.Charges,
            ["total"] = (h.Loyer + h.Charges - Math.Min(h.Aide, h.Loyer)) * a.Months + 0.50m,
            ["premierMoisImpaye"] = a.Day.AddMonths(-a.Months).ToString("yyyy-MM", CultureInfo.InvariantCulture),
            ["moisImpayes"] = a.Months,
        };
    }

    private static JsonArray People(YearHousehold h)
    {
        var people = new JsonArray(new JsonObject { ["qualite"] = "titulaire", ["civilite"] = h.Civilite, ["nom"] = h.Nom, ["prenoms"] = h.Prenom, ["dateNaissance"] = Date(h.Naissance) });
        if (h.Conjoint is not null)
            people.Add(new JsonObject { ["qualite"] = "conjoint", ["nom"] = h.Nom, ["prenoms"] = h.Conjoint });
        return people;
    }

    private static JsonObject Dwelling(YearHousehold h) => new()
    {
        ["numero"] = h.NumeroVoie,
        ["voie"] = h.Voie,
        ["etage"] = (h.Number % 9).ToString(CultureInfo.InvariantCulture) + "e étage",
        ["codePostal"] = h.Commune.PostalCodes[0],
        ["codeCommune"] = h.Commune.Insee,
        ["commune"] = h.Commune.Name,
    };

    private static string Reference(string prefix, YearHousehold h, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{day.Year}-{h.Number:000000}");

    private static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
