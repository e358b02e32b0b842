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

    /// <summary>The words without those that the database's own catalogues hold (a time zone "Vincent &amp; Grenadines"): found before anything was sent.</summary>
    public static IReadOnlyList<string> Except(IReadOnlyList<string> words, IEnumerable<string> folders)
    {
        var forms = new Forms(words);
        var known = folders.SelectMany(Files).SelectMany(f => forms.In(f, everywhere: true)).ToList();
        return [.. words.Where(w => !known.Exists(k => Variants(w).Contains(k, StringComparer.Ordinal)))];
    }

    /// <summary>Each file where a word stands: as UTF-8, Latin-1, UTF-16, JSON escapes; as written, in capitals, in small letters.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> folders, IReadOnlyList<string> words, string output)
    {
        var forms = new Forms(words);
        var found = folders.SelectMany(Files).SelectMany(f => forms.In(f, everywhere: false).Select(word => $"{f}: {word}")).ToList();
        if (forms.First(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(output))) is { } inOutput)
            found.Add("output: " + inOutput);
        return found;
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(f => Path.GetFileName(f) is not "lock"); // held by the running gateway; it has no content

    /// <summary>The bytes that a word may be written as, as Latin-1 text.</summary>
    private static IEnumerable<string> Variants(string word) => new[] { word, word.ToUpperInvariant(), word.ToLowerInvariant() }
        .SelectMany(w => new[] { Encoding.UTF8.GetBytes(w), Encoding.Latin1.GetBytes(w), Encoding.Unicode.GetBytes(w), Encoding.ASCII.GetBytes(JavaScriptEncoder.Default.Encode(w)) })
        .Select(Encoding.Latin1.GetString)
        .Distinct(StringComparer.Ordinal);

    private sealed class Forms
    {
        private readonly string[] _forms;
        private readonly SearchValues<string> _search;
        private readonly int _longest;

        public Forms(IReadOnlyList<string> words)
        {
            _forms = [.. words.SelectMany(Variants).Distinct(StringComparer.Ordinal)];
            _search = SearchValues.Create(_forms, StringComparison.Ordinal);
            _longest = _forms.Max(f => f.Length);
        }

        public string? First(string text) => text.AsSpan().IndexOfAny(_search) is >= 0 and var at ? At(text, at) : null;

        /// <summary>Words of a file: the first one, or all.</summary>
        public List<string> In(string file, bool everywhere)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[Chunk + _longest];
            var (kept, found) = (0, new List<string>());
            while (true)
            {
                var read = stream.ReadAtLeast(buffer.AsSpan(kept), Chunk, throwOnEndOfStream: false);
                var text = Encoding.Latin1.GetString(buffer, 0, kept + read);
                for (int next = 0, at; (at = text.AsSpan(next).IndexOfAny(_search)) >= 0; next += at + 1)
                {
                    found.Add(At(text, next + at));
                    if (!everywhere)
                        return found;
                }

                if (read < Chunk)
                    return found;
                kept = Math.Min(_longest, text.Length);
                Encoding.Latin1.GetBytes(text.AsSpan(text.Length - kept), buffer);
            }
        }

        private string At(string text, int at) => _forms.Where(f => string.CompareOrdinal(text, at, f, 0, f.Length) == 0).MaxBy(f => f.Length)!;
    }

    private static void Add(HashSet<string> words, JsonNode? value)
    {
        if (value?.GetValue<string>() is { Length: >= Shortest } word)
            words.Add(word);
    }
}
