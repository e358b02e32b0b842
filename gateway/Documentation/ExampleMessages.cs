using System.Text;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Documentation;

/// <summary>The examples of each message type that the tests hold true, embedded: the interface document, the pages and the conformance run show and send these.</summary>
internal static class ExampleMessages
{
    private const string Prefix = "exemples/";
    private const string Suffix = ".json";

    /// <summary>Name and JSON of each example of a type, the fullest first; empty when the type has none.</summary>
    public static IReadOnlyList<(string Name, string Json)> Of(MessageType type)
    {
        var folder = $"{Prefix}{type.Partner}.{type.Name}/";
        var assembly = typeof(ExampleMessages).Assembly;
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
                .Select(name => (Name: name[folder.Length..^Suffix.Length], Json: Read(name)))
                .OrderByDescending(example => example.Json.Length).ThenBy(example => example.Name, StringComparer.Ordinal),
        ];

        string Read(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            return reader.ReadToEnd();
        }
    }

    /// <summary>A CSV file of one line, from the examples of the columns.</summary>
    public static string Csv(ColumnFile columns) => Encoding.UTF8.GetString(ColumnFiles.Template(columns)).TrimStart('\uFEFF');
}
