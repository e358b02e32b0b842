using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Benchmarks.Intake;

/// <summary>The least that an endpoint which keeps its promise can do: one <c>INSERT</c> of the same bytes per request, committed before the answer. No control at all.</summary>
internal static class FloorServer
{
    /// <summary>Path of the endpoint.</summary>
    public const string Path = "/depots";

    /// <summary>Serves until the process is told to stop.</summary>
    /// <param name="connectionString">Of a database of its own on the server that the gateway uses.</param>
    public static async Task RunAsync(Uri url, string connectionString)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url.GetLeftPart(UriPartial.Authority));
        // A floor worth comparing with: prepared statement, pool as large as the widest round.
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 8, AutoPrepareMinUsages = 2, MaxPoolSize = 64 });
        await using (var create = database.CreateCommand("create table if not exists depots (id bigint generated always as identity primary key, recu_le timestamptz not null, corps bytea not null)"))
            await create.ExecuteNonQueryAsync();
        builder.Services.AddSingleton(database);
        var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Ok());
        app.MapPost(Path, ReceiveAsync);
        await app.RunAsync();
    }

    private static async Task<IResult> ReceiveAsync(HttpRequest request, NpgsqlDataSource database, CancellationToken ct)
    {
        var body = new byte[(int)request.ContentLength!.Value];
        await request.Body.ReadExactlyAsync(body, ct);
        await using var insert = database.CreateCommand("insert into depots (recu_le, corps) values ($1, $2)");
        insert.Parameters.Add(new() { Value = TimeProvider.System.GetUtcNow(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        insert.Parameters.Add(new() { Value = body, NpgsqlDbType = NpgsqlDbType.Bytea });
        await insert.ExecuteNonQueryAsync(ct);
        return Results.Accepted();
    }
}
