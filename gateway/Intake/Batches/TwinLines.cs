using System.Collections.Concurrent;
using System.Security.Cryptography;
using ExchangeGateway.Adapters;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// Keeps lines of one batch that concern each other in their order: the second waits for the first, so that of two equal
/// lines the report always calls the second the duplicate, and of two about one debt the later the update. Holds only the
/// lines under way.
/// </summary>
internal sealed class TwinLines(IPartnerMessage message)
{
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);

    /// <param name="run">Runs the line; is given what to await first.</param>
    public Task<BatchLineReport> Follow(BatchLine line, Func<Task, Task<BatchLineReport>> run)
    {
        if (line.Json is not { } json)
            return run(Task.CompletedTask);
        var shared = message.OrderedBy(json.Span) ?? Convert.ToHexString(SHA256.HashData(json.Span));
        var running = run(_underWay.GetValueOrDefault(shared, Task.CompletedTask));
        _underWay[shared] = running;
        _ = running.ContinueWith(
            done => _underWay.TryRemove(new(shared, done)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return running;
    }
}
