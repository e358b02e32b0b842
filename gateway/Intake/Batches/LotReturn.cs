namespace ExchangeGateway.Gateway.Intake;

/// <summary>The words of the return file that CAF and MSA software reads back: one row per line, in the order of the file.</summary>
internal static class LotReturn
{
    /// <summary>accepte, doublon, misAJour, aCorriger; aRenvoyer when nothing was wrong but the gateway could not record the line.</summary>
    public static string Code(BatchLineReport line) => line.Code switch
    {
        LotCode.Refused => "aCorriger",
        LotCode.Unavailable => "aRenvoyer",
        var code => code,
    };

    public static string Label(BatchLineReport line)
    {
        var label = line.Code switch
        {
            LotCode.Accepted => "Signalement enregistré.",
            LotCode.Updated => "Signalement enregistré : il met à jour celui du même impayé.",
            LotCode.Duplicate => "Signalement identique déjà reçu : rien n'est enregistré une seconde fois.",
            LotCode.Unavailable => "La passerelle n'a pas pu enregistrer cette ligne : renvoyez-la.",
            _ => string.Join(" ", (line.Erreurs ?? []).Select(e => e.Message)),
        };
        return line is { DejaRecu: true, Code: LotCode.Accepted or LotCode.Updated }
            ? label + " Déjà reçu par un envoi précédent de ce lot."
            : label;
    }

    /// <summary>Control totals: the first is the sum of the others.</summary>
    public static IEnumerable<(string Name, long Count)> Totals(BatchTotals totals) =>
    [
        ("lignes", totals.Lignes), ("accepte", totals.Acceptees), ("misAJour", totals.MisesAJour), ("doublon", totals.Doublons),
        ("aCorriger", totals.Refusees), ("aRenvoyer", totals.Indisponibles),
    ];
}
