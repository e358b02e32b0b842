using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Gateway.Corrections;

/// <summary>Kinds of correction, as stored.</summary>
internal static class CorrectionKind
{
    /// <summary>Another deposit takes the place of this one.</summary>
    public const string Rectification = "rectification";
    /// <summary>The deposit should not have been sent.</summary>
    public const string Annulation = "annulation";
}

/// <summary>Why a deposit is withdrawn: a closed list, which recipients read.</summary>
internal static class AnnulationMotifs
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["erreurDePersonne"] = "Erreur sur la personne ou le logement",
        ["envoiParErreur"] = "Envoi fait par erreur",
        ["doublon"] = "Même acte déjà transmis",
        ["acteAnnule"] = "Acte annulé ou sans suite",
        ["detteSoldee"] = "Dette soldée avant la transmission",
    };

    /// <summary>No sender gives it: the person took the agreement back.</summary>
    public const string AgreementWithdrawn = "accordRetire";

    /// <summary>No sender gives it: the person is found to be one who has restricted the processing.</summary>
    public const string RestrictionExtended = "limitationEtendue";

    /// <summary>No sender gives it: the message was in the file of another person by mistake.</summary>
    public const string OtherPerson = "autrePersonne";

    /// <summary>No withdrawal: what the line tells the paying body.</summary>
    public const string Accompanied = "accompagne";

    /// <summary>What recipients read.</summary>
    public static string Label(string code) => code switch
    {
        AgreementWithdrawn => "La personne a retiré ou refusé son accord",
        RestrictionExtended => "Limitation demandée par la personne, connue par un autre dossier : ne plus utiliser ces données",
        OtherPerson => "Ce message ne concerne pas la personne du dossier où il était",
        Accompanied => "Accompagné par un autre service : oui",
        _ => All.GetValueOrDefault(code, code),
    };
}

/// <summary>The deposit that a message about to be accepted takes the place of, with the subject whose file it stays in.</summary>
internal sealed record CorrectedDeposit(Guid Deposit, KnownSubject Subject);
