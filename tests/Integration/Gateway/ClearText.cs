using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Partners.Demonstration;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>Searches whole folders, byte by byte, for what identifies the demonstration's people.</summary>
internal static class ClearText
{
    /// <summary>Shorter words would be met by chance in ciphertext.</summary>
    private const int Shortest = 7;

    private const int Chunk = 8 << 20;

    /// <summary>Names, given names, telephones, e-mail addresses and street lines of every message of a scenario.</summary>
    public static IReadOnlyList<string> Words(IReadOnlyList<Sending> scenario)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var content in scenario.SelectMany(s => s.Messages).Select(m => m.Content))
        {
            foreach (var person in content["personnes"]?.AsArray() ?? [])
            {
                Add(words, person!["nom"]);
                Add(words, person["nomUsage"]);
                Add(words, person["prenoms"]);
            }

            foreach (var telephone in content["telephones"]?.AsArray() ?? [])
                Add(words, telephone!["numero"]);
            foreach (var address in content["courriels"]?.AsArray() ?? [])
                Add(words, address);
            if (content["logement"] is JsonObject dwelling)
                Add(words, JsonValue.Create($"{dwelling["numero"]} {dwelling["voie"]}"));
        }

        return [.. words];
    }

    /// <summary>Where the embedded cluster of a state folder keeps its data when it is not in the state folder itself.</summary>
    public static IEnumerable<string> ClusterFolders(string state) => Directory.EnumerateFiles(state, "cluster", SearchOption.AllDirectories)
        .Select(pointer => Path.Combine(StateFolder.SystemRoot, "clusters", File.ReadAllText(pointer).Trim()))
        .Where(Directory.Exists);

    /// <summary>Each place where a word stands: as UTF-8, Latin-1, UTF-16, JSON escapes; as written, in capitals, in small letters.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> folders, IReadOnlyList<string> words, string output)
    {
        var forms = words
            .SelectMany(w => new[] { w, w.ToUpperInvariant(), w.ToLowerInvariant() })
            .SelectMany(w => new[]
            {
                Encoding.UTF8.GetBytes(w), Encoding.Latin1.GetBytes(w), Encoding.Unicode.GetBytes(w), Encoding.ASCII.GetBytes(JavaScriptEncoder.Default.Encode(w)),
            })
            .Select(Encoding.Latin1.GetString)
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        var search = SearchValues.Create(forms, StringComparison.Ordinal);
        var found = new List<string>();
        foreach (var file in folders.SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)))
        {
            if (In(file, search, forms.Max(f => f.Length)) is { } excerpt)
                found.Add($"{file}: {excerpt}");
        }

        if (Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(output)) is var text && text.AsSpan().IndexOfAny(search) is >= 0 and var at)
            found.Add(string.Concat("output: ", text.AsSpan(at, Math.Min(40, text.Length - at))));
        return found;
    }

    private static string? In(string file, SearchValues<string> search, int overlap)
    {
        using var stream = File.OpenRead(file);
        var buffer = new byte[Chunk + overlap];
        var kept = 0;
        while (true)
        {
            var read = stream.ReadAtLeast(buffer.AsSpan(kept), Chunk, throwOnEndOfStream: false);
            var text = Encoding.Latin1.GetString(buffer, 0, kept + read);
            if (text.AsSpan().IndexOfAny(search) is >= 0 and var at)
                return text.Substring(at, Math.Min(40, text.Length - at));
            if (read < Chunk)
                return null;
            kept = Math.Min(overlap, kept + read);
            Encoding.Latin1.GetBytes(text.AsSpan(text.Length - kept), buffer);
        }
    }

    private static void Add(HashSet<string> words, JsonNode? value)
    {
        if (value?.GetValue<string>() is { Length: >= Shortest } word)
            words.Add(word);
    }
}
