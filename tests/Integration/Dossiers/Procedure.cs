using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Dossiers;

/// <summary>The messages of one procedure, from the arrears to the eviction, about one household.</summary>
internal static class Procedure
{
    public const string Etude = "etude-75-001-depositaire";
    public const string Secretariat = "ccapex-75-secretariat";
    public const string Instructeur = "ccapex-75-instructeur";

    public static JsonObject Quit(Household household, string served) => Act(household, new JsonObject { ["signifieLe"] = served, ["modaliteRemise"] = "personne" });

    public static JsonObject Police(Household household, string requested) => Act(household, new JsonObject { ["requisLe"] = requested });

    public static JsonObject Report(Household household, string on, string nature = "expulsion") => Act(household, new JsonObject { ["dresseLe"] = on, ["natureProcesVerbal"] = nature });

    public static JsonObject Judgment(Household household, string rendered, bool eviction = true, string? delays = null, bool? clauseSuspended = null)
    {
        var decision = new JsonObject { ["natureDecision"] = "jugement", ["juridiction"] = "Tribunal judiciaire de Paris", ["rendueLe"] = rendered, ["expulsionOrdonnee"] = eviction };
        if (delays is not null)
            decision["delaisJusquAu"] = delays;
        if (clauseSuspended is not null)
            decision["clauseSuspendue"] = clauseSuspended;
        return With(household, "decision", decision);
    }

    public static JsonObject PoliceForce(Household household, string sens, string rendered) =>
        With(household, "decision", new JsonObject { ["sensCfp"] = sens, ["rendueLe"] = rendered, ["effetLe"] = "2027-04-01" });

    /// <summary>A referral that a paying body makes so that the CCAPEX decides on the aid.</summary>
    public static JsonObject AidReferral(Household household, string reference)
    {
        var referral = Messages.CafNotice(household);
        referral["saisine"] = new JsonObject { ["referenceSaisine"] = reference, ["saisieLe"] = "2026-11-06", ["objetSaisine"] = "decisionAide" };
        return referral;
    }

    public static JsonObject Debt(Household household, string step, string? admissible)
    {
        var referral = Messages.DebtReferral(household, agreed: true);
        referral["surendettement"]!["etape"] = step;
        if (admissible is not null)
            referral["surendettement"]!["recevableLe"] = admissible;
        return referral;
    }

    public static JsonObject FollowUp(Household household, string issue, string watch)
    {
        var message = Messages.FollowUp(household);
        message["suivi"]!["issue"] = issue;
        message["suivi"]!["contactLe"] = watch;
        message["suivi"]!["veille15jLe"] = watch;
        return message;
    }

    /// <summary>A day so many days from the gateway's own, as messages write it.</summary>
    public static string Day(TestGateway gateway, int days) =>
        DateOnly.FromDateTime(gateway.Clock.GetUtcNow().UtcDateTime).AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The reference of the household's file at a recipient: that of the last line of its inbox.</summary>
    public static async Task<string> ReferenceAsync(this TestGateway gateway, string client) =>
        (await gateway.InboxAsync(client))[^1]["dossier"]!.GetValue<string>();

    public static async Task<JsonNode> DossierAsync(this TestGateway gateway, string client) =>
        await gateway.GetAsync(client, "/v1/dossiers/" + Uri.EscapeDataString(await gateway.ReferenceAsync(client)));

    private static JsonObject Act(Household household, JsonObject act)
    {
        act["referenceEtude"] = "ACT-" + Guid.NewGuid().ToString("N")[..10];
        var message = With(household, "acte", act);
        message["telephoneConnu"] = "non";
        message["etude"] = new JsonObject { ["nom"] = "SCP Exemple" };
        return message;
    }

    private static JsonObject With(Household household, string part, JsonObject value)
    {
        var message = Messages.Answer(household);
        foreach (var field in new[] { "stade", "reponse", "menage" })
            message.Remove(field);
        message[part] = value;
        return message;
    }
}
