using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Pages;
using ExchangeGateway.Integration.Rights;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Matching;

/// <summary>A message that the score put into another person's file is explained, taken off it, and told to who holds it.</summary>
public sealed class SeparationTests(RightsGateway rights) : IClassFixture<RightsGateway>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly SeparationDesk _desk = new(rights);

    private TestGateway Gateway => rights.Gateway;

    [Fact]
    public async Task What_the_score_joined_is_explained_by_message_and_by_file()
    {
        var (_, kept, _, wrong) = await _desk.JoinWronglyAsync();
        (await Gateway.ScalarAsync<long>($"select count(*) from vault.attachment where deposit = '{kept}'")).ShouldBe(0, "who is new needs no row");
        var (first, second) = (await _desk.RemiseAsync("ccapex-75", kept), await _desk.RemiseAsync("ccapex-75", wrong));

        var line = (await Gateway.GetAsync(RightsGateway.Ccapex, $"/v1/rapprochements/automatiques?remise={second}"))["rattachements"]!.AsArray().ShouldHaveSingleItem()!;
        line["origine"]!.GetValue<string>().ShouldBe("automatique");
        line["score"]!.GetValue<double>().ShouldBeGreaterThanOrEqualTo(21);
        var said = line["elements"]!.AsArray().Select(e => e!.GetValue<string>()).ToList();
        said.ShouldContain("Nom : identique");
        said.ShouldContain("Date de naissance : jour et mois inversés");
        line["rattacheLe"].ShouldNotBeNull();

        var file = (await Gateway.GetAsync(RightsGateway.Ccapex, $"/v1/rapprochements/automatiques?dossier={Uri.EscapeDataString(line["dossier"]!.GetValue<string>())}"))["rattachements"]!.AsArray();
        file.ToDictionary(l => l!["remise"]!.GetValue<Guid>(), l => l!["origine"]!.GetValue<string>())
            .ShouldBe(new Dictionary<Guid, string> { [first] = "autre", [second] = "automatique" }, ignoreOrder: true);
        (await rights.StatusAsync(RightsGateway.Ccapex, "/v1/rapprochements/automatiques")).ShouldBe(HttpStatusCode.BadRequest);
        (await rights.StatusAsync(RightsGateway.Ccapex, $"/v1/rapprochements/automatiques?remise={await _desk.RemiseAsync("adil-75", wrong)}")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Each_recipient_is_told_by_its_own_pseudonyms_and_reads_both_messages_on()
    {
        var (_, kept, other, wrong) = await _desk.JoinWronglyAsync();
        using (var content = new ByteArrayContent(TestPdf.WithText("Acte")) { Headers = { ContentType = new("application/pdf") } })
        using (var joined = await Gateway.SendAsync(RightsGateway.Etude, HttpMethod.Put, $"/v1/depots/{wrong}/pieces/acte", content))
            joined.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var atAdil = await _desk.RemiseAsync("adil-75", wrong);
        await rights.PostAsync(RightsGateway.Adil, $"/v1/reception/{atAdil}/commentaires", new JsonObject { ["texte"] = "Rappeler jeudi." });

        var told = new List<string>();
        var before = new Dictionary<string, IReadOnlyDictionary<Guid, JsonNode>>();
        foreach (var client in (string[])[RightsGateway.Adil, RightsGateway.Ccapex])
            before[client] = await _desk.InboxAsync(client);
        var answer = await _desk.SeparateAsync(wrong);
        answer["envois"]!.GetValue<int>().ShouldBe(1);

        foreach (var (client, organisation) in new[] { (RightsGateway.Adil, "adil-75"), (RightsGateway.Ccapex, "ccapex-75") })
        {
            var (stays, goes) = (await _desk.RemiseAsync(organisation, kept), await _desk.RemiseAsync(organisation, wrong));
            var now = await _desk.InboxAsync(client);
            var (old, fresh) = (before[client][goes], now[goes]);
            now[stays]["pseudonyme"]!.GetValue<string>().ShouldBe(old["pseudonyme"]!.GetValue<string>());
            now[stays]["dossier"]!.GetValue<string>().ShouldBe(old["dossier"]!.GetValue<string>());
            fresh["pseudonyme"]!.GetValue<string>().ShouldNotBe(old["pseudonyme"]!.GetValue<string>());
            fresh["dossier"]!.GetValue<string>().ShouldNotBe(old["dossier"]!.GetValue<string>());
            var news = (await _desk.NewsAsync(client, goes)).ShouldHaveSingleItem();
            news["nature"]!.GetValue<string>().ShouldBe("separation");
            news["ancienPseudonyme"]!.GetValue<string>().ShouldBe(old["pseudonyme"]!.GetValue<string>());
            news["ancienDossier"]!.GetValue<string>().ShouldBe(old["dossier"]!.GetValue<string>());
            news["pseudonyme"]!.GetValue<string>().ShouldBe(fresh["pseudonyme"]!.GetValue<string>());
            told.AddRange([news["ancienPseudonyme"]!.GetValue<string>(), news["pseudonyme"]!.GetValue<string>()]);
            var shown = await Gateway.GetAsync(client, $"/v1/reception/{news["id"]}");
            shown["correction"]!["etat"]!.GetValue<string>().ShouldBe("separation");
            shown["ancienPseudonyme"]!.GetValue<string>().ShouldBe(told[^2]);
            shown["contenu"]!.AsObject().ShouldBeEmpty();
            foreach (var id in (Guid[])[stays, goes])
                (await Gateway.GetAsync(client, $"/v1/reception/{id}"))["contenu"]!["dette"]!["total"]!.GetValue<decimal>().ShouldBe(3210.15m);
        }

        told.Distinct(StringComparer.Ordinal).Count().ShouldBe(4, "nobody learns another's pseudonym");
        var identity = await rights.PostAsync(RightsGateway.Adil, $"/v1/reception/{atAdil}/identite", new JsonObject { ["motif"] = "courrier" });
        identity["identite"]!["identite"]!["personnes"]![0]!["dateNaissance"]!.GetValue<string>().ShouldBe(other.Birth.ToString("yyyy-MM-dd"));
        (await Gateway.GetAsync(RightsGateway.Adil, $"/v1/reception/{atAdil}/commentaires"))["commentaires"]!.AsArray().Select(c => c!["texte"]!.GetValue<string>()).ShouldBe(["Rappeler jeudi."]);
        var atCcapex = await _desk.RemiseAsync("ccapex-75", wrong);
        (await rights.StatusAsync(RightsGateway.Ccapex, $"/v1/reception/{atCcapex}/pieces/acte?motif=instruction")).ShouldBe(HttpStatusCode.OK);
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/rapprochements/automatiques?remise={atAdil}")).ShouldBe(HttpStatusCode.Forbidden);

        // Said twice: the same answer, and nothing more.
        (await _desk.SeparateAsync(wrong)).ToJsonString().ShouldBe(answer.ToJsonString());
        (await Gateway.ScalarAsync<long>($"select count(*) from audit.entry where action = 'DepositSeparated' and deposit = '{wrong}'")).ShouldBe(1);
        (await Gateway.ScalarAsync<long>($"select count(*) from audit.entry_subject s join audit.entry e on e.id = s.entry where e.action = 'DepositSeparated' and e.deposit = '{wrong}'")).ShouldBe(2, "both persons");
        (await Gateway.ScalarAsync<long>($"select count(*) from delivery.delivery where deposit = '{wrong}' and nature = 'separation'"))
            .ShouldBe(await Gateway.ScalarAsync<long>($"select count(*) from audit.entry where action = 'CorrectionDelivered' and deposit = '{wrong}'"));
    }

    [Fact]
    public async Task The_next_message_of_each_goes_to_its_own_file_and_one_that_fits_both_is_shown_to_a_person()
    {
        var (one, kept, other, wrong) = await _desk.JoinWronglyAsync();
        await _desk.SeparateAsync(wrong);
        var (known, fresh) = (await _desk.SubjectAsync(kept), await _desk.SubjectAsync(wrong));
        fresh.ShouldNotBe(known);
        foreach (var subject in (Guid[])[known, fresh])
            (await Gateway.ScalarAsync<long>($"select count(*) from vault.match_profile where subject = '{subject}'")).ShouldBe(1);

        (await _desk.SubjectAsync(await _desk.DepositAsync(one))).ShouldBe(known);
        var next = await _desk.DepositAsync(other);
        (await _desk.SubjectAsync(next)).ShouldBe(fresh);
        (await Gateway.ScalarAsync<bool>($"select a.dossier = b.dossier from exchange.deposit a, exchange.deposit b where a.id = '{next}' and b.id = '{wrong}'")).ShouldBeTrue("its file is found again");

        var either = SeparationDesk.Act(one);
        either["personnes"]![0]!.AsObject().Remove("dateNaissance");
        var unsure = (await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, either))["depot"]!.GetValue<Guid>();
        (await _desk.SubjectAsync(unsure)).ShouldNotBeOneOf(known, fresh);
        (await Gateway.ScalarAsync<long>($"select count(*) from vault.match_pair where deposit = '{unsure}' and state = 'aConfirmer' and other in ('{known}', '{fresh}')")).ShouldBe(2);
    }

    [Fact]
    public async Task The_access_report_and_the_erasure_of_each_hold_only_their_own()
    {
        var (one, kept, other, wrong) = await _desk.JoinWronglyAsync();
        var (stays, goes) = (await _desk.RemiseAsync("adil-75", kept), await _desk.RemiseAsync("adil-75", wrong));
        foreach (var id in (Guid[])[stays, goes])
            await Gateway.GetAsync(RightsGateway.Adil, $"/v1/reception/{id}");
        await _desk.SeparateAsync(wrong);

        foreach (var (household, own, foreign) in new[] { (one, kept, wrong), (other, wrong, kept) })
        {
            var report = await rights.ReportAsync(await rights.RecordAsync(household, "acces"));
            report["envoisNonCommuniques"]!.GetValue<int>().ShouldBe(0);
            report["finalites"]!.AsArray().SelectMany(f => f!["donnees"]!.AsArray()).Select(d => d!["depot"]!.GetValue<Guid>()).ShouldBe([own]);
            var accesses = report["acces"]!.AsArray();
            accesses.Where(a => a!["depot"]?.GetValue<Guid>() == foreign).Select(a => a!["action"]!.GetValue<string>()).ShouldAllBe(a => a == "DepositSeparated");
            foreach (var action in (string[])["DepositReceived", "DeliveryConsulted"])
                accesses.ShouldContain(a => a!["depot"] != null && a["depot"]!.GetValue<Guid>() == own && a["action"]!.GetValue<string>() == action, action);
            accesses.ShouldContain(a => a!["action"]!.GetValue<string>() == "DepositSeparated");
        }

        (await EraseAsync(await _desk.SubjectAsync(kept))).ShouldBe(1);
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{stays}")).ShouldBe(HttpStatusCode.NotFound);
        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{goes}")).ShouldBe(HttpStatusCode.OK);
        (await SealedAsync(kept)).ShouldBe(0);
        (await SealedAsync(wrong)).ShouldBeGreaterThan(0);
        (await _desk.SeparateAsync(wrong))["ancienPseudonyme"].ShouldBeNull("that person is forgotten");
        (await EraseAsync(await _desk.SubjectAsync(wrong))).ShouldBe(1);
        (await SealedAsync(wrong)).ShouldBe(0);
    }

    [Fact]
    public async Task What_restricts_goes_over_and_an_agreement_does_not()
    {
        var (_, kept, _, wrong) = await _desk.JoinWronglyAsync();
        var remise = (await _desk.RemiseAsync("adil-75", kept)).ToString();
        var purpose = await Gateway.ScalarAsync<string>($"select purpose from delivery.delivery where id = '{remise}'");
        await rights.PostAsync(RightsGateway.Adil, "/v1/consentements", new JsonObject { ["remise"] = remise, ["acte"] = "accord", ["finalite"] = "P15", ["categories"] = new JsonArray("identite") });
        await rights.PostAsync(RightsGateway.Adil, "/v1/consentements", new JsonObject { ["remise"] = remise, ["acte"] = "limitation", ["finalite"] = purpose });

        await _desk.SeparateAsync(wrong);

        foreach (var (deposit, acts) in new[] { (kept, 1L), (wrong, 0L) })
        {
            var standing = $"from consent.subject_state s join exchange.deposit d on d.subject = s.subject where d.id = '{deposit}'";
            (await Gateway.ScalarAsync<bool>($"select s.standing -> 'restricted' ? '{purpose}' {standing}")).ShouldBeTrue();
            (await Gateway.ScalarAsync<long>($"select (select count(*) from jsonb_object_keys(s.standing -> 'agreements')) {standing}")).ShouldBe(acts);
        }

        (await rights.StatusAsync(RightsGateway.Adil, $"/v1/reception/{await _desk.RemiseAsync("adil-75", wrong)}")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_message_and_what_rectifies_it_go_together()
    {
        var (_, kept, other, wrong) = await _desk.JoinWronglyAsync();
        var mended = SeparationDesk.Act(other);
        mended["dette"]!["total"] = 1200m;
        var replacement = (await rights.PostAsync(RightsGateway.Etude, $"/v1/depots/{wrong}/rectification", mended, HttpStatusCode.Accepted))["depot"]!.GetValue<Guid>();
        await Gateway.RouteAsync();

        (await _desk.SeparateAsync(replacement))["envois"]!.GetValue<int>().ShouldBe(2);

        var fresh = await _desk.SubjectAsync(replacement);
        (await _desk.SubjectAsync(wrong)).ShouldBe(fresh);
        (await _desk.SubjectAsync(kept)).ShouldNotBe(fresh);
        (await Gateway.GetAsync(RightsGateway.Ccapex, $"/v1/reception/{await _desk.RemiseAsync("ccapex-75", replacement)}"))["contenu"]!["dette"]!["total"]!.GetValue<decimal>().ShouldBe(1200m);
        // Its sender may mend it again, where it is now.
        mended["dette"]!["total"] = 1100m;
        var again = (await rights.PostAsync(RightsGateway.Etude, $"/v1/depots/{replacement}/rectification", mended, HttpStatusCode.Accepted))["depot"]!.GetValue<Guid>();
        (await _desk.SubjectAsync(again)).ShouldBe(fresh);
    }

    [Fact]
    public async Task What_a_person_joined_with_the_mixed_file_is_asked_again_of_both()
    {
        var (one, kept, _, wrong) = await _desk.JoinWronglyAsync();
        var third = await _desk.DepositAsync(one with { Name = one.Name.Replace("mesnïl", "mesnnïl", StringComparison.Ordinal), Number = one.Number + "7", Street = "boulevard du Modèle" });
        await Gateway.RouteAsync();
        var pair = await Gateway.ScalarAsync<Guid>($"select id from vault.match_pair where deposit = '{third}' and other = '{await _desk.SubjectAsync(kept)}'");
        await rights.PostAsync(RightsGateway.Ccapex, $"/v1/rapprochements/{pair}", new JsonObject { ["decision"] = "meme", ["motif"] = "Pièces concordantes" });

        var separation = await _desk.SeparateAsync(wrong);

        var person = await _desk.SubjectAsync(third);
        (await Gateway.ScalarAsync<long>($"select count(*) from vault.subject_alias where subject = '{person}' and revoked_at is null")).ShouldBe(0);
        foreach (var deposit in (Guid[])[kept, wrong])
            (await Gateway.ScalarAsync<string>($"select state from vault.match_pair where subject = '{person}' and other = '{await _desk.SubjectAsync(deposit)}'")).ShouldBe("aConfirmer");
        // The separation itself is a decision like another: undone, the two are proposed again, then joined by a person.
        var path = $"/v1/rapprochements/{separation["rapprochement"]}";
        await rights.PostAsync(RightsGateway.Ccapex, path + "/annulation", new JsonObject { ["motif"] = "C'était bien la même" });
        await _desk.SeparateAsync(wrong, HttpStatusCode.Conflict);
        await rights.PostAsync(RightsGateway.Ccapex, path, new JsonObject { ["decision"] = "meme", ["motif"] = "Pièce d'identité vue" });
        (await Gateway.ScalarAsync<Guid>($"select vault.root_of('{await _desk.SubjectAsync(wrong)}')")).ShouldBe(await _desk.SubjectAsync(kept));
    }

    [Fact]
    public async Task Who_may_not_or_cannot_separate_is_told_why_and_nothing_changes()
    {
        var (_, kept, _, wrong) = await _desk.JoinWronglyAsync();
        var alone = await _desk.DepositAsync(Messages.NewHousehold());
        await Gateway.RouteAsync();
        var reason = new JsonObject { ["motif"] = "Essai" };
        var own = SeparationDesk.Path(await _desk.RemiseAsync("ccapex-75", wrong));
        await rights.PostAsync(RightsGateway.Ccapex, SeparationDesk.Path(await _desk.RemiseAsync("adil-75", wrong)), reason.DeepClone(), HttpStatusCode.NotFound);
        await rights.PostAsync(RightsGateway.Ccapex, SeparationDesk.Path(Guid.NewGuid()), reason.DeepClone(), HttpStatusCode.NotFound);
        await rights.PostAsync("ccapex-modele-secretariat", own, reason.DeepClone(), HttpStatusCode.NotFound);
        await rights.PostAsync(RightsGateway.Adil, SeparationDesk.Path(await _desk.RemiseAsync("adil-75", wrong)), reason.DeepClone(), HttpStatusCode.Forbidden);
        await rights.PostAsync(RightsGateway.Ccapex, own, new JsonObject { ["motif"] = " " }, HttpStatusCode.BadRequest);
        (await _desk.SeparateAsync(alone, HttpStatusCode.Conflict))["detail"]!.GetValue<string>().ShouldContain("rien n'est à séparer");
        (await _desk.SubjectAsync(wrong)).ShouldBe(await _desk.SubjectAsync(kept));
        (await Gateway.ScalarAsync<long>($"select count(*) from audit.entry where action = 'DepositSeparated' and deposit in ('{wrong}', '{alone}')")).ShouldBe(0);

        await EraseAsync(await _desk.SubjectAsync(kept));
        await rights.PostAsync(RightsGateway.Ccapex, own, reason, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_page_shows_why_and_takes_a_message_off_by_a_form()
    {
        var (_, _, _, wrong) = await _desk.JoinWronglyAsync();
        var remise = await _desk.RemiseAsync("ccapex-75", wrong);
        var reference = (await _desk.InboxAsync(RightsGateway.Ccapex))[remise]["dossier"]!.GetValue<string>();
        var path = $"/rapprochements/automatiques?dossier={Uri.EscapeDataString(reference)}";
        using var visitor = await PageVisitor.SignInAsync(Gateway, "ccapex-75", "secretariat");
        (await visitor.GetAsync("/rapprochements")).Html.ShouldContain("href=\"/rapprochements/automatiques\"");
        (await visitor.GetAsync(path)).Text.ShouldContain("Date de naissance : jour et mois inversés");
        (await visitor.SubmitAsync(path, "/rapprochements/automatiques", "", ("remise", remise.ToString()), ("dossier", reference), ("motif", " "))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        var done = await visitor.SubmitAsync(path, "/rapprochements/automatiques", "", ("remise", remise.ToString()), ("dossier", reference), ("motif", "Deux homonymes"));
        done.Status.ShouldBe(HttpStatusCode.Redirect);
        (await visitor.GetAsync(done.Location!)).Text.ShouldContain("n’est plus dans ce dossier");
        var news = (await _desk.NewsAsync(RightsGateway.Ccapex, remise)).ShouldHaveSingleItem();
        (await visitor.GetAsync($"/reception/{news["id"]}")).Text.ShouldContain($"sous le pseudonyme {news["ancienPseudonyme"]}");
    }

    private async Task<int> EraseAsync(Guid subject) =>
        await Gateway.App.Services.GetRequiredService<EffacerSujet>().RunAsync(subject, "droitEffacement", null, Ct) is ErasureOutcome.Erased erased ? erased.Subjects : 0;

    private Task<long> SealedAsync(Guid deposit) => Gateway.ScalarAsync<long>(
        $"select (select count(*) from vault.part where deposit = '{deposit}') + (select count(*) from exchange.part where deposit = '{deposit}') + (select count(*) from vault.attachment where deposit = '{deposit}')");
}
