using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Matching;

/// <summary>Which messages are of one household, through the whole gateway: what is joined, what a person decides, what is undone.</summary>
public sealed class RapprochementTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Secretariat = "ccapex-75-secretariat";
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";

    [Fact]
    public async Task A_person_written_otherwise_keeps_the_subject_and_the_dossier()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync(Etude, Cdp, Act("D'Alembert-Lévêque", "Jean-Pierre", "1980-03-04", "12 bis", "avenue du Général-Leclerc"));
        await gateway.DepositAsync(Etude, Cdp, Act("ALEMBERT LEVEQUE", "JEAN PIERRE", "1980-04-03", "12B", "av. Gal Leclerc"));
        await gateway.RouteAsync();

        (await gateway.ScalarAsync<long>("select count(*) from vault.subject")).ShouldBe(1);
        (await gateway.InboxAsync(Secretariat)).Select(d => d["dossier"]!.GetValue<string>()).Distinct().Count().ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from vault.match_pair")).ShouldBe(0);
    }

    [Fact]
    public async Task Somebody_who_moves_has_a_new_dossier_linked_to_the_old_one()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync(Etude, Cdp, Act("Dumesnil", "Élodie", "1980-03-14", "12", "rue de l'Essai"));
        await gateway.DepositAsync(Etude, Cdp, Act("DUMESNIL", "Elodie", "1980-03-14", "7", "boulevard du Modèle"));
        await gateway.RouteAsync();

        (await gateway.ScalarAsync<long>("select count(*) from vault.subject")).ShouldBe(1);
        (await gateway.InboxAsync(Secretariat)).Select(d => d["dossier"]!.GetValue<string>()).Distinct().Count().ShouldBe(2);
        (await gateway.ScalarAsync<string>("select kind from exchange.dossier_link")).ShouldBe("demenagement");
    }

    [Fact]
    public async Task Spouses_served_apart_have_one_dossier_and_twins_two()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await gateway.DepositAsync(Etude, Cdp, Act("Dumesnil", "Paul", "1980-03-14", "12", "rue de l'Essai"));
        await gateway.DepositAsync(Etude, Cdp, Act("Essaidy", "Anne", "1982-07-30", "12", "rue de l'Essai", "conjoint"));
        (await gateway.ScalarAsync<long>("select count(*) from exchange.dossier")).ShouldBe(1);

        await gateway.DepositAsync(Etude, Cdp, Act("Jumel", "Louis", "1990-05-06", "40", "rue de l'Essai"));
        await gateway.DepositAsync(Etude, Cdp, Act("Jumel", "Louise", "1990-05-06", "40", "rue de l'Essai"));
        (await gateway.ScalarAsync<long>("select count(*) from exchange.dossier")).ShouldBe(3);
    }

    [Fact]
    public async Task An_uncertain_pair_keeps_two_subjects_until_a_person_decides_and_the_decision_can_be_undone()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositUncertainPairAsync(gateway);
        (await gateway.ScalarAsync<long>("select count(*) from vault.subject")).ShouldBe(2);
        var pair = (await gateway.GetAsync(Secretariat, "/v1/rapprochements"))["rapprochements"]!.AsArray().ShouldHaveSingleItem()!;
        pair["elements"]!.AsArray().Select(e => e!.GetValue<string>()).ShouldContain("Nom : presque identique (orthographe)");
        pair.ToJsonString().ShouldNotContain("umesnil");
        pair["nouveau"]!["remises"]!.AsArray().Count.ShouldBe(1);
        var path = "/v1/rapprochements/" + pair["id"];

        using (var decided = await gateway.PostAsync(Secretariat, path, new JsonObject { ["decision"] = "meme", ["motif"] = "Bail et pièces concordants" }))
            decided.StatusCode.ShouldBe(HttpStatusCode.OK, await decided.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using (var again = await gateway.PostAsync(Secretariat, path, new JsonObject { ["decision"] = "different", ["motif"] = "Essai" }))
            again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await gateway.ScalarAsync<string>("select kind from exchange.dossier_link where revoked_at is null")).ShouldBe("rapprochement");

        // What comes now about either is of the one that was known first.
        var known = await gateway.ScalarAsync<Guid>("select other from vault.match_pair");
        await gateway.DepositAsync(Etude, Cdp, Act("Dumesnnil", "Élodie", "1980-03-14", "7", "boulevard du Modèle"));
        (await gateway.ScalarAsync<Guid>("select subject from exchange.deposit order by id desc limit 1")).ShouldBe(known);

        using (var undone = await gateway.PostAsync(Secretariat, path + "/annulation", new JsonObject { ["motif"] = "Erreur de saisie" }))
            undone.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.dossier_link where kind = 'rapprochement' and revoked_at is null")).ShouldBe(0);
        (await gateway.ScalarAsync<long>("select count(*) from vault.subject_alias where revoked_at is null")).ShouldBe(0);
        (await gateway.GetAsync(Secretariat, "/v1/rapprochements"))["rapprochements"]!.AsArray().Count.ShouldBe(1);

        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action in ('MatchDecided', 'MatchReverted')")).ShouldBe(2);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry_subject s join audit.entry e on e.id = s.entry where e.action = 'MatchDecided'")).ShouldBe(2);
    }

    [Fact]
    public async Task Two_people_who_were_told_apart_stay_apart()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositUncertainPairAsync(gateway);
        var id = (await gateway.GetAsync(Secretariat, "/v1/rapprochements"))["rapprochements"]![0]!["id"];
        using (var decided = await gateway.PostAsync(Secretariat, $"/v1/rapprochements/{id}", new JsonObject { ["decision"] = "different", ["motif"] = "Deux personnes" }))
            decided.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.GetAsync(Secretariat, "/v1/rapprochements"))["rapprochements"]!.AsArray().ShouldBeEmpty();
        (await gateway.ScalarAsync<long>("select count(*) from vault.subject_alias")).ShouldBe(0);

        await gateway.DepositAsync(Etude, Cdp, Act("Dumesnil", "Élodie", "1980-03-14", "12", "rue de l'Essai"));
        await gateway.DepositAsync(Etude, Cdp, Act("Dumesnnil", "Élodie", "1980-03-14", "7", "boulevard du Modèle"));
        (await gateway.ScalarAsync<long>("select count(*) from vault.subject")).ShouldBe(2);
    }

    [Theory]
    [InlineData("adil-75-instructeur", HttpStatusCode.Forbidden)]
    [InlineData(Etude, HttpStatusCode.Forbidden)]
    [InlineData("ccapex-modele-secretariat", HttpStatusCode.NotFound)]
    public async Task Nobody_else_decides(string client, HttpStatusCode expected)
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositUncertainPairAsync(gateway);
        var id = (await gateway.GetAsync(Secretariat, "/v1/rapprochements"))["rapprochements"]![0]!["id"];
        using var answer = await gateway.PostAsync(client, $"/v1/rapprochements/{id}", new JsonObject { ["decision"] = "meme", ["motif"] = "Essai" });
        answer.StatusCode.ShouldBe(expected);
        (await gateway.ScalarAsync<string>("select state from vault.match_pair")).ShouldBe("aConfirmer");
    }

    [Theory]
    [InlineData("oui", "Essai")]
    [InlineData("meme", "")]
    [InlineData(null, "Essai")]
    public async Task A_decision_needs_its_word_and_a_reason(string? decision, string motif)
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        using var answer = await gateway.PostAsync(Secretariat, $"/v1/rapprochements/{Guid.NewGuid()}", new JsonObject { ["decision"] = decision, ["motif"] = motif });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Two_nodes_that_meet_one_unknown_person_create_it_once()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var acts = Enumerable.Range(0, 24).Select(i => Act("Dumesnil", "Élodie", "1980-03-14", "12", i % 2 == 0 ? "rue de l'Essai" : "R. ESSAI")).ToList();
        await Task.WhenAll(acts.Select(act => gateway.DepositAsync(Etude, Cdp, act)));
        (await gateway.ScalarAsync<long>("select count(*) from vault.subject")).ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.dossier")).ShouldBe(1);
    }

    [Fact]
    public async Task A_telephone_and_a_hostel_that_many_people_share_bring_nobody_together()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        string[] people = ["Dumesnil Paul", "Dumesnil Anne", "Essaidy Omar", "Modelin Lucie", "Exempleau Marc"];
        foreach (var (name, given) in people.Select(p => (p.Split(' ')[0], p.Split(' ')[1])))
        {
            foreach (var written in new[] { given, given[..1] + "." })
            {
                var act = Act(name, written, "1980-03-14", "12", "foyer de l'Essai");
                act["personnes"]![0]!.AsObject().Remove("dateNaissance");
                act["telephoneConnu"] = "oui";
                act["telephones"] = new JsonArray(new JsonObject { ["numero"] = "0639980001", ["source"] = "bailleur" });
                await gateway.DepositAsync(Etude, Cdp, act);
            }
        }

        (await gateway.ScalarAsync<long>("select count(*) from vault.subject")).ShouldBe(people.Length * 2, "a name alone there is left to a person");
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit where subject in (select subject from exchange.deposit group by subject having count(*) > 1)")).ShouldBe(0);
    }

    /// <summary>A slip in the name and another dwelling: too much for a program, little enough for a person to look.</summary>
    private static async Task DepositUncertainPairAsync(TestGateway gateway)
    {
        await gateway.DepositAsync(Etude, Cdp, Act("Dumesnil", "Élodie", "1980-03-14", "12", "rue de l'Essai"));
        await gateway.DepositAsync(Etude, Cdp, Act("Dumesnnil", "Élodie", "1980-03-14", "7", "boulevard du Modèle"));
        await gateway.RouteAsync();
    }

    private static JsonObject Act(string name, string given, string birth, string number, string street, string quality = "titulaire")
    {
        var act = Messages.Cdp(Messages.NewHousehold() with { Name = name, GivenName = given, Number = number, Street = street });
        act["personnes"]![0]!["qualite"] = quality;
        act["personnes"]![0]!["dateNaissance"] = birth;
        act["telephoneConnu"] = "non";
        act.Remove("telephones");
        return act;
    }
}
