using System.Text.Json.Nodes;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>The few fields of a message that a timeline shows: when, and what was decided or done. Amounts, names and texts stay in the message.</summary>
internal static class Landmarks
{
    private static readonly (string Section, string[] Fields)[] Shown =
    [
        ("acte", ["signifieLe", "requisLe", "dresseLe", "notifiePrefetLe", "audienceLe", "renvoiAu", "natureProcesVerbal", "natureDsf"]),
        ("decision", ["rendueLe", "natureDecision", "expulsionOrdonnee", "delaisJusquAu", "clauseSuspendue", "sensCfp", "effetLe", "decisionAide", "prisLe", "motifCode", "referenceSaisine"]),
        ("dette", ["etatImpaye", "moisImpayes", "dateConstitution"]),
        ("surendettement", ["etape", "deposeLe", "recevableLe", "mesure"]),
    ];

    /// <summary>Parts inside a section that are shown whole, without their free texts.</summary>
    private static readonly (string Section, string Part, string[] Fields)[] Parts =
    [
        ("acte", "entretien", ["proposeLe", "tenuLe", "presence", "transmisLe"]),
        ("bail", "saisine", ["saisieLe", "objetSaisine", "auteurSaisine"]),
        ("social", "suivi", ["courrierLe", "contactLe", "rdvLe", "visite", "detteContestable", "suiviSocial", "presentAudience", "issue", "veille15jLe"]),
        ("social", "reponse", ["reponduLe", "connu", "aide"]),
    ];

    /// <summary>By section, in the order of the lists.</summary>
    public static JsonObject Of(JsonObject sections)
    {
        var kept = new JsonObject();
        foreach (var (section, fields) in Shown)
            Keep(kept, section, sections[section] as JsonObject, fields);
        foreach (var (section, part, fields) in Parts)
            Keep(kept, section, sections[section]?[part] as JsonObject, fields, part);
        return kept;
    }

    private static void Keep(JsonObject kept, string section, JsonObject? from, string[] fields, string? part = null)
    {
        var found = new JsonObject(fields.Where(f => from?[f] is not null).Select(f => KeyValuePair.Create(f, (JsonNode?)from![f]!.DeepClone())));
        if (found.Count == 0)
            return;
        if (part is null)
        {
            kept[section] = found;
            return;
        }

        if (kept[section] is not JsonObject inside)
            kept[section] = inside = [];
        inside[part] = found;
    }
}
