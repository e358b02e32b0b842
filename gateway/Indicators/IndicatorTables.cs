using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Indicators;

/// <summary>A list of counts that are parts of no published total.</summary>
internal sealed record PublishedList(string Code, string Titre, IReadOnlyList<PublishedItem> Nombres);

/// <param name="Nombre"><see langword="null"/> where the count is under statistical secrecy.</param>
internal sealed record PublishedItem(string Libelle, long? Nombre);

/// <summary>One month of one territory as it is shown, for good.</summary>
/// <param name="Mois"><c>2026-10</c>, legal time of metropolitan France, by the day of reception.</param>
/// <param name="EffectifMinimal">Smallest count other than zero that is shown.</param>
/// <param name="Arrondis">Transmissions and their delays, rounded down to a multiple of the minimum: public rules tie them to the other counts.</param>
internal sealed record IndicatorRelease(
    string Territoire, string Mois, DateTimeOffset ArreteLe, int EffectifMinimal, string Source, bool AVerifier,
    IReadOnlyList<PublishedTable> Tableaux, PublishedList Stades, IReadOnlyList<PublishedList> Arrondis);

/// <summary>
/// The tables that pilots get (purpose P10), each a whole partition of its own count. No table holds another's cell under another
/// name, so that the only thing that two share is a grand total, which all hide or all show: flags that count what
/// another table counts (notice, telephone, kind of landlord) are left out.
/// </summary>
internal static class IndicatorTables
{
    private const string Acts = "commissaires-de-justice/commandements-de-payer";
    private const string Unknown = "inconnu";

    private static readonly (string Code, string Label)[] Parcs = [("prive", "parc privé"), ("public", "parc public"), (Unknown, "parc inconnu")];

    private static readonly (string Code, string Label)[] Landlords =
        [("personnePhysique", "personne physique"), ("sciFamiliale", "SCI familiale"), ("personneMorale", "personne morale"), ("bailleurSocial", "bailleur social"), (Unknown, "bailleur inconnu")];

    private static readonly Drapeau[] Flags =
    [
        Drapeaux.FormaliteNonProuvee, Drapeaux.DecompteAbsent, Drapeaux.ClauseResolutoireAbsente, Drapeaux.DelaiViseTropCourt, Drapeaux.EnvoiTardif, Drapeaux.RemisePv659,
    ];

    private static readonly (string Type, string Label)[] Stages =
    [
        ("caf/impayes", "impayés signalés par la CAF ou la MSA"), ("bailleurs/impayes", "impayés signalés par les bailleurs"), (Acts, "commandements de payer"),
        ("commissaires-de-justice/assignations", "assignations"), ("commissaires-de-justice/commandements-de-quitter-les-lieux", "commandements de quitter les lieux"),
        ("commissaires-de-justice/requisitions-force-publique", "réquisitions de la force publique"), ("instances/decisions-cfp", "décisions sur le concours de la force publique"),
        ("commissaires-de-justice/proces-verbaux-expulsion", "procès-verbaux d'expulsion"),
    ];

    /// <summary>The tables of true counts, before anything is hidden.</summary>
    public static IReadOnlyList<CellTable> Tables(MonthCounts counts)
    {
        var acts = counts.Deposits.Where(d => d.Type == Acts).ToList();
        long Sum(Func<DepositGroupCount, bool> of) => acts.Where(of).Sum(d => d.Count);
        bool Has(DepositGroupCount d, Drapeau flag) => d.Flags.Contains(flag.Code, StringComparer.Ordinal);
        CellTable Row(string code, string title, params (string Label, Func<DepositGroupCount, bool> Of)[] parts)
        {
            var cells = new long[1, parts.Length];
            for (var j = 0; j < parts.Length; j++)
                cells[0, j] = Sum(parts[j].Of);
            return new(code, title, ["commandements de payer"], [.. parts.Select(p => p.Label)], cells);
        }

        var parcs = new long[Parcs.Length, Landlords.Length];
        for (var i = 0; i < Parcs.Length; i++)
        {
            for (var j = 0; j < Landlords.Length; j++)
                parcs[i, j] = Sum(d => (d.Parc ?? Unknown) == Parcs[i].Code && (d.Landlord ?? Unknown) == Landlords[j].Code);
        }

        bool Old(DepositGroupCount d) => Has(d, Drapeaux.NoticeAncienne);
        bool Missing(DepositGroupCount d) => !Old(d) && Has(d, Drapeaux.NoticeAbsente);
        bool Illegible(DepositGroupCount d) => !Old(d) && !Missing(d) && Has(d, Drapeaux.NoticeIllisible);
        bool Untold(DepositGroupCount d) => !Old(d) && !Missing(d) && !Illegible(d) && Has(d, Drapeaux.NoticeInconnue);
        return
        [
            new("commandements", "Commandements de payer selon le parc et le type de bailleur", [.. Parcs.Select(p => p.Label)], [.. Landlords.Select(l => l.Label)], parcs),
            Row("notices", "Commandements de payer selon la notice d'information annexée",
                ("à jour", d => !Old(d) && !Missing(d) && !Illegible(d) && !Untold(d)), ("ancienne", Old), ("absente", Missing), ("illisible", Illegible), ("inconnue", Untold)),
            Row("telephones", "Commandements de payer selon qu'un téléphone du ménage est donné", ("donné", d => d.Phone == true), ("non donné", d => d.Phone != true)),
            .. Flags.Select(f => Row("drapeau:" + f.Code, f.Message, ("avec", d => Has(d, f)), ("sans", d => !Has(d, f)))),
        ];
    }

    public static IndicatorRelease Release(string territory, string month, DateTimeOffset at, SmallCells rule, MonthCounts counts) => new(
        territory, month, at, rule.Minimum, rule.Source, !rule.Established,
        [.. Tables(counts).Select(t => t.Publish(rule.Minimum))],
        new PublishedList("stades", "Messages reçus selon le stade",
            [.. Stages.Select(s => new PublishedItem(s.Label, PublishedCount.Of(counts.Deposits.Where(d => d.Type == s.Type).Sum(d => d.Count), rule.Minimum)))]),
        [.. counts.Deliveries.GroupBy(d => d.Nature, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new PublishedList(
            "transmissions:" + g.Key, $"Transmissions selon le délai de l'accusé de réception : {PartnerNatures.Label(g.Key)}",
            [.. MonthCounts.Delays.Select(delay => new PublishedItem(delay, PublishedCount.Rounded(g.Where(d => d.Delay == delay).Sum(d => d.Count), rule.Minimum)))]))]);
}
