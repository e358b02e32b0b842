using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ExchangeGateway.Gateway.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExchangeGateway.Integration.Storage;

/// <summary>Both payload stores keep one contract: a folder, and Azure Blob Storage as azurite serves it.</summary>
public sealed class PayloadTests(PostgresFixture postgres, PayloadTests.Azurite azurite) : IClassFixture<PayloadTests.Azurite>, IDisposable
{
    private readonly Folder _folder = new();

    public static TheoryData<string> Stores => ["folder", "azure"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Gives_back_what_was_put_under_a_name_that_says_nothing(string kind)
    {
        var store = await StoreAsync(kind);
        foreach (var size in (int[])[0, 1, 70_000, 9 * 1024 * 1024])
        {
            var content = RandomNumberGenerator.GetBytes(size);
            var name = await store.PutAsync(content, TestContext.Current.CancellationToken);
            name.ShouldMatch("^[0-9a-f]{32}$");
            (await ReadAsync(store, name)).ShouldBe(content);
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_stream_that_cannot_seek_is_stored_too(string kind)
    {
        var store = await StoreAsync(kind);
        await store.PutAsync(new byte[] { 1 }, TestContext.Current.CancellationToken); // makes the container
        var content = RandomNumberGenerator.GetBytes(300_000);
        await using var stream = new CryptoStream(new MemoryStream(content), new ToBase64Transform(), CryptoStreamMode.Read);
        var name = await store.PutAsync(stream, TestContext.Current.CancellationToken);
        Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(await ReadAsync(store, name))).ShouldBe(content);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task What_is_deleted_is_gone_and_may_be_deleted_again(string kind)
    {
        var ct = TestContext.Current.CancellationToken;
        var store = await StoreAsync(kind);
        var name = await store.PutAsync(new byte[] { 1, 2, 3 }, ct);
        await store.DeleteAsync(name, ct);
        await store.DeleteAsync(name, ct);
        await Should.ThrowAsync<FileNotFoundException>(() => store.OpenAsync(name, ct));
        (await store.ListAsync(ct).AnyAsync(p => p.Name == name, ct)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("")]
    public async Task Only_names_of_the_store_become_paths(string name)
    {
        var store = await StoreAsync("folder");
        await Should.ThrowAsync<ArgumentException>(() => store.OpenAsync(name, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<ArgumentException>(() => store.DeleteAsync(name, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_write_that_fails_midway_leaves_nothing()
    {
        var ct = TestContext.Current.CancellationToken;
        var store = await StoreAsync("folder");
        await using var broken = new BreakingStream();
        await Should.ThrowAsync<PayloadStoreException>(() => store.PutAsync(broken, ct));
        Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_are_closed_to_others()
    {
        var store = await StoreAsync("folder");
        await store.PutAsync(new byte[] { 1 }, TestContext.Current.CancellationToken);
        var file = Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        File.GetUnixFileMode(file).ShouldBe(Posix.PrivateFile);
    }

    [Fact]
    public async Task A_container_that_does_not_answer_is_an_outage_within_seconds()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var store = Of(new(StringComparer.Ordinal) { ["Payloads:Azure:ConnectionString"] = Azurite.Connection(port) });
        var started = Stopwatch.GetTimestamp();
        await Should.ThrowAsync<PayloadStoreException>(() => store.PutAsync(new byte[] { 1 }, TestContext.Current.CancellationToken));
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task The_sweep_deletes_what_no_row_names_after_a_day_and_nothing_else(string kind)
    {
        var ct = TestContext.Current.CancellationToken;
        var store = await StoreAsync(kind);
        await using var database = await postgres.CreateDatabaseAsync(ct);
        var kept = await store.PutAsync(new byte[] { 1 }, ct);
        var orphan = await store.PutAsync(new byte[] { 2 }, ct);
        await using (var insert = database.Databases.Owner.CreateCommand($$"""
            insert into access.organisation (id, code, nature, name, territories, created_at) values ('{{Guid.Empty}}', 'x', 'adil', 'x', '{}', '2026-01-01');
            insert into exchange.dossier (id, subject, dwelling, territory, created_at) values ('{{Guid.Empty}}', '{{Guid.Empty}}', '\x01', '75', '2026-01-01');
            insert into exchange.deposit (id, sender, message_type, schema_version, territory, subject, dossier, facts, flags, state, sandbox, purpose, register_version, entry, received_at) values ('{{Guid.Empty}}', '{{Guid.Empty}}', 'caf/impayes', '1', '75', '{{Guid.Empty}}', '{{Guid.Empty}}', '{}', '{}', 'recu', false, 'P1', 'v', '{{Guid.Empty}}', '2026-01-01');
            insert into exchange.piece (id, deposit, name, media_type, size, blob, wrapped_key, categories, received_at) values ('{{Guid.Empty}}', '{{Guid.Empty}}', 'acte', 'application/pdf', 1, '{{kept}}', '\x03', 1, '2026-01-01')
            """))
            await insert.ExecuteNonQueryAsync(ct);

        (await SweepAsync(store, database, TimeSpan.FromHours(23))).ShouldBe(0);
        (await SweepAsync(store, database, TimeSpan.FromHours(25))).ShouldBe(1);
        (await ReadAsync(store, kept)).ShouldBe([1]);
        await Should.ThrowAsync<FileNotFoundException>(() => store.OpenAsync(orphan, ct));
    }

    private static async Task<int> SweepAsync(PayloadStore store, TestDatabase database, TimeSpan later)
    {
        using var sweep = new PayloadSweep(store, database.Databases, new LaterClock(later), NullLogger<PayloadSweep>.Instance);
        return await sweep.SweepAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<byte[]> ReadAsync(PayloadStore store, string name)
    {
        await using var stream = await store.OpenAsync(name, TestContext.Current.CancellationToken);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
        return content.ToArray();
    }

    private async Task<PayloadStore> StoreAsync(string kind) => kind is "folder"
        ? Of(new(StringComparer.Ordinal) { ["Payloads:Folder"] = Path.Combine(_folder.Path, "payloads") })
        : Of(new(StringComparer.Ordinal)
        {
            ["Payloads:Azure:ConnectionString"] = Azurite.Connection(await azurite.PortAsync()),
            ["Payloads:Azure:Container"] = "essai-" + Guid.NewGuid().ToString("N"),
        });

    private PayloadStore Of(Dictionary<string, string?> settings)
    {
        settings["State:Folder"] = Path.Combine(_folder.Path, "state-" + Guid.NewGuid().ToString("N"));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using var state = StateFolder.Open(configuration);
        var store = PayloadStore.Of(configuration, state);
        Directory.Delete(state.Root, recursive: true);
        return store;
    }

    private sealed class LaterClock(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + later;
    }

    private sealed class BreakingStream : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (++_reads > 2)
                throw new IOException("The sender went away.");
            buffer.Span[..10].Fill(1);
            return ValueTask.FromResult(10);
        }

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyAsync(destination, cancellationToken);

        private async Task CopyAsync(Stream destination, CancellationToken ct)
        {
            var buffer = new byte[100];
            while (await ReadAsync(buffer, ct) is var read and > 0)
                await destination.WriteAsync(buffer.AsMemory(0, read), ct);
        }
    }

    /// <summary>One azurite for the class, in a temporary folder, on a free port.</summary>
    public sealed class Azurite : IAsyncDisposable
    {
        // The well-known account of the emulator, published by Microsoft.
        private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        private readonly string _folder = TestFolders.Create(Posix.Private);
        private Process? _process;
        private int _port;

        public static string Connection(int port) =>
            $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={Key};BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";

        /// <summary>Its port; starts it when first asked.</summary>
        public async Task<int> PortAsync()
        {
            var program = Path.Combine(TestFolders.Checkout(), "ops", "npm", "node_modules", ".bin", "azurite-blob");
            Assert.SkipUnless(File.Exists(program), "azurite is not installed (ops/npm/install).");
            if (_process is not null)
                return _port;
            _port = Unused();
            var start = new ProcessStartInfo("node", [program, "--blobHost", "127.0.0.1", "--blobPort", _port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--location", _folder, "--skipApiVersionCheck", "--disableTelemetry", "--silent"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            _process = Process.Start(start)!;
            await Processes.UntilAsync(Answers, TimeSpan.FromSeconds(60), "azurite answers");
            return _port;
        }

        public async ValueTask DisposeAsync()
        {
            if (_process is not null)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
                _process.Dispose();
            }

            Directory.Delete(_folder, recursive: true);
        }

        private bool Answers()
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", _port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }

        private static int Unused()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
