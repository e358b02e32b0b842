using System.Collections.Concurrent;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Storage;
using Npgsql;
using static ExchangeGateway.Integration.Quotas.QuotaRules;

namespace ExchangeGateway.Integration.Quotas;

/// <summary>Forty times more households than places, deposited at once in no order, drawn by real processes that are killed before, in and after its transaction.</summary>
public sealed class CrowdedDrawTests(PostgresFixture postgres)
{
    private static readonly int Deposits = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 10_000 : 1_000;
    private static readonly int Places = Deposits / 40;

    // The bounds of the published bands, lowest first; the highest debt comes first in the key.
    private static readonly decimal[] Bands = [500m, 2000m, 5000m, 10_000m];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exactly_the_first_by_the_key_are_delivered_also_when_nodes_are_killed_at_each_moment_of_the_draw()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await SetAsync(gateway, Places, "mois", "mensuel", ToTheCity);
        var sent = new ConcurrentBag<(Guid Deposit, int Band, int Months, bool Phone)>();
        // A stride that visits each number once: neither the order of debts nor its reverse.
        var order = Enumerable.Range(0, Deposits).Select(i => (int)((long)i * 7919 % Deposits));
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Ct }, async (i, _) =>
        {
            var (debt, months, phone) = (100m + (i * 37 % 14_000), 1 + (i % 12), i % 3 != 0);
            sent.Add((await DepositAsync(gateway, Messages.NewHousehold(), debt, months, phone), Bands.Count(b => debt >= b), months, phone));
        });
        await gateway.RouteAsync();
        (await CountAsync(gateway, "routing.candidate where state = 'attend'")).ShouldBe(Deposits);
        (await CountAsync(gateway, "delivery.delivery where purpose in ('P2', 'P4')")).ShouldBe(0);

        // This node ends, and the draw becomes due for real ones.
        await gateway.App.DisposeAsync();
        var due = await gateway.ScalarAsync<DateTime>("select date_trunc('month', current_timestamp at time zone 'Europe/Paris') at time zone 'Europe/Paris'");
        await using (var move = gateway.Databases.Owner.CreateCommand("update routing.candidate set draw_at = $1"))
        {
            move.Parameters.AddWithValue(due);
            await move.ExecuteNonQueryAsync(Ct);
        }

        // Two nodes at once, killed inside the draw's transaction: it has ranked and may not write its first row. Nothing of it is left.
        await using (await HoldAsync(gateway, "lock table routing.draw in share mode"))
        {
            await using var first = Node(gateway, "a");
            await using var other = Node(gateway, "b");
            await UntilAsync(gateway, "pg_locks where relation = 'routing.draw'::regclass and not granted and database = (select oid from pg_database where datname = current_database())", n => n > 0);
            await first.KillAsync();
            await other.KillAsync();
        }

        (await CountAsync(gateway, "routing.draw")).ShouldBe(0);
        (await CountAsync(gateway, "routing.work")).ShouldBe(0);
        (await CountAsync(gateway, "routing.candidate where state = 'attend'")).ShouldBe(Deposits);

        // Two nodes again, killed after the cut and before the first verdict is carried out: whoever inserts deliveries takes this lock.
        await using (await HoldAsync(gateway, "select pg_advisory_xact_lock(7306919307205244517)"))
        {
            await using var first = Node(gateway, "c");
            await using var other = Node(gateway, "d");
            await UntilAsync(gateway, "routing.draw", n => n > 0);
            await first.KillAsync();
            await other.KillAsync();
        }

        (await CountAsync(gateway, "routing.work where kind like 'tirage:%'")).ShouldBe(Deposits, "each verdict is a row that waits");
        (await CountAsync(gateway, "delivery.delivery where purpose in ('P2', 'P4')")).ShouldBe(0);
        var ranking = await gateway.ScalarAsync<string>("select encode(ranking, 'hex') from routing.draw");

        // One node, killed when some verdicts are carried out: the group with the last row can never be.
        const string last = "select from routing.candidate c where c.id = (select replace(w.kind, 'tirage:', '')::uuid from routing.work w where w.kind like 'tirage:%' order by w.due_at desc, w.id desc limit 1) for update";
        await using (await HoldAsync(gateway, last))
        await using (var killed = Node(gateway, "e"))
        {
            await UntilAsync(gateway, "delivery.delivery where purpose in ('P2', 'P4')", n => n > 0);
            await killed.KillAsync();
            (await CountAsync(gateway, "routing.work where kind like 'tirage:%'")).ShouldBeInRange(1, Deposits - 1, "it was killed in the middle");
        }

        await using (var second = Node(gateway, "f"))
        await using (var third = Node(gateway, "g"))
        {
            await UntilAsync(gateway, "routing.work", n => n == 0);
            await second.StopAsync(15);
            await third.StopAsync(15);
        }

        var expected = sent.OrderByDescending(s => s.Band).ThenByDescending(s => s.Months).ThenBy(s => s.Phone).ThenBy(s => s.Deposit).Take(Places).Select(s => s.Deposit).Order().ToArray();
        (await gateway.ScalarAsync<Guid[]>("select array_agg(deposit order by deposit) from delivery.delivery where purpose = 'P2'")).ShouldBe(expected);
        (await gateway.ScalarAsync<Guid[]>("select array_agg(deposit order by deposit) from routing.candidate where state = 'remise'")).ShouldBe(expected);
        (await CountAsync(gateway, "delivery.delivery where purpose = 'P4'")).ShouldBe(Deposits - Places);
        (await CountAsync(gateway, "routing.candidate where state = 'sinon'")).ShouldBe(Deposits - Places);
        (await CountAsync(gateway, "routing.draw")).ShouldBe(1);
        (await gateway.ScalarAsync<string>("select encode(ranking, 'hex') from routing.draw")).ShouldBe(ranking);
        // Each has its sentence, once, and its entry in the log.
        (await CountAsync(gateway, "routing.explained where explanation->>'phrase' like 'règle 75-1, tirage du %'")).ShouldBe(Deposits);
        (await CountAsync(gateway, $"routing.explained where explanation->>'phrase' like '%: classé {Places + 1}e sur %, quota {Places}, non retenu : %'")).ShouldBe(1);
        (await CountAsync(gateway, "audit.entry e join delivery.delivery d on d.id = e.delivery where d.purpose in ('P2', 'P4')")).ShouldBe(Deposits);
        TestContext.Current.SendDiagnosticMessage($"{Deposits} deposits, {Places} places");
    }

    /// <summary>Keeps something from every node until it is disposed of.</summary>
    private static async Task<IAsyncDisposable> HoldAsync(TestGateway gateway, string sql)
    {
        var connection = await gateway.Databases.Owner.OpenConnectionAsync(Ct);
        await using var hold = new NpgsqlCommand("begin; " + sql, connection);
        await hold.ExecuteNonQueryAsync(Ct);
        // A connection that goes back to its pool is rolled back.
        return connection;
    }

    private static Task<TimeSpan> UntilAsync(TestGateway gateway, string from, Func<long, bool> enough) =>
        Processes.UntilAsync(() => enough(CountAsync(gateway, from).GetAwaiter().GetResult()), TimeSpan.FromSeconds(180), from);

    /// <summary>A process of its own on the same database, with a copy of the keys.</summary>
    private static GatewayProcess Node(TestGateway gateway, string name)
    {
        var folder = Path.Combine(Path.GetDirectoryName(gateway.State)!, "noeud-" + name);
        foreach (var file in Directory.EnumerateFiles(gateway.State, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(gateway.State, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        var settings = gateway.Configuration.ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value!, StringComparer.Ordinal);
        settings["State__Folder"] = folder;
        settings["Registers__Purposes"] = gateway.Purposes;
        settings["Registers__Territories"] = gateway.Territories;
        settings["Registers__Mode"] = "demonstration";
        return GatewayProcess.Start(GatewayProcess.Build(), Path.GetDirectoryName(gateway.State)!, settings);
    }
}
