using System.Text;
using System.Text.RegularExpressions;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.House;

/// <summary>What the documentation and the benchmark send is what the gateway accepts.</summary>
public partial class ExamplesTests
{
    private static readonly MessageType CommandementDePayer = new("commissaires-de-justice", "commandements-de-payer");

    [Fact]
    public void The_first_message_of_the_readme_respects_its_schema()
    {
        var example = HereDocument().Match(Tree.Read("README.md")).Groups["json"].Value;

        SchemaCatalogue.Load().Validate(CommandementDePayer, Encoding.UTF8.GetBytes(example)).ShouldBeOfType<ValidationResult.Valid>();
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

    [GeneratedRegex(@"<<'EOF'\n(?<json>.*?)\nEOF\n", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HereDocument();

    [GeneratedRegex(@"(?<![\w/-])(ops|gateway|tests|schemas|adapters|consent)/[A-Za-z][A-Za-z./-]*[A-Za-z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();
}
