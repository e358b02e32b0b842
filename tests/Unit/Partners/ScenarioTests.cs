using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Partners.Demonstration;
using ExchangeGateway.Partners.Messages;
using ExchangeGateway.Partners.Synthetic;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Law;
using ExchangeGateway.Unit.Schemas;

namespace ExchangeGateway.Unit.Partners;

/// <summary>The simulated partners are strangers: here their messages meet the real schemas, so that a drift of either is seen.</summary>
public class ScenarioTests
{
    private static readonly DateOnly Today = new(2026, 11, 1);

    internal static readonly Territory Model = new("modele",
        [.. Enumerable.Range(1, 5).Select(n => new Commune($"0000{n}", $"Commune fictive {n}", [$"00{n}00"]))], ["rue du Modèle"], "notice-modele-2024", "notice-modele-2019");

    internal static IReadOnlyList<Sending> Build(int seed, double scale = 1) => Scenario.Build(seed, scale, Today, Territory.Paris, Model);

    [Fact]
    public void The_same_seed_gives_the_same_month()
    {
        byte[] Flat(int seed) => [.. Build(seed, 0.2).SelectMany(s => s.Messages).SelectMany(m => MessageWriter.Bytes(m.Content))];
        Flat(42).ShouldBe(Flat(42));
        Flat(42).ShouldNotBe(Flat(43));
    }

    [Fact]
    public void The_month_has_the_declared_numbers()
    {
        var scenario = Build(42);
        int Originals(string organisation) => scenario.Where(s => s.Organisation == organisation).SelectMany(s => s.Messages).Count(m => m.Fault is not ("envoi en double" or "territoire non servi"));
        Originals("caf-75").ShouldBe(500);
        Originals("etude-75-001").ShouldBe(200);
        Originals("bailleur-75-001").ShouldBe(120);
        Originals("bdf-75").ShouldBe(20);
        scenario.Where(s => s.Organisation == "etude-75-001").Select(s => s.Channel).ShouldBe([Channel.OneByOne, Channel.Ndjson]);
        scenario[0].Channel.ShouldBe(Channel.Csv);

        var acts = scenario.Where(s => s.Organisation == "etude-75-001").SelectMany(s => s.Messages).Where(m => m.Fault != "envoi en double").ToList();
        var old = acts.Count(m => m.Content["acte"]!["versionNotice"]?.GetValue<string>() == "notice-75-2019");
        (old / (double)acts.Count).ShouldBeInRange(0.32, 0.52);
        var faults = scenario.SelectMany(s => s.Messages).Select(m => m.Fault).ToHashSet();
        foreach (var fault in new[] { "date impossible", "NIR", "envoi en double", "téléphone manquant", "sans dette", "plusieurs expéditeurs", "territoire non servi" })
            faults.ShouldContain(fault);
    }

    [Fact]
    public void A_household_seen_by_three_senders_is_written_alike_by_each()
    {
        var scenario = Build(42);
        var households = scenario.SelectMany(s => s.Messages.Where(m => m.Household.Length > 0).Select(m => (s.Organisation, m))).GroupBy(m => m.m.Household).ToList();
        var byThree = households.Where(h => h.Select(m => m.Organisation).Distinct().Count() >= 3).ToList();
        byThree.Count.ShouldBe(15);
        foreach (var household in byThree)
        {
            household.Select(m => m.m.Content["logement"]!.ToJsonString()).Distinct().ShouldHaveSingleItem();
            household.Where(m => m.m.Expected.Code == "accepte").Select(m => m.m.Content["personnes"]!.ToJsonString()).Distinct().ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task Each_message_is_judged_as_the_scenario_says_on_every_way_in()
    {
        foreach (var sending in Build(7).Concat(Build(42)))
        {
            MessageType.TryParse(sending.Type, out var type).ShouldBeTrue();
            var bodies = sending.Messages.Select(m => (ReadOnlyMemory<byte>)MessageWriter.Bytes(m.Content)).ToList();
            if (sending.Channel == Channel.Csv)
            {
                PartnerMessages.TryGet(type, out var message).ShouldBeTrue();
                var file = new CsvWriter(type.Name).File(sending.Messages.Select(m => m.Content));
                bodies = [];
                await foreach (var line in Batch.ReadCsvAsync(new MemoryStream(file), message!.Columns!, TestContext.Current.CancellationToken))
                    bodies.Add(line.Json ?? throw new Xunit.Sdk.XunitException(line.Error!.ToString()));
                bodies.Count.ShouldBe(sending.Messages.Count);
            }
            foreach (var (message, body) in sending.Messages.Zip(bodies))
            {
                var expected = message.Expected.Refusal switch { "schema-invalide" => typeof(ValidationResult.Invalid), "nir-interdit" => typeof(ValidationResult.ContainsNir), _ => typeof(ValidationResult.Valid) };
                var result = Exemples.Catalogue.Validate(type, body);
                result.ShouldBeOfType(expected, $"{sending.Organisation} {message.Fault} {(result is ValidationResult.Invalid i ? string.Join(' ', i.Errors) : "")}");
            }
        }
    }

    [Fact]
    public void Recipients_follow_from_the_facts_that_the_adapters_find()
    {
        var context = new AdaptContext(Today, "1", [], ShippedLaw.France);
        foreach (var sending in Build(42))
        {
            MessageType.TryParse(sending.Type, out var type).ShouldBeTrue();
            PartnerMessages.TryGet(type, out var adapter).ShouldBeTrue();
            foreach (var message in sending.Messages.Where(m => m.Expected.Code == "accepte"))
            {
                var facts = adapter!.Adapt(MessageWriter.Bytes(message.Content), context).Faits;
                var to = message.Expected.Arrivals.Where(a => a.Purpose != "P14").Select(a => a.Recipient).ToList();
                message.Expected.Arrivals.Any(a => a is { Recipient: "caf-modele", Purpose: "P14" }).ShouldBe(message.Expected.Held, "who waits asks the CAF");
                to.Contains("adil-75").ShouldBe(facts is { Stade: "cdp", Parc: "prive", Commune: ['7', '5', ..] });
                to.Contains("caf-modele").ShouldBe(facts is { Commune: ['0', ..], AideAuLogement: true, Composition: "familleAvecEnfants" });
                to.Contains("departement-modele").ShouldBe(facts is { Commune: ['0', ..] } and ({ AideAuLogement: false } or { AideAuLogement: true, Composition: "coupleSansEnfant" or "personneSeule" }));
                message.Expected.Held.ShouldBe(facts is { Commune: ['0', ..] } and ({ AideAuLogement: null } or { AideAuLogement: true, Composition: null }));
            }
        }
    }

    [Fact]
    public void Nobody_is_real()
    {
        string[] fiction = ["019900", "026191", "035301", "046571", "053649", "063998"];
        foreach (var message in Build(42).SelectMany(s => s.Messages))
        {
            foreach (var phone in message.Content["telephones"]?.AsArray() ?? [])
                fiction.ShouldContain(phone!["numero"]!.GetValue<string>()[..6]);
            foreach (var mail in message.Content["courriels"]?.AsArray() ?? [])
                mail!.GetValue<string>().ShouldEndWith(".invalid");
            var place = message.Content["logement"]!;
            if (place["codeCommune"]!.GetValue<string>() is ['7', '5', '1', .. var district])
                place["codePostal"]!.GetValue<string>().ShouldBeOneOf("750" + district, district == "16" ? "75116" : "750" + district);
        }
    }

    [Fact]
    public void A_csv_form_that_the_stranger_writes_has_the_columns_that_the_gateway_reads()
    {
        foreach (var message in PartnerMessages.All.Where(m => m.Columns is not null))
            new CsvWriter(message.Type.Name).Header.TrimEnd().ShouldBe(string.Join(';', message.Columns!.Colonnes.Select(c => c.Colonne)));
    }
}
