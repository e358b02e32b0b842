using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Rights;

/// <summary>What a decision causes with those who hold the data, and what the law does not let anybody decide.</summary>
public sealed class RightsEffectsTests(RightsGateway rights) : IClassFixture<RightsGateway>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private TestGateway Gateway => rights.Gateway;

    [Fact]
    public async Task A_rectification_reaches_every_recipient_by_its_sender_and_is_tracked_to_the_acknowledgement()
    {
        var household = Messages.NewHousehold();
        var message = Messages.Cdp(household);
        var deposit = (await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, message))["depot"]!.GetValue<string>();
        await Gateway.RouteAsync();
        var request = await rights.RecordAsync(household, "rectification");
        await rights.DecideAsync(request, expected: HttpStatusCode.BadRequest);

        var decided = await rights.DecideAsync(request, with: body =>
        {
            body["depots"] = new JsonArray(deposit);
            body["categories"] = new JsonArray("dette");
        });

        decided["depotsACorriger"]!.GetValue<int>().ShouldBe(1);
        (await Gateway.GetAsync(RightsGateway.Etude, $"/v1/depots/{deposit}"))["etat"]!.GetValue<string>().ShouldBe("a-corriger");
        var asked = (await Gateway.GetAsync(RightsGateway.Etude, "/v1/depots/a-rectifier")).AsArray().ShouldHaveSingleItem()!;
        asked["depot"]!.GetValue<string>().ShouldBe(deposit);
        (await Gateway.GetAsync("caf-75-depositaire", "/v1/depots/a-rectifier")).AsArray().ShouldBeEmpty();
        var before = (await rights.ShowAsync(request))["propagation"]!.AsArray();
        before.Count.ShouldBe((int)await Gateway.ScalarAsync<long>($"select count(*) from delivery.delivery where deposit = '{deposit}'"));
        before.ShouldAllBe(p => p!["transmisLe"] == null);

        message["dette"]!["total"] = 1200m;
        await rights.PostAsync(RightsGateway.Etude, $"/v1/depots/{deposit}/rectification", message, HttpStatusCode.Accepted);
        await Gateway.RouteAsync();
        var mended = (await Gateway.InboxAsync(RightsGateway.Adil))[^1];
        await rights.PostAsync(RightsGateway.Adil, $"/v1/reception/{mended["id"]}/accuse", new JsonObject());

        var after = (await rights.ShowAsync(request))["propagation"]!.AsArray();
        after.Count.ShouldBe(before.Count);
        after.ShouldAllBe(p => p!["transmisLe"] != null);
        after.Count(p => p!["accuseLe"] is not null).ShouldBe(1);
        (await Gateway.GetAsync(RightsGateway.Etude, "/v1/depots/a-rectifier"))[0]!["corrigeLe"].ShouldNotBeNull();
    }

    [Fact]
    public async Task What_restricted_one_of_two_subjects_restricts_both_from_the_moment_they_are_one_and_undoing_lifts_nothing()
    {
        var household = Messages.NewHousehold();
        var (first, second) = (Messages.Cdp(household), Messages.Cdp(household with { Number = "7", Street = "boulevard du Modèle" }));
        second["personnes"]![0]!["nom"] = household.Name.Replace("mesnïl", "mesnnïl", StringComparison.Ordinal);
        var deposits = new List<string>();
        foreach (var message in new[] { first, second })
        {
            message["telephoneConnu"] = "non";
            message.Remove("telephones");
            deposits.Add((await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, message))["depot"]!.GetValue<string>());
        }

        await Gateway.RouteAsync();
        var held = new List<Guid>();
        foreach (var deposit in deposits)
            held.Add(await Gateway.ScalarAsync<Guid>($"select d.id from delivery.delivery d join access.organisation o on o.id = d.recipient where d.deposit = '{deposit}' and o.code = 'adil-75' order by d.id limit 1"));
        var purpose = await Gateway.ScalarAsync<string>($"select purpose from delivery.delivery where id = '{held[0]}'");
        await rights.PostAsync(RightsGateway.Adil, "/v1/consentements", new JsonObject { ["remise"] = held[0].ToString(), ["acte"] = "limitation", ["finalite"] = purpose });
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{held[0]}")).ShouldBe(HttpStatusCode.Forbidden);
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{held[1]}")).ShouldBe(HttpStatusCode.OK, "another person, as far as anybody knows");

        var pair = await Gateway.ScalarAsync<Guid>($"select id from vault.match_pair where deposit = '{deposits[1]}' and other = (select subject from exchange.deposit where id = '{deposits[0]}')");
        foreach (var (path, body) in new[] { ("", new JsonObject { ["decision"] = "meme", ["motif"] = "Pièces concordantes" }), ("/annulation", new JsonObject { ["motif"] = "Erreur de saisie" }) })
        {
            await rights.PostAsync(RightsGateway.Ccapex, $"/v1/rapprochements/{pair}{path}", body);
            foreach (var id in held)
                (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{id}")).ShouldBe(HttpStatusCode.Forbidden, path);
        }

        // The role that joins can neither lift a restriction nor bring an agreement.
        foreach (var standing in new[] { """{"agreements":{},"restricted":[]}""", $$$"""{"agreements":{"P15":{"act":"Accord","at":"2026-11-16T09:00:00+00:00"}},"restricted":["{{{purpose}}}"]}""" })
        {
            await using var carry = Gateway.Databases.Vault.CreateCommand($"select consent.carry_over(subject, '{standing}', current_timestamp) from exchange.deposit where id = '{deposits[0]}'");
            (await Should.ThrowAsync<Npgsql.PostgresException>(() => carry.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe("23514");
        }

        (await Gateway.ScalarAsync<long>($"select count(*) from consent.subject_state s join exchange.deposit d on d.subject = s.subject where d.id in ('{deposits[0]}', '{deposits[1]}') and s.standing -> 'restricted' ? '{purpose}' and not s.restricted")).ShouldBe(2);

        // Who held messages of the other was told, once for each purpose newly restricted; who was under it already was not.
        var told = (await Gateway.InboxAsync(RightsGateway.Adil)).Where(l => l["nature"]!.GetValue<string>() == "limitation").ToList();
        told.Select(l => l["corrige"]!.GetValue<Guid>()).ShouldBe([held[1]]);
        (await Gateway.GetAsync(RightsGateway.Adil, $"/v1/reception/{told[0]["id"]}"))["correction"]!["motif"]!.GetValue<string>().ShouldContain("Limitation");
        (await Gateway.ScalarAsync<long>($"select count(*) from audit.entry where action = 'CorrectionDelivered' and delivery = '{told[0]["id"]}'")).ShouldBe(1);
        (await Gateway.ScalarAsync<long>($"select count(*) from delivery.delivery where nature = 'limitation' and purpose <> '{purpose}'")).ShouldBe(0);
    }

    [Fact]
    public async Task An_objection_to_a_public_task_restricts_at_once_and_what_the_officer_decides_is_told()
    {
        var household = Messages.NewHousehold();
        await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household));
        await Gateway.RouteAsync();
        var held = (await Gateway.InboxAsync(RightsGateway.Adil))[^1]["id"]!.GetValue<string>();
        var atCcapex = (await Gateway.InboxAsync(RightsGateway.Ccapex))[^1]["id"]!.GetValue<string>();

        var request = await rights.RecordAsync(household, "opposition");
        var answers = request["finalites"]!.AsArray().ToDictionary(f => f!["finalite"]!.GetValue<string>(), f => f!, StringComparer.Ordinal);
        answers["P1"]["possible"]!.GetValue<bool>().ShouldBeFalse();
        answers["P1"]["motif"]!.GetValue<string>().ShouldBe("obligationLegale");
        answers["P2"]["limiteeMaintenant"]!.GetValue<bool>().ShouldBeTrue();
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{held}")).ShouldBe(HttpStatusCode.Forbidden);
        (await rights.StatusAsync(RightsGateway.Ccapex, $"/v1/reception/{atCcapex}")).ShouldBe(HttpStatusCode.OK, "a legal obligation goes on");
        (await CaseAsync(request)).ShouldBe("ouvert");

        // Granting what the law orders is not possible; the answer says with which ground to refuse.
        (await rights.DecideAsync(request, expected: HttpStatusCode.BadRequest))["detail"]!.GetValue<string>().ShouldContain("obligationLegale");
        (await CaseAsync(request)).ShouldBe("ouvert");
        await rights.PostAsync(RightsGateway.Dpo, $"/v1/droits/{request["id"]}/decision", Decisions(answers.Keys, granted: []));
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{held}")).ShouldBe(HttpStatusCode.OK);
        (await CaseAsync(request)).ShouldBe("clos");
        (await NoticesAsync(RightsGateway.Adil, held)).ShouldBe(["limitation", "leveeLimitation"]);

        var again = await rights.RecordAsync(household, "opposition");
        var decided = await rights.PostAsync(RightsGateway.Dpo, $"/v1/droits/{again["id"]}/decision", Decisions(answers.Keys, granted: ["P2"]));
        decided["etat"]!.GetValue<string>().ShouldBe("accepteePartiellement");
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{held}")).ShouldBe(HttpStatusCode.Forbidden, "a kept objection goes on restricting");
        (await CaseAsync(again)).ShouldBe("clos");
        (await NoticesAsync(RightsGateway.Adil, held)).ShouldContain("opposition");
        await rights.PostAsync(RightsGateway.Dpo, $"/v1/droits/{again["id"]}/decision", Decisions(answers.Keys, granted: ["P2"]), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_restriction_is_told_to_each_recipient_and_its_acknowledgement_is_followed()
    {
        var household = Messages.NewHousehold();
        await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household));
        await Gateway.RouteAsync();
        var held = (await Gateway.InboxAsync(RightsGateway.Adil))[^1]["id"]!.GetValue<string>();
        var request = await rights.RecordAsync(household, "limitation");
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{held}")).ShouldBe(HttpStatusCode.OK, "it is examined first");

        (await rights.DecideAsync(request))["destinatairesAvertis"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(2);

        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{held}")).ShouldBe(HttpStatusCode.Forbidden);
        var notice = (await Gateway.GetAsync(RightsGateway.Adil, "/v1/reception/avis")).AsArray().Single(n => n!["remises"]!.AsArray().Any(r => r!.GetValue<string>() == held))!;
        (await StatusAsync(RightsGateway.Ccapex, $"/v1/reception/avis/{notice["id"]}/accuse")).ShouldBe(HttpStatusCode.NotFound, "it is not theirs");
        const string acknowledgements = "select count(*) from audit.entry where action = 'RightsNoticeAcknowledged'";
        var before = await Gateway.ScalarAsync<long>(acknowledgements);
        var done = await rights.PostAsync(RightsGateway.Adil, $"/v1/reception/avis/{notice["id"]}/accuse", new JsonObject());
        var twice = await rights.PostAsync(RightsGateway.Adil, $"/v1/reception/avis/{notice["id"]}/accuse", new JsonObject());
        twice["accuseLe"]!.GetValue<DateTimeOffset>().ShouldBe(done["accuseLe"]!.GetValue<DateTimeOffset>());

        var told = (await rights.ShowAsync(request))["propagation"]!.AsArray();
        told.Count(p => p!["accuseLe"] is not null).ShouldBe(1);
        told.Count.ShouldBeGreaterThan(1);
        (await Gateway.ScalarAsync<long>(acknowledgements)).ShouldBe(before + 1);
    }

    [Fact]
    public async Task An_erasure_is_refused_where_a_purpose_must_keep_the_data()
    {
        var household = Messages.NewHousehold();
        var deposit = (await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household)))["depot"]!.GetValue<string>();
        await Gateway.DepositAsync("ape-75-depositaire", "allo-prevention-expulsion/orientations", Messages.Referral(household, true, "identite", "contact", "dette"));
        await Gateway.RouteAsync();

        var request = await rights.RecordAsync(household, "effacement");
        request["finalites"]!.AsArray().Single(f => f!["finalite"]!.GetValue<string>() == "P1")!["motif"]!.GetValue<string>().ShouldBe("obligationLegale");
        await rights.DecideAsync(request, expected: HttpStatusCode.BadRequest);
        // Named alone, the purpose that rests on the agreement does not carry the others away.
        var part = await rights.RecordAsync(household, "effacement", null, "P15");
        (await rights.DecideAsync(part, expected: HttpStatusCode.Conflict))["detail"]!.GetValue<string>().ShouldContain("P1 ");
        (await rights.DecideAsync(request, "obligationLegale"))["etat"]!.GetValue<string>().ShouldBe("refusee");
        (await Gateway.ScalarAsync<long>($"select count(*) from vault.part where deposit = '{deposit}'")).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_erasure_waits_for_a_second_person_then_leaves_nothing_and_is_told()
    {
        var household = Messages.NewHousehold();
        var deposit = (await Gateway.DepositAsync("ape-75-depositaire", "allo-prevention-expulsion/orientations", Messages.Referral(household, true, "identite", "contact", "dette")))["depot"]!.GetValue<string>();
        await Gateway.RouteAsync();
        var held = (await Gateway.InboxAsync(RightsGateway.Adil))[^1]["id"]!.GetValue<string>();
        var request = await rights.RecordAsync(household, "effacement");
        var confirmation = $"/v1/droits/{request["id"]}/confirmation";
        await rights.PostAsync(RightsGateway.Operator, confirmation, new JsonObject { ["confirme"] = true }, HttpStatusCode.Conflict);

        (await rights.DecideAsync(request))["aConfirmer"]!.GetValue<bool>().ShouldBeTrue();
        await rights.PostAsync(RightsGateway.Dpo, confirmation, new JsonObject { ["confirme"] = true }, HttpStatusCode.Forbidden);
        await rights.PostAsync(RightsGateway.Adil, confirmation, new JsonObject { ["confirme"] = true }, HttpStatusCode.Forbidden);
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{held}")).ShouldBe(HttpStatusCode.OK, "nothing is erased by one person");
        await rights.PostAsync(RightsGateway.Operator, confirmation, new JsonObject { ["confirme"] = false });
        await rights.DecideAsync(request);
        var done = await rights.PostAsync(RightsGateway.Operator, confirmation, new JsonObject { ["confirme"] = true });

        done["etat"]!.GetValue<string>().ShouldBe("acceptee");
        (await Gateway.ScalarAsync<long>($"select (select count(*) from vault.part where deposit = '{deposit}') + (select count(*) from exchange.part where deposit = '{deposit}') + (select count(*) from rights.request where id = '{request["id"]}' and identity is not null)")).ShouldBe(0);
        (await Gateway.ScalarAsync<string>($"select facts::text from exchange.deposit where id = '{deposit}'")).ShouldBe("{}");
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{held}")).ShouldBe(HttpStatusCode.NotFound);

        // The news outlives the person: who had a copy is told by the pseudonym that it knows.
        var notice = (await Gateway.GetAsync(RightsGateway.Adil, "/v1/reception/avis")).AsArray().Single(n => n!["objet"]!.GetValue<string>() == "effacement")!;
        notice["remises"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe([held]);
        notice["pseudonyme"]!.GetValue<string>().Length.ShouldBe(27);
        await rights.PostAsync(RightsGateway.Adil, $"/v1/reception/avis/{notice["id"]}/accuse", new JsonObject());
        var detail = await rights.ShowAsync(request);
        detail["propagation"]!.AsArray().ShouldAllBe(p => p!["objet"]!.GetValue<string>() == "effacement");
        detail["propagation"]!.AsArray().Count(p => p!["accuseLe"] is not null).ShouldBe(1);
        detail["etapes"]!.AsArray().Select(s => s!["etape"]!.GetValue<string>()).ShouldBe(["enregistree", "aConfirmer", "renvoyee", "aConfirmer", "confirmee"]);
        (await Gateway.ScalarAsync<long>($"select count(*) from rights.step s join audit.entry e on e.id = s.entry where s.request = '{request["id"]}'")).ShouldBe(5, "every step has its entry");
        (await rights.StatusAsync(RightsGateway.Dpo, $"/v1/droits/{request["id"]}/rapport")).ShouldBe(HttpStatusCode.Conflict);
        // Who asks again is unknown.
        await rights.PostAsync(RightsGateway.Dpo, "/v1/droits", RightsGateway.Demand(household, "acces"), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_bad_demand_says_what_to_mend_and_records_nothing()
    {
        var household = Messages.NewHousehold();
        await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household));
        var before = await Gateway.ScalarAsync<long>("select count(*) from rights.request");
        foreach (var (field, value, word) in new (string, string?, string)[]
        {
            ("droit", "portabilite", "acces"),
            ("canal", "pigeon", "courrier"),
            ("recueLe", "2100-01-01", "avenir"),
            ("verification", null, "Vérifiez"),
            ("nom", " ", "nom"),
            ("dateNaissance", null, "dateNaissance"),
        })
        {
            var demand = RightsGateway.Demand(household, "acces");
            demand[field] = value;
            (await rights.PostAsync(RightsGateway.Dpo, "/v1/droits", demand, HttpStatusCode.BadRequest))["detail"]!.GetValue<string>().ShouldContain(word);
        }

        (await rights.PostAsync(RightsGateway.Dpo, "/v1/droits", RightsGateway.Demand(household, "acces", null, "P15"), HttpStatusCode.BadRequest))["detail"]!.GetValue<string>().ShouldContain("P1");
        await rights.PostAsync(RightsGateway.Dpo, "/v1/droits", RightsGateway.Demand(household with { GivenName = "Autre" }, "acces"), HttpStatusCode.NotFound);
        // A reference opens nothing by itself: the identity must stand in a message.
        var reference = RightsGateway.Demand(household with { GivenName = "Autre" }, "acces");
        reference["depot"] = (await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household)))["depot"]!.DeepClone();
        await rights.PostAsync(RightsGateway.Dpo, "/v1/droits", reference, HttpStatusCode.NotFound);
        (await Gateway.ScalarAsync<long>("select count(*) from rights.request")).ShouldBe(before);
    }

    private static JsonObject Decisions(IEnumerable<string> purposes, string[] granted) => new()
    {
        ["decisions"] = new JsonArray([.. purposes.Select(p => new JsonObject
        {
            ["finalite"] = p,
            ["accordee"] = granted.Contains(p),
            ["motif"] = granted.Contains(p) ? null : p == "P2" ? "motifsLegitimesImperieux" : "obligationLegale",
        })]),
    };

    private async Task<string> CaseAsync(JsonNode request) => await Gateway.ScalarAsync<string>(
        $"select c.state from consent.case c join rights.request r on r.subject = c.subject where r.id = '{request["id"]}' and c.opened_at >= r.created_at order by c.opened_at limit 1");

    private async Task<IReadOnlyList<string>> NoticesAsync(string client, string delivery) =>
        [.. (await Gateway.GetAsync(client, "/v1/reception/avis")).AsArray().Where(n => n!["remises"]!.AsArray().Any(r => r!.GetValue<string>() == delivery))
            .OrderBy(n => n!["envoyeLe"]!.GetValue<DateTimeOffset>()).Select(n => n!["objet"]!.GetValue<string>())];

    private async Task<HttpStatusCode> StatusAsync(string client, string path)
    {
        using var answer = await Gateway.PostAsync(client, path, new JsonObject());
        await answer.Content.ReadAsStringAsync(Ct);
        return answer.StatusCode;
    }
}
