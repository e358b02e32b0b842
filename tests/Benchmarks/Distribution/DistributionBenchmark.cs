using System.Diagnostics;
using ExchangeGateway.Benchmarks.Intake;

namespace ExchangeGateway.Benchmarks.Distribution;

/// <summary>
/// From a message that is due to a delivery that its recipient has read, at a fixed rate of arrivals; and how many accepted
/// messages a second are routed and delivered from a backlog. Each delivery that the rules owe is looked for, each other one is a fault.
/// </summary>
internal sealed class DistributionBenchmark(DistributionOptions options, Figures figures, TimeProvider clock)
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(30);
    private const int WarmUpSeconds = 8;

    private int _faults;

    /// <returns>0; 1 when a message was refused, or a delivery lost, doubled or made to somebody else.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { Timeout = TimeSpan.FromMinutes(10) };
        await using var gateway = await GatewayUnderTest.StartAsync(IntakeOptions.Parse([]), http, ct);
        var mail = new Mail(options.Seed, DateOnly.FromDateTime(clock.GetUtcNow().Date));
        figures.Say($"seed {options.Seed}; four senders, two départements, every household different, one commandement in five about a household that the caisse has signalled; {Environment.ProcessorCount} cores shared with the database and this program; load average {LoadAverage()}");
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var sender in Mail.Senders)
            tokens[sender] = await gateway.ClientTokenAsync(http, sender + "-depositaire", ct);
        var inboxes = new List<string>();
        foreach (var (code, role) in Mail.Recipients)
            inboxes.Add(await gateway.ClientTokenAsync(http, $"{code}-{role}", ct));

        await EndToEndAsync(gateway, http, mail, tokens, inboxes, ct);
        await SustainedAsync(gateway, http, mail, tokens, ct);
        return _faults == 0 ? 0 : 1;
    }

    private async Task EndToEndAsync(GatewayUnderTest gateway, HttpClient http, Mail mail, Dictionary<string, string> tokens, List<string> inboxes, CancellationToken ct)
    {
        figures.Say($"end to end: from when a message is due to be sent until the answer of GET /v1/reception that holds its delivery has arrived; {inboxes.Count} recipients ask five times a second from their cursor on, which is 100 ms of it on average");
        await using var readers = new Readers(http, gateway.Url!, inboxes);
        readers.Start();
        // The first messages pay for the just-in-time compiler.
        await RoundAsync(gateway, http, mail.Write(options.Rate * WarmUpSeconds / 2), tokens, readers, options.Rate / 2, ct);
        await RoundAsync(gateway, http, mail.Write(options.Rate * WarmUpSeconds), tokens, readers, options.Rate, ct);
        var rounds = new List<EndToEnd>();
        for (var i = 0; i < options.Rounds; i++)
        {
            rounds.Add(await RoundAsync(gateway, http, mail.Write(options.Rate * options.Seconds), tokens, readers, options.Rate, ct));
            Say(rounds[^1]);
        }

        figures.Print("end_to_end_p99_ms", Figures.Median(rounds.Select(r => r.P99.TotalMilliseconds)), "ms");
        figures.Say($"end to end at {options.Rate}/s: median p50 {Figures.Median(rounds.Select(r => r.P50.TotalMilliseconds)):F0} ms");
        if (rounds.TrueForAll(r => r.KeptUp))
            return;
        figures.Say($"this machine did not accept {options.Rate}/s in each round: the figure above is a queue's, not the gateway's");
        foreach (var rate in DistributionOptions.LowerRates.Where(r => r < options.Rate))
        {
            var lower = await RoundAsync(gateway, http, mail.Write(rate * options.Seconds), tokens, readers, rate, ct);
            Say(lower);
            if (lower.KeptUp)
                break;
        }
    }

    private void Say(EndToEnd round) =>
        figures.Say($"{round.Rate}/s: p50 {round.P50.TotalMilliseconds:F0} ms, p99 {round.P99.TotalMilliseconds:F0} ms, longest {round.Longest.TotalMilliseconds:F0} ms of {round.Deliveries} deliveries; receipt p50 {round.ReceiptP50.TotalMilliseconds:F0} ms, p99 {round.ReceiptP99.TotalMilliseconds:F0} ms; {(round.KeptUp ? "kept up" : "did not keep up")}; {round.Calls} calls of the inbox, {round.CallMean.TotalMilliseconds:F1} ms each; load average {LoadAverage()}");

    private async Task<EndToEnd> RoundAsync(
        GatewayUnderTest gateway, HttpClient http, List<Letter> letters, Dictionary<string, string> tokens, Readers readers, int rate, CancellationToken ct)
    {
        await new Ledger(gateway.Database).RoutedAsync(ct);
        readers.Forget();
        var (sent, failure) = await Arrivals.SendAsync(gateway.Url!, tokens, letters, rate, ct);
        if (failure is not null)
            figures.Say($"{sent.Count(s => s.Deposit is null)} messages were not accepted; the first: {failure}");
        var accepted = sent.Where(s => s.Deposit is not null).ToList();
        var owed = accepted.Sum(s => s.Letter.Owed.Count);
        for (var wait = Stopwatch.StartNew(); readers.Seen.Count < owed && wait.Elapsed < ReadLimit;)
            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);

        var deliveries = await CheckAsync(gateway, accepted.ToDictionary(s => s.Deposit!.Value, s => s.Letter.Owed), ct);
        _faults += sent.Count - accepted.Count;
        var unread = accepted.Sum(s => deliveries[s.Deposit!.Value].Count(d => !readers.Seen.ContainsKey(d.Id)));
        if (unread > 0)
            figures.Say($"{unread} deliveries were never read");
        _faults += unread;
        var times = accepted.SelectMany(s => deliveries[s.Deposit!.Value].Where(d => readers.Seen.ContainsKey(d.Id)).Select(d => readers.Seen[d.Id] - s.Due)).Order().ToArray();
        var receipts = accepted.Select(s => s.Answered - s.Due).Order().ToArray();
        // Whoever falls behind has more and more to catch up with: the last messages wait longest.
        var late = sent.Skip(sent.Count * 9 / 10).Select(s => Stopwatch.GetElapsedTime(s.Due, s.Answered)).Order().ToArray();
        return new(
            rate, times.Length, At(times, 0.50), At(times, 0.99), At(times, 1), At(receipts, 0.50), At(receipts, 0.99),
            late[late.Length / 2] < TimeSpan.FromSeconds(1), readers.Calls.Calls, readers.Calls.Mean);
    }

    private async Task SustainedAsync(GatewayUnderTest gateway, HttpClient http, Mail mail, Dictionary<string, string> tokens, CancellationToken ct)
    {
        figures.Say($"sustained: {options.Backlog} messages in batches of 1000 lines; alone: accepted and in the log first, with the router held by a lock, then routed and delivered from the first decision to the last commit (this is the figure); together: from the first line sent to the last commit");
        var (backlog, ledger) = (new Backlog(http, gateway.Url!, tokens, gateway.Database), new Ledger(gateway.Database));
        List<double> alone = [], together = [];
        for (var i = 0; i < options.Rounds; i++)
        {
            var letters = mail.Write(options.Backlog);
            await EmbeddedServer.SettleAsync(gateway.Database, SettleLimit, ct);
            IReadOnlyDictionary<Guid, IReadOnlyList<string>> owed;
            await using (await backlog.HoldRouterAsync(ct))
            {
                owed = await backlog.SendAsync(letters, ct);
                await ledger.LoggedAsync(ct);
            }

            var (before, databaseBefore) = (gateway.ProcessorTime, gateway.DatabaseProcessorTime);
            var released = Stopwatch.GetTimestamp();
            var last = await ledger.RoutedAsync(ct);
            var sinceRelease = Stopwatch.GetElapsedTime(released);
            var (spent, databaseSpent) = (gateway.ProcessorTime - before, gateway.DatabaseProcessorTime - databaseBefore);
            var deliveries = await CheckAsync(gateway, owed, ct);
            alone.Add(owed.Count / (last - await ledger.FirstDecisionAsync(owed.Keys, ct)).TotalSeconds);
            var logged = await EmbeddedServer.SettleAsync(gateway.Database, SettleLimit, ct);

            letters = mail.Write(options.Backlog);
            var start = Stopwatch.GetTimestamp();
            owed = await backlog.SendAsync(letters, ct);
            var accepted = Stopwatch.GetElapsedTime(start);
            await ledger.RoutedAsync(ct);
            together.Add(owed.Count / Stopwatch.GetElapsedTime(start).TotalSeconds);
            await CheckAsync(gateway, owed, ct);
            figures.Say($"round {i + 1}: alone {alone[^1]:F0}/s ({owed.Count / sinceRelease.TotalSeconds:F0}/s from the release of the lock, after which the router may sleep for a second), {deliveries.Sum(d => d.Count())} deliveries, {spent.TotalMicroseconds / owed.Count:F0} µs of the gateway's and {databaseSpent.TotalMicroseconds / owed.Count:F0} µs of the database's processor time a message, in the log {logged.TotalSeconds:F1} s later; together {together[^1]:F0}/s, of which accepted at {owed.Count / accepted.TotalSeconds:F0}/s; load average {LoadAverage()}");
        }

        figures.Print("sustained_per_s", Figures.Median(alone), "/s");
        figures.Say($"accepted, routed and delivered together: {Figures.Median(together):F0}/s");
    }

    /// <summary>Every delivery owed is there once, and no other.</summary>
    private async Task<ILookup<Guid, (Guid Id, string To)>> CheckAsync(GatewayUnderTest gateway, IReadOnlyDictionary<Guid, IReadOnlyList<string>> owed, CancellationToken ct)
    {
        var made = await new Ledger(gateway.Database).DeliveriesAsync(owed.Keys, ct);
        var wrong = owed.Where(o => !made[o.Key].Select(d => d.To).Order(StringComparer.Ordinal).SequenceEqual(o.Value.Order(StringComparer.Ordinal), StringComparer.Ordinal)).ToList();
        if (wrong.Count > 0)
            figures.Say($"{wrong.Count} messages were not delivered as the rules say; the first: owed {string.Join(", ", wrong[0].Value)}, delivered {string.Join(", ", made[wrong[0].Key].Select(d => d.To))}");
        _faults += wrong.Count;
        return made;
    }

    private static TimeSpan At(long[] times, double share) =>
        times.Length == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, times[Math.Min(times.Length - 1, (int)(times.Length * share))]);

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private sealed record EndToEnd(
        int Rate, int Deliveries, TimeSpan P50, TimeSpan P99, TimeSpan Longest, TimeSpan ReceiptP50, TimeSpan ReceiptP99, bool KeptUp, long Calls, TimeSpan CallMean);
}
