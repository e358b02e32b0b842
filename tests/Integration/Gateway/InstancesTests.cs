using System.Net;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>Messages of services, préfets, courts and mobile teams, from their deposit to what each recipient may read.</summary>
public sealed class InstancesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_judge_reads_the_diagnosis_with_the_persons_agreement_and_without_it_the_absence_part_only()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("dsf-75-depositaire", "instances/dsf", Messages.Dsf(Messages.NewHousehold(), agreed: true));
        await gateway.DepositAsync("dsf-75-depositaire", "instances/dsf", Messages.Dsf(Messages.NewHousehold(), agreed: false));
        await gateway.DepositAsync("dsf-75-depositaire", "instances/dsf", Messages.Dsf(Messages.NewHousehold(), agreed: null));
        await gateway.RouteAsync();

        (await ContentsAsync(gateway, "tribunal-75-autorite")).ShouldBe(["acte dette social", "acte", "acte"], ignoreOrder: true);
        (await ContentsAsync(gateway, "ccapex-75-secretariat")).ShouldBe(["acte dette social", "acte dette social", "acte dette social"]);
    }

    [Fact]
    public async Task An_assignation_reaches_the_prefet_the_body_of_the_diagnosis_on_his_behalf_and_the_CCAPEX()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync("etude-75-001-depositaire", "commissaires-de-justice/assignations", Messages.Assignation(Messages.NewHousehold()));
        await gateway.RouteAsync();

        foreach (var client in new[] { "prefecture-75-instructeur", "dsf-75-instructeur", "ccapex-75-secretariat" })
            (await gateway.InboxAsync(client)).ShouldHaveSingleItem(client)["finalite"]!.GetValue<string>().ShouldBe("P5");
        (await gateway.ScalarAsync<string>("select on_behalf_of from delivery.delivery d join access.organisation o on o.id = d.recipient where o.code = 'dsf-75'")).ShouldBe("prefet");
        (await gateway.InboxAsync("police-75-instructeur")).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_follow_up_of_the_mobile_team_and_the_answer_of_a_service_come_back_to_the_secretariat_only()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("equipe-mobile-75-depositaire", "instances/suivis", Messages.FollowUp(household));
        await gateway.DepositAsync("ville-75-depositaire", "instances/reponses", Messages.Answer(household));
        await gateway.RouteAsync();

        var inbox = await gateway.InboxAsync("ccapex-75-secretariat");
        inbox.Select(d => d["finalite"]!.GetValue<string>()).ShouldBe(["P9", "P14"], ignoreOrder: true);
        inbox.Select(d => d["dossier"]!.GetValue<string>()).Distinct().ShouldHaveSingleItem();
        (await ContentsAsync(gateway, "ccapex-75-secretariat")).ShouldBe(["social", "menage social"], ignoreOrder: true);
        (await gateway.ScalarAsync<long>("select count(*) from delivery.delivery")).ShouldBe(2);
    }

    [Fact]
    public async Task An_organisation_that_no_purpose_names_for_a_type_is_refused_it()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        using var answer = await gateway.PostAsync("association-75-depositaire", "/v1/instances/suivis", Messages.FollowUp(Messages.NewHousehold()));

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    /// <summary>Names of the sections that a client reads in each of its deliveries, in the order of the inbox.</summary>
    private static async Task<List<string>> ContentsAsync(TestGateway gateway, string client)
    {
        var contents = new List<string>();
        foreach (var line in await gateway.InboxAsync(client))
        {
            var view = await gateway.GetAsync(client, $"/v1/reception/{line["id"]}");
            contents.Add(string.Join(' ', view["contenu"]!.AsObject().Select(s => s.Key).Order(StringComparer.Ordinal)));
        }
        return contents;
    }
}
