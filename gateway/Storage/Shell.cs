using System.ComponentModel;
using System.Diagnostics;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>Starts the programs of the embedded server with a bare environment: the gateway's own may hold secrets.</summary>
internal static class Shell
{
    /// <summary>Description of a process whose environment holds a path, the C locale and UTC, nothing else.</summary>
    public static ProcessStartInfo Bare(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = "/", UseShellExecute = false, RedirectStandardInput = true };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        return start;
    }

    /// <summary>Runs a command to its end; what it wrote is both of its outputs.</summary>
    /// <exception cref="StartRefusedException">The program is not on this machine.</exception>
    public static async Task<(int Status, string Output)> RunAsync(IReadOnlyList<string> command, CancellationToken ct)
    {
        var start = Bare(command);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Starts a described process.</summary>
    /// <exception cref="StartRefusedException">The program is not on this machine.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new StartRefusedException($"La commande {start.FileName} ne peut pas être lancée ({e.Message}). PostgreSQL embarqué a besoin de sh, setsid et, pour root, de setpriv (paquet util-linux).", e);
        }
    }
}
