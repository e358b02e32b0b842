using System.Text;
using System.Text.RegularExpressions;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.House;

/// <summary>What the documentation and the benchmark send is what the gateway accepts.</summary>
public partial class ExamplesTests
{
    private static readonly MessageType CommandementDePayer = new("commissaires-de-justice", "commandements-de-payer");

    public static TheoryData<string> Guides => [.. Tree.Files.Where(file => file.StartsWith("ops/docs/", StringComparison.Ordinal) && HereDocument().IsMatch(Tree.Read(file)))];

    [Theory]
    [MemberData(nameof(Guides))]
    public void The_first_message_of_each_guide_respects_its_schema(string guide)
    {
        var example = HereDocument().Match(Tree.Read(guide));

        SchemaCatalogue.Load().Validate(MessageType.Parse(example.Groups["type"].Value), Encoding.UTF8.GetBytes(example.Groups["json"].Value))
            .ShouldBeOfType<ValidationResult.Valid>();
    }

    [Fact]
    public void The_message_of_the_benchmark_respects_its_schema()
    {
        var filled = Tree.Read("tests/Benchmarks/Intake/commandement-de-payer.json").Replace('#', '1').Replace('@', 'a');

        SchemaCatalogue.Load().Validate(CommandementDePayer, Encoding.UTF8.GetBytes(filled)).ShouldBeOfType<ValidationResult.Valid>();
    }

    [Fact]
    public void Every_command_that_the_documents_name_is_there() =>
        new[] { "README.md", "CONTRIBUTING.md" }
            .SelectMany(document => Command().Matches(Tree.Read(document)).Select(match => match.Value))
            .Distinct(StringComparer.Ordinal)
            .Where(path => !File.Exists(Path.Combine(Tree.Root, path)) && !Directory.Exists(Path.Combine(Tree.Root, path)))
            .ShouldBeEmpty();

    [GeneratedRegex(@"<<'FIN'\n(?<json>.*?)\nFIN\n.*?/v1/(?<type>[a-z-]+/[a-z-]+)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HereDocument();

    [GeneratedRegex(@"(?<![\w/-])(ops|gateway|tests|schemas|adapters|consent)/[A-Za-z][A-Za-z./-]*[A-Za-z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();
}
