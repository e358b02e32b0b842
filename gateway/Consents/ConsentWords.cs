using ExchangeGateway.Consent;

namespace ExchangeGateway.Gateway.Consents;

/// <summary>Acts and effects of the consent ledger in French.</summary>
internal static class ConsentWords
{
    /// <param name="code">As stored; one of a newer gateway is shown as it is.</param>
    public static string Act(string code) => !ConsentCodes.TryParse(code, out var act) ? code : act switch
    {
        ConsentAct.Accord => "Accord",
        ConsentAct.Refus => "Refus",
        ConsentAct.Retrait => "Retrait de l’accord",
        ConsentAct.Opposition => "Opposition",
        ConsentAct.Limitation => "Limitation du traitement",
        _ => "Levée de la limitation",
    };

    /// <param name="code">As stored.</param>
    public static string Effect(string code) =>
        Array.Find(Enum.GetValues<ConsentEffect>(), e => string.Equals(e.Code, code, StringComparison.Ordinal)) is var effect && effect.Code == code
            ? effect switch
            {
                ConsentEffect.Aucun => "Inscrit, sans effet sur les transmissions",
                ConsentEffect.AccordEnVigueur => "L’accord compte",
                ConsentEffect.ArretImmediat => "Arrêt immédiat",
                ConsentEffect.Limitation => "Données conservées sans être utilisées",
                _ => "Limitation levée",
            }
            : code;

    /// <summary>What the answer says of an act: its effect and why.</summary>
    public static string Explanation(ConsentAct act, ConsentEffect effect, Purpose? purpose) => (act, effect) switch
    {
        (ConsentAct.Opposition, ConsentEffect.Aucun) when purpose?.LegalBasis.Article is "6-1-c" =>
            "L'opposition est inscrite, sans effet : la transmission est une obligation légale (art. 6-1-c et 21 du RGPD).",
        (ConsentAct.Opposition, ConsentEffect.Aucun) => $"L'opposition est inscrite, sans effet : le registre l'écarte. {purpose?.Rights.ObjectionNote}",
        (ConsentAct.Opposition, _) => "Un dossier est ouvert auprès du délégué à la protection des données ; jusqu'à sa décision, les données sont conservées sans être utilisées pour cette finalité.",
        (ConsentAct.Refus or ConsentAct.Retrait, ConsentEffect.Aucun) => "L'acte est inscrit, sans effet : cette finalité ne repose pas sur un accord.",
        (ConsentAct.Refus or ConsentAct.Retrait, _) => "Rien de ce qui demande l'accord ne part ni ne se lit plus ; ceux qui l'ont reçu sont avertis. Ce qu'un texte impose de transmettre reste transmis.",
        (ConsentAct.Accord, _) => "L'accord compte dès maintenant ; ce qui l'attendait part.",
        (ConsentAct.Limitation, _) => "Les données sont conservées sans être utilisées, jusqu'à la levée de la limitation (art. 18 du RGPD).",
        _ => "La limitation est levée ; ce qu'elle retenait part.",
    };

    /// <summary>Why an act is not recorded, and what to do instead.</summary>
    public static string Misuse(ConsentMisuse misuse) => misuse switch
    {
        ConsentMisuse.AccordSansObjet => "Aucun accord n'est demandé ici : nommez dans « finalite » une finalité qui repose sur un accord.",
        ConsentMisuse.OppositionSansFinalite => "Nommez dans « finalite » la finalité à laquelle la personne s'oppose : chacune a sa base légale.",
        _ => "Cette finalité repose sur l'accord de la personne : inscrivez un retrait, il arrête tout aussitôt.",
    };
}
