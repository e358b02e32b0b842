using System.Net.Http.Headers;
using System.Text;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ExchangeGateway.Integration.Canaries;

/// <summary>
/// Canary identities are pushed through everything that takes something in, right or wrong; then each byte that the gateway
/// leaves behind is searched for each of their words in each form. The same search finds what is planted.
/// </summary>
public sealed class CanaryTests(PostgresFixture postgres)
{
    private static readonly int Canaries = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 10_000 : 500;

    private static readonly string[] Clients =
    [
        "etude-75-001-depositaire", "adil-75-instructeur", "caf-75-depositaire", "ccapex-75-secretariat", "dsf-75-depositaire", "bdf-75-depositaire",
        "equipe-mobile-75-depositaire", "bailleur-75-001-depositaire",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_canary_is_in_clear_in_the_database_its_WAL_a_dump_the_logs_the_payloads_or_temporary_files()
    {
        await using var gateway = await DemoGateway.StartWithTemporaryFolderAsync(
            ("Logging__LogLevel__Default", "Debug"), ("Logging__LogLevel__Microsoft", "Debug"), ("Logging__LogLevel__Microsoft.AspNetCore.Routing", "Debug"),
            ("Logging__Console__LogLevel__Default", "Debug"), ("Logging__LogLevel__Npgsql", "Debug"), ("Logging__Console__FormatterOptions__IncludeScopes", "true"), ("Access__CallsPerSecond", "100000"), ("DOTNET_EnableDiagnostics", "0"));
        var canaries = Canary.Draw(Canaries, seed: 20261121);
        var scanner = new CanaryScanner(canaries.SelectMany(c => c.Words));
        var clusters = ClearText.ClusterFolders(gateway.State).ToList();
        await using var owner = NpgsqlDataSource.Create(ConnectionOf(gateway.State, clusters));
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = gateway.Url };
        var scenes = await ScenesAsync(gateway.TokenAsync, http, owner);
        await scenes.RunAsync(canaries, Ct);

        string[] folders = [gateway.State, gateway.FolderFor("tmp"), .. clusters];
        scanner.Find(folders).ShouldBeEmpty("before the checkpoint");
        scanner.Find("journal du processus", gateway.Process.Output).ShouldBeEmpty();
        scanner.Find("réponses de refus", string.Join('\n', scenes.Refusals)).ShouldBeEmpty();
        var dump = gateway.FolderFor("dump");
        (await DumpAsync(owner, dump)).ShouldBeGreaterThan(30);
        scanner.Find([dump]).ShouldBeEmpty("in a dump");
        await ExecuteAsync(owner, "checkpoint");
        scanner.Find(folders).ShouldBeEmpty("after the checkpoint");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{canaries.Count} canaries, {scanner.Patterns} patterns, {scanner.Scanned >> 20} MiB, answers: {string.Join(", ", scenes.Statuses.OrderBy(s => s.Key).Select(s => $"{s.Key} × {s.Value}"))}");
        foreach (var kind in new[] { "POST 202", "POST 400", "POST 401", "POST 403", "POST 404", "POST 413", "POST 415", "POST 422", "PUT 202", "PUT 204", "PUT 422", "GET 404" })
            scenes.Statuses.Keys.ShouldContain(kind);

        // The search can fail: a name in a table is found in the WAL and in the dump, one in a payload too.
        await ExecuteAsync(owner, $"create table public.fuite as select '{canaries[^1].Name}'::text as nom");
        scanner.Find(clusters.Count > 0 ? clusters : [gateway.State]).ShouldContain(f => f.Contains("pg_wal", StringComparison.Ordinal));
        await DumpAsync(owner, dump);
        scanner.Find([dump]).ShouldHaveSingleItem().ShouldContain("public.fuite");
    }

    [Fact]
    public async Task No_canary_is_in_a_log_line_of_debugging_a_span_or_a_measure_until_one_line_says_it()
    {
        using var folder = new Folder();
        await using var gateway = await TestGateway.StartAsync(postgres, Recorder.ListenToEverything);
        using var recorder = new Recorder(Path.Combine(folder.Path, "traces"));
        var logs = gateway.App.Services.GetRequiredService<ILoggerFactory>();
        logs.AddProvider(recorder);
        var canaries = Canary.Draw(200, seed: 7);
        var scanner = new CanaryScanner(canaries.SelectMany(c => c.Words));
        await (await ScenesAsync(gateway.TokenAsync, gateway.Http, gateway.Databases.Owner)).RunAsync(canaries, Ct);
        recorder.Flush();

        var said = await ReadAsync(folder.Path);
        foreach (var heard in new[] { "span Microsoft.AspNetCore", "span Npgsql", "measure Microsoft.AspNetCore", "Debug ", "Information ExchangeGateway" })
            said.ShouldContain(heard);
        scanner.Find([folder.Path]).ShouldBeEmpty();

        logs.CreateLogger("ExchangeGateway.Fuite").LogWarning("Dossier de {Nom}", canaries[3].Name);
        recorder.Flush();
        scanner.Find([folder.Path]).ShouldNotBeEmpty();
    }

    [Fact]
    public void Each_form_of_each_word_is_found_wherever_it_stands_and_no_other_canary_is()
    {
        using var folder = new Folder();
        var (canary, others) = (Canary.Draw(1, seed: 1)[0], Canary.Draw(51, seed: 2).Skip(1));
        var (scanner, blind) = (new CanaryScanner(canary.Words), new CanaryScanner(others.SelectMany(c => c.Words.Where(w => w[0] != '+'))));
        // Telephone numbers of the range kept for fiction differ by their last digits only: parts of them are common.
        var planted = 0;
        foreach (var word in canary.Words)
        {
            foreach (var (form, bytes) in CanaryForms.Of(word))
            {
                var file = Path.Combine(folder.Path, $"f{planted++}");
                // Across the border of two readings, between bytes of no meaning.
                byte[] content = [.. new byte[(planted % 3) + (planted % 7 == 0 ? (8 << 20) - 5 : 100)], .. bytes, 0xFF, 0x00];
                File.WriteAllBytes(file, content);
                scanner.Find([folder.Path]).ShouldNotBeEmpty($"{word} {form}");
                blind.Find([folder.Path]).ShouldBeEmpty();
                File.Delete(file);
            }
        }

        planted.ShouldBeGreaterThan(100);
        // As encoders write them, not as the search itself does.
        foreach (var text in new[]
        {
            canary.Name, Uri.EscapeDataString(canary.Name), System.Text.Json.JsonSerializer.Serialize(canary.Name), Convert.ToBase64String(Encoding.UTF8.GetBytes("nom=" + canary.Name)),
            Convert.ToBase64String(Encoding.UTF8.GetBytes("x" + canary.Mail)), Convert.ToHexString(Encoding.UTF8.GetBytes("{" + canary.Street)), canary.Name.ToUpperInvariant(), "\\x" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(canary.Number)),
        })
            scanner.Find("ligne", "avant " + text + " après").ShouldNotBeEmpty(text);
    }

    private static async Task<CanaryScenes> ScenesAsync(Func<string, Task<string>> tokenOf, HttpClient http, NpgsqlDataSource owner)
    {
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var client in Clients)
            tokens[client] = await tokenOf(client);
        return new CanaryScenes((client, request) =>
        {
            if (client is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[client]);
            return http.SendAsync(request);
        })
        {
            Delivered = async deposit =>
            {
                await using var select = owner.CreateCommand(
                    "select d.id from delivery.delivery d join access.organisation o on o.id = d.recipient where d.deposit = $1 and o.code = 'adil-75' and d.nature = 'remise'");
                select.Parameters.AddWithValue(Guid.Parse(deposit));
                return ((Guid)(await select.ExecuteScalarAsync())!).ToString();
            },
        };
    }

    /// <summary>The owner's connection to the embedded server of a state folder.</summary>
    private static string ConnectionOf(string state, List<string> clusters)
    {
        var password = Directory.EnumerateFiles(state, "owner-password", SearchOption.AllDirectories).Single();
        var data = new[] { state }.Concat(clusters).SelectMany(f => Directory.EnumerateFiles(f, "postmaster.pid", SearchOption.AllDirectories)).Select(f => Path.GetDirectoryName(f)!).First();
        return new NpgsqlConnectionStringBuilder
        {
            Host = Postmaster.Read(data)!.Sockets,
            Username = EmbeddedPostgres.Owner,
            Password = File.ReadAllText(password),
            Database = EmbeddedPostgres.Database,
            MaxPoolSize = 4,
        }.ConnectionString;
    }

    /// <summary>Writes every table of every schema as text, as a dump does (the machine's pg_dump is older than the server).</summary>
    /// <returns>How many tables.</returns>
    private static async Task<int> DumpAsync(NpgsqlDataSource owner, string folder)
    {
        var tables = new List<string>();
        await using (var list = owner.CreateCommand(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))
        await using (var reader = await list.ExecuteReaderAsync(Ct))
        {
            while (await reader.ReadAsync(Ct))
                tables.Add(reader.GetString(0));
        }

        await using var connection = await owner.OpenConnectionAsync(Ct);
        foreach (var table in tables)
        {
            using var rows = await connection.BeginTextExportAsync($"copy (select * from {table}) to stdout", Ct);
            await using var file = File.CreateText(Path.Combine(folder, table));
            while (await rows.ReadLineAsync(Ct) is { } row)
                await file.WriteLineAsync(row);
        }

        return tables.Count;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource owner, string sql)
    {
        await using var command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<string> ReadAsync(string folder)
    {
        using var reader = new StreamReader(new FileStream(Path.Combine(folder, "traces"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return await reader.ReadToEndAsync(Ct);
    }
}
