using System.Collections.Concurrent;
using System.Security.Cryptography;
using ExchangeGateway.Adapters;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// Keeps equal lines of one batch in their order: the second waits for the first, so that the report always calls the first
/// accepted and the second a duplicate. Holds only the lines under way.
/// </summary>
internal sealed class TwinLines
{
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);

    /// <param name="run">Runs the line; is given what to await first.</param>
    public Task<BatchLineReport> Follow(BatchLine line, Func<Task, Task<BatchLineReport>> run)
    {
        if (line.Json is not { } json)
            return run(Task.CompletedTask);
        var content = Convert.ToHexString(SHA256.HashData(json.Span));
        var running = run(_underWay.GetValueOrDefault(content, Task.CompletedTask));
        _underWay[content] = running;
        _ = running.ContinueWith(
            done => _underWay.TryRemove(new(content, done)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return running;
    }
}
