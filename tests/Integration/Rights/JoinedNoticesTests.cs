using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Rights;

/// <summary>Two subjects are found to be one person: who holds messages of one is told what the person had said of the other.</summary>
public sealed class JoinedNoticesTests(RightsGateway rights) : IClassFixture<RightsGateway>
{
    private TestGateway Gateway => rights.Gateway;

    [Fact]
    public async Task A_withdrawal_that_a_joining_extends_is_told_to_who_holds_the_other_messages_as_a_withdrawal_is()
    {
        var household = Messages.NewHousehold();
        var (deposits, raised) = (new List<string>(), "");
        foreach (var person in new[] { household, household with { Number = household.Number + "7", Street = "allée de la Maquette", Name = household.Name.Replace("mesnïl", "mesnnïl", StringComparison.Ordinal) } })
        {
            var act = Messages.Cdp(person);
            act["telephoneConnu"] = "non";
            act.Remove("telephones");
            raised = (await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, act))["depot"]!.GetValue<string>();
            deposits.Add((await Gateway.DepositAsync("ape-75-depositaire", "allo-prevention-expulsion/orientations", Messages.Referral(person, true, "identite", "contact", "dette")))["depot"]!.GetValue<string>());
        }

        await Gateway.RouteAsync();
        var (first, second) = (await HeldAsync(deposits[0]), await HeldAsync(deposits[1]));
        await rights.PostAsync(RightsGateway.Adil, "/v1/consentements", new JsonObject { ["remise"] = first.ToString(), ["acte"] = "retrait", ["finalite"] = "P15" });
        (await NewsAsync(second)).ShouldBeEmpty();
        (await Gateway.ScalarAsync<long>($"select count(distinct subject) from exchange.deposit where id in ('{raised}', '{deposits[1]}')")).ShouldBe(1);
        var before = await NewsAsync(first);
        before.ShouldHaveSingleItem();

        var pair = await Gateway.ScalarAsync<Guid>($"select id from vault.match_pair where deposit = '{raised}' and other = (select subject from exchange.deposit where id = '{deposits[0]}')");
        await JoinAsync(pair);

        (await NewsAsync(second)).ShouldBe(before, "told as the first was");
        (await NewsAsync(first)).ShouldBe(before, "and the first not again");
        (await Gateway.ScalarAsync<long>($"select count(*) from audit.entry e join delivery.delivery d on d.id = e.delivery where e.action = 'CorrectionDelivered' and d.corrects = '{second}'")).ShouldBe(1);

        async Task<Guid> HeldAsync(string deposit) => await Gateway.ScalarAsync<Guid>(
            $"select d.id from delivery.delivery d join access.organisation o on o.id = d.recipient where d.deposit = '{deposit}' and o.code = 'adil-75' and d.purpose = 'P15' and d.nature = 'remise'");
        async Task<IReadOnlyList<string>> NewsAsync(Guid held) =>
            [.. (await Gateway.InboxAsync(RightsGateway.Adil)).Where(l => l["corrige"]?.GetValue<Guid>() == held).Select(l => l["nature"]!.GetValue<string>())];
        Task<JsonNode> JoinAsync(Guid id) => rights.PostAsync(RightsGateway.Ccapex, $"/v1/rapprochements/{id}", new JsonObject { ["decision"] = "meme", ["motif"] = "Pièces concordantes" });
    }
}
