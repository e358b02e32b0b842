using System.Diagnostics;
using System.Net;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Pseudonyms;

/// <summary>A recipient's key is replaced: every link is kept, by a list that only this recipient gets.</summary>
public sealed class PseudonymRotationTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Adil = "adil-75-instructeur";
    private const string Path = "/v1/moi/pseudonymes/correspondance";

    private static readonly int Subjects = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 1_000_000 : 50_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_pseudonym_changes_and_its_recipient_alone_learns_which_became_which()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        for (var i = 0; i < 3; i++)
            await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();
        var before = await gateway.InboxAsync(Adil);
        before.Count.ShouldBe(3);
        using (var none = await gateway.SendAsync(Adil, HttpMethod.Get, Path))
            none.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var rotation = gateway.App.Services.GetRequiredService<PseudonymRotation>();
        var adil = (await rotation.FindAsync("adil-75", Ct)).ShouldNotBeNull();
        var rotated = await rotation.RunAsync(adil, null, Ct);
        (await rotation.RunAsync(adil, "../P2", Ct)).ShouldBeEmpty("no such purpose: nothing is made");
        rotated.ShouldContain(r => r.Purpose == PseudonymDomains.Dossiers && r.Version == 2);

        var after = await gateway.InboxAsync(Adil);
        using var given = await gateway.SendAsync(Adil, HttpMethod.Get, Path);
        given.StatusCode.ShouldBe(HttpStatusCode.OK);
        var pairs = (await given.Content.ReadAsStringAsync(Ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Distinct().Select(l => l.Split(';')).ToDictionary(l => (l[0], l[1]), l => l[2]);
        foreach (var (old, now) in before.Zip(after))
        {
            foreach (var (domain, field) in new[] { (old["finalite"]!.GetValue<string>(), "pseudonyme"), (PseudonymDomains.Dossiers, "dossier") })
            {
                now[field]!.GetValue<string>().ShouldNotBe(old[field]!.GetValue<string>());
                pairs[(domain, old[field]!.GetValue<string>())].ShouldBe(now[field]!.GetValue<string>());
            }
        }

        // The reference of before is still understood, for a time.
        var domains = gateway.App.Services.GetRequiredService<PseudonymDomains>();
        var known = await domains.DossierAsync(adil, before[0]["dossier"]!.GetValue<string>(), Ct);
        known.ShouldNotBeNull();
        (await domains.DossierAsync(adil, after[0]["dossier"]!.GetValue<string>(), Ct)).ShouldBe(known);
        gateway.Clock.Advance(TimeSpan.FromDays(91));
        (await domains.DossierAsync(adil, before[0]["dossier"]!.GetValue<string>(), Ct)).ShouldNotBe(known);
        gateway.Clock.Advance(TimeSpan.FromDays(-91));

        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'CorrespondenceGiven'")).ShouldBe(1);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'PseudonymsRotated'")).ShouldBe(rotated.Count);
        var other = gateway.Credentials.Clients.First(c => c.Organisation != "adil-75" && c.Role == "secretariat").ClientId;
        using var foreign = await gateway.SendAsync(other, HttpMethod.Get, Path);
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_rotation_is_taken_up_where_a_kill_left_it_and_keeps_every_link()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var rotation = gateway.App.Services.GetRequiredService<PseudonymRotation>();
        var adil = (await rotation.FindAsync("adil-75", Ct)).ShouldNotBeNull();
        await FillAsync(gateway, adil);
        var watch = Stopwatch.StartNew();
        var rotated = (await rotation.RunAsync(adil, "P2", Ct)).ShouldHaveSingleItem();
        watch.Stop();
        TestContext.Current.SendDiagnosticMessage($"{Subjects} pseudonyms in {watch.Elapsed.TotalSeconds:F1} s");
        rotated.Version.ShouldBe(2);
        var folder = System.IO.Path.Combine(gateway.State, "correspondances", adil.ToString());
        var whole = await File.ReadAllLinesAsync(System.IO.Path.Combine(folder, "P2.2.csv"), Ct);
        whole.Distinct().Count().ShouldBe(Subjects);

        // As a kill leaves it: part of the list, a line cut in the middle, the version prepared and not in use.
        using (var stop = new CancellationTokenSource())
        {
            var run = rotation.RunAsync(adil, "P2", stop.Token);
            var part = System.IO.Path.Combine(folder, "P2.3.csv.part");
            // A thread of its own: on a busy machine the pool would look too late.
            await Task.Factory.StartNew(
                () =>
                {
                    while (!run.IsCompleted && (!File.Exists(part) || new FileInfo(part).Length < 50_000))
                        Thread.SpinWait(1000);
                    stop.Cancel();
                },
                Ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await run.ContinueWith(_ => { }, TaskScheduler.Default);
            await using var cut = new FileStream(part, FileMode.Open);
            cut.SetLength(cut.Length - 7);
        }

        (await gateway.ScalarAsync<string>("select state from vault.pseudonym_domain where version = 3")).ShouldBe("preparee");
        var again = (await rotation.RunAsync(adil, "P2", Ct)).ShouldHaveSingleItem();
        again.Version.ShouldBe(3);
        var lines = (await File.ReadAllLinesAsync(System.IO.Path.Combine(folder, "P2.3.csv"), Ct)).Distinct().Select(l => l.Split(';')).ToList();
        lines.Count.ShouldBe(Subjects);
        lines.Select(l => l[1]).ToHashSet(StringComparer.Ordinal).SetEquals(whole.Select(l => l.Split(';')[2])).ShouldBeTrue("each link of the list before goes on");
    }

    private static async Task FillAsync(TestGateway gateway, Guid recipient)
    {
        await using var batch = gateway.Databases.Owner.CreateBatch();
        batch.Timeout = 0;
        batch.BatchCommands.Add(new($"insert into vault.subject (id, territory, vault_key, wrapped_key, created_at) select gen_random_uuid(), '75', 1, '', '2026-01-01Z' from generate_series(1, {Subjects})"));
        batch.BatchCommands.Add(new($"""
            insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, purpose, register_version, rule, categories, state, created_at)
            select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), s.id, '75', '{recipient}', 'adil', 'P2', 'x', 'x', 0, 'remise', '2026-01-01Z' from vault.subject s
            """));
        await batch.ExecuteNonQueryAsync(Ct);
    }
}
