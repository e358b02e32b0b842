using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ExchangeGateway.Benchmarks.Distribution;

/// <summary>
/// The recipients, each of whom asks for its inbox from its cursor <c>reprise</c> on, pages of 200 lines, five times a second
/// and at once while there is a next page. Keeps when each delivery was first in an answer that had wholly arrived.
/// </summary>
internal sealed class Readers(HttpClient http, Uri gateway, IReadOnlyList<string> tokens) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<Guid, long> _seen = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _reading = [];
    private long _calls;
    private long _spent;

    /// <summary>When each delivery was read, as <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public IReadOnlyDictionary<Guid, long> Seen => _seen;

    /// <summary>Calls, and their mean time.</summary>
    public (long Calls, TimeSpan Mean) Calls => (_calls, _calls == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, _spent / _calls));

    public void Start()
    {
        for (var i = 0; i < tokens.Count; i++)
            _reading.Add(ReadAsync(tokens[i], Pause * i / tokens.Count, _stop.Token));
    }

    /// <summary>Forgets what was read; the cursors stay.</summary>
    public void Forget()
    {
        _seen.Clear();
        (_calls, _spent) = (0, 0);
    }

    /// <exception cref="InvalidOperationException">A reader was refused.</exception>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await Task.WhenAll(_reading);
        }
        catch (OperationCanceledException)
        {
            // Told to.
        }

        _stop.Dispose();
    }

    private async Task ReadAsync(string token, TimeSpan offset, CancellationToken ct)
    {
        await Task.Delay(offset, ct);
        using var timer = new PeriodicTimer(Pause);
        string? cursor = null;
        while (true)
        {
            bool more;
            (cursor, more) = await PageAsync(token, cursor, ct);
            if (!more)
                await timer.WaitForNextTickAsync(ct);
        }
    }

    private async Task<(string? Cursor, bool More)> PageAsync(string token, string? cursor, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway, "/v1/reception?limite=200" + (cursor is null ? "" : "&curseur=" + cursor)));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var before = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request, ct);
        var bytes = await answer.Content.ReadAsByteArrayAsync(ct);
        var now = Stopwatch.GetTimestamp();
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"The inbox answered {(int)answer.StatusCode}: {System.Text.Encoding.UTF8.GetString(bytes)}");
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _spent, now - before);
        using var page = JsonDocument.Parse(bytes);
        foreach (var line in page.RootElement.GetProperty("remises").EnumerateArray())
            _seen.TryAdd(line.GetProperty("id").GetGuid(), now);
        return (Text("reprise") ?? cursor, Text("suivant") is not null);

        string? Text(string name) => page.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
