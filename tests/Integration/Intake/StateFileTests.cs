using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Intake;

/// <summary>An étude gets its own acts back as a file for the State's system; the gateway keeps nothing of them but that it was asked.</summary>
public sealed class StateFileTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Path = "/v1/commissaires-de-justice/commandements-de-payer/fichier-etat";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_etude_gets_the_file_of_the_acts_that_it_hands_in_and_of_no_others_with_its_entry_in_the_log()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (mine, alsoMine, others) = (Messages.Cdp(Messages.NewHousehold()), Messages.Cdp(Messages.NewHousehold()), Messages.Cdp(Messages.NewHousehold()));
        // Another organisation's acts, and earlier ones of the étude itself, are in the gateway: they are in nobody's file.
        await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()));
        await gateway.DepositAsync("caf-75-depositaire", "caf/impayes", Messages.CafNotice(Messages.NewHousehold()));
        var other = await FileAsync(gateway, "etude-modele-001-depositaire", others);
        var file = await FileAsync(gateway, Etude, mine, alsoMine);

        Rows(file).Count.ShouldBe(3);
        Rows(file)[1].ShouldContain(Name(mine));
        Rows(file)[2].ShouldContain(Name(alsoMine));
        file.ShouldNotContain(Name(others));
        Rows(other).Count.ShouldBe(2);
        other.ShouldContain(Name(others));
        other.ShouldNotContain(Name(mine));

        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'StateFileWritten'")).ShouldBe(2);
        (await gateway.ScalarAsync<long>("select count(distinct organisation) from audit.entry where action = 'StateFileWritten'")).ShouldBe(2);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(2);
    }

    [Fact]
    public async Task Who_may_not_send_acts_gets_403_and_a_file_with_one_bad_act_is_refused_whole()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        foreach (var client in new[] { "adil-75-instructeur", "caf-75-depositaire", "ccapex-75-secretariat" })
        {
            using var refused = await PostAsync(gateway, client, Messages.Cdp(Messages.NewHousehold()));
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden, client);
        }

        var bad = Messages.Cdp(Messages.NewHousehold());
        bad["acte"]!["signifieLe"] = "2026-02-31";
        using var answer = await PostAsync(gateway, Etude, Messages.Cdp(Messages.NewHousehold()), bad);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["errors"]!.AsArray().ShouldHaveSingleItem()!["pointer"]!.GetValue<string>().ShouldBe("/1/acte/signifieLe");
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'StateFileWritten'")).ShouldBe(0);
    }

    private static async Task<string> FileAsync(TestGateway gateway, string client, params JsonObject[] acts)
    {
        using var answer = await PostAsync(gateway, client, acts);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        return text;
    }

    private static Task<HttpResponseMessage> PostAsync(TestGateway gateway, string client, params JsonObject[] acts) =>
        gateway.SendAsync(client, HttpMethod.Post, Path, new StringContent(string.Join('\n', acts.Select(a => a.ToJsonString())), Encoding.UTF8, "application/x-ndjson"));

    private static string Name(JsonObject act) => act["personnes"]![0]!["nom"]!.GetValue<string>();

    private static List<string> Rows(string file) => [.. file.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];
}
