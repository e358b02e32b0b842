using System.Globalization;
using System.Reflection;

namespace ExchangeGateway.Partners.Messages;

/// <summary>Figures that the actors publish (<c>ops/demo/*.csv</c>, source in their first line), around which the demonstration draws.</summary>
public static class PublishedFigures
{
    private static readonly Dictionary<string, string> MotifCodes = new(StringComparer.Ordinal)
    {
        ["impayes"] = "impayes",
        ["conge_vente"] = "congeVente",
        ["conge_reprise"] = "congeReprise",
        ["occupation_sans_droit_ni_titre"] = "occupationSansDroitNiTitre",
        ["troubles"] = "troubles",
        ["autres"] = "autre",
    };

    /// <summary>Share of acts with an old notice: 42 of 100 in Paris, December 2024.</summary>
    public static double OldNotices { get; } = Share(Read("paris-notices-2024"), "ancienne");

    /// <summary>Motives other than arrears, with their counts (Paris CCAPEX, 2024).</summary>
    public static IReadOnlyList<(string Motif, int Count)> OtherMotives { get; } =
        [.. Read("paris-ccapex-motifs-2024").Where(r => r[0] != "impayes").Select(r => (MotifCodes[r[0]], int.Parse(r[1], CultureInfo.InvariantCulture)))];

    private static double Share(List<string[]> rows, string name) =>
        rows.Where(r => r[0] == name).Sum(Count) / rows.Sum(Count);

    private static double Count(string[] row) => int.Parse(row[1], CultureInfo.InvariantCulture);

    private static List<string[]> Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"chiffres/{name}.csv")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#')).Skip(1).Select(line => line.Split(','))];
    }
}
