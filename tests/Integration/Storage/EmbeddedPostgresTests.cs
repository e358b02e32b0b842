using System.Diagnostics;
using System.Text.RegularExpressions;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Integration.Storage;

/// <summary>The embedded server lives exactly as long as the gateway, however that ends.</summary>
public sealed class EmbeddedPostgresTests(Checkouts checkouts) : IClassFixture<Checkouts>
{
    private const int SigInt = 2;
    private const int SigTerm = 15;
    /// <summary>A stop takes milliseconds, plus the last checkpoint of a busy machine.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>The ways to run that are promised: as root in a folder that others cannot read, and as an ordinary user.</summary>
    public static TheoryData<string> Users => ["root", "user"];

    [Theory]
    [MemberData(nameof(Users))]
    public async Task Kill_9_leaves_no_server_behind_and_the_next_start_works(string who)
    {
        using var place = checkouts.Place(who);
        await using (var gateway = await place.Start().ServingAsync())
        {
            var sessions = place.Sessions();
            sessions.ShouldNotBeEmpty();
            sessions.ShouldNotContain(Processes.Session(gateway.Id));
            await gateway.KillAsync();
            await Processes.UntilAsync(() => Processes.OfSessions(sessions).Count == 0, Soon, "no process of the server's session is left");
        }

        place.SocketFolders().ShouldBeEmpty();
        await using (var gateway = await place.Start().ServingAsync())
        {
            gateway.Output.ShouldNotContain("Migration");
            (await gateway.StopAsync(SigTerm)).ShouldBe(0, gateway.Output);
        }

        place.Running().ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_server_whose_watchers_were_killed_too_is_stopped_by_the_next_start(string who)
    {
        using var place = checkouts.Place(who);
        int orphan;
        await using (var gateway = await place.Start().ServingAsync())
        {
            orphan = Postmaster.Read(place.Data())!.Pid;
            foreach (var watcher in place.Running().Where(p => p.Pid != orphan))
                Processes.Kill(watcher.Pid);
            await gateway.KillAsync();
        }

        Postmaster.IsServerOf(orphan, place.Data()).ShouldBeTrue();
        await using (var gateway = await place.Start().ServingAsync())
        {
            Postmaster.IsServerOf(orphan, place.Data()).ShouldBeFalse();
            Postmaster.Read(place.Data())!.Pid.ShouldNotBe(orphan);
            gateway.Output.ShouldContain("laissé par un lancement précédent");
            await gateway.StopAsync(SigTerm);
        }

        place.Running().ShouldBeEmpty();
        place.SocketFolders().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SigInt)]
    [InlineData(SigTerm)]
    public async Task A_signal_to_the_gateway_stops_the_server_in_order(int signal)
    {
        using var place = checkouts.Place();
        await using var gateway = await place.Start().ServingAsync();
        (await gateway.StopAsync(signal)).ShouldBe(0, gateway.Output);
        // Before the gateway itself ended: nothing to wait for.
        place.Running().ShouldBeEmpty();
        File.Exists(Path.Combine(place.Data(), "postmaster.pid")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("initdb")]
    [InlineData("server")]
    public async Task Killed_in_the_middle_of_its_first_start_it_starts_the_next_time(string during)
    {
        using var place = checkouts.FreshPlace();
        await using (var gateway = place.Start())
        {
            await Processes.UntilAsync(
                () => place.FindData(during is "initdb" ? "data.new-*" : "data") is { } data && (during is "initdb" || File.Exists(Path.Combine(data, "postmaster.pid"))),
                TimeSpan.FromSeconds(60), "the first start has come to " + during);
            await gateway.KillAsync();
        }

        await Processes.UntilAsync(() => place.Running().Count == 0, Soon, "no process of the first start is left");
        await using var next = await place.Start().ServingAsync();
        (await next.StopAsync(SigTerm)).ShouldBe(0, next.Output);
        place.FindData("data.new-*").ShouldBeNull();
    }

    [Fact]
    public async Task Kills_at_any_moment_of_a_start_leave_nothing_behind()
    {
        using var place = checkouts.Place();
        await using (var gateway = await place.Start().ServingAsync())
            await gateway.StopAsync(SigTerm);
        for (var i = 0; i < 12; i++)
        {
            await using var gateway = place.Start();
            // Spread over a start of about a second; the signal comes whenever the machine lets it.
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(80 * i), TestContext.Current.CancellationToken), gateway.ServingAsync());
            await gateway.KillAsync();
        }

        await Processes.UntilAsync(() => place.Running().Count == 0, Soon, "no server of a killed start is left");
        await using var last = await place.Start().ServingAsync();
        (await last.StopAsync(SigTerm)).ShouldBe(0, last.Output);
    }

    [Fact]
    public async Task A_lock_file_whose_number_was_given_to_another_process_stops_no_start()
    {
        using var place = checkouts.FreshPlace();
        await using (var gateway = await place.Start().ServingAsync())
            await gateway.StopAsync(SigTerm);
        using var bystander = Process.Start(place.AsServerUser("sleep", "300"))!;
        try
        {
            var data = place.Data();
            await File.WriteAllTextAsync(Path.Combine(data, "postmaster.pid"), $"{bystander.Id}\n{data}\n1700000000\n5432\n/tmp/eg-00000000\n\n  1234567         0\nready   \n", TestContext.Current.CancellationToken);
            place.GiveToServerUser(Path.Combine(data, "postmaster.pid"));
            await using var gateway = await place.Start().ServingAsync();
            bystander.HasExited.ShouldBeFalse();
            (await gateway.StopAsync(SigTerm)).ShouldBe(0, gateway.Output);
        }
        finally
        {
            bystander.Kill();
            await bystander.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_second_gateway_on_the_same_state_folder_exits_1_and_the_first_serves_on()
    {
        using var place = checkouts.Place();
        await using var first = await place.Start().ServingAsync();
        await using var second = place.Start();
        (await second.EndAsync()).ShouldBe(1);
        second.Output.ShouldContain("Une autre passerelle utilise déjà le dossier d'état");
        second.Output.ShouldNotContain("   at ");
        Postmaster.IsServerOf(Postmaster.Read(place.Data())!.Pid, place.Data()).ShouldBeTrue();
        await first.StopAsync(SigTerm);
    }

    [Fact]
    public async Task A_server_that_dies_alone_ends_the_gateway_with_1()
    {
        using var place = checkouts.Place();
        await using var gateway = await place.Start().ServingAsync();
        Processes.Kill(Postmaster.Read(place.Data())!.Pid);
        (await gateway.EndAsync()).ShouldBe(1, gateway.Output);
        await Processes.UntilAsync(() => place.Running().Count == 0, Soon, "nothing is left");
        await using var next = await place.Start().ServingAsync();
        await next.StopAsync(SigTerm);
    }

    [Fact]
    public async Task An_existing_database_is_ready_well_under_a_second()
    {
        using var place = checkouts.Place();
        var best = int.MaxValue;
        // The first start may make the database; a busy machine may need several to show what a start takes.
        for (var i = 0; i < 6 && best >= 1000; i++)
        {
            await using var gateway = await place.Start().ServingAsync();
            var ready = Regex.Match(gateway.Output, @"prêt en (?<ms>\d+) ms", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            best = Math.Min(best, int.Parse(ready.Groups["ms"].Value));
            await gateway.StopAsync(SigTerm);
        }

        best.ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task Without_any_configuration_a_user_has_it_in_the_home_folder()
    {
        using var place = checkouts.DefaultPlace();
        await using var gateway = await place.Start().ServingAsync();
        File.Exists(Path.Combine(place.State, "postgresql", "data", "postmaster.pid")).ShouldBeTrue();
        (await gateway.StopAsync(SigTerm)).ShouldBe(0, gateway.Output);
        place.Running().ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_binaries_it_prints_the_command_that_gets_them_and_exits_1()
    {
        using var place = checkouts.FreshPlace(withBinaries: false);
        await using var gateway = place.Start();
        (await gateway.EndAsync()).ShouldBe(1);
        gateway.Output.ShouldContain("ops/npm/install");
    }

    [Fact]
    public async Task In_production_it_must_be_asked_for()
    {
        using var place = checkouts.Place();
        await using (var gateway = place.Start(new(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Production" }))
        {
            (await gateway.EndAsync()).ShouldBe(1);
            gateway.Output.ShouldContain("Database:Embedded=true");
        }

        await using var asked = await place.Start(new(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Production", ["Database__Embedded"] = "true" }).ServingAsync();
        (await asked.StopAsync(SigTerm)).ShouldBe(0, asked.Output);
    }

    [Fact]
    public async Task Runs_on_the_machines_PostgreSQL_too()
    {
        var binaries = TestFolders.MachinePostgres();
        Assert.SkipWhen(binaries is null, "No PostgreSQL server on this machine (pg_config --bindir).");
        using var place = checkouts.FreshPlace(withBinaries: false);
        await using var gateway = await place.Start(new(StringComparer.Ordinal) { ["Database__Binaries"] = binaries }).ServingAsync();
        var sessions = place.Sessions();
        await gateway.KillAsync();
        await Processes.UntilAsync(() => Processes.OfSessions(sessions).Count == 0, Soon, "no process of the server's session is left");
    }

    [Fact]
    public async Task Secrets_and_data_are_closed_to_others()
    {
        using var place = checkouts.Place();
        await using var gateway = await place.Start().ServingAsync();
        foreach (var folder in (string[])["keys", "journal", "payloads", "demo"])
            File.GetUnixFileMode(Path.Combine(place.State, folder)).ShouldBe(Posix.Private, folder);
        File.GetUnixFileMode(place.Data()).ShouldBe(Posix.Private);
        foreach (var file in (string[])["postgresql/owner-password", "postgresql/server.log", "keys/protection.pfx"])
            File.GetUnixFileMode(Path.Combine(place.State, file)).ShouldBe(Posix.PrivateFile, file);
        var hba = (await File.ReadAllLinesAsync(Path.Combine(place.Data(), "pg_hba.conf"), TestContext.Current.CancellationToken)).Where(l => l.Length > 0 && l[0] != '#').ToList();
        hba.ShouldNotBeEmpty();
        hba.ShouldAllBe(l => l.EndsWith("scram-sha-256", StringComparison.Ordinal));
        await gateway.StopAsync(SigTerm);
    }
}
