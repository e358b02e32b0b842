using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Integration.Storage;

/// <summary>The built gateway as a process of its own, as an operator runs it.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<bool> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GatewayProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything it wrote so far, on both outputs.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Where it serves, as its log says.</summary>
    public Uri Address => new(Output.Split('\n').First(l => l.Contains("Now listening on", StringComparison.Ordinal)).Split("Now listening on: ")[1].Split('"')[0]);

    /// <summary>Folder of the gateway's own build, of the configuration that these tests were built in.</summary>
    public static string Build()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Path.Combine(TestFolders.Checkout(), "gateway", "bin", configuration, "net10.0");
    }

    /// <summary>Starts it. <paramref name="user"/>: runs as this user id (the caller is root).</summary>
    public static GatewayProcess Start(string build, string workingFolder, Dictionary<string, string> settings, UnprivilegedUser? user = null, params IReadOnlyList<string> arguments)
    {
        IReadOnlyList<string> command = ["dotnet", Path.Combine(build, "exchange-gateway.dll"), "--urls", "http://127.0.0.1:0", .. arguments];
        return Start(user is null ? command : user.Command(command), workingFolder, settings);
    }

    /// <summary>Starts one of the operator's commands, which serves nothing.</summary>
    public static GatewayProcess Command(string workingFolder, Dictionary<string, string> settings, params IReadOnlyList<string> arguments) =>
        Start(["dotnet", Path.Combine(Build(), "exchange-gateway.dll"), .. arguments], workingFolder, settings);

    private static GatewayProcess Start(IReadOnlyList<string> command, string workingFolder, Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = workingFolder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("Database__", StringComparison.Ordinal) || k.StartsWith("State__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["HOME"] = workingFolder;
        start.Environment.Remove("XDG_STATE_HOME");
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Waits until it serves.</summary>
    public async Task<GatewayProcess> ServingAsync()
    {
        var ended = _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (await Task.WhenAny(_listening.Task, ended).WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken) == ended)
            throw new InvalidOperationException("The gateway ended instead of serving: " + Output);
        return this;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(90));
        return _process.ExitCode;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Processes.Kill(Id);
        await EndAsync();
    }

    /// <summary>What Ctrl-C, or a supervisor, sends.</summary>
    public async Task<int> StopAsync(int signal)
    {
        Posix.Signal(Id, signal);
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: false);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.Contains("Now listening on", StringComparison.Ordinal))
            _listening.TrySetResult(true);
    }
}

/// <summary>Looks at the machine's processes, and at those of one cluster only.</summary>
internal static class Processes
{
    private const int SigKill = 9;

    /// <summary>Living processes that belong to the server of a data folder: postmaster, its children, its watchers.</summary>
    public static List<(int Pid, string Command)> Of(string marker) =>
        [.. Living().Where(p => p.Command.Contains(marker, StringComparison.Ordinal) && !p.Command.Contains("exchange-gateway.dll", StringComparison.Ordinal))];

    /// <summary>Every living process whose session is one of those.</summary>
    public static List<(int Pid, string Command)> OfSessions(IReadOnlyCollection<int> sessions) =>
        [.. Living().Where(p => sessions.Contains(Session(p.Pid)))];

    /// <summary>Session id of a process; 0 when it is gone.</summary>
    public static int Session(int pid)
    {
        try
        {
            // pid (name) state ppid pgrp session: the name may hold spaces (proc(5)).
            var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    public static void Kill(int pid) => Posix.Signal(pid, SigKill);

    /// <summary>Asks again until the condition holds.</summary>
    /// <returns>How long it took; fails after the limit.</returns>
    public static async Task<TimeSpan> UntilAsync(Func<bool> condition, TimeSpan limit, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new TimeoutException($"After {limit.TotalSeconds} s, not yet: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private static IEnumerable<(int Pid, string Command)> Living()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                continue;
            string command;
            try
            {
                command = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (command.Length > 0)
                yield return (pid, command);
        }
    }
}
