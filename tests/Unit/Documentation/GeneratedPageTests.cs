using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Conformance;
using ExchangeGateway.Gateway.Documentation;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Sandbox;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.House;

namespace ExchangeGateway.Unit.Documentation;

/// <summary>The pages of <c>ops/docs/</c> that the code writes say what the code says.</summary>
public class GeneratedPageTests
{
    private const string Remedy = "run « ops/exchange-gateway docs ops/docs » and commit what it writes";

    public static TheoryData<string> Pages => [.. GeneratedPage.All().Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_committed_page_is_what_the_code_writes(string path)
    {
        var file = "ops/docs/" + path;
        Tree.Files.ShouldContain(file, Remedy);
        Tree.Read(file).ShouldBe(GeneratedPage.All().Single(page => page.Path == path).Text, Remedy);
    }

    [Fact]
    public void No_page_is_left_of_a_type_that_is_gone() =>
        Tree.Files.Where(file => file.StartsWith("ops/docs/messages/", StringComparison.Ordinal))
            .Except(GeneratedPage.All().Select(page => "ops/docs/" + page.Path), StringComparer.Ordinal)
            .ShouldBeEmpty();

    [Fact]
    public void Every_refusal_flag_check_and_type_is_on_a_page()
    {
        var pages = GeneratedPage.All().ToDictionary(page => page.Path, page => page.Text, StringComparer.Ordinal);

        Catalogue.All.Keys.ShouldAllBe(code => pages["refus.md"].Contains($"`{code}`", StringComparison.Ordinal));
        Drapeaux.Tous.ShouldAllBe(flag => pages["drapeaux.md"].Contains(flag.Message, StringComparison.Ordinal));
        Checks.All.ShouldAllBe(check => pages["conformite.md"].Contains($"`{check.Id}`", StringComparison.Ordinal));
        PartnerMessages.All.ShouldAllBe(message => pages["messages/LISEZMOI.md"].Contains($"`/v1/{message.Type}`", StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_of_the_sandbox_names_every_fault_that_can_be_asked_for()
    {
        var page = Tree.Read("ops/docs/bac-a-sable.md");
        FaultHooks.Documented.ShouldAllBe(fault => page.Contains($"| `{fault.Key}` | {fault.Value} |", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_check_has_an_id_of_its_own() =>
        Checks.All.Select(check => check.Id).ShouldBeUnique();

    [Fact]
    public void Each_type_shows_examples_that_its_schema_accepts()
    {
        var schemas = SchemaCatalogue.Load();
        foreach (var type in PartnerMessages.All.Select(message => message.Type))
        {
            ExampleMessages.Of(type).ShouldNotBeEmpty(type.ToString());
            foreach (var (name, json) in ExampleMessages.Of(type))
                schemas.Validate(type, System.Text.Encoding.UTF8.GetBytes(json)).ShouldBeOfType<ValidationResult.Valid>($"{type} {name}");
        }
    }

    [Fact]
    public async Task The_line_made_of_the_examples_of_the_columns_is_accepted()
    {
        foreach (var message in PartnerMessages.All.Where(message => message.Columns is not null))
        {
            using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(ExampleMessages.Csv(message.Columns!)));
            await foreach (var line in Batch.ReadCsvAsync(file, message.Columns!, TestContext.Current.CancellationToken))
            {
                line.Error.ShouldBeNull();
                SchemaCatalogue.Load().Validate(message.Type, line.Json!.Value)
                    .ShouldBeOfType<ValidationResult.Valid>($"{message.Type}: {JsonNode.Parse(line.Json.Value.Span)}");
            }
        }
    }
}
