// Long because: one site, and every call of the log's contract in the order in which a DPO makes them.
using System.Globalization;
using System.Net;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Verifier;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Audit;

public sealed class JournalEndpointsTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Anyone_can_verify_the_log_by_its_address()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        for (var i = 0; i < 300; i++)
            await site.Log.AppendAsync(JournalNode.Entry(), Ct);
        await site.PublishedAsync();
        var key = await site.Client.GetStringAsync("/journal/cle", Ct);
        using StringWriter said = new(CultureInfo.InvariantCulture);

        var code = await CommandLine.RunAsync([site.Address + "journal", "--key", key], said, said, Ct);

        code.ShouldBe(0, said.ToString());
        said.ToString().ShouldContain("taille 300");
        key.ShouldBe(await File.ReadAllTextAsync(JournalKey.PublicKeysFile(Path.Combine(site.StatePath, "keys")), Ct));
    }

    [Fact]
    public async Task Serves_heads_and_tiles_as_the_specification_says()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        for (var i = 0; i < 260; i++)
            await site.Log.AppendAsync(JournalNode.Entry(), Ct);
        await site.PublishedAsync();

        using var head = await site.GetAsync("/journal/checkpoint");
        head.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
        head.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromSeconds(1));
        (await head.Content.ReadAsStringAsync(Ct)).ShouldStartWith(JournalWorld.Origin + "\n260\n");
        using var tile = await site.GetAsync("/journal/tile/0/000");
        tile.Content.Headers.ContentType!.ToString().ShouldBe("application/octet-stream");
        tile.Headers.CacheControl!.ToString().ShouldContain("immutable");
        (await tile.Content.ReadAsByteArrayAsync(Ct)).Length.ShouldBe(8_192);
        (await site.Client.GetByteArrayAsync("/journal/tile/0/001.p/4", Ct)).Length.ShouldBe(128);
        (await site.Client.GetByteArrayAsync("/journal/tile/0/000.p/7", Ct)).Length.ShouldBe(7 * 32, "the full tile stands for its partial ones");
        (await site.Client.GetByteArrayAsync("/journal/tile/entries/001.p/4", Ct)).Length.ShouldBe(4 * 35);
        (await site.Client.GetByteArrayAsync("/journal/tile/1/000.p/1", Ct)).Length.ShouldBe(32);
    }

    [Fact]
    public async Task Serves_nothing_beyond_the_published_head_nor_outside_it()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        await site.Log.AppendAsync(JournalNode.Entry(), Ct);
        await site.PublishedAsync();
        (await site.GetAsync("/journal/tile/0/000.p/1")).StatusCode.ShouldBe(HttpStatusCode.OK);

        foreach (var path in (string[])
        [
            "/journal/tile/0/000", // not full yet
            "/journal/tile/0/000.p/2",
            "/journal/tile/0/001.p/1",
            "/journal/tile/1/000.p/1",
            "/journal/tile/0/..%2f..%2fcheckpoint",
            "/journal/tile/..%2f..%2f..%2fkeys%2fjournal%2fgraine",
            "/journal/tile/entries/",
            "/journal/2/checkpoint",
            "/journal/2/tile/0/000",
        ])
        {
            using var answer = await site.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task A_sender_gets_the_proof_of_its_own_deposit_once_it_is_integrated()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        var entry = await site.Log.AppendAsync(JournalNode.Entry(site.Etude, action: LogAction.DepositReceived), Ct);
        var deposit = await site.DepositAsync(entry);
        await site.PublishedAsync();

        using var answer = await site.GetAsync($"/v1/depots/{deposit}/preuve", "etude", "depositaire");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        answer.Content.Headers.ContentDisposition!.FileName.ShouldBe($"depot-{deposit}.tlog-proof");
        TlogProof.TryParse(await answer.Content.ReadAsStringAsync(Ct), out var proof).ShouldBeTrue();
        proof.Proves(proof.Extra, site.Services.GetRequiredService<JournalKey>().For(JournalWorld.Origin)).ShouldBeTrue();
        (await site.CountAsync("select count(*) from audit.entry where action = 'ProofGiven' and deposit = $1 and organisation = $2", deposit, site.Etude)).ShouldBe(1);
    }

    [Fact]
    public async Task A_proof_asked_for_too_early_is_to_be_asked_for_again()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        var prepared = await site.Log.PrepareAsync(JournalNode.Entry(site.Etude), DateTimeOffset.UnixEpoch, Ct);
        await using (var batch = site.Databases.Intake.CreateBatch())
        {
            AuditLog.AddEntriesTo(batch, [prepared]);
            await batch.ExecuteNonQueryAsync(Ct);
        }

        var deposit = await site.DepositAsync(prepared.Id);

        using var answer = await site.GetAsync($"/v1/depots/{deposit}/preuve", "etude", "depositaire");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Anothers_deposit_does_not_exist()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        var deposit = await site.DepositAsync(await site.Log.AppendAsync(JournalNode.Entry(site.Etude), Ct));
        await site.PublishedAsync();

        using var others = await site.GetAsync($"/v1/depots/{deposit}/preuve", "adil", "depositaire");
        using var none = await site.GetAsync($"/v1/depots/{Guid.NewGuid()}/preuve", "adil", "depositaire");
        using var anonymous = await site.GetAsync($"/v1/depots/{deposit}/preuve");
        using var dpo = await site.GetAsync($"/v1/depots/{deposit}/preuve", "etude");

        others.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        others.Headers.RetryAfter.ShouldBeNull();
        (await others.Content.ReadAsStringAsync(Ct)).ShouldBe(await none.Content.ReadAsStringAsync(Ct));
        anonymous.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        dpo.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_stopped_log_answers_503_but_stays_readable()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        for (var i = 0; i < 2; i++)
            await site.Log.AppendAsync(JournalNode.Entry(), Ct);
        await site.PublishedAsync();
        await site.ExecuteAsync("delete from audit.checkpoint where size > 0");
        await site.ExecuteAsync("update audit.head set size = 0, frontier = ''");
        await site.Services.GetRequiredService<JournalKeeper>().RoundAsync(Ct);

        using var search = await site.GetAsync("/v1/journal", "passerelle");
        using var head = await site.GetAsync("/journal/checkpoint");

        search.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        search.Headers.RetryAfter.ShouldNotBeNull();
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_endpoint_declares_its_policy_and_its_action()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        var endpoints = site.Services.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints;

        endpoints.Count.ShouldBe(9);
        foreach (var endpoint in endpoints)
        {
            endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>()?.Policy.ShouldNotBeNull(endpoint.DisplayName);
            endpoint.Metadata.GetMetadata<JournaliseAttribute>().ShouldNotBeNull(endpoint.DisplayName);
        }
    }

    [Fact]
    public async Task Search_is_logged_before_it_answers_and_pages_through_everything_once()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        for (var i = 0; i < 120; i++)
            await site.Log.AppendAsync(JournalNode.Entry(site.Etude), Ct);
        await site.PublishedAsync();

        var seen = new List<JournalItem>();
        string? cursor = null;
        do
        {
            var page = await site.SearchAsync($"/v1/journal?action=DeliveryConsulted{(cursor is null ? "" : "&curseur=" + cursor)}", "etude");
            seen.AddRange(page.Entrees);
            cursor = page.Suite;
        }
        while (cursor is not null);

        seen.Select(e => e.Id).Distinct().Count().ShouldBe(120);
        seen.Count.ShouldBe(120);
        seen.ShouldAllBe(e => e.Etat == "lisible" && e.Conforme == true && e.CodeOrganisation == "etude-x" && e.Rang != null && e.Origine == JournalWorld.Origin && e.Finalite == "P2");
        seen.Select(e => e.Date).ShouldBe(seen.Select(e => e.Date).OrderDescending());
        (await site.CountAsync("select count(*) from audit.entry where action = 'JournalSearched' and organisation = $1 and agent = 'agent-etude'", site.Etude)).ShouldBe(3);
    }

    [Fact]
    public async Task A_dpo_sees_its_own_organisation_and_the_gateways_dpo_sees_all()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        var ofAdil = await site.Log.AppendAsync(JournalNode.Entry(site.Adil), Ct);
        var ofEtude = await site.Log.AppendAsync(JournalNode.Entry(site.Etude), Ct);
        await site.PublishedAsync();

        (await site.SearchAsync("/v1/journal?action=DeliveryConsulted", "adil")).Entrees.ShouldHaveSingleItem().Id.ShouldBe(ofAdil);
        (await site.SearchAsync("/v1/journal?action=DeliveryConsulted", "passerelle")).Entrees.Select(e => e.Id).ShouldBe([ofAdil, ofEtude], ignoreOrder: true);
        (await site.SearchAsync("/v1/journal?action=DeliveryConsulted&organisation=etude-x", "passerelle")).Entrees.ShouldHaveSingleItem().Id.ShouldBe(ofEtude);
        foreach (var hidden in (string[])["/v1/journal?organisation=etude-x", "/v1/journal?organisation=inconnue", $"/v1/journal?organisation={site.Etude}", $"/v1/journal/{ofEtude}/preuve", $"/v1/journal/{ofEtude}/ouverture"])
        {
            using var answer = await site.GetAsync(hidden, "adil");
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, hidden);
        }

        using var proof = await site.GetAsync($"/v1/journal/{ofEtude}/preuve", "passerelle");
        using var sender = await site.GetAsync("/v1/journal", "adil", "depositaire");
        using var anonymous = await site.GetAsync("/v1/journal");
        proof.StatusCode.ShouldBe(HttpStatusCode.OK);
        sender.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        anonymous.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Finds_what_concerns_a_person_by_pseudonym_or_reference_and_the_question_concerns_that_person_too()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        var person = Guid.NewGuid();
        var about = await site.Log.AppendAsync(JournalNode.Entry(site.Adil, person), Ct);
        await site.Log.AppendAsync(JournalNode.Entry(site.Adil, Guid.NewGuid()), Ct);

        var found = (await site.SearchAsync($"/v1/journal?personne={person}&action=DeliveryConsulted", "adil")).Entrees.ShouldHaveSingleItem();

        found.Id.ShouldBe(about);
        var pseudonym = found.Sujets.ShouldHaveSingleItem();
        pseudonym.Contains(person.ToString("N"), StringComparison.OrdinalIgnoreCase).ShouldBeFalse();
        (await site.SearchAsync($"/v1/journal?personne={pseudonym}&action=JournalSearched", "adil")).Entrees.Count.ShouldBe(2, "both questions concern the person");
    }

    [Fact]
    public async Task Names_the_criterion_that_is_wrong()
    {
        await using var site = await JournalSite.StartAsync(postgres);

        foreach (var (query, pointer) in new (string, string)[]
        {
            ("personne=Dupont", "/personne"),
            ("depuis=hier", "/depuis"),
            ("jusqua=2026-02-30", "/jusqua"),
            ("action=None", "/action"),
            ("action=1", "/action"),
            ("curseur=AAAA", "/curseur"),
            ("curseur=________________________________", "/curseur"),
            ("curseur=%00", "/curseur"),
            ("personne=%00", "/personne"),
        })
        {
            using var answer = await site.GetAsync("/v1/journal?" + query, "adil");
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, query);
            (await answer.Content.ReadAsStringAsync(Ct)).ShouldContain($"\"pointer\":\"{pointer}\"");
        }

        using var none = await site.GetAsync("/v1/journal?organisation=%00", "adil");
        none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_period_bounds_the_search()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        foreach (var day in new[] { 1, 2, 3 })
        {
            await using var batch = site.Databases.Intake.CreateBatch();
            site.Log.AddTo(batch, [await site.Log.PrepareAsync(JournalNode.Entry(site.Adil), new DateTimeOffset(2026, 3, day, 12, 0, 0, TimeSpan.Zero), Ct)]);
            await batch.ExecuteNonQueryAsync(Ct);
        }

        var page = await site.SearchAsync("/v1/journal?depuis=2026-03-02&jusqua=2026-03-02", "adil");

        page.Entrees.ShouldHaveSingleItem().Date.Day.ShouldBe(2);
    }

    [Fact]
    public async Task An_opening_proves_the_content_offline()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        var entry = await site.Log.AppendAsync(JournalNode.Entry(site.Adil), Ct);
        await site.PublishedAsync();
        using var proof = await site.GetAsync($"/v1/journal/{entry}/preuve", "adil");
        using var opening = await site.GetAsync($"/v1/journal/{entry}/ouverture", "adil");
        string proofFile = Path.Combine(site.StatePath, "preuve"), openingFile = Path.Combine(site.StatePath, "ouverture");
        await File.WriteAllBytesAsync(proofFile, await proof.Content.ReadAsByteArrayAsync(Ct), Ct);
        await File.WriteAllBytesAsync(openingFile, await opening.Content.ReadAsByteArrayAsync(Ct), Ct);
        var key = await site.Client.GetStringAsync("/journal/cle", Ct);
        using StringWriter said = new(CultureInfo.InvariantCulture);

        (await CommandLine.RunAsync(["--proof", proofFile, "--entry", openingFile, "--key", key], said, said, Ct)).ShouldBe(0, said.ToString());
    }

    [Fact]
    public async Task A_forgotten_entry_keeps_its_proof_and_an_altered_one_shows()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        var forgotten = await site.Log.AppendAsync(JournalNode.Entry(site.Adil), Ct);
        var altered = await site.Log.AppendAsync(JournalNode.Entry(site.Adil), Ct);
        var moved = await site.Log.AppendAsync(JournalNode.Entry(site.Adil), Ct);
        await site.PublishedAsync();
        await site.ExecuteAsync("delete from audit.entry_key where entry = $1", forgotten);
        await site.ExecuteAsync("update audit.entry set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where id = $1", altered);
        await site.ExecuteAsync("update audit.entry set agent = 'un autre' where id = $1", moved);

        var page = await site.SearchAsync("/v1/journal?action=DeliveryConsulted", "adil");
        JournalItem Item(Guid id) => page.Entrees.Single(e => e.Id == id);

        Item(forgotten).Etat.ShouldBe("oubliee");
        Item(forgotten).Sujets.ShouldBeEmpty();
        Item(altered).Etat.ShouldBe("illisible");
        (Item(moved).Etat, Item(moved).Conforme).ShouldBe(("lisible", false));
        (await site.Services.GetRequiredService<JournalProofs>().CheckAsync(forgotten, Ct)).ShouldNotBeNull().Verified.ShouldBeTrue();
        using var opening = await site.GetAsync($"/v1/journal/{forgotten}/ouverture", "adil");
        opening.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
