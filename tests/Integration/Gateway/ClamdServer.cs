using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ExchangeGateway.Integration.Storage;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>A real ClamAV daemon whose only signature is the EICAR test string's, started by <c>ops/clamd</c> for one test.</summary>
internal sealed class ClamdServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private ClamdServer(Process process, string folder, int port) => (_process, _folder, Address) = (process, folder, $"tcp://127.0.0.1:{port}");

    public string Address { get; }

    /// <summary>The string that every scanner must recognise (EICAR), in two halves so that no scanner stops at this file.</summary>
    public static byte[] Eicar => [.. "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-"u8, .. "ANTIVIRUS-TEST-FILE!$H+H*"u8];

    /// <summary>Whether this machine has it.</summary>
    public static bool IsHere => (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin").Split(':').Any(p => File.Exists(Path.Combine(p, "clamd")));

    public static async Task<ClamdServer> StartAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var folder = TestFolders.Create();
        var process = Process.Start(new ProcessStartInfo(Path.Combine(TestFolders.Checkout(), "ops", "clamd"), ["start", folder, port.ToString()]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var server = new ClamdServer(process, folder, port);
        await Processes.UntilAsync(server.Answers, TimeSpan.FromSeconds(60), "clamd's answer");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using (var stop = Process.Start(Path.Combine(TestFolders.Checkout(), "ops", "clamd"), ["stop", _folder]))
            await stop.WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private bool Answers()
    {
        if (_process.HasExited)
            throw new InvalidOperationException("clamd ended: " + _process.StandardError.ReadToEnd());
        try
        {
            using var client = new TcpClient("127.0.0.1", int.Parse(Address.Split(':')[2]));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
