using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Verifier;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Rights;

/// <summary>Art. 15 RGPD through the whole gateway: what is held, where it came from, who got it, and every access with its proof.</summary>
public sealed class AccessReportTests(RightsGateway rights) : IClassFixture<RightsGateway>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private TestGateway Gateway => rights.Gateway;

    [Fact]
    public async Task It_holds_every_deposit_delivery_and_access_and_its_proofs_are_accepted_by_the_verifier()
    {
        var household = Messages.NewHousehold();
        var (first, second) = (await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household)), await Gateway.DepositAsync("caf-75-depositaire", "caf/impayes", Messages.CafNotice(household)));
        await Gateway.RouteAsync();
        var held = (await Gateway.InboxAsync(RightsGateway.Adil))[^1]["id"]!.GetValue<string>();
        await Gateway.GetAsync(RightsGateway.Adil, $"/v1/reception/{held}");
        await rights.PostAsync(RightsGateway.Adil, $"/v1/reception/{held}/identite", new JsonObject { ["motif"] = "courrier", ["note"] = "Appel de Mme Voisine" });
        await rights.PostAsync(RightsGateway.Adil, $"/v1/reception/{held}/accuse", new JsonObject());

        var request = await rights.RecordAsync(household, "acces");
        await IntegratedAsync();
        var report = await rights.ReportAsync(request);

        var deposits = report["finalites"]!.AsArray().SelectMany(f => f!["donnees"]!.AsArray()).ToList();
        deposits.Select(d => d!["depot"]!.GetValue<string>()).Order(StringComparer.Ordinal)
            .ShouldBe(new[] { first, second }.Select(r => r["depot"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        deposits.ShouldAllBe(d => d!["origine"]!["organisation"]!.GetValue<string>().Length > 0 && d["donnees"]!["identite"] != null);
        deposits.ShouldContain(d => d!["donnees"]!["dette"]!["total"]!.GetValue<decimal>() == 3210.15m);

        var recipients = report["finalites"]!.AsArray().SelectMany(f => f!["destinataires"]!.AsArray()).ToList();
        ((long)recipients.Count).ShouldBe(await CountAsync($"select count(*) from delivery.delivery where deposit in ('{first["depot"]}', '{second["depot"]}')"));
        recipients.Single(r => r!["remise"]!.GetValue<string>() == held)!["accuseLe"].ShouldNotBeNull();
        report["finalites"]!.AsArray().ShouldAllBe(f => f!["traitement"]!["information"]!["qui"]!.GetValue<string>().Length > 0);

        var accesses = report["acces"]!.AsArray().Select(a => a!).ToList();
        var subject = Convert.FromHexString((await rights.ShowAsync(request))["personne"]!.GetValue<string>());
        foreach (var action in new[] { "DepositReceived", "Routed", "InboxListed", "DeliveryConsulted", "IdentityDisclosed", "DeliveryAcknowledged", "RightsRequestRecorded", "RightsReportGiven" })
            accesses.ShouldContain(a => a["action"]!.GetValue<string>() == action, action);
        var logged = await CountAsync($"select count(*) from audit.entry_subject where pseudonym = '\\x{Convert.ToHexString(subject)}' and entry in (select id from audit.entry where at <= '{report["etabliLe"]!.GetValue<DateTimeOffset>():O}')");
        ((long)accesses.Count(a => a["le"]!.GetValue<DateTimeOffset>() <= report["etabliLe"]!.GetValue<DateTimeOffset>())).ShouldBe(logged, "no entry about the person is missing");
        accesses.Single(a => a["action"]!.GetValue<string>() == "IdentityDisclosed")["motif"]!.GetValue<string>().Length.ShouldBeGreaterThan(3);
        report.ToJsonString().ShouldNotContain("Voisine", Case.Sensitive, "a note may tell of somebody else");

        var proven = accesses.Where(a => a["preuve"]!["etat"]!.GetValue<string>() == "integree").ToList();
        proven.Count.ShouldBeGreaterThan(6);
        var key = Path.Combine(Gateway.State, "cle-du-journal");
        foreach (var access in proven)
        {
            var (file, said) = (Path.Combine(Gateway.State, access["inscription"] + ".tlog-proof"), new StringWriter());
            await File.WriteAllTextAsync(file, access["preuve"]!["texte"]!.GetValue<string>(), Ct);
            await File.WriteAllTextAsync(key, report["preuves"]!["cles"]![0]!.GetValue<string>() + "\n", Ct);
            (await CommandLine.RunAsync(["--proof", file, "--key", await File.ReadAllTextAsync(key, Ct)], said, said, Ct)).ShouldBe(0, said.ToString());
        }

        accesses[^1]["preuve"]!["etat"]!.GetValue<string>().ShouldBeOneOf("pasEncoreIntegree", "integree");
    }

    [Fact]
    public async Task Nothing_of_another_person_is_ever_in_it()
    {
        // The tests of a class share their gateway, in any order: her name is this test's alone.
        var (household, other) = (Messages.NewHousehold(), Messages.NewHousehold());
        var message = Messages.Cdp(household);
        message["personnes"]!.AsArray().Add(new JsonObject { ["qualite"] = "conjoint", ["nom"] = "Secretissime", ["prenoms"] = "Aude", ["dateNaissance"] = "1983-05-06" });
        message["bailleur"]!["nom"] = "Monsieur Proprietaire";
        message["acte"]!["requerant"] = "Monsieur Proprietaire";
        await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, message);
        // Her own message, in the same household's file.
        var own = Messages.Cdp(household);
        own["personnes"]![0] = new JsonObject { ["qualite"] = "conjoint", ["nom"] = "Secretissime", ["prenoms"] = "Aude", ["dateNaissance"] = "1983-05-06" };
        own["acte"]!["referenceEtude"] = "CDP-DE-MADAME";
        await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, own);
        await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(other));
        await Gateway.RouteAsync();
        await Gateway.InboxAsync(RightsGateway.Ccapex); // one entry of the log names them all

        var report = await rights.ReportAsync(await rights.RecordAsync(household, "acces"));

        var text = report.ToJsonString();
        foreach (var foreign in new[] { "Secretissime", "1983-05-06", "CDP-DE-MADAME", "Proprietaire", other.Name.Split('-')[^1] + "\"", "0639980001" })
            text.ShouldNotContain(foreign, Case.Sensitive);
        report["finalites"]!.AsArray().SelectMany(f => f!["donnees"]!.AsArray()).ShouldHaveSingleItem();
        text.ShouldContain("art. 15-4");

        // And hers has hers.
        var hers = RightsGateway.Demand(household, "acces");
        (hers["nom"], hers["prenoms"], hers["dateNaissance"]) = ("SECRETISSIME", "Aude", "1983-05-06");
        var herReport = await rights.ReportAsync(await rights.PostAsync(RightsGateway.Dpo, "/v1/droits", hers, HttpStatusCode.Created));
        herReport["finalites"]!.AsArray().SelectMany(f => f!["donnees"]!.AsArray()).Count().ShouldBe(2);
        herReport.ToJsonString().ShouldNotContain(household.Name.Split('-')[^1] + "\"");
    }

    [Fact]
    public async Task Two_subjects_found_to_be_one_are_one_person_also_for_what_is_recorded_of_it()
    {
        var household = Messages.NewHousehold();
        var (first, second) = (Messages.Cdp(household), Messages.Cdp(household with { Number = "7", Street = "boulevard du Modèle" }));
        second["personnes"]![0]!["nom"] = household.Name.Replace("mesnïl", "mesnnïl", StringComparison.Ordinal);
        foreach (var message in new[] { first, second })
        {
            message["telephoneConnu"] = "non";
            message.Remove("telephones");
            await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, message);
        }

        await Gateway.RouteAsync();
        var pair = (await Gateway.GetAsync(RightsGateway.Ccapex, "/v1/rapprochements"))["rapprochements"]!.AsArray().ShouldHaveSingleItem()!;
        await rights.PostAsync(RightsGateway.Ccapex, $"/v1/rapprochements/{pair["id"]}", new JsonObject { ["decision"] = "meme", ["motif"] = "Pièces concordantes" });
        var held = (await Gateway.InboxAsync(RightsGateway.Adil)).TakeLast(2).Select(d => d["id"]!.GetValue<string>()).ToList();

        var request = await rights.RecordAsync(household, "acces");
        var report = await rights.ReportAsync(request);
        report["finalites"]!.AsArray().SelectMany(f => f!["donnees"]!.AsArray()).ShouldHaveSingleItem("the other message names somebody else: a slip of the name is the officer's to weigh");
        report["envoisNonCommuniques"]!.GetValue<int>().ShouldBe(1);

        // What one delivery is told of counts for the other one too.
        await rights.PostAsync(RightsGateway.Adil, "/v1/consentements", new JsonObject { ["remise"] = held[0], ["acte"] = "limitation" });
        foreach (var id in held)
            (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{id}")).ShouldBe(HttpStatusCode.Forbidden);
        await rights.PostAsync(RightsGateway.Dpo, "/v1/consentements", new JsonObject { ["personne"] = (await rights.ShowAsync(request))["personne"]!.DeepClone(), ["acte"] = "leveeLimitation" });
        foreach (var id in held)
            (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{id}")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Attachments_are_listed_also_those_kept_apart_and_the_officer_alone_takes_a_copy()
    {
        var (household, other) = (Messages.NewHousehold(), Messages.NewHousehold());
        var both = Messages.Cdp(household);
        both["personnes"]!.AsArray().Add(new JsonObject { ["qualite"] = "conjoint", ["nom"] = "Confidentelle", ["prenoms"] = "Rose", ["dateNaissance"] = "1984-07-08" });
        var deposit = (await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, both))["depot"]!.GetValue<string>();
        var foreign = (await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(other)))["depot"]!.GetValue<string>();
        // Of the same file, and names another person only.
        var hers = Messages.Cdp(household);
        hers["personnes"]![0] = new JsonObject { ["qualite"] = "conjoint", ["nom"] = "Confidentelle", ["prenoms"] = "Rose", ["dateNaissance"] = "1984-07-08" };
        var spouse = (await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, hers))["depot"]!.GetValue<string>();
        var act = TestPdf.WithText("Acte de l'essai");
        foreach (var (of, name, pdf) in new[] { (deposit, "acte", act), (deposit, "decompte", TestPdf.WithText($"Locataire : {Nir}")), (foreign, "acte", TestPdf.WithText("Autre")), (spouse, "acte", TestPdf.WithText("Madame")) })
        {
            using var content = new ByteArrayContent(pdf) { Headers = { ContentType = new("application/pdf") } };
            using var put = await Gateway.SendAsync(RightsGateway.Etude, HttpMethod.Put, $"/v1/depots/{of}/pieces/{name}", content);
            put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync(Ct));
        }

        (await Gateway.ScalarAsync<long>($"select count(distinct subject) from exchange.deposit where id in ('{deposit}', '{spouse}')")).ShouldBe(1);
        var request = await rights.RecordAsync(household, "acces");
        var pieces = (await rights.ReportAsync(request))["finalites"]!.AsArray().SelectMany(f => f!["donnees"]!.AsArray()).Single(d => d!["depot"]!.GetValue<string>() == deposit)!["pieces"]!.AsArray();
        pieces.Select(p => p!["nom"]!.GetValue<string>()).ShouldBe(["acte", "decompte"]);
        pieces[0]!["taille"]!.GetValue<long>().ShouldBe(act.Length);
        pieces[0]!["miseAPart"].ShouldBeNull();
        pieces[1]!["miseAPart"]!.GetValue<string>().Length.ShouldBeGreaterThan(10);
        pieces[1]!["copie"].ShouldBeNull();

        var path = pieces[0]!["copie"]!.GetValue<string>();
        using (var copy = await Gateway.SendAsync(RightsGateway.Dpo, HttpMethod.Get, path))
        {
            copy.StatusCode.ShouldBe(HttpStatusCode.OK);
            copy.Headers.CacheControl!.NoStore.ShouldBeTrue();
            (await copy.Content.ReadAsByteArrayAsync(Ct)).ShouldBe(act);
        }

        foreach (var client in new[] { RightsGateway.Etude, RightsGateway.Adil, RightsGateway.Ccapex, RightsGateway.Operator })
            (await rights.StatusAsync(client, path)).ShouldBe(HttpStatusCode.Forbidden, client);
        foreach (var (of, name) in new[] { (deposit, "decompte"), (deposit, "notice"), (foreign, "acte"), (spouse, "acte"), (Guid.NewGuid().ToString(), "acte") })
            (await rights.StatusAsync(RightsGateway.Dpo, $"/v1/droits/{request["id"]}/pieces/{of}/{name}")).ShouldBe(HttpStatusCode.NotFound, name);
        var limitation = await rights.RecordAsync(household, "limitation");
        (await rights.StatusAsync(RightsGateway.Dpo, $"/v1/droits/{limitation["id"]}/pieces/{deposit}/acte")).ShouldBe(HttpStatusCode.Conflict);
        (await CountAsync("select count(*) from audit.entry where action = 'RightsPieceCopied'")).ShouldBe(1);
        (await rights.ReportAsync(request))["acces"]!.AsArray().Single(a => a!["action"]!.GetValue<string>() == "RightsPieceCopied")!["lecture"]!.GetValue<bool>().ShouldBeTrue();
    }

    /// <summary>An invented number with its key: born in a commune that does not exist.</summary>
    private static string Nir => $"{1_80_01_78_999_456} {97 - (1_80_01_78_999_456 % 97):00}";

    [Fact]
    public async Task Nobody_but_the_gateways_officer_sees_one_and_only_through_a_request_of_access()
    {
        var household = Messages.NewHousehold();
        await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household));
        var request = await rights.RecordAsync(household, "acces");
        foreach (var client in new[] { RightsGateway.Etude, RightsGateway.Adil, RightsGateway.Ccapex, RightsGateway.Operator })
        {
            foreach (var path in new[] { "/v1/droits", $"/v1/droits/{request["id"]}", $"/v1/droits/{request["id"]}/rapport", $"/v1/droits/{request["id"]}/rapport.html" })
                (await rights.StatusAsync(client, path)).ShouldBe(HttpStatusCode.Forbidden, client + path);
        }

        foreach (var path in new[] { "", "/rapport", "/rapport.html" })
            (await rights.StatusAsync(RightsGateway.Dpo, $"/v1/droits/{Guid.NewGuid()}{path}")).ShouldBe(HttpStatusCode.NotFound, path);
        var other = await rights.RecordAsync(household, "limitation");
        (await rights.StatusAsync(RightsGateway.Dpo, $"/v1/droits/{other["id"]}/rapport")).ShouldBe(HttpStatusCode.Conflict);
        await rights.DecideAsync(request, "droitsDAutrui");
        (await rights.StatusAsync(RightsGateway.Dpo, $"/v1/droits/{request["id"]}/rapport")).ShouldBe(HttpStatusCode.Conflict);
        (await CountAsync("select count(*) from audit.entry where action = 'AccessRefused'")).ShouldBeGreaterThanOrEqualTo(16);
    }

    [Fact]
    public async Task It_is_given_ready_to_print()
    {
        var household = Messages.NewHousehold();
        await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household));
        var request = await rights.RecordAsync(household, "acces");

        using var answer = await Gateway.SendAsync(RightsGateway.Dpo, HttpMethod.Get, $"/v1/droits/{request["id"]}/rapport.html");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var html = await answer.Content.ReadAsStringAsync(Ct);
        html.ShouldContain(household.Name);
        html.ShouldContain("Rapport d’accès");
        html.ShouldContain("210,15");
    }

    private async Task IntegratedAsync()
    {
        var keeper = Gateway.App.Services.GetRequiredService<JournalKeeper>();
        while (await CountAsync("select count(*) from audit.pending") > 0)
            await keeper.RoundAsync(Ct);
        await keeper.RoundAsync(Ct);
    }

    private Task<long> CountAsync(string sql) => Gateway.ScalarAsync<long>(sql);
}
