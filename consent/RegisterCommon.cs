namespace ExchangeGateway.Consent;

/// <summary>What prevails when a text orders a transmission and practice waits for the person's agreement (the diagnosis to the judge).</summary>
public enum AgreementConflict
{
    /// <summary>Without the agreement the recipient gets what the purpose's file gives it otherwise (<c>sinon</c>): identity and absence. The default.</summary>
    PartieObligatoire = 0,
    /// <summary>The obligation prevails: the agreement is recorded and changes nothing.</summary>
    ToutTransmettre,
    /// <summary>The agreement prevails: without it nothing is passed on.</summary>
    RienSansAccord,
}

/// <summary>What holds for every purpose of the register of art. 30 RGPD: one dated file, <c>commun-2026-01-01.json</c>.</summary>
public sealed record RegisterCommon
{
    /// <summary>Name of this version, the file's name without its ending.</summary>
    public required string Version { get; init; }
    /// <summary>First day in force, in legal time of metropolitan France.</summary>
    public required DateOnly From { get; init; }
    /// <summary>Last day in force, inclusive; <see langword="null"/> while no end is known.</summary>
    public DateOnly? To { get; init; }
    /// <summary>Whether somebody who answers for it has checked the file.</summary>
    public required bool Established { get; init; }
    /// <summary>The data protection officer (art. 37 RGPD) and how to reach them.</summary>
    public required (string Name, string Contact) Officer { get; init; }
    /// <summary>Processors of every purpose (art. 28 RGPD).</summary>
    public required IReadOnlyList<Party> Processors { get; init; }
    /// <summary>Transfers to a third country (art. 30-1-e RGPD), a French sentence.</summary>
    public required string Transfers { get; init; }
    /// <summary>Special categories of data (art. 9 RGPD), a French sentence.</summary>
    public required string Sensitive { get; init; }
    /// <summary>Technical and organisational measures (art. 30-1-g, 32 RGPD), by field.</summary>
    public required IReadOnlyList<(string Field, string Measure)> Measures { get; init; }

    /// <summary>What prevails between an agreement and a legal obligation, and why.</summary>
    public (AgreementConflict Rule, string Explanation) Conflict { get; init; } = (AgreementConflict.PartieObligatoire, DefaultConflict);

    /// <summary>How long the log's entries about consultations are kept, and by which text. Twelve months where no file says it.</summary>
    public (RetentionPeriod Period, string Source) LogRetention { get; init; } = DefaultLog;

    /// <summary>What every count that leaves the file's own handlers obeys.</summary>
    public SmallCells SmallCells { get; init; } = SmallCells.Default;

    public bool InForce(DateOnly day) => From <= day && (To is null || day <= To);

    /// <summary>What holds where no file of a day says it.</summary>
    public static readonly (RetentionPeriod Period, string Source) DefaultLog = (new(12, 'M'), "CNIL, délibération n° 2021-122 du 14 octobre 2021");

    /// <summary>Months that a log is kept at most: by the common rule, and where an internal control is documented (CNIL, délib. 2021-122).</summary>
    internal const int CommonLog = 12, LongestLog = 36;

    /// <summary>Whether a file of the folder is one of these, by its name.</summary>
    internal static bool Named(string file) => file.StartsWith("commun-", StringComparison.Ordinal);

    /// <summary>Reads one file (its form for editors: <c>commun.schema.json</c>) and notes every error.</summary>
    internal static RegisterCommon Read(string file, DataNode root)
    {
        root.Text("titre");
        var (from, to) = root.Validity();
        if (!string.Equals(file, $"commun-{from:yyyy-MM-dd}.json", StringComparison.Ordinal))
            root.Refuse("valideDu", "le nom du fichier ne dit pas son contenu", $"Nommez le fichier commun-{from:yyyy-MM-dd}.json, ou corrigez « valideDu ».");
        var officer = root.Object("delegue");
        var common = new RegisterCommon
        {
            Version = Path.GetFileNameWithoutExtension(file),
            From = from,
            To = to,
            Established = root.OneOf("statut", "etabli", "aVerifier") is "etabli",
            Officer = (officer?.Text("nom") ?? "", officer?.Text("contact") ?? ""),
            Processors = PurposeFile.Parties(root, "sousTraitants"),
            Transfers = root.Text("transfertsHorsUnionEuropeenne"),
            Sensitive = root.Text("donneesSensibles"),
            Measures = MeasuresOf(root),
        };
        var parameters = root.Optional("parametres") is null ? null : root.Object("parametres");
        common = common with
        {
            Conflict = ConflictOf(parameters),
            LogRetention = LogRetentionOf(parameters),
            SmallCells = SmallCells.Read(parameters),
        };
        parameters?.Close();
        officer?.Close();
        root.Close();
        return common;
    }

    /// <summary>A file that does not say it has the default.</summary>
    private static (AgreementConflict, string) ConflictOf(DataNode? parameters)
    {
        if (parameters is null)
            return (AgreementConflict.PartieObligatoire, DefaultConflict);
        var node = parameters.Object("accordEtObligationLegale");
        var rule = node?.OneOf("regle", "partieObligatoire", "toutTransmettre", "rienSansAccord") switch
        {
            "toutTransmettre" => AgreementConflict.ToutTransmettre,
            "rienSansAccord" => AgreementConflict.RienSansAccord,
            _ => AgreementConflict.PartieObligatoire,
        };
        var explanation = node?.Text("explication") ?? "";
        node?.Close();
        return (rule, explanation);
    }

    private static (RetentionPeriod, string) LogRetentionOf(DataNode? parameters)
    {
        if (parameters?.Optional("conservationJournal") is not { } node)
            return DefaultLog;
        var period = LogPeriod(node, CommonLog);
        var source = node.Text("source");
        node.OneOf("statut", "etabli", "aVerifier");
        node.Close();
        return (period, source);
    }

    /// <summary>A duration of the log, between six months and the longest that is allowed.</summary>
    internal static RetentionPeriod LogPeriod(DataNode node, int longestMonths)
    {
        var months = RetentionPeriod.TryParse(node.Text("duree"), out var period) ? period.Unit switch { 'M' => period.Number, 'Y' => 12 * period.Number, _ => 0 } : 0;
        if (months < 6 || months > longestMonths)
            node.Refuse("duree", "le journal se conserve de six mois à " + (longestMonths == CommonLog ? "douze mois" : "trois ans"), $"Écrivez une durée en mois ou en années : P{longestMonths}M.");
        return months is 0 ? DefaultLog.Period : period;
    }

    private const string DefaultConflict = "Sans l'accord, seule la partie que la finalité prévoit sans lui est transmise.";

    private static List<(string Field, string Measure)> MeasuresOf(DataNode root)
    {
        var measures = new List<(string, string)>();
        foreach (var node in root.Items("mesures"))
        {
            measures.Add((node.Text("domaine"), node.Text("mesure")));
            node.Close();
        }
        return measures;
    }
}
