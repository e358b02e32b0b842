using System.Globalization;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>What <c>postmaster.pid</c> of a data folder says of the server that runs on it, or ran when the machine stopped.</summary>
internal sealed record Postmaster(int Pid, string? Sockets, bool Ready)
{
    /// <summary>A number above any process id of Linux (<c>PID_MAX_LIMIT</c> is 2^22).</summary>
    private const string NoProcess = "2147483646";

    /// <summary>Reads the lock file; <see langword="null"/> when there is none.</summary>
    public static Postmaster? Read(string data)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(LockFile(data));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // Lines: pid, data folder, start time, port, socket folder, listen address, shared memory, status.
        return lines.Length > 0 && int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? new(pid, lines.Length > 4 && lines[4].Length > 0 ? lines[4] : null, lines.Length > 7 && lines[7].Trim() is "ready")
            : null;
    }

    /// <summary>
    /// Stops the server that a dead gateway left on this data folder, if one lives: SIGINT first, SIGQUIT after
    /// <paramref name="grace"/>. The caller holds the state folder's lock, so no living gateway uses it.
    /// </summary>
    /// <returns>The process id stopped; <see langword="null"/> when none ran.</returns>
    /// <exception cref="StartRefusedException">It does not end.</exception>
    public static async Task<int?> StopOrphanAsync(string data, TimeSpan grace, TimeProvider clock, CancellationToken ct)
    {
        if (Read(data) is not { } left)
            return null;
        if (!IsServerOf(left.Pid, data))
        {
            Forget(data, left.Pid);
            return null;
        }

        var started = clock.GetTimestamp();
        while (IsServerOf(left.Pid, data))
        {
            var waited = clock.GetElapsedTime(started);
            if (waited > grace * 2)
                throw new StartRefusedException($"Un PostgreSQL d'un lancement précédent (processus {left.Pid}) utilise encore {data} et ne s'arrête pas. Arrêtez-le, puis recommencez.");
            Posix.Signal(left.Pid, waited > grace ? Posix.SigQuit : Posix.SigInt);
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, ct);
        }

        // Its own watcher removes the socket folder; here it was killed too.
        if (left.Sockets is { } sockets && Path.GetFileName(sockets).StartsWith("eg-", StringComparison.Ordinal) && Directory.Exists(sockets))
            RemoveSockets(sockets);
        return left.Pid;
    }

    /// <summary>Whether a living process is the PostgreSQL server of this data folder, and not another that got its number.</summary>
    public static bool IsServerOf(int pid, string data)
    {
        try
        {
            // Readable by anybody, also where /proc/<pid>/cwd is not (a container's root without CAP_SYS_PTRACE). Empty for a zombie.
            var arguments = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cmdline").Split('\0');
            var place = Array.IndexOf(arguments, "-D");
            return Path.GetFileName(arguments[0]) is "postgres" && place > 0 && place + 1 < arguments.Length
                && (string.Equals(arguments[place + 1], data, StringComparison.Ordinal) || string.Equals(arguments[place + 1], File.ReadLines(LockFile(data)).ElementAtOrDefault(1), StringComparison.Ordinal));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException { HResult: 3 })
        {
            return false; // ended, perhaps while being read (ESRCH)
        }
    }

    private static void RemoveSockets(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // its watcher was alive after all
        }
    }

    // The number was given to another process since: PostgreSQL would take that one for its predecessor and refuse. Only the
    // number is blotted out, so that its check for orphaned backends (shared memory, further down the file) still works.
    private static void Forget(string data, int pid)
    {
        if (!Directory.Exists($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}"))
            return;
        var lines = File.ReadAllLines(LockFile(data));
        lines[0] = NoProcess;
        File.WriteAllLines(LockFile(data), lines);
    }

    private static string LockFile(string data) => Path.Combine(data, "postmaster.pid");
}
