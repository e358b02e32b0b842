using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExchangeGateway.Partners.Synthetic;

/// <param name="Insee">Code of the commune; arrondissements of Paris are 75101 to 75120.</param>
public sealed record Commune(string Insee, string Nom, IReadOnlyList<string> CodesPostaux);

/// <summary>Where synthetic households live, and the information notices that its offices annex to acts.</summary>
/// <param name="Streets">Names of streets; real ones with invented numbers, or invented.</param>
public sealed record Territory(string Code, IReadOnlyList<Commune> Communes, IReadOnlyList<string> Streets, string CurrentNotice, string OldNotice)
{
    private static readonly string[] ParisStreets =
    [
        "rue de la Folie-Méricourt", "rue de Crimée", "boulevard de la Villette", "avenue d'Italie", "rue Saint-Maur", "quai de la Loire", "rue de l'Ourcq",
        "passage du Génie", "rue des Pyrénées", "avenue de Saint-Ouen", "rue Marx-Dormoy", "rue d'Alésia", "square de Port-Royal", "rue de Vaugirard",
        "cité de l'Ameublement", "rue Étienne-Marcel", "villa d'Este", "rue du Faubourg-du-Temple",
    ];

    private static readonly string[] InventedStreets =
        ["rue du Modèle", "avenue de l'Exemple", "chemin des Essais", "place de l'Île-Fictive", "impasse de l'Épreuve", "allée des Cas-d'École"];

    /// <summary>Paris, with its real communes and postal codes (75116 is the south of the 16th).</summary>
    public static Territory Paris { get; } = new("75",
        [.. Enumerable.Range(1, 20).Select(n => new Commune($"751{n:00}", n == 1 ? "Paris 1er Arrondissement" : $"Paris {n}e Arrondissement", n == 16 ? ["75016", "75116"] : [$"750{n:00}"]))],
        ParisStreets, "notice-75-2024", "notice-75-2019");

    /// <summary>Reads a territory's <c>territoire.json</c> and <c>notices.json</c>.</summary>
    /// <param name="folder">Folder of the territories, <c>ops/territories</c>.</param>
    public static Territory Read(string folder, string code)
    {
        var territory = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, code, "territoire.json")), TerritoryJson.Default.TerritoryFile)!;
        var notices = Path.Combine(folder, code, "notices.json");
        var versions = File.Exists(notices) ? JsonSerializer.Deserialize(File.ReadAllBytes(notices), TerritoryJson.Default.NoticeFile)!.Notices : [];
        return new(code, code == Paris.Code ? Paris.Communes : territory.Communes, code == Paris.Code ? ParisStreets : InventedStreets,
            versions.FirstOrDefault(n => n.ValideAu is null)?.Id ?? $"notice-{code}-2024", versions.FirstOrDefault(n => n.ValideAu is not null)?.Id ?? $"notice-{code}-2019");
    }

    /// <summary>The folder of the territories above this program, as in a checkout; <see langword="null"/> when there is none.</summary>
    public static string? FindFolder()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "ops", "territories", "modele", "territoire.json")))
                return Path.Combine(at, "ops", "territories");
        }
        return null;
    }
}

internal sealed record TerritoryFile(IReadOnlyList<Commune> Communes);

internal sealed record NoticeFile(IReadOnlyList<NoticeEntry> Notices);

internal sealed record NoticeEntry(string Id, DateOnly? ValideAu);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TerritoryFile))]
[JsonSerializable(typeof(NoticeFile))]
internal sealed partial class TerritoryJson : JsonSerializerContext;
