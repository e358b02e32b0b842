using System.Globalization;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Retention;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Intake;
using ExchangeGateway.Schemas;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ExchangeGateway.Integration.Retention;

/// <summary>What is left when time has passed, of data and of the log.</summary>
public sealed class RetentionTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Secretariat = "ccapex-75-secretariat";
    private const string Cdp = "commissaires-de-justice/commandements-de-payer";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_category_goes_when_its_time_has_come_and_the_person_with_the_last_and_every_proof_stays()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await RetainedDurations.FixAsync(gateway, category => category is "contact" or "dette" ? "P6M" : "P13M");
        var (gone, kept) = (Messages.NewHousehold(), Messages.NewHousehold());
        var (first, second) = (await DepositAsync(gateway, gone), await DepositAsync(gateway, kept));
        await NoticeTests.AttachAsync(gateway, first.ToString(), "acte", TestPdf.Of("Commandement de payer"));
        (await PayloadsAsync(gateway)).ShouldBe(1);
        await gateway.RouteAsync();
        foreach (var line in await gateway.InboxAsync(Secretariat))
            await gateway.GetAsync(Secretariat, "/v1/reception/" + line["id"]!.GetValue<Guid>());
        await gateway.ScalarAsync<Guid>("insert into exchange.lot (id, organisation, name, message_type, sending, state, created_at, updated_at) select gen_random_uuid(), id, 'ancien', 'caf/impayes', 1, 'termine', created_at, created_at from access.organisation where code = 'caf-75' returning id");
        var before = await PublishedAsync(gateway);
        var (consulted, received) = (await EntryAsync(gateway, "DeliveryConsulted", first), await EntryAsync(gateway, "DepositReceived", second));
        var proof = await ProofAsync(gateway, consulted, "avant");

        // Nothing is due, and looking changes nothing.
        (await PlanAsync(gateway)).Due.ShouldBe(0);

        // The second household's file moves on; the first one's does not.
        await MoveAsync(gateway, 150);
        await DepositAsync(gateway, kept);
        await gateway.RouteAsync();
        await MoveAsync(gateway, 50);
        var plan = await PlanAsync(gateway);
        plan.Echeances.Where(l => l.Echue).Select(l => (l.Categorie, l.Sections)).ShouldBe([("contact", 1L), ("dette", 1L)]);
        (await RunAsync(gateway)).Sections.Values.Sum().ShouldBe(2);
        (await SectionsAsync(gateway, first)).ShouldBe(["acte", "adresse", "bail", "identite"]);
        (await SectionsAsync(gateway, second)).ShouldContain("contact");
        (await PayloadsAsync(gateway)).ShouldBe(0, "a piece goes with the first of its categories");
        var lines = await gateway.InboxAsync(Secretariat);
        (await gateway.GetAsync(Secretariat, "/v1/reception/" + lines[0]["id"]!.GetValue<Guid>()))["contenu"]!.AsObject().Select(c => c.Key).Order().ToList().ShouldBe(["acte", "bail"], "its recipient reads what is left");
        (await gateway.ScalarAsync<string>($"select facts->>'parc' from exchange.deposit where id = '{first}'")).ShouldBe("prive", "facts stay with the last section");
        (await CountAsync(gateway, $"vault.match_key k join exchange.deposit d on d.subject = k.subject where d.id = '{first}'")).ShouldBe(0, "its marks were made of the contact too");
        (await CountAsync(gateway, "exchange.idempotency")).ShouldBe(0, "fifty days old, all of them");
        (await CountAsync(gateway, "exchange.lot")).ShouldBe(0);
        (await CountAsync(gateway, "audit.entry e left join audit.entry_key k on k.entry = e.id where k.entry is null")).ShouldBe(0, "the log is kept a year at least");

        // Fourteen months after the first file's last activity, nine after the second's.
        await MoveAsync(gateway, 225);
        plan = await PlanAsync(gateway);
        var counts = await RunAsync(gateway);
        counts.Sections.Values.Sum().ShouldBe(plan.Due);
        counts.Personnes.ShouldBe(1);
        (await SectionsAsync(gateway, first)).ShouldBeEmpty();
        (await gateway.ScalarAsync<string>($"select facts::text || array_to_string(flags, ',') from exchange.deposit where id = '{first}'")).ShouldBe("{}");
        foreach (var table in (string[])["vault.subject s where s.id", "vault.match_profile m where m.subject", "consent.subject_state c where c.subject"])
            (await CountAsync(gateway, $"{table} = (select subject from exchange.deposit where id = '{first}')")).ShouldBe(0, table);
        (await SectionsAsync(gateway, second)).ShouldBe(["acte", "adresse", "bail", "identite"], "the file lives, its contact and its debt have run out");
        (await CountAsync(gateway, "audit.entry where action = 'RetentionErased'")).ShouldBe(4, "one for each deposit and run of which something was erased");
        (await CountAsync(gateway, "audit.entry where action = 'RetentionRan'")).ShouldBe(2);

        // Consultations are forgotten after a year, who received what with the file.
        await PublishedAsync(gateway);
        (await StateAsync(gateway, consulted)).ShouldBeOfType<OpenedEntry.Forgotten>();
        (await StateAsync(gateway, await gateway.ScalarAsync<Guid>($"select entry from exchange.deposit where id = '{first}'"))).ShouldBeOfType<OpenedEntry.Forgotten>();
        (await StateAsync(gateway, received)).ShouldBeOfType<OpenedEntry.Opened>();
        (await CountAsync(gateway, $"audit.entry e where e.id = '{consulted}' and octet_length(e.sealed) = 0 and e.agent is null and e.deposit is null and e.delivery is null")).ShouldBe(1);
        (await CountAsync(gateway, $"audit.entry_subject where entry = '{consulted}'")).ShouldBe(0);
        counts.InscriptionsDossier.ShouldBeGreaterThan(0);
        counts.InscriptionsIllisibles.ShouldBe(0);

        // The real verifier: the whole log, the old head, the proof given before and one made now.
        var log = Path.Combine(gateway.State, "journal");
        (await VerifyAsync(gateway, log, "--since", before)).ShouldBe(0);
        (await VerifyAsync(gateway, "--proof", proof)).ShouldBe(0);
        (await VerifyAsync(gateway, "--proof", await ProofAsync(gateway, consulted, "apres"))).ShouldBe(0);
        var opening = Path.Combine(gateway.State, "ouverture");
        await File.WriteAllBytesAsync(opening, ((OpenedEntry.Opened)await StateAsync(gateway, received)).Opening, Ct);
        (await VerifyAsync(gateway, "--proof", await ProofAsync(gateway, received, "autre"), "--entry", opening)).ShouldBe(0);
        (await VerifyAsync(gateway, "--proof", await ProofAsync(gateway, consulted, "apres"), "--entry", opening)).ShouldBe(1, "the proof of another entry");

        // A second run of the same day finds nothing.
        (await RunAsync(gateway)).Sections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restriction_suspends_and_a_run_cut_in_the_middle_ends_as_if_it_had_not_been()
    {
        await using var gateway = await TestGateway.StartAsync(postgres, ("Retention:Batch", "2"));
        await RetainedDurations.FixAsync(gateway, _ => "P6M");
        List<Guid> deposits = [];
        for (var n = 0; n < 7; n++)
            deposits.Add(await DepositAsync(gateway, Messages.NewHousehold()));
        await gateway.RouteAsync();
        await ExecuteAsync(gateway, $"update consent.subject_state set restricted = true where subject = (select subject from exchange.deposit where id = '{deposits[6]}')");
        await MoveAsync(gateway, 200);
        var plan = await PlanAsync(gateway);
        plan.Suspendues.Sum(l => l.Sections).ShouldBe(6);
        plan.Due.ShouldBe(36);

        // The transaction of the third batch fails at its end, as when the server is killed.
        await ExecuteAsync(gateway, $"create function public.cut() returns trigger language plpgsql as $$ begin if new.position > '{deposits[3]}' then raise exception 'cut'; end if; return new; end $$");
        await ExecuteAsync(gateway, "create trigger cut before update on exchange.retention_run for each row execute function public.cut()");
        await Should.ThrowAsync<PostgresException>(() => RunAsync(gateway));
        (await CountAsync(gateway, "vault.subject")).ShouldBe(3, "two batches are done, the third is as it was");
        (await CountAsync(gateway, "exchange.retention_run where finished_at is null")).ShouldBe(1);
        await ExecuteAsync(gateway, "drop trigger cut on exchange.retention_run");

        var counts = await RunAsync(gateway);
        (counts.Sections.Values.Sum(), counts.Personnes, counts.Depots).ShouldBe((plan.Due, 6, 6), "what was done before the cut counts, once");
        (await CountAsync(gateway, "exchange.retention_run")).ShouldBe(1);
        (await CountAsync(gateway, "audit.entry where action = 'RetentionErased'")).ShouldBe(6);
        (await CountAsync(gateway, "audit.entry where action = 'SubjectErased'")).ShouldBe(6);
        (await CountAsync(gateway, "vault.part")).ShouldBe(3, "identity, address and contact of the restricted person");
        (await CountAsync(gateway, "exchange.deposit where facts <> '{}'")).ShouldBe(1);
        (await SectionsAsync(gateway, deposits[6])).Count.ShouldBe(6);

        await using var other = await gateway.Databases.Vault.OpenConnectionAsync(Ct);
        await using (var held = new NpgsqlCommand("select pg_advisory_lock(x'6567726574656E74'::bit(64)::bigint)", other))
            await held.ExecuteNonQueryAsync(Ct);
        (await gateway.App.Services.GetRequiredService<RetentionRun>().RunAsync(Ct)).ShouldBeOfType<RetentionOutcome.Busy>();
    }

    [Fact]
    public async Task The_officer_of_the_gateway_reads_the_plan_and_nobody_else()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await RetainedDurations.FixAsync(gateway, _ => "P6M");
        for (var n = 0; n < 2; n++)
            await DepositAsync(gateway, Messages.NewHousehold());

        var view = await gateway.GetAsync("passerelle-dpo", "/v1/conservation");
        view["regle"]!.GetValue<string>().ShouldContain("la plus longue l'emporte");
        view["plan"]!["echeances"]!.AsArray().Count.ShouldBe(6);
        view["plan"]!["echeances"]!.AsArray().ShouldAllBe(l => l!["sections"] == null, "two is a small count");
        (await CountAsync(gateway, "audit.entry where action = 'RetentionConsulted'")).ShouldBe(1);
        using var refused = await gateway.SendAsync(Secretariat, HttpMethod.Get, "/v1/conservation");
        refused.StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        using var wrong = await gateway.SendAsync("passerelle-dpo", HttpMethod.Get, "/v1/conservation?mois=-1");
        wrong.StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
    }

    private static async Task<Guid> DepositAsync(TestGateway gateway, Household household) =>
        (await gateway.DepositAsync(Etude, Cdp, Messages.Cdp(household)))["depot"]!.GetValue<Guid>();

    private static async Task MoveAsync(TestGateway gateway, int days)
    {
        gateway.Clock.Advance(TimeSpan.FromDays(days));
        gateway.ForgetTokens();
        await PublishedAsync(gateway);
    }

    /// <summary>The plan, which must have changed nothing.</summary>
    private static async Task<RetentionPlan> PlanAsync(TestGateway gateway)
    {
        await PublishedAsync(gateway);
        var before = await RetainedDurations.ChecksumAsync(gateway);
        var plan = await gateway.App.Services.GetRequiredService<PlanRetention>().RunAsync(12, Ct);
        (await RetainedDurations.ChecksumAsync(gateway)).ShouldBe(before);
        RetentionWords.Of(plan).ShouldContain("Rien n'a été modifié.");
        return plan;
    }

    private static async Task<RetentionCounts> RunAsync(TestGateway gateway)
    {
        var done = (await gateway.App.Services.GetRequiredService<RetentionRun>().RunAsync(Ct)).ShouldBeOfType<RetentionOutcome.Done>();
        RetentionWords.Of(done).ShouldContain("Conservation appliquée");
        return done.Counts;
    }

    private static async Task<IReadOnlyList<string>> SectionsAsync(TestGateway gateway, Guid deposit)
    {
        var mask = await gateway.ScalarAsync<int>($"select coalesce(bit_or(category::int), 0) from (select category from vault.part where deposit = '{deposit}' union all select category from exchange.part where deposit = '{deposit}') p");
        return [.. ((Categories)mask).ToNames().Order(StringComparer.Ordinal)];
    }

    private static async Task<int> PayloadsAsync(TestGateway gateway) => await gateway.App.Services.GetRequiredService<PayloadStore>().ListAsync(Ct).CountAsync(Ct);

    private static Task<long> CountAsync(TestGateway gateway, string from) => gateway.ScalarAsync<long>("select count(*) from " + from);

    private static async Task ExecuteAsync(TestGateway gateway, string sql)
    {
        await using var command = gateway.Databases.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static Task<Guid> EntryAsync(TestGateway gateway, string action, Guid deposit) =>
        gateway.ScalarAsync<Guid>($"select id from audit.entry where action = '{action}' and deposit = '{deposit}' order by at limit 1");

    private static Task<OpenedEntry> StateAsync(TestGateway gateway, Guid entry) => gateway.App.Services.GetRequiredService<AuditLog>().OpenAsync(entry, Ct);

    /// <summary>Publishes what waits, and gives a copy of the signed head.</summary>
    private static async Task<string> PublishedAsync(TestGateway gateway)
    {
        var keeper = gateway.App.Services.GetRequiredService<JournalKeeper>();
        var head = Path.Combine(gateway.State, "journal", "checkpoint");
        do
        {
            await keeper.RoundAsync(Ct);
        }
        while (await CountAsync(gateway, "audit.pending") > 0 || !SignedNote.TryParse(await File.ReadAllBytesAsync(head, Ct), out var note) || !Checkpoint.TryParse(note.Text, out var published)
            || published.Size < await gateway.ScalarAsync<long>("select size from audit.head where not closed"));
        var copy = Path.Combine(gateway.State, "tete-" + Guid.NewGuid().ToString("N"));
        File.Copy(head, copy);
        return copy;
    }

    private static async Task<string> ProofAsync(TestGateway gateway, Guid entry, string name)
    {
        var file = Path.Combine(gateway.State, "preuve-" + name);
        var given = (await gateway.App.Services.GetRequiredService<JournalProofs>().OfEntryAsync(entry, Ct)).ShouldBeOfType<ProofOutcome.Given>();
        await File.WriteAllTextAsync(file, given.Proof.ToText(), Ct);
        return file;
    }

    private static async Task<int> VerifyAsync(TestGateway gateway, params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        return await LogCommands.Build(() => Path.Combine(gateway.State, "keys"), _ => throw new InvalidOperationException("No database is needed."))
            .Parse(["verify", .. arguments]).InvokeAsync(new() { Output = output, Error = output }, Ct);
    }
}
