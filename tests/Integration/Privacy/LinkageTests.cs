using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Canaries;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Privacy;

/// <summary>
/// What can be linked, and what cannot: the figures and answers of <c>ops/docs/aipd.md</c>. Where linking is possible the
/// test says so too, so that the page stays true when it no longer is.
/// </summary>
public sealed class LinkageTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Adil = "adil-75-instructeur";
    private const string Ccapex = "ccapex-75-secretariat";
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";

    [Fact]
    public async Task Who_steals_the_facts_without_the_vault_links_the_deposits_of_one_household_and_dwelling_but_learns_no_identity()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (canary, neighbour) = (Canary.Draw(1, seed: 5)[0], Canary.Draw(1, seed: 6)[0]);
        var first = await DepositAsync(gateway, canary.In(Messages.Cdp(canary.Household)));
        var second = await DepositAsync(gateway, canary.In(Messages.Assignation(canary.Household)), "commissaires-de-justice/assignations");
        var next = neighbour.In(Messages.Cdp(neighbour.Household with { Street = canary.Street }));
        var third = await DepositAsync(gateway, next);
        await gateway.RouteAsync();

        var facts = await gateway.ScalarAsync<string>(
            """
            select string_agg(query_to_xml(format('select * from %I.%I', schemaname, tablename), true, true, '')::text, ' ')
            from pg_tables where schemaname in ('exchange', 'routing', 'delivery', 'consent', 'audit')
            """);
        facts.ShouldContain(first);
        new CanaryScanner([.. canary.Words, .. neighbour.Words]).Find("facts", facts).ShouldBeEmpty();

        // Possible, on purpose: the subject and the dossier of a deposit are the same random ids for all of a household.
        (await DistinctAsync("subject", first, second)).ShouldBe(1);
        (await DistinctAsync("dossier", first, second)).ShouldBe(1);
        (await DistinctAsync("subject", first, third)).ShouldBe(2);
        (await DistinctAsync("dossier", first, third)).ShouldBe(2);
        // Possible too: two households at one address have the same keyed digest of it.
        (await gateway.ScalarAsync<long>("select count(distinct dwelling) from exchange.dossier")).ShouldBe(1);
        // Impossible: no value in clear but those of the banded facts is common to two sealed parts.
        (await gateway.ScalarAsync<long>("select count(*) - count(distinct sealed) from exchange.part")).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.part where octet_length(sealed) % 64 <> (select octet_length(sealed) % 64 from exchange.part limit 1)")).ShouldBe(0);

        Task<long> DistinctAsync(string column, params string[] deposits) =>
            gateway.ScalarAsync<long>($"select count(distinct {column}) from exchange.deposit where id in ({string.Join(", ", deposits.Select(d => $"'{d}'"))})");
    }

    [Fact]
    public async Task Two_recipients_share_no_identifier_of_ours_but_the_exact_references_and_amounts_that_both_were_sent()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var message = Messages.Cdp(Messages.NewHousehold());
        await DepositAsync(gateway, message);
        await gateway.RouteAsync();
        var (adil, ccapex) = (await ViewAsync(gateway, Adil), await ViewAsync(gateway, Ccapex));

        var (ours, theirs) = (Values(adil).ToHashSet(), Values(ccapex).ToHashSet());
        foreach (var identifier in new[] { "id", "pseudonyme", "dossier" })
            theirs.ShouldNotContain(adil[identifier]!.ToJsonString());
        // Possible: the study's reference and the exact debt are in both, because both need them. Their agreement forbids the crossing, not the software.
        ours.Intersect(theirs).ShouldContain(message["acte"]!["referenceEtude"]!.ToJsonString());
        ours.Intersect(theirs).ShouldContain(message["dette"]!["total"]!.ToJsonString());
    }

    [Fact]
    public async Task One_recipient_gathers_the_deliveries_of_a_household_by_its_dossier_and_by_no_pseudonym_of_another_purpose()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await DepositAsync(gateway, Messages.Cdp(household));
        using (var notice = await gateway.PostAsync("caf-75-depositaire", "/v1/caf/impayes", Messages.CafNotice(household)))
            notice.IsSuccessStatusCode.ShouldBeTrue();
        await gateway.RouteAsync();
        var views = new List<JsonNode>();
        foreach (var line in await gateway.InboxAsync(Ccapex))
            views.Add(await gateway.GetAsync(Ccapex, "/v1/reception/" + line["id"]!.GetValue<string>()));

        views.Select(v => v["finalite"]!.GetValue<string>()).Distinct().Count().ShouldBeGreaterThan(1);
        views.Select(v => v["pseudonyme"]!.GetValue<string>()).Distinct().Count().ShouldBe(views.Select(v => v["finalite"]!.GetValue<string>()).Distinct().Count());
        // Possible, on purpose: the file of the household gathers them (design: a dossier is followed as one).
        views.Select(v => v["dossier"]!.GetValue<string>()).Distinct().ShouldHaveSingleItem();
    }

    private static async Task<string> DepositAsync(TestGateway gateway, JsonObject message, string type = Cdp) =>
        (await gateway.DepositAsync(Etude, type, message))["depot"]!.GetValue<string>();

    private static async Task<JsonNode> ViewAsync(TestGateway gateway, string client) =>
        await gateway.GetAsync(client, "/v1/reception/" + (await gateway.InboxAsync(client)).ShouldHaveSingleItem()["id"]!.GetValue<string>());

    private static IEnumerable<string> Values(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(f => Values(f.Value)),
        JsonArray items => items.SelectMany(Values),
        null => [],
        _ => [node.ToJsonString()],
    };
}
