using ExchangeGateway.Gateway;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ExchangeGateway.Integration.Pseudonyms;

/// <summary>One of the operator's commands as a real process, on the state folder and the database of a gateway that has ended.</summary>
internal sealed class RotationCommand : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly TestGateway _ended;
    private readonly GatewayProcess _process;

    // The server goes on with what a killed client had asked for: its sessions must not be taken for those of the next.
    private readonly string _sessions = "commande-" + Guid.NewGuid().ToString("N");

    private RotationCommand(TestGateway ended, IReadOnlyList<string> arguments)
    {
        _ended = ended;
        var settings = Settings(ended).ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value!, StringComparer.Ordinal);
        foreach (var connection in settings.Keys.Where(k => k.StartsWith("Database__", StringComparison.Ordinal)).ToList())
            settings[connection] += ";Application Name=" + _sessions;
        _process = GatewayProcess.Command(Path.GetDirectoryName(ended.State)!, settings, arguments);
    }

    public static RotationCommand Start(TestGateway ended, params IReadOnlyList<string> arguments) => new(ended, arguments);

    /// <summary>Runs a command to its end.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(TestGateway ended, params IReadOnlyList<string> arguments)
    {
        await using var command = Start(ended, arguments);
        (await command._process.EndAsync()).ShouldBe(0, command._process.Output);
        return command._process.Output;
    }

    /// <summary>Runs a command until it waits for a lock, and kills it there.</summary>
    public static async Task KillWhereItWaitsAsync(TestGateway ended, params IReadOnlyList<string> arguments)
    {
        await using var command = Start(ended, arguments);
        await command.WaitsAsync();
        await command.KillAsync();
    }

    /// <summary>Waits until it cannot go on for a lock that somebody else holds.</summary>
    public Task WaitsAsync() =>
        UntilAsync(
            () => _ended.ScalarAsync<long>($"select count(*) from pg_stat_activity where application_name = '{_sessions}' and cardinality(pg_blocking_pids(pid)) > 0").GetAwaiter().GetResult() > 0,
            "the command waits for a lock");

    /// <summary>Waits for a state that it comes through before its end.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        await Processes.UntilAsync(() => _process.HasEnded || condition(), Limit, what);
        _process.HasEnded.ShouldBeFalse(_process.Output);
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Begins a transaction that holds what the statement locks, until it is rolled back.</summary>
    public static async Task<(NpgsqlConnection Connection, NpgsqlTransaction Transaction)> HoldAsync(TestGateway ended, string sql)
    {
        var connection = await ended.Databases.Owner.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
        return (connection, transaction);
    }

    /// <summary>Lets go of what <see cref="HoldAsync"/> has locked.</summary>
    public static async Task ReleaseAsync((NpgsqlConnection Connection, NpgsqlTransaction Transaction) held)
    {
        await held.Transaction.DisposeAsync();
        await held.Connection.DisposeAsync();
    }

    /// <summary>The gateway's parts on the same folder and database, without its hosted services.</summary>
    public static async Task<WebApplication> OpenAsync(TestGateway ended)
    {
        var app = GatewayHost.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(Settings(ended));
            builder.Logging.ClearProviders();
        });
        await app.Services.StartStorageAsync(CancellationToken.None);
        return app;
    }

    private static Dictionary<string, string?> Settings(TestGateway ended) => new(ended.Configuration, StringComparer.Ordinal)
    {
        ["State:Folder"] = ended.State,
        ["Registers:Purposes"] = ended.Purposes,
        ["Registers:Territories"] = ended.Territories,
        ["Registers:Mode"] = "demonstration",
    };
}
