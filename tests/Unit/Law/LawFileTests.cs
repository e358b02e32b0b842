using System.Text.Json.Nodes;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Schemas.Law;
using ExchangeGateway.Unit.Consent;
using NJsonSchema;

namespace ExchangeGateway.Unit.Law;

/// <summary>The file of the law: complete, dated, sourced; a wrong one says everything that there is to mend.</summary>
public class LawFileTests
{
    [Theory]
    [InlineData("2023-07-28", "R0")]
    [InlineData("2023-07-29", "R1")]
    [InlineData("2026-02-12", "R1")]
    [InlineData("2026-02-13", "R2")]
    [InlineData("2026-12-31", "R2")]
    [InlineData("2027-01-01", "R3")]
    [InlineData("1990-01-01", "R0")]
    public void Every_day_has_its_regime(string day, string regime) => ShippedLaw.France.RegimeAt(DeadlinesTests.Day(day)).Id.ShouldBe(regime);

    [Fact]
    public void Every_rule_of_the_domain_is_there_with_its_text()
    {
        string[] domain =
        [
            "CDP.DELAI", "CDP.SIGNAL", "CDP.SIGNAL.DEADLINE", "CDP.MENTIONS", "CDP.CAUTION", "ASSIGN.PREFET", "PM.SAISINE", "DSF.RDV", "DSF.TRANSMIT", "DSF.CDP",
            "JUGE.DELAIS", "CQL.DELAI", "CQL.PREFET", "RFP", "PV", "CAF.IMPAYE", "CAF.SIGNAL", "CAF.PLAN", "CAF.FSL", "CAF.TIERSPAYANT", "CAF.SUIVI", "CAF.CCAPEX",
            "BDF.INSTRUCTION", "BDF.SUSPENSION", "BDF.MORATOIRE",
        ];
        domain.Where(id => !ShippedLaw.France.Rules.ContainsKey(id)).ShouldBeEmpty();
        ShippedLaw.France.Rules.Values.SelectMany(r => r.Versions).ShouldAllBe(v => v.Source.Length > 10 && v.Text.Length > 5);
    }

    [Fact]
    public void What_nobody_has_checked_says_so()
    {
        var law = ShippedLaw.France;
        law.At(LawRules.Signalling, new(2026, 6, 1))!.ToVerify.ShouldBeTrue();
        law.At(LawRules.SignallingGoal, new(2026, 6, 1))!.ToVerify.ShouldBeTrue();
        law.CountingToVerify.ShouldBeTrue();
        law.RegimeAt(new(2026, 6, 1)).ToVerify.ShouldBeTrue();
    }

    [Fact]
    public void Both_printed_helplines_are_known_and_only_the_verified_one_is_given()
    {
        var lines = ShippedLaw.France.Helplines;
        lines.Numbers.Select(n => n.Number).ShouldBe(["0805299049", "0805299249", "0810001505"], ignoreOrder: true);
        lines.InForce(new(2026, 11, 20)).Select(n => n.Number).ShouldBe(["0805299049"]);
        lines.InForce(new(2024, 6, 4)).Select(n => n.Number).ShouldBe(["0810001505"]);
    }

    [Fact]
    public async Task The_shipped_file_keeps_to_its_schema()
    {
        var schema = await JsonSchema.FromFileAsync(DataFolder.Shipped("ops/territories/schemas/france.schema.json"), TestContext.Current.CancellationToken);
        var text = await File.ReadAllTextAsync(DataFolder.Shipped("ops/territories/france.json"), TestContext.Current.CancellationToken);
        schema.Validate(text).ShouldBeEmpty();
        schema.Validate(text.Replace("\"nombre\": 6", "\"nombre\": 0", StringComparison.Ordinal)).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_value_that_changes_in_the_file_changes_the_answers_and_the_version()
    {
        using var folder = DataFolder.Copy(ShippedLaw.Folder);
        var before = LawFile.Load(folder.Path);
        folder.Edit(LawFile.Name, root =>
        {
            Version(root, "CDP.DELAI", 1)["delai"]!["nombre"] = 8;
            Version(root, "CAF.IMPAYE", 1)["seuil"]!["montantDepasse"] = 500;
            Version(root, "CDP.SIGNAL", 2)["seuil"]!["loyersHorsCharges"] = 3;
        });
        var after = LawFile.Load(folder.Path);

        after.Version.ShouldNotBe(before.Version, StringComparer.Ordinal);
        after.Law.ResolutoryClause(new(2024, 1, 12), new(2023, 10, 1))!.Date.ShouldBe(new DateOnly(2024, 3, 8));
        var day = new DateOnly(2027, 2, 1);
        after.Law.AidedArrearsThreshold(day, day, new Arrears { Debt = 480, FirstDefault = (day, day) }).Verdict.ShouldBe(Reached.No);
        before.Law.AidedArrearsThreshold(day, day, new Arrears { Debt = 480, FirstDefault = (day, day) }).Verdict.ShouldBe(Reached.Yes);
        var twoRents = new Arrears { Debt = 1600, Rent = 800, ConsecutiveMonths = 1 };
        after.Law.SignallingThreshold(day, twoRents).Verdict.ShouldBe(Reached.No);
        before.Law.SignallingThreshold(day, twoRents).Verdict.ShouldBe(Reached.Yes);
    }

    [Fact]
    public void A_missing_file_stops_the_load()
    {
        using var folder = DataFolder.Copy(ShippedLaw.Folder);
        folder.Delete(LawFile.Name);
        Errors(folder).Single().Problem.ShouldBe("fichier absent");
    }

    [Theory]
    [InlineData("gap", "/regles/0", "ne commence pas le lendemain")]
    [InlineData("overlap", "/regles/0", "ne commence pas le lendemain")]
    [InlineData("regimes", "/regimes", "bout fermé")]
    [InlineData("missing", "/regles", "la règle RFP manque")]
    [InlineData("twice", "/regles", "cette règle figure déjà")]
    [InlineData("delay", "/delai", "propriété absente")]
    [InlineData("unit", "/delai/unite", "valeur hors vocabulaire")]
    [InlineData("negative", "/seuil/montantDepasse", "nombre positif")]
    [InlineData("leap", "/joursFeries/0/jour", "n'existe pas tous les ans")]
    [InlineData("feast", "/joursFeries/1", "jour fixe ou un écart")]
    [InlineData("region", "/joursFeries/11/regions/0", "valeur hors vocabulaire")]
    [InlineData("week", "/calcul/joursNonOuvres", "aucun jour ne reste ouvré")]
    [InlineData("misspelt", "/treve/debutt", "propriété inconnue")]
    [InlineData("source", "/regles/0/versions/0/source", "propriété absente")]
    [InlineData("unverified", "/numerosAide/numeros/0/verifieLe", "a été vérifié")]
    public void What_is_wrong_is_said_with_its_place(string fault, string pointer, string problem)
    {
        using var folder = DataFolder.Copy(ShippedLaw.Folder);
        folder.Edit(LawFile.Name, root => Spoil(root, fault));
        Errors(folder).ShouldContain(e => e.File == LawFile.Name && e.Pointer.Contains(pointer, StringComparison.Ordinal) && e.Problem.Contains(problem, StringComparison.Ordinal));
    }

    private static IReadOnlyList<FileError> Errors(DataFolder folder) => Should.Throw<TerritoryException>(() => LawFile.Load(folder.Path)).Errors;

    private static JsonNode Version(JsonObject root, string rule, int version) => Rule(root, rule)["versions"]![version]!;

    private static JsonNode Rule(JsonObject root, string rule) => root["regles"]!.AsArray().Single(r => r!["id"]!.GetValue<string>() == rule)!;

    private static void Spoil(JsonObject root, string fault)
    {
        switch (fault)
        {
            case "gap": Version(root, "CDP.DELAI", 1)["valideDu"] = "2023-07-30"; break;
            case "overlap": Version(root, "CDP.DELAI", 1)["valideDu"] = "2023-07-28"; break;
            case "regimes": root["regimes"]![3]!["valideAu"] = "2030-12-31"; break;
            case "missing": root["regles"]!.AsArray().Remove(Rule(root, "RFP")); break;
            case "twice": root["regles"]!.AsArray().Add(Rule(root, "RFP").DeepClone()); break;
            case "delay": Version(root, "RFP", 0).AsObject().Remove("delai"); break;
            case "unit": Version(root, "RFP", 0)["delai"]!["unite"] = "lustres"; break;
            case "negative": Version(root, "CAF.IMPAYE", 1)["seuil"]!["montantDepasse"] = -450; break;
            case "leap": root["joursFeries"]![0]!["jour"] = "02-29"; break;
            case "feast": root["joursFeries"]![1]!["jour"] = "04-06"; break;
            case "region": root["joursFeries"]![11]!["regions"]![0] = "atlantide"; break;
            case "week": root["calcul"]!["joursNonOuvres"] = new JsonArray("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"); break;
            case "misspelt": root["treve"]!["debutt"] = "11-01"; break;
            case "source": Version(root, "CDP.DELAI", 0).AsObject().Remove("source"); break;
            case "unverified": root["numerosAide"]!["numeros"]![0]!["verifieLe"] = null; break;
            default: throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }
    }
}
