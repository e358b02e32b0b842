using System.Diagnostics;
using ExchangeGateway.Benchmarks.Load;

namespace ExchangeGateway.Benchmarks.Distribution;

/// <summary>A message that was sent at its time.</summary>
/// <param name="Due">When it was to be sent, as <see cref="Stopwatch.GetTimestamp"/>: from here on its recipient waits, whatever kept it from being sent.</param>
/// <param name="Answered">When its receipt had arrived.</param>
/// <param name="Deposit">Id of the deposit; <see langword="null"/> when it was not accepted.</param>
internal sealed record Arrival(Letter Letter, long Due, long Answered, Guid? Deposit);

/// <summary>Messages that come at a fixed rate, whether or not the gateway keeps up (an open loop).</summary>
internal static class Arrivals
{
    // As many senders at once; who finds none free waits, and its wait counts.
    private const int Connections = 64;

    /// <param name="tokens">By sender.</param>
    public static async Task<(IReadOnlyList<Arrival> Sent, string? FirstFailure)> SendAsync(
        Uri gateway, IReadOnlyDictionary<string, string> tokens, IReadOnlyList<Letter> letters, int rate, CancellationToken ct)
    {
        var requests = letters.Select(l => RequestTemplate.Post(new Uri(gateway, l.Path), tokens[l.Sender], l.Body).Fill(0)).ToList();
        var sent = new Arrival[letters.Count];
        string? failure = null;
        var next = -1;
        var start = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 10;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => SendAsync()));
        return (sent, failure);

        async Task SendAsync()
        {
            using var connection = new Connection();
            await connection.OpenAsync(gateway, ct);
            while (Interlocked.Increment(ref next) is var i && i < letters.Count)
            {
                var due = start + (long)((double)i / rate * Stopwatch.Frequency);
                if (due - Stopwatch.GetTimestamp() is > 0 and var early)
                    await Task.Delay(Stopwatch.GetElapsedTime(0, early), ct);
                var accepted = await connection.SendAsync(requests[i], ct) == 202;
                if (!accepted)
                    failure ??= connection.LastAnswer;
                sent[i] = new(letters[i], due, Stopwatch.GetTimestamp(), accepted ? DepositOf(connection.LastAnswer) : null);
            }
        }
    }

    // The receipt begins with it.
    private static Guid DepositOf(string answer)
    {
        const string Before = "\"depot\":\"";
        return Guid.Parse(answer.AsSpan(answer.IndexOf(Before, StringComparison.Ordinal) + Before.Length, 36));
    }
}
