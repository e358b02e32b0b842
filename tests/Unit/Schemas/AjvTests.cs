#pragma warning disable RS0030 // A seeded generator: a failure prints its seed, and the seed replays it.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>The published schemas say to another validator what they say to ours: partners check their messages with their own tools.</summary>
public class AjvTests(ITestOutputHelper output)
{
    /// <summary>Refusals that no JSON Schema can state: ajv may accept those messages.</summary>
    private static readonly HashSet<string> BeyondSchema = new(StringComparer.Ordinal) { "nirInterdit", "caractereInterdit", "nombre", "cleFausse", "communeInconnue" };

    private static string Packages => Path.Combine(Exemples.Root, "ops", "npm", "node_modules", "ajv", "package.json");

    [Fact]
    public void Ajv_says_the_same_of_every_keyword()
    {
        var cases = MotsCles.All().ToList();
        var schemas = cases.Select(c => Encoding.UTF8.GetString(c.Schema)).Distinct(StringComparer.Ordinal).ToList();
        var said = Ask(
            schemas.Index().ToDictionary(s => Name(s.Index), s => s.Item),
            [.. cases.Select(c => (Name(schemas.IndexOf(Encoding.UTF8.GetString(c.Schema))), Encoding.UTF8.GetString(c.Body)))]);
        foreach (var (test, valid) in cases.Zip(said))
            valid.ShouldBe(test.Valid, $"{test.Keyword}, {test.Name}");
    }

    [Fact]
    public void Ajv_says_the_same_of_every_example()
    {
        var valid = Exemples.Valid().Select(e => (e.Type, e.Name, e.Body)).ToList();
        var bad = Exemples.Invalid().Where(e => !e.Expected.All(x => BeyondSchema.Contains(x.Code))).Select(e => (e.Type, e.Name, e.Body)).ToList();
        var said = Ask(Published(), [.. valid.Concat(bad).Select(e => (e.Type.ToString(), Encoding.UTF8.GetString(e.Body)))]);
        foreach (var (example, index) in valid.Concat(bad).Select((e, i) => (e, i)))
            said[index].ShouldBe(index < valid.Count, $"{example.Type}, {example.Name}");
    }

    [Fact]
    public void Ajv_says_the_same_of_examples_changed_at_random()
    {
        var seed = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var examples = Exemples.Valid().ToList();
        var cases = new List<(string Type, string Body, bool Valid)>();
        while (cases.Count < 3000)
        {
            var (type, _, source) = examples[random.Next(examples.Count)];
            var body = Encoding.UTF8.GetString(Mutation.Tree(random, source));
            var result = Exemples.Catalogue[type].ValidateInFull(Encoding.UTF8.GetBytes(body));
            if (result is ValidationResult.Valid || result is ValidationResult.Invalid invalid && invalid.Errors.Any(e => !BeyondSchema.Contains(e.Code)))
                cases.Add((type.ToString(), body, result is ValidationResult.Valid));
        }
        var said = Ask(Published(), [.. cases.Select(c => (c.Type, c.Body))]);
        foreach (var (test, valid) in cases.Zip(said))
            valid.ShouldBe(test.Valid, $"seed {seed}, {test.Type}: {test.Body}");
    }

    private static Dictionary<string, string> Published() =>
        Exemples.Catalogue.Types.ToDictionary(t => t.ToString(), t => Encoding.UTF8.GetString(Exemples.Catalogue.Documents[t.ToString()].Span));

    private static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static List<bool> Ask(Dictionary<string, string> schemas, IReadOnlyList<(string Schema, string Body)> cases)
    {
        Assert.SkipUnless(File.Exists(Packages), "ajv n'est pas installé : ops/npm/install --tests");
        var question = new JsonObject
        {
            ["schemas"] = new JsonObject(schemas.Select(s => KeyValuePair.Create(s.Key, JsonNode.Parse(s.Value)))),
            ["cases"] = new JsonArray([.. cases.Select(c => new JsonObject { ["schema"] = c.Schema, ["body"] = c.Body })]),
        };
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(Exemples.Root, "tests", "Unit", "Schemas", "ajv.mjs"), Packages])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var faults = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        node.StandardInput.Write(question.ToJsonString());
        node.StandardInput.Close();
        var answer = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        node.ExitCode.ShouldBe(0, faults.GetAwaiter().GetResult());
        return JsonSerializer.Deserialize<List<bool>>(answer)!;
    }
}
