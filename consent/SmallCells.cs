namespace ExchangeGateway.Consent;

/// <summary>The rule of the register for counts that leave the file's own handlers (statistical confidentiality).</summary>
/// <param name="Minimum">Smallest count other than zero that is published, 2 to 1000.</param>
/// <param name="SettlingDays">Days after the end of a month before its counts are fixed for good.</param>
/// <param name="Source">Where the minimum comes from.</param>
/// <param name="Established">Whether somebody who answers for it has checked the value.</param>
public sealed record SmallCells(int Minimum, int SettlingDays, string Source, bool Established)
{
    /// <summary>What holds where no file says it: a count of persons under eleven shows nobody (the practice of official statistics for tax sources, to be verified).</summary>
    public static SmallCells Default { get; } = new(11, 15, "Usage de la statistique publique pour les sources fiscales : moins de onze ménages ne se diffusent pas (à vérifier)", false);

    /// <summary>Reads <c>parametres.secretStatistique</c> of the register's common file.</summary>
    internal static SmallCells Read(DataNode? parameters)
    {
        if (parameters?.Optional("secretStatistique") is not { } node)
            return Default;
        var cells = new SmallCells(
            node.Int("effectifMinimal", 2, 1000), node.Int("delaiPublicationJours", 0, 90), node.Text("source"), node.OneOf("statut", "etabli", "aVerifier") is "etabli");
        node.Close();
        return cells;
    }
}
