using System.Diagnostics;

namespace ExchangeGateway.Benchmarks.Load;

/// <summary>What one round of load saw.</summary>
/// <param name="PerSecond">Answers with the expected status, per second.</param>
/// <param name="P50">Median time of one exchange.</param>
/// <param name="P99">99th percentile of the time of one exchange.</param>
/// <param name="Failed">Answers with another status.</param>
/// <param name="FirstFailure">Text of the first of them.</param>
internal sealed record LoadRound(double PerSecond, TimeSpan P50, TimeSpan P99, int Failed, string? FirstFailure)
{
    /// <summary>Sends distinct messages over a number of connections, each waiting for its answer, for a time.</summary>
    /// <param name="numbers">Gives each message of the run its number.</param>
    public static async Task<LoadRound> RunAsync(Uri target, RequestTemplate template, int connections, TimeSpan duration, int expectedStatus, Numbers numbers, CancellationToken ct)
    {
        using var gate = new SemaphoreSlim(0);
        var clock = new Stopwatch();
        var workers = new List<Task<Worker>>();
        for (var i = 0; i < connections; i++)
            workers.Add(WorkAsync());
        clock.Start();
        gate.Release(connections);
        var done = await Task.WhenAll(workers);
        var elapsed = clock.Elapsed;

        var times = done.SelectMany(worker => worker.Times).Order().ToArray();
        return new(
            times.Length / elapsed.TotalSeconds,
            At(times, 0.50),
            At(times, 0.99),
            done.Sum(worker => worker.Failed),
            done.Select(worker => worker.FirstFailure).FirstOrDefault(text => text is not null));

        async Task<Worker> WorkAsync()
        {
            var own = template.Clone();
            var seen = new Worker();
            using var connection = new Connection();
            await connection.OpenAsync(target, ct);
            await gate.WaitAsync(ct);
            while (clock.Elapsed < duration)
            {
                var request = own.Fill(numbers.Next());
                var before = Stopwatch.GetTimestamp();
                var status = await connection.SendAsync(request, ct);
                if (status == expectedStatus)
                {
                    seen.Times.Add(Stopwatch.GetTimestamp() - before);
                }
                else
                {
                    seen.Failed++;
                    seen.FirstFailure ??= connection.LastAnswer;
                }
            }

            return seen;
        }
    }

    private static TimeSpan At(long[] times, double share) =>
        times.Length == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, times[Math.Min(times.Length - 1, (int)(times.Length * share))]);

    private sealed class Worker
    {
        public List<long> Times { get; } = new(32 * 1024);
        public int Failed { get; set; }
        public string? FirstFailure { get; set; }
    }
}

/// <summary>Numbers that no other message of this run, or of an earlier run on the same database, has.</summary>
internal sealed class Numbers(TimeProvider clock)
{
    // A second makes far fewer messages than this: runs do not overlap.
    private const long PerSecond = 100_000;

    private long _last = clock.GetUtcNow().ToUnixTimeSeconds() % 1_000_000 * PerSecond;

    public long Next() => Interlocked.Increment(ref _last);
}
