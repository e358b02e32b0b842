using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Intake;

/// <summary>Accepting: once, wholly, with a promise that the log keeps.</summary>
public sealed class IntakeTests(PostgresFixture postgres)
{
    private const string Cdp = "/v1/commissaires-de-justice/commandements-de-payer";
    private const string Etude = "etude-75-001-depositaire";

    [Fact]
    public async Task The_same_request_sent_twice_gives_one_deposit_and_the_same_receipt()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var message = Messages.Cdp(Messages.NewHousehold());
        var receipts = new List<string>();
        foreach (var key in new[] { "cle-1", "cle-1", null, null })
        {
            using var answer = await gateway.PostAsync(Etude, Cdp, message, key is null ? [] : [("Idempotency-Key", key)]);
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            receipts.Add(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        receipts[1].ShouldBe(receipts[0]);
        receipts[3].ShouldBe(receipts[2]);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(2);
    }

    [Fact]
    public async Task A_hundred_equal_requests_at_once_give_one_deposit()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var message = Messages.Cdp(Messages.NewHousehold());
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var answer = await gateway.PostAsync(Etude, Cdp, message, ("Idempotency-Key", "meme"));
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }));

        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.Accepted || a.StatusCode == HttpStatusCode.Conflict);
        answers.Where(a => a.StatusCode == HttpStatusCode.Accepted).Select(a => a.Item2).Distinct().Count().ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(1);
    }

    [Fact]
    public async Task One_key_for_two_bodies_is_refused()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        using var first = await gateway.PostAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold()), ("Idempotency-Key", "k"));
        using var second = await gateway.PostAsync(Etude, Cdp, Messages.Cdp(Messages.NewHousehold()), ("Idempotency-Key", "k"));
        first.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        second.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("cle-reutilisee");
    }

    [Fact]
    public async Task Many_messages_about_one_unknown_household_at_once_make_one_subject()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var household = Messages.NewHousehold();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => gateway.DepositAsync(Etude, Cdp[4..], Messages.Cdp(household))));
        (await gateway.ScalarAsync<long>("select count(*) from vault.subject")).ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.dossier")).ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(40);
    }

    [Fact]
    public async Task The_promise_is_signed_over_the_body_and_the_proof_holds_its_leaf()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var message = Messages.Cdp(Messages.NewHousehold());
        var receipt = await gateway.DepositAsync(Etude, Cdp[4..], message);
        var promise = PromiseReader.Verify(receipt["promesse"]!.GetValue<string>(), await gateway.Http.GetStringAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken));
        promise["depot"]!.GetValue<string>().ShouldBe(receipt["depot"]!.GetValue<string>());
        promise["empreinte"]!.GetValue<string>().ShouldBe(PromiseReader.Digest(message.ToJsonString()));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string? proof = null;
        while (proof is null)
        {
            using var answer = await gateway.SendAsync(Etude, HttpMethod.Get, $"/v1/depots/{receipt["depot"]}/preuve");
            if (answer.StatusCode == HttpStatusCode.OK)
                proof = await answer.Content.ReadAsStringAsync(limit.Token);
            else
                answer.Headers.RetryAfter.ShouldNotBeNull();
            limit.Token.ThrowIfCancellationRequested();
        }

        proof.ShouldStartWith("c2sp.org/tlog-proof@v1\n");
        proof.ShouldContain("extra " + promise["feuille"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_batch_reports_line_by_line_in_order_and_bad_lines_stop_no_good_one()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var good = Messages.Cdp(Messages.NewHousehold()).ToJsonString();
        var lines = new[] { good, "{ pas du json", good, Messages.Cdp(Messages.NewHousehold()).ToJsonString(), """{"motif":"impayes"}""" };
        using var answer = await gateway.SendAsync(Etude, HttpMethod.Post, Cdp + "/lots", new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var report = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();

        report.Count.ShouldBe(6);
        report.Take(5).Select(l => l["ligne"]!.GetValue<int>()).ShouldBe([1, 2, 3, 4, 5]);
        report.Take(5).Select(l => l["code"]!.GetValue<string>()).ShouldBe(["accepte", "refuse", "doublon", "accepte", "refuse"]);
        report[5]["bilan"]!["acceptees"]!.GetValue<int>().ShouldBe(2);
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit")).ShouldBe(2);
    }

    [Fact]
    public async Task A_piece_joined_by_the_sender_is_opened_by_a_recipient_that_may_see_all_of_it_with_a_reason()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var receipt = await gateway.DepositAsync(Etude, Cdp[4..], Messages.Cdp(Messages.NewHousehold()));
        var content = TestPdf.Minimal();
        using (var pdf = new ByteArrayContent(content))
        {
            pdf.Headers.ContentType = new("application/pdf");
            using var put = await gateway.SendAsync(Etude, HttpMethod.Put, $"/v1/depots/{receipt["depot"]}/pieces/acte", pdf);
            put.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        using (var active = new ByteArrayContent(TestPdf.Minimal("/OpenAction<</S/JavaScript/J#53(x)>>")))
        {
            active.Headers.ContentType = new("application/pdf");
            using var put = await gateway.SendAsync(Etude, HttpMethod.Put, $"/v1/depots/{receipt["depot"]}/pieces/decompte", active);
            put.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }

        await gateway.RouteAsync();
        var id = (await gateway.InboxAsync("adil-75-instructeur")).Single()["id"]!.GetValue<string>();
        using (var without = await gateway.SendAsync("adil-75-instructeur", HttpMethod.Get, $"/v1/reception/{id}/pieces/acte"))
            without.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var opened = await gateway.SendAsync("adil-75-instructeur", HttpMethod.Get, $"/v1/reception/{id}/pieces/acte?motif=instruction");
        (await opened.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBe(content);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(gateway.State, "payloads"), "*", SearchOption.AllDirectories))
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).ShouldNotContain("%PDF");
    }
}
