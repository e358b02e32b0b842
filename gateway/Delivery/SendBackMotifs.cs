namespace ExchangeGateway.Gateway.Delivery;

/// <summary>The closed list of reasons for which a recipient sends a message back; they are counted by rule.</summary>
internal static class SendBackMotifs
{
    /// <summary>Code and French label of each reason.</summary>
    public static IReadOnlyDictionary<string, string> Labels { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["hors-competence"] = "Ne relève pas de nos missions",
        ["hors-secteur"] = "Logement hors de notre secteur",
        ["deja-suivi"] = "Ménage déjà suivi par un autre service",
        ["deja-recu"] = "Situation déjà reçue par une autre transmission",
        ["menage-parti"] = "Le ménage n’habite plus le logement",
        ["regle-inadaptee"] = "La règle de répartition ne convient pas à cette situation",
    };
}

/// <summary>What recipients write in their own words: bounded, and never a social-security number.</summary>
internal static class FreeText
{
    /// <summary>What is wrong with a text, in French; <see langword="null"/> when nothing. An absent text is right.</summary>
    /// <param name="most">Characters.</param>
    public static string? Fault(string? text, int most, string what) => text switch
    {
        null => null,
        _ when text.Length > most => $"{what} dépasse {most} caractères.",
        _ when text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) => $"{what} contient un caractère de contrôle.",
        _ when Schemas.Nir.IsIn(text) => $"{what} contient un numéro de sécurité sociale : retirez-le, il n'a pas été conservé.",
        _ => null,
    };
}
