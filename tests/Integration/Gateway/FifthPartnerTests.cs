using System.Net;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>A partner that came after the gateway: a folder of adapters, a schema, a purpose and lines in a territory's files.</summary>
public sealed class FifthPartnerTests(PostgresFixture postgres)
{
    private const string Type = "allo-prevention-expulsion/orientations";

    [Fact]
    public async Task A_referral_with_the_households_agreement_reaches_the_relay_with_what_the_agreement_names()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync("ape-75-depositaire", Type, Messages.Referral(Messages.NewHousehold(), true, "identite", "adresse", "contact", "dette"));
        await gateway.RouteAsync();

        receipt["drapeaux"]!.AsArray().Select(d => d!["code"]!.GetValue<string>()).ShouldContain("donneesNonNommees");
        var line = (await gateway.InboxAsync("adil-75-instructeur")).ShouldHaveSingleItem();
        line["finalite"]!.GetValue<string>().ShouldBe("P15");
        var view = await gateway.GetAsync("adil-75-instructeur", $"/v1/reception/{line["id"]}");
        view["contenu"]!.AsObject().Select(s => s.Key).ShouldBe(["dette"]);
        (await gateway.InboxAsync("ccapex-75-secretariat")).ShouldBeEmpty("the agreement is to the relay");
        // What the agreement does not name is not even kept: neither resources nor household.
        (await gateway.ScalarAsync<long>("select count(*) from exchange.part")).ShouldBe(1);
    }

    [Fact]
    public async Task A_referral_without_agreement_is_refused_and_nothing_of_it_is_kept()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        using (var refused = await gateway.PostAsync("ape-75-depositaire", "/v1/" + Type, Messages.Referral(Messages.NewHousehold(), false, "identite", "contact")))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("finalite-non-enregistree");
        }

        var silent = Messages.Referral(Messages.NewHousehold(), true, "identite");
        silent.Remove("accord");
        using (var refused = await gateway.PostAsync("ape-75-depositaire", "/v1/" + Type, silent))
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        (await gateway.ScalarAsync<long>("select (select count(*) from exchange.deposit) + (select count(*) from vault.subject)")).ShouldBe(0);
        (await gateway.InboxAsync("adil-75-instructeur")).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_helpline_sees_where_its_referral_stands_and_no_other_partner_may_send_one()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync("ape-75-depositaire", Type, Messages.Referral(Messages.NewHousehold(), true, "identite", "contact"));

        (await gateway.GetAsync("ape-75-depositaire", $"/v1/depots/{receipt["depot"]}")).ToJsonString().ShouldNotContain("adil");
        using var other = await gateway.PostAsync("caf-75-depositaire", "/v1/" + Type, Messages.Referral(Messages.NewHousehold(), true, "identite"));
        other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
