using System.Text.Json;
using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing;

namespace ExchangeGateway.Gateway.Registers;

/// <summary>The list of health words in force and the file that it was read from.</summary>
/// <param name="Version">First 16 hexadecimal digits of the SHA-256 of <paramref name="Content"/>.</param>
/// <param name="Content">The file as canonical JSON: what <c>routing.rules_version</c> keeps under <see cref="HealthWordsFile.Code"/>.</param>
internal sealed record HealthWordsInForce(HealthWords Words, string Version, string Content);

/// <summary>Reads <c>mots-de-sante.json</c>, which all territories share, and notes every error (form for editors: <c>ops/territories/schemas</c>).</summary>
internal static class HealthWordsFile
{
    public const string Name = "mots-de-sante.json";

    /// <summary>Stands where a territory's code would, for the kept versions.</summary>
    public const string Code = "mots-de-sante";

    /// <param name="folder">Folder of the territories.</param>
    /// <exception cref="TerritoryException">The file is missing or wrong: every error of it.</exception>
    public static HealthWordsInForce Load(string folder)
    {
        var errors = new List<FileError>();
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            throw new TerritoryException([new(Name, "", "fichier absent", "Remettez celui que la passerelle livre dans ops/territories.")]);
        var root = DataNode.Parse(Name, File.ReadAllBytes(path), errors);
        var words = root is null ? null : Read(root);
        if (root is null || words is null || errors.Count > 0)
            throw new TerritoryException(errors);
        var content = CanonicalJson.Of([new KeyValuePair<string, JsonElement>(Name, root.Element)]);
        return new(words, CanonicalJson.Version(content), content);
    }

    private static HealthWords Read(DataNode root)
    {
        root.Text("titre");
        root.Validity();
        root.Text("source");
        root.OneOf("statut", "etabli", "aVerifier");
        root.OptionalText("remarque");
        var words = root.Items("mots", objects: false).Select(Word).ToList();
        var exceptions = root.Items("exceptions", atLeast: 0, objects: false).Select(e => e.AsText()).ToList();
        root.Close();
        return new(words, exceptions);
    }

    private static string Word(DataNode node)
    {
        var word = node.AsText();
        if (word.Length > 0 && (word.IndexOf('*', StringComparison.Ordinal) is >= 0 and var star && star < word.Length - 1 || !word.Any(char.IsLetter)))
            node.Refuse("mot mal formé", "Écrivez un mot ; l'étoile ne va qu'à la fin.");
        return word;
    }
}
