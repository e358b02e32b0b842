using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Delivery.Deadlines;
using ExchangeGateway.Gateway.Delivery.Notices;
using ExchangeGateway.Gateway.Delivery.Webhooks;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>Not acknowledged in time: reminder, word to the secretariat, report to the organisation in whose name it was sent; nothing to a sender beyond P11.</summary>
public sealed class DeadlineTests(PostgresFixture postgres) : DeliveryDesk(postgres)
{
    [Fact]
    public async Task Reminded_then_escalated_then_reported_to_the_CCAPEX_once_each_while_the_etude_sees_the_same_state()
    {
        await using var receiver = await Receiver.StartAsync();
        (await Gateway.PostAsync(Adil, "/v1/webhooks", new JsonObject { ["url"] = receiver.Url })).EnsureSuccessStatusCode();
        var receipt = await DepositAsync();
        var (held, before) = ((await Gateway.InboxAsync(Adil)).Single(), await DepositStateAsync(receipt));
        await AcknowledgeAsync(Ccapex);
        var (steps, natures) = (new List<(int Day, string Step)>(), new List<string>());
        for (var hour = 0; hour < 24 * 40; hour += 4)
        {
            await AdvanceAsync(TimeSpan.FromHours(4));
            // Two nodes look at the same time.
            await Task.WhenAll(RoundAsync(), RoundAsync());
            var step = (string?)(await Gateway.InboxAsync(Adil)).Single()["relance"];
            if (step is not null && steps.All(s => s.Step != step))
            {
                steps.Add((hour / 24, step));
                var local = TimeZoneInfo.ConvertTime(Gateway.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));
                local.DayOfWeek.ShouldNotBe(DayOfWeek.Saturday);
                local.DayOfWeek.ShouldNotBe(DayOfWeek.Sunday);
                local.Hour.ShouldBeInRange(8, 12);
            }
        }

        steps.Select(s => s.Step).ShouldBe(["rappel", "escalade", "non-remise"]);
        steps[0].Day.ShouldBeInRange(7, 12);
        (steps[2].Day - steps[0].Day).ShouldBeInRange(5, 10);
        natures.AddRange((await Gateway.InboxAsync(Ccapex)).Select(l => l["nature"]!.GetValue<string>()));
        natures.ShouldBe(["remise", "escalade", "non-remise"]);
        var report = (await Gateway.InboxAsync(Ccapex))[^1];
        ((string?)report["regle"]).ShouldBe("75-1");
        (await Gateway.GetAsync(Ccapex, $"/v1/reception/{report["id"]}"))["contenu"]!.AsObject().Count.ShouldBe(0);
        await Gateway.App.Services.GetRequiredService<WebhookDispatcher>().RunDueAsync(TestContext.Current.CancellationToken);
        receiver.Calls.Select(c => JsonNode.Parse(c.Body)!["type"]!.GetValue<string>()).Distinct()
            .ShouldBe(["remise.recue", "remise.rappel", "remise.escalade", "remise.non-remise"], ignoreOrder: true);
        foreach (var action in new[] { "AcknowledgementReminded", "AcknowledgementEscalated", "NonDeliveryReported" })
            (await Gateway.ScalarAsync<long>($"select count(*) from audit.entry where action = '{action}'")).ShouldBe(1, action);

        // P11: the étude reads the same four-word state, has no inbox, and nothing of it names who was late.
        (await DepositStateAsync(receipt)).ShouldBe(before);
        JsonNode.Parse(before)!["etat"]!.GetValue<string>().ShouldBe("transmis");
        before.ShouldNotContain("adil");
        foreach (var path in new[] { "/v1/reception", "/v1/webhooks", $"/v1/reception/{held["id"]}" })
        {
            using var refused = await Gateway.SendAsync(Etude, HttpMethod.Get, path);
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }
    }

    [Fact]
    public async Task Acknowledged_sent_back_or_withdrawn_nothing_is_due_and_the_secretariats_own_delay_is_told_to_no_sender()
    {
        var withdrawn = await DepositAsync();
        (await Gateway.PostAsync(Etude, $"/v1/depots/{withdrawn["depot"]}/annulation", new JsonObject { ["motif"] = "envoiParErreur" })).EnsureSuccessStatusCode();
        await DepositAsync();
        await AcknowledgeAsync(Adil);
        var last = await DepositAsync();
        var line = (await Gateway.InboxAsync(Adil))[^1];
        (await Gateway.PostAsync(Adil, $"/v1/reception/{line["id"]}/renvoi", new JsonObject { ["motif"] = "deja-suivi" })).EnsureSuccessStatusCode();
        await Gateway.RouteAsync();
        var before = await DepositStateAsync(last);
        for (var day = 0; day < 30; day++)
        {
            await AdvanceAsync(TimeSpan.FromDays(1));
            await RoundAsync();
        }

        (await Gateway.ScalarAsync<long>("select count(*) from delivery.delivery d join access.organisation o on o.id = d.recipient where o.code = 'adil-75' and step > 0")).ShouldBe(0);
        // The secretariat let two deposits wait, which études sent in their own name: P11 lets nobody tell them.
        (await Gateway.ScalarAsync<long>("select count(*) from delivery.delivery where step = 3")).ShouldBe(2);
        (await Gateway.ScalarAsync<long>("select count(*) from delivery.delivery where nature in ('escalade', 'non-remise')")).ShouldBe(0);
        (await Gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'NonDeliveryReported'")).ShouldBe(2);
        (await DepositStateAsync(last)).ShouldBe(before);
    }

    [Fact]
    public async Task Nobody_is_late_with_a_message_that_a_restriction_keeps_from_him()
    {
        await DepositAsync();
        var held = (await Gateway.InboxAsync(Ccapex)).Single();
        await AcknowledgeAsync(Ccapex);
        await RecordAsync(Ccapex, new JsonObject { ["remise"] = held["id"]!.DeepClone(), ["acte"] = "limitation" });
        for (var day = 0; day < 30; day++)
        {
            await AdvanceAsync(TimeSpan.FromDays(1));
            await RoundAsync();
        }

        (await Gateway.ScalarAsync<short>("select max(step) from delivery.delivery")).ShouldBe((short)0);
        (await Gateway.ScalarAsync<long>("select count(*) from delivery.delivery where nature in ('escalade', 'non-remise')")).ShouldBe(0);
        (await Gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'AcknowledgementReminded'")).ShouldBe(0);

        // From its end on it is waited for again, from the first step.
        var person = (await Gateway.GetAsync("passerelle-dpo", "/v1/consentements"))["consentements"]![0]!["personne"]!.GetValue<string>();
        await RecordAsync("passerelle-dpo", new JsonObject { ["personne"] = person, ["acte"] = "leveeLimitation" });
        await RoundAsync();
        (await Gateway.InboxAsync(Adil)).Single()["relance"].ShouldBeNull("it has just come back");
        await AdvanceAsync(TimeSpan.FromDays(5));
        await RoundAsync();
        ((string?)(await Gateway.InboxAsync(Adil)).Single()["relance"]).ShouldBe("rappel");
    }

    private async Task RecordAsync(string client, JsonObject act)
    {
        using var recorded = await Gateway.PostAsync(client, "/v1/consentements", act);
        recorded.IsSuccessStatusCode.ShouldBeTrue(await recorded.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_round_that_dies_before_its_commit_leaves_each_step_due_and_the_next_takes_it_once()
    {
        await DepositAsync();
        await AcknowledgeAsync(Ccapex);
        await AdvanceAsync(TimeSpan.FromDays(14));
        await RoundAsync();
        await AdvanceAsync(TimeSpan.FromDays(7));
        // The connection dies where the news is written, after the step.
        await ExecuteAsync(
            """
            create function public.die() returns trigger language plpgsql as 'begin perform pg_terminate_backend(pg_backend_pid()); return new; end';
            alter function public.die() security definer;
            create trigger die before insert on delivery.delivery for each row execute function public.die();
            """);
        for (var i = 0; i < 3; i++)
        {
            await Should.ThrowAsync<Npgsql.NpgsqlException>(RoundAsync);
            // The client hears of the death before the dying one lets its rows go, which the next round would pass over.
            await ExecuteAsync("select from delivery.delivery for update");
        }

        (await Gateway.ScalarAsync<short>("select max(step) from delivery.delivery")).ShouldBe((short)1);
        (await Gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'AcknowledgementEscalated'")).ShouldBe(0);
        await ExecuteAsync("drop trigger die on delivery.delivery");
        await RoundAsync();
        await RoundAsync();

        (await Gateway.InboxAsync(Ccapex)).Select(l => l["nature"]!.GetValue<string>()).ShouldBe(["remise", "escalade"]);
        (await Gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'AcknowledgementEscalated'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_notice_by_mail_goes_once_a_working_day_and_holds_numbers_only()
    {
        await Gateway.AddPeopleAsync("adil-75", Roles.Instructeur, "juriste@adil-75.invalid");
        var household = Messages.NewHousehold();
        await DepositAsync(household);
        await DepositAsync();
        await DepositAsync();
        var workingDays = 0;
        for (var hour = 0; hour < 24 * 7; hour++)
        {
            await AdvanceAsync(TimeSpan.FromHours(1));
            await MailAsync();
        }

        var folder = Path.Combine(Gateway.State, "courriels");
        var messages = await Task.WhenAll(Directory.EnumerateFiles(folder, "*.eml").Select(f => File.ReadAllTextAsync(f, TestContext.Current.CancellationToken)));
        for (var day = 0; day < 7; day++)
            workingDays += Gateway.Clock.GetUtcNow().AddDays(-day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0 : 1;
        messages.Length.ShouldBeInRange(workingDays - 1, workingDays + 1);
        var said = messages.Select(Decode).ToList();
        said.ShouldAllBe(m => m.Contains("3 dossiers vous attendent", StringComparison.Ordinal) && m.Contains("juriste@adil-75.invalid", StringComparison.Ordinal));
        var line = (await Gateway.InboxAsync(Adil))[0];
        foreach (var secret in new[] { household.Name, household.Street, line["pseudonyme"]!.GetValue<string>(), line["dossier"]!.GetValue<string>(), line["id"]!.GetValue<string>() })
            said.ShouldAllBe(m => !m.Contains(secret, StringComparison.Ordinal));
        await MailAsync();
        Directory.EnumerateFiles(folder, "*.eml").Count().ShouldBe(messages.Length);
    }

    /// <summary>The text of a message in base64 or quoted-printable.</summary>
    private static string Decode(string message)
    {
        var body = message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        return message + (message.Contains("base64", StringComparison.OrdinalIgnoreCase) ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(body.ReplaceLineEndings(""))) : body);
    }

    private async Task AcknowledgeAsync(string client)
    {
        foreach (var line in (await Gateway.InboxAsync(client)).Where(l => (string?)l["etat"] == "remise"))
            (await Gateway.PostAsync(client, $"/v1/reception/{line["id"]}/accuse", new JsonObject())).EnsureSuccessStatusCode();
    }

    private async Task<string> DepositStateAsync(JsonNode receipt) => (await Gateway.GetAsync(Etude, $"/v1/depots/{receipt["depot"]}")).ToJsonString();

    private Task<int> RoundAsync() => Gateway.App.Services.GetRequiredService<DeadlineRound>().RunDueAsync(TestContext.Current.CancellationToken);

    private Task<int> MailAsync() => Gateway.App.Services.GetRequiredService<MailOutbox>().RunDueAsync(TestContext.Current.CancellationToken);

    private async Task AdvanceAsync(TimeSpan by)
    {
        Gateway.Clock.Advance(by);
        await ExecuteAsync("update access.token set expires_at = '2100-01-01Z'");
    }
}
