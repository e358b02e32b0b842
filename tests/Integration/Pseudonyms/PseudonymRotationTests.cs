using System.Net;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ExchangeGateway.Integration.Pseudonyms;

/// <summary>A recipient's key is replaced: every link is kept, by a list that only this recipient gets.</summary>
public sealed class PseudonymRotationTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Adil = "adil-75-instructeur";
    private const string Path = "/v1/moi/pseudonymes/correspondance";
    private const string Journal = "lock table audit.entry in share mode";
    private const string State = "select state from vault.pseudonym_domain where purpose = 'P2' and version = 2";

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
    public async Task A_rotation_killed_at_each_of_its_steps_is_taken_up_there_and_keeps_every_link()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var adil = (await gateway.App.Services.GetRequiredService<PseudonymRotation>().FindAsync("adil-75", Ct)).ShouldNotBeNull();
        await FillAsync(gateway, adil, Subjects, DateTime.UnixEpoch);
        await gateway.App.DisposeAsync();
        string[] rotate = ["pseudonymes", "rotation", "adil-75", "P2"];
        var folder = System.IO.Path.Combine(gateway.State, "correspondances", adil.ToString());
        var part = System.IO.Path.Combine(folder, "P2.2.csv.part");

        // Nobody can put the new version in use: wherever the kill falls, it is before that.
        var journal = await RotationCommand.HoldAsync(gateway, Journal);
        foreach (var length in (long[])[1, Subjects * 20L])
        {
            await using var command = RotationCommand.Start(gateway, rotate);
            await command.UntilAsync(() => File.Exists(part) && new FileInfo(part).Length >= length, "a part of the list");
            await command.KillAsync();
        }

        await RotationCommand.KillWhereItWaitsAsync(gateway, rotate);
        // The server still waits with what the killed one had asked for: once let go, it finds nobody to commit for.
        await RotationCommand.ReleaseAsync(journal);
        journal = await RotationCommand.HoldAsync(gateway, Journal);
        (await gateway.ScalarAsync<string>(State)).ShouldBe("preparee");
        // A line cut in its middle, wherever the last write ended.
        await using (var cut = new FileStream(part, FileMode.Open))
            cut.SetLength(cut.Length - 7);

        // In use, and the list not ended: what was delivered in between is missing in it.
        (NpgsqlConnection, NpgsqlTransaction) deliveries;
        await using (var command = RotationCommand.Start(gateway, rotate))
        {
            await command.WaitsAsync();
            await FillAsync(gateway, adil, 1, TimeProvider.System.GetUtcNow().UtcDateTime);
            deliveries = await RotationCommand.HoldAsync(gateway, "lock table delivery.delivery in access exclusive mode");
            await RotationCommand.ReleaseAsync(journal);
            await command.UntilAsync(() => gateway.ScalarAsync<string>(State).GetAwaiter().GetResult() == "courante", "the new version in use");
            await command.WaitsAsync();
            await command.KillAsync();
        }

        (await gateway.ScalarAsync<string>(State)).ShouldBe("courante");
        File.Exists(part).ShouldBeTrue();
        await RotationCommand.ReleaseAsync(deliveries);
        (await RotationCommand.RunAsync(gateway, rotate)).ShouldContain("P2 : version 2");
        File.Exists(part).ShouldBeFalse();

        await using var app = await RotationCommand.OpenAsync(gateway);
        var domains = app.Services.GetRequiredService<PseudonymDomains>();
        (await domains.CurrentAsync(adil, "P2", Ct)).ShouldBe(2, "one rotation, however often it was killed");
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'PseudonymsRotated'")).ShouldBe(1);
        var (old, fresh) = (await domains.SecretAsync(adil, "P2", 1, Ct), await domains.SecretAsync(adil, "P2", 2, Ct));
        var expected = (await gateway.ScalarAsync<Guid[]>("select array_agg(subject) from delivery.delivery")).Select(s => $"P2;{Pseudonym.Of(old, s)};{Pseudonym.Of(fresh, s)}").ToHashSet(StringComparer.Ordinal);
        expected.Count.ShouldBe(Subjects + 1);
        var written = (await File.ReadAllLinesAsync(System.IO.Path.Combine(folder, "P2.2.csv"), Ct)).ToHashSet(StringComparer.Ordinal);
        expected.Except(written).ShouldBeEmpty("each link is there");
        written.Except(expected).ShouldBeEmpty("and no torn line");
    }

    private static async Task FillAsync(TestGateway gateway, Guid recipient, int subjects, DateTime at)
    {
        await using var batch = gateway.Databases.Owner.CreateBatch();
        batch.Timeout = 0;
        batch.Add(
            """
            with made as (
              insert into vault.subject (id, territory, vault_key, wrapped_key, created_at)
              select gen_random_uuid(), '75', 1, '', $3 from generate_series(1, $2) returning id)
            insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, purpose, register_version, rule, categories, state, created_at)
            select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), s.id, '75', $1, 'adil', 'P2', 'x', 'x', 0, 'remise', $3 from made s
            """,
            Columns.Value(recipient), Columns.Value(subjects), Columns.Value(at));
        await batch.ExecuteNonQueryAsync(Ct);
    }
}
