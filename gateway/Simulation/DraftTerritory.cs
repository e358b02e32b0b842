using System.Text.Json;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing;

namespace ExchangeGateway.Gateway.Simulation;

/// <summary>A territory with other rules than those of its folder, read by the same reader with the same errors.</summary>
internal static class DraftTerritory
{
    private const string Rules = "repartition.json";

    /// <summary>The territory's files with another <c>repartition.json</c>.</summary>
    /// <exception cref="TerritoryException">The draft is wrong: every error.</exception>
    public static Territory With(Territory territory, JsonElement rules)
    {
        if (rules.ValueKind is not JsonValueKind.Object)
            throw new TerritoryException([new($"{territory.Code}/{Rules}", "", "le projet n'est pas un objet JSON", "Donnez « repartition » : le contenu de repartition.json.")]);
        var files = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(territory.Content)!;
        files[Rules] = rules;
        return Read(territory.Code, files);
    }

    /// <summary>A version as it was kept.</summary>
    /// <exception cref="TerritoryException">It cannot be read by this program.</exception>
    public static Territory Kept(string code, string content) => Read(code, JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(content)!);

    /// <summary>A draft folder of the same form as <c>ops/territories/75</c>.</summary>
    /// <exception cref="TerritoryException">The draft is wrong: every error.</exception>
    public static Territory Folder(string folder)
    {
        var errors = new List<FileError>();
        var territory = TerritoryFiles.Read(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), errors);
        return errors.Count == 0 ? territory : throw new TerritoryException(errors);
    }

    // The reader reads a folder: the draft becomes one for as long as that takes. It holds rules, no data of anybody.
    private static Territory Read(string code, Dictionary<string, JsonElement> files)
    {
        var folder = Directory.CreateTempSubdirectory("exchange-gateway-draft-");
        try
        {
            var place = folder.CreateSubdirectory(code).FullName;
            foreach (var (name, content) in files)
                File.WriteAllText(Path.Combine(place, Path.GetFileName(name)), content.GetRawText());
            return Folder(place);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
