using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Integration.Dossiers;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Pages;
using static ExchangeGateway.Integration.Quotas.QuotaRules;

namespace ExchangeGateway.Integration.Quotas;

/// <summary>What the pages tell of quotas, and to whom.</summary>
public sealed class QuotaPagesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_secretariat_reads_exact_numbers_and_who_holds_no_file_rounded_ones()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await SetAsync(gateway, 5, "mois", "hebdomadaire", new JsonObject { ["action"] = "attendre" });
        using (var nobody = PageVisitor.Stranger(gateway))
            (await nobody.GetAsync("/quotas")).Location!.ShouldContain("/connexion");
        using var secretary = await PageVisitor.SignInAsync(gateway, "ccapex-75", Roles.Secretariat);
        (await secretary.GetAsync("/matin")).Text.ShouldContain("0 Quotas En attente du tirage ; 0 ménage retenu, 125 places restantes");
        for (var n = 0; n < 14; n++)
            await DepositAsync(gateway, Messages.NewHousehold(), 700m + (100m * n));
        await gateway.RouteAsync();
        (await secretary.GetAsync("/matin")).Text.ShouldContain("14 Quotas En attente du tirage ; 0 ménage retenu, 125 places restantes");

        var page = (await secretary.GetAsync("/quotas")).Text;

        foreach (var said in new[] { "Règle 75-1 (territoire 75), à destination de : ADIL", "5 ménages par mois, tirage hebdomadaire (nombre à vérifier)", "14 en attente", "0 ménage retenu dans la période, 5 places restantes", "attend le tirage suivant" })
            page.ShouldContain(said);
        page.ShouldContain("120 ménages par an, tirage mensuel (nombre à vérifier)", Case.Sensitive, "the mobile team's, which ships");
        page.ShouldNotContain("Dernier tirage");
        page.ShouldNotContain("arrondis");
        (await CountAsync(gateway, "audit.entry where action = 'QuotasConsulted'")).ShouldBe(1, "the page, and not the counts of the morning");

        // After the draw: who waits still, who has a place, and what is left of the period.
        NextWeek(gateway);
        await DrawAsync(gateway);
        using var back = await PageVisitor.SignInAsync(gateway, "ccapex-75", Roles.Secretariat);
        var line = (await gateway.GetAsync("ccapex-75-secretariat", "/v1/quotas"))["quotas"]!.AsArray().Single(q => (string?)q!["regle"] == Rule)!;
        var chosen = line["dernier"]!["retenus"]!.GetValue<int>();
        chosen.ShouldBeInRange(1, 5);
        ((long)line["enAttente"]!).ShouldBe(14 - chosen);
        ((long)line["retenus"]! + (long)line["placesRestantes"]!).ShouldBe(5);
        page = (await back.GetAsync("/quotas")).Text;
        page.ShouldMatch($"14 ménages classés, {line["dernier"]!["places"]} places?, {chosen} retenus?, 0 envoi remis ailleurs");
        page.ShouldMatch(@"Prochain tirage \d\d/\d\d/\d{4} à 00:00, ", "midnight of the territory");
        page.ShouldContain($"{14 - chosen} en attente");
        page.ShouldContain(line["dernier"]!["classement"]!.GetValue<string>());

        // The ADIL's own secretariat holds none of the files that wait: fourteen may be eleven to twenty-one.
        await gateway.AddClientAsync("adil-75", "adil-75-secretariat", "secretariat");
        var rounded = await gateway.GetAsync("adil-75-secretariat", "/v1/quotas");
        rounded["arrondi"]!.GetValue<int>().ShouldBe(11);
        var seen = rounded["quotas"]!.AsArray().Single(q => (string?)q!["regle"] == Rule)!;
        foreach (var count in new[] { seen["enAttente"], seen["retenus"], seen["ecartes"], seen["dernier"]!["classes"], seen["dernier"]!["retenus"] })
            ((long)count! % 11).ShouldBe(0);
        ((long)seen["retenus"]!).ShouldBe(0);
        ((long)seen["placesRestantes"]!).ShouldBe(5, "what is left tells what is taken");
        using var adil = await PageVisitor.SignInAsync(gateway, "adil-75", Roles.Secretariat);
        (await adil.GetAsync("/quotas")).Text.ShouldContain("les nombres sont arrondis au multiple inférieur de 11");
        (await adil.GetAsync("/matin")).Text.ShouldNotContain("Quotas En attente", Case.Sensitive, "its morning counts what it received itself");
        using var jurist = await PageVisitor.SignInAsync(gateway, "adil-75", Roles.Instructeur);
        (await jurist.GetAsync("/quotas")).Status.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task A_household_that_nobody_reaches_waits_for_the_mobile_teams_draw_as_the_shipped_rules_say()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (unknown, absent) = (Messages.NewHousehold(), Messages.NewHousehold());
        await gateway.DepositAsync("dsf-75-depositaire", "instances/dsf", Messages.Absence(absent));
        foreach (var household in new[] { unknown, absent })
            await gateway.DepositAsync("ville-75-depositaire", "instances/saisines-ccapex", Messages.Saisine(household));
        await gateway.RouteAsync();
        (await gateway.InboxAsync("equipe-mobile-75-instructeur")).ShouldBeEmpty();
        (await CountAsync(gateway, "routing.candidate where rule = '75-em-injoignable' and state = 'attend'")).ShouldBe(1, "of the other nobody says that it was not reached");

        gateway.Advance(TimeSpan.FromDays(32));
        await DrawAsync(gateway);
        var line = (await gateway.InboxAsync("equipe-mobile-75-instructeur")).ShouldHaveSingleItem();
        (line["regle"]!.GetValue<string>(), line["finalite"]!.GetValue<string>()).ShouldBe(("75-em-injoignable", "P9"));
    }
}
