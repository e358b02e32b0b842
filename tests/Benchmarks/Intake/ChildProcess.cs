using System.Diagnostics;

namespace ExchangeGateway.Benchmarks.Intake;

/// <summary>A server that a benchmark starts, waits for, and ends by its own id.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Queue<string> _said = new();

    private ChildProcess(Process process) => _process = process;

    /// <summary>Starts <c>dotnet assembly arguments</c> and waits until <c>/health/ready</c> of its address answers 200.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in two minutes; the message holds its last lines.</exception>
    public static async Task<ChildProcess> StartAsync(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Uri url, HttpClient http, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var child = new ChildProcess(Process.Start(start)!);
        child._process.OutputDataReceived += child.Keep;
        child._process.ErrorDataReceived += child.Keep;
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        try
        {
            await child.ReadyAsync(new Uri(url, "/health/ready"), http, ct);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>The most resident memory that it ever had, in bytes (<c>VmHWM</c> of proc_pid_status(5)).</summary>
    public long PeakMemory => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>SIGTERM, so that the server stops its own children in order; SIGKILL for one that does not go.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private async Task ReadyAsync(Uri ready, HttpClient http, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new InvalidOperationException($"The server at {ready} {(_process.HasExited ? "ended" : "is not ready")}:\n{LastLines()}");
            try
            {
                using var answer = await http.GetAsync(ready, ct);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (_said)
        {
            _said.Enqueue(line.Data);
            if (_said.Count > 20)
                _said.Dequeue();
        }
    }

    private string LastLines()
    {
        lock (_said)
            return string.Join('\n', _said);
    }
}
