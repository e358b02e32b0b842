using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>What one deposit shows of the person who asks.</summary>
/// <param name="Qualite">titulaire, cotitulaire, conjoint, occupant, caution.</param>
/// <param name="Withheld">Categories and fields that were kept back, as a reader names them.</param>
internal sealed record OwnData(string Qualite, JsonObject Content, IReadOnlyList<string> Withheld);

/// <summary>
/// Takes the others out of a copy (art. 15-4 RGPD: the right must not harm anybody else). A household's file names a spouse, a
/// guarantor, a landlord; the copy keeps what is the person's own and what everybody who signed the lease knows, and says what it
/// keeps back, so that the data protection officer can give more after weighing it. When in doubt it keeps back.
/// </summary>
internal static class ThirdParties
{
    public const string Protected = "Donnée d’une autre personne, non communiquée (art. 15-4 du RGPD)";

    private const string FreeText = "texte libre";

    /// <summary>Landlords that are no natural person: their name is nobody's personal data.</summary>
    private static readonly string[] Bodies = ["personneMorale", "bailleurSocial"];

    /// <summary>Written by hand, about whoever was there.</summary>
    private static readonly string[] Written = ["/acte/diligences", "/acte/difficultes", "/decision/dispositif", "/social/diagnostic/preconisations", "/social/diagnostic/observations"];

    /// <summary>The landlord, its agent and the person who led the interview.</summary>
    private static readonly string[] Landlord = ["/bail/bailleur", "/bail/mandataire", "/acte/requerant", "/acte/mandataire"];

    private const string Interviewer = "/acte/entretien/redacteur";

    /// <summary>What a person of each quality may be given of the household's sections.</summary>
    private static Categories Given(string quality) => quality switch
    {
        "titulaire" => CategoryNames.All,
        "cotitulaire" or "conjoint" => CategoryNames.All & ~(Categories.Ressources | Categories.Social | Categories.Sante | Categories.Surendettement),
        "caution" => Categories.Identite | Categories.Adresse | Categories.Dette | Categories.Bail | Categories.Acte | Categories.Decision,
        _ => Categories.Identite | Categories.Adresse | Categories.Acte | Categories.Decision,
    };

    /// <param name="content">Sections of a deposit; not changed.</param>
    /// <returns><see langword="null"/> when the deposit does not name the person: it is about somebody else of the household.</returns>
    public static OwnData? Without(JsonObject content, Requester who)
    {
        var persons = content["identite"]?.Deserialize(SignalementJson.Default.Identite)?.Personnes ?? [];
        if (persons.FirstOrDefault(who.Is) is not { } own)
            return null;
        var others = persons.Where(p => !who.Is(p)).ToList();
        var (copy, withheld) = (new JsonObject(), new List<string>());
        foreach (var (name, section) in content)
        {
            if (CategoryNames.TryParse(name, out var category) && (Given(own.Qualite) & category) != Categories.None)
                copy[name] = section!.DeepClone();
            else
                withheld.Add(name);
        }

        var natural = !Bodies.Contains(content["bail"]?["typeBailleur"]?.GetValue<string>(), StringComparer.Ordinal);
        var names = Names(content, own, others, natural);
        KeepOwnIdentity(copy, who, own, others, withheld);
        Hide(copy, [Interviewer], withheld);
        if (natural)
            Hide(copy, Landlord, withheld);
        if (others.Count > 0)
        {
            MaskContacts(copy, withheld);
            Hide(copy, Written, withheld);
        }

        HideNames(copy, "", names, withheld);
        return new OwnData(own.Qualite, copy, [.. withheld.Distinct(StringComparer.Ordinal)]);
    }

    private static void KeepOwnIdentity(JsonObject copy, Requester who, Personne own, List<Personne> others, List<string> withheld)
    {
        if (copy["identite"] is not JsonObject identity || identity["personnes"] is not JsonArray persons)
            return;
        for (var i = 0; i < persons.Count; i++)
        {
            if (persons[i]!.Deserialize(SignalementJson.Default.Personne) is { } person && !who.Is(person))
                persons[i] = new JsonObject { ["rang"] = person.Rang, ["qualite"] = person.Qualite, ["nom"] = Protected };
        }

        if (others.Count > 0)
            withheld.Add("identite : les autres personnes du dossier");
        // The household's number at the CAF is its holder's.
        if (others.Count > 0 && own.Qualite is not "titulaire" && identity.Remove("numeroAllocataire"))
            withheld.Add("/identite/numeroAllocataire");
    }

    /// <summary>A number may be the other's, who may have good reason to hide it: the last two digits tell the person whether it is theirs.</summary>
    private static void MaskContacts(JsonObject copy, List<string> withheld)
    {
        if (copy["contact"] is not JsonObject contact)
            return;
        foreach (var phone in (contact["telephones"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (phone["numero"]?.GetValue<string>() is { Length: > 2 } number)
                phone["numero"] = "••" + number[^2..];
        }

        if (contact["courriels"] is JsonArray { Count: > 0 } addresses)
            contact["courriels"] = new JsonArray([.. addresses.Select(_ => JsonValue.Create(Protected))]);
        withheld.Add("contact : en partie, une autre personne du dossier peut en être titulaire");
    }

    private static void Hide(JsonObject copy, string[] pointers, List<string> withheld)
    {
        foreach (var pointer in pointers)
        {
            var steps = pointer.Split('/', StringSplitOptions.RemoveEmptyEntries);
            JsonNode? at = copy;
            foreach (var step in steps[..^1])
                at = at?[step];
            if (at is not JsonObject parent || parent[steps[^1]] is null)
                continue;
            parent[steps[^1]] = Protected;
            withheld.Add(pointer);
        }
    }

    /// <summary>Names of the others, to be found wherever they were written. A name that the person bears too says nothing.</summary>
    private static List<string> Names(JsonObject content, Personne own, List<Personne> others, bool natural)
    {
        var borne = new[] { own.Nom, own.NomUsage }.OfType<string>().Select(NormalisedNames.Normalise).ToHashSet(StringComparer.Ordinal);
        var names = others.SelectMany(p => new[] { p.Nom, p.NomUsage }).ToList();
        if (natural)
            names.AddRange([content["bail"]?["bailleur"]?.GetValue<string>(), content["acte"]?["requerant"]?.GetValue<string>()]);
        return [.. names.OfType<string>().Select(NormalisedNames.Normalise).Where(n => n.Length > 2 && !borne.Contains(n)).Distinct(StringComparer.Ordinal)];
    }

    private static void HideNames(JsonNode node, string pointer, List<string> names, List<string> withheld)
    {
        bool Tells(JsonNode? value) => value is JsonValue leaf && leaf.TryGetValue<string>(out var text)
            && $" {NormalisedNames.Normalise(text)} " is var written && names.Exists(n => written.Contains($" {n} ", StringComparison.Ordinal));
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (Tells(value))
                    {
                        members[name] = Protected;
                        withheld.Add($"{pointer}/{name} : {FreeText}");
                    }
                    else if (value is not null)
                    {
                        HideNames(value, $"{pointer}/{name}", names, withheld);
                    }
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (Tells(items[i]))
                        items[i] = Protected;
                    else if (items[i] is { } item)
                        HideNames(item, pointer, names, withheld);
                }

                break;
        }
    }
}
