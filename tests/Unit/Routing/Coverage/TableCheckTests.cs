using System.CommandLine;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Coverage;
using ExchangeGateway.Unit.Consent;

namespace ExchangeGateway.Unit.Routing.Coverage;

/// <summary>What a pull request on a territory's rules is told.</summary>
public sealed class TableCheckTests
{
    /// <summary>What the table of the model département is about, as warnings say it.</summary>
    private const string Scope = "caf/impayes ou commissaires-de-justice/commandements-de-payer ou bailleurs/impayes ; ";
    private static readonly DateOnly Today = new(2026, 11, 21);

    /// <summary>The tables of the sources leave nobody out: over every combination of the facts that their rules look at.</summary>
    [Theory]
    [InlineData("75")]
    [InlineData("modele")]
    [InlineData("38")]
    [InlineData("974")]
    public void The_shipped_tables_cover_every_combination_and_nothing_in_them_is_doubtful(string code)
    {
        Distribution.Catalogue.TryGet(code, out var territory).ShouldBeTrue();
        var check = new TableCheck(territory!);

        check.Run(Today).ShouldBeEmpty();
        check.Combinations.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void A_table_of_the_model_departement_without_its_rule_for_unaided_households_is_told_which_households_it_forgets() =>
        Warnings(r => Rules(r, 1).RemoveAt(2)).ShouldContain($"table accompagnement-social : aucune règle ne couvre : {Scope}pas d'aide au logement (le 2026-11-21)");

    [Fact]
    public void A_rule_that_leaves_the_unknown_aside_is_told_the_combinations_that_it_forgets() =>
        Warnings(r => { foreach (var i in Enumerable.Range(0, 3)) Rules(r, 1)[i]!["siInconnu"] = new JsonObject { ["action"] = "ignorer" }; })
            .ShouldBe(
            [
                $"table accompagnement-social : aucune règle ne couvre : {Scope}aide au logement inconnue (le 2026-11-21)",
                $"table accompagnement-social : aucune règle ne couvre : {Scope}ménage aidé au logement ; composition du ménage inconnue (le 2026-11-21)",
            ],
            ignoreOrder: true);

    [Fact]
    public void A_message_that_no_rule_delivers_is_told() =>
        Warnings(r => Rules(r, 0).RemoveAt(3)).ShouldContain(w => w.StartsWith("aucun destinataire pour : ", StringComparison.Ordinal) && w.Contains("banque-de-france/orientations", StringComparison.Ordinal));

    [Fact]
    public void A_rule_that_no_combination_makes_true_is_unreachable() =>
        Warnings(r => Rules(r, 2)[0]!["quand"]!["sauf"] = new JsonObject { ["parc"] = "public" }).ShouldContain("règle modele-4 : inatteignable, aucune combinaison de faits ne la rend vraie (le 2026-11-21)");

    [Fact]
    public void A_rule_behind_those_that_always_decide_is_hidden() =>
        Warnings(r =>
        {
            var twin = Rules(r, 1)[2]!.DeepClone();
            twin["id"] = "modele-3bis";
            twin["quand"]!["parc"] = "prive";
            Rules(r, 1).Add(twin);
        }).ShouldContain("règle modele-3bis : masquée, les règles précédentes décident toujours avant elle (le 2026-11-21)");

    [Fact]
    public void Two_rules_of_a_UNIQUE_table_that_both_match_are_contradictory_with_an_example() =>
        Warnings(r =>
        {
            r["tables"]![1]!["hitPolicy"] = "UNIQUE";
            var rival = Rules(r, 1)[2]!.DeepClone();
            rival["id"] = "modele-9";
            rival["quand"] = new JsonObject { ["aideAuLogement"] = false, ["parc"] = "prive" };
            rival["alors"]!["destinataire"] = "caf-modele";
            Rules(r, 1).Add(rival);
        }).ShouldContain(w => w.StartsWith("règles modele-3 et modele-9 : se contredisent (", StringComparison.Ordinal) && w.Contains("parc privé", StringComparison.Ordinal));

    [Fact]
    public void Rules_that_do_the_same_may_overlap_in_an_ANY_table_and_not_in_a_UNIQUE_one()
    {
        Action<JsonObject> overlap(string policy) => r =>
        {
            r["tables"]![1]!["hitPolicy"] = policy;
            var twin = Rules(r, 1)[2]!.DeepClone();
            twin["id"] = "modele-9";
            twin["quand"] = new JsonObject { ["aideAuLogement"] = false, ["parc"] = "prive" };
            Rules(r, 1).Add(twin);
        };

        Warnings(overlap("ANY")).ShouldBeEmpty();
        Warnings(overlap("UNIQUE")).ShouldHaveSingleItem().ShouldStartWith("règles modele-3 et modele-9 : se recouvrent");
    }

    [Fact]
    public void A_hole_that_opens_on_a_later_day_is_told_with_that_day() =>
        Warnings(r => Rules(r, 1)[2]!["valideAu"] = "2027-06-30").ShouldHaveSingleItem().ShouldBe($"table accompagnement-social : aucune règle ne couvre : {Scope}pas d'aide au logement (le 2027-07-01)");

    [Fact]
    public void The_command_tells_every_error_of_a_folder_at_once_and_fails()
    {
        using var folder = DataFolder.Copy("ops/territories");
        folder.Delete("75/relais.json").Write("75/notices.json", "{").Edit("modele/territoire.json", r => r.Remove("nom"))
            .Edit("75/repartition.json", r => Rules(r, 1)[0]!["alors"]!["destinataire"] = "personne-75");

        var report = TerritoryCommands.Check(Path.Combine(folder.Path, "75"), Today);

        report.Errors.Select(e => $"{e.File} {e.Pointer}").ShouldBe(["75/relais.json ", "75/notices.json ", "75/repartition.json /tables/1/regles/0/alors/destinataire"], ignoreOrder: true, "the other territory's error is its own");
        TerritoryCommands.Check(folder.Path, Today).Errors.Count.ShouldBe(4);
        TerritoryCommands.Check(Path.Combine(folder.Path, "76"), Today).Errors.ShouldHaveSingleItem().Problem.ShouldBe("dossier absent");
    }

    [Fact]
    public void The_command_says_what_it_has_examined()
    {
        var report = TerritoryCommands.Check(DataFolder.Shipped("ops/territories/75"), Today);

        report.Errors.ShouldBeEmpty();
        report.Quotas.ShouldBe(["75 75-em-injoignable : 120 ménages par an, tirage mensuel, destinataire équipe mobile (nombre à vérifier)"]);
        report.Summary.ShouldMatch(@"^1 territoire\(s\), \d+ règles, \d+ combinaisons de faits examinées : rien à signaler\.$");
    }

    [Theory]
    [InlineData("75")]
    [InlineData("38")]
    [InlineData("modele")]
    [InlineData("974")]
    public async Task The_command_passes_on_each_shipped_folder_also_when_warnings_fail(string code)
    {
        var (exit, said) = await RunAsync(DataFolder.Shipped("ops/territories/" + code), "--strict");

        exit.ShouldBe(0, said);
        said.ShouldEndWith("rien à signaler." + Environment.NewLine);
    }

    [Fact]
    public async Task The_command_fails_on_an_error_and_on_a_warning_only_when_asked()
    {
        using var folder = DataFolder.Copy("ops/territories");
        folder.Edit("modele/repartition.json", r => Rules(r, 1).RemoveAt(2));
        var path = Path.Combine(folder.Path, "modele");
        (await RunAsync(path)).Exit.ShouldBe(0);
        (await RunAsync(path, "--strict")).Exit.ShouldBe(1);
        (await RunAsync(path, "--strict")).Said.ShouldContain("avertissement : modele/repartition.json");

        folder.Edit("modele/territoire.json", r => r.Remove("nom"));
        var (exit, said) = await RunAsync(path);
        exit.ShouldBe(1);
        said.ShouldContain("erreur : modele/territoire.json");
        (await RunAsync(Path.Combine(folder.Path, "76"))).Exit.ShouldBe(1);
    }

    private static async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        var exit = await TerritoryCommands.Build(new Command("simulate")).Parse(["check", .. arguments])
            .InvokeAsync(new InvocationConfiguration { Output = output }, TestContext.Current.CancellationToken);
        return (exit, output.ToString());
    }

    private static List<string> Warnings(Action<JsonObject> change)
    {
        using var folder = DataFolder.Copy("ops/territories");
        folder.Edit("modele/repartition.json", change);
        TerritoryCatalogue.Load(folder.Path).TryGet("modele", out var territory).ShouldBeTrue();
        return [.. TableCheck.Warnings(territory!, Today).Select(w => w.Problem)];
    }

    private static JsonArray Rules(JsonObject root, int table) => root["tables"]![table]!["regles"]!.AsArray();
}
