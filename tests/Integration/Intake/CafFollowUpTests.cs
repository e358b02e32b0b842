using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Intake;

/// <summary>Next month's notice of the CAF updates or ends the same arrears; it opens no second file.</summary>
public sealed class CafFollowUpTests(PostgresFixture postgres)
{
    private const string Caf = "caf-75-depositaire";
    private const string Type = "caf/impayes";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_notice_of_a_debt_updates_its_file_and_reaches_who_had_the_first()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var notice = Messages.CafNotice(Messages.NewHousehold());
        var first = await gateway.DepositAsync(Caf, Type, notice);
        first["remplace"].ShouldBeNull();
        await gateway.RouteAsync();
        var before = await RecipientsAsync(gateway);
        before.ShouldNotBeEmpty();

        notice["dette"]!["total"] = 2350.5m;
        notice["dette"]!["moisImpayes"] = 4;
        var second = await gateway.DepositAsync(Caf, Type, notice);
        ((string?)second["remplace"]).ShouldBe((string?)first["depot"]);
        notice["dette"]!["total"] = 0;
        notice["dette"]!["moisImpayes"] = 0;
        notice["dette"]!["etatImpaye"] = "solde";
        notice["menage"]!["composition"] = "personneSeule"; // other rules would choose others: the first recipients are told all the same
        var third = await gateway.DepositAsync(Caf, Type, notice);
        ((string?)third["remplace"]).ShouldBe((string?)second["depot"]);
        third["drapeaux"]!.AsArray().Select(d => (string?)d!["code"]).ShouldContain("impayeSolde");
        await gateway.RouteAsync();

        (await gateway.ScalarAsync<long>("select count(*) from exchange.dossier")).ShouldBe(1);
        (await gateway.ScalarAsync<bool>("select ended from exchange.debt")).ShouldBeTrue();
        var after = await RecipientsAsync(gateway);
        foreach (var recipient in before.Keys)
            after[recipient].ShouldBe(3, recipient.ToString());
        var inbox = await gateway.InboxAsync("ccapex-75-secretariat");
        inbox.Select(l => (bool)l["miseAJour"]!).ShouldBe([false, true, true]);
        inbox.Select(l => (string?)l["remplaceRemise"]).ShouldBe([null, (string?)inbox[0]["id"], (string?)inbox[1]["id"]]);
        inbox.Select(l => (string?)l["dossier"]).Distinct().ShouldHaveSingleItem();
        var view = await gateway.GetAsync("ccapex-75-secretariat", "/v1/reception/" + inbox[2]["id"]);
        ((string?)view["remplaceRemise"], (string?)view["contenu"]!["dette"]!["etatImpaye"]).ShouldBe(((string?)inbox[1]["id"], "solde"));
    }

    [Fact]
    public async Task Another_debt_another_household_and_another_dwelling_are_new_files()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        var notice = Messages.CafNotice(household);
        await gateway.DepositAsync(Caf, Type, notice);
        var later = Messages.CafNotice(household);
        later["dette"]!["dateConstitution"] = "2026-11-15";
        var moved = Messages.CafNotice(household);
        moved["logement"]!["voie"] = "avenue de l'Exemple";
        foreach (var other in new[] { later, moved, Messages.CafNotice(Messages.NewHousehold()) })
            (await gateway.DepositAsync(Caf, Type, other))["remplace"].ShouldBeNull();
    }

    [Fact]
    public async Task The_return_file_names_updates_also_of_lines_of_one_group_and_when_it_is_sent_again()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var notice = Messages.CafNotice(Messages.NewHousehold());
        var next = JsonNode.Parse(notice.ToJsonString())!;
        next["dette"]!["total"] = 99m;
        var file = $"{notice.ToJsonString()}\n{next.ToJsonString()}\n{notice.ToJsonString()}\n{{}}";
        var codes = new[] { "accepte", "misAJour", "doublon", "aCorriger" };
        for (var sending = 0; sending < 2; sending++)
        {
            using var content = new StringContent(file, Encoding.UTF8, "application/x-ndjson");
            using var answer = await gateway.SendAsync(Caf, HttpMethod.Post, "/v1/caf/impayes/lots", content, ("ExchangeGateway-Lot", "m"));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            await answer.Content.ReadAsStringAsync(Ct);
            using var returned = await gateway.SendAsync(Caf, HttpMethod.Get, "/v1/lots/m/retour");
            var rows = (await returned.Content.ReadAsStringAsync(Ct)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(r => r.Split(';')).ToList();
            rows.Take(4).Select(r => (r[0], r[1])).ShouldBe(codes.Index().Select(c => ((c.Index + 1).ToString(), c.Item)));
            rows.Where(r => r[0] == "total").Select(r => (r[1], r[2])).ShouldBe([("lignes", "4"), ("accepte", "1"), ("misAJour", "1"), ("doublon", "1"), ("aCorriger", "1"), ("aRenvoyer", "0")]);
        }
    }

    private static async Task<Dictionary<Guid, long>> RecipientsAsync(TestGateway gateway)
    {
        await using var command = gateway.Databases.Owner.CreateCommand("select recipient, count(*) from delivery.delivery group by recipient");
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var counts = new Dictionary<Guid, long>();
        while (await reader.ReadAsync(Ct))
            counts[reader.GetGuid(0)] = reader.GetInt64(1);
        return counts;
    }
}
