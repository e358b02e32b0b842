using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Indicators;

internal abstract record ReleaseOutcome
{
    /// <param name="Json">As stored: the same bytes each time.</param>
    internal sealed record Released(string Json) : ReleaseOutcome;

    /// <param name="From">First instant at which the month is fixed.</param>
    internal sealed record TooEarly(DateTimeOffset From) : ReleaseOutcome;

    /// <summary>Part of the month was erased before it was ever published.</summary>
    internal sealed record Lost : ReleaseOutcome;
}

/// <summary>
/// The one way by which counts go out to who holds none of the files. Months and territories only, which never overlap, never a
/// filter of the reader's; each is computed once, some days after its end, and stored as shown: a later cancellation,
/// erasure or question changes nothing. No year, no region: their differences with the months would give hidden cells back.
/// </summary>
internal sealed class IndicatorReleases(Databases databases, RegistersInForce registers, TimeProvider clock)
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    /// <param name="month">Its first day.</param>
    public async Task<ReleaseOutcome> FindAsync(string territory, DateOnly month, CancellationToken ct)
    {
        if (await StoredAsync(territory, month, ct) is { } stored)
            return new ReleaseOutcome.Released(stored);
        var now = clock.GetUtcNow();
        var rule = registers.Current.Purposes.CommonInForce(now)?.SmallCells ?? SmallCells.Default;
        var (first, until) = (Midnight(month), Midnight(month.AddMonths(1)));
        var from = Midnight(month.AddMonths(1).AddDays(rule.SettlingDays));
        if (now < from)
            return new ReleaseOutcome.TooEarly(from);

        await using var connection = await databases.Worker.OpenConnectionAsync(ct);
        var counts = await MonthCounts.ReadAsync(connection, territory, first, until, ct);
        if (counts.Deposits.Any(d => d.Emptied))
            return new ReleaseOutcome.Lost();
        var release = IndicatorTables.Release(territory, month.ToString("yyyy-MM", CultureInfo.InvariantCulture), now, rule, counts);
        await using (var insert = new NpgsqlCommand("insert into exchange.indicator_release (territory, month, content, released_at) values ($1, $2, $3, $4) on conflict do nothing", connection))
        {
            insert.Parameters.AddWithValue(territory);
            insert.Parameters.AddWithValue(month);
            insert.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(release, IndicatorJson.Default.IndicatorRelease));
            insert.Parameters.AddWithValue(now);
            await insert.ExecuteNonQueryAsync(ct);
        }

        // Another node may have been first: what it stored is the answer of both.
        return new ReleaseOutcome.Released((await StoredAsync(territory, month, ct))!);
    }

    /// <summary>Fixes the last months that have settled, of every territory served, before conservation erases anything of them.</summary>
    public async Task ReleaseDueAsync(CancellationToken ct)
    {
        var today = PurposeRegister.LegalDay(clock.GetUtcNow());
        var month = new DateOnly(today.Year, today.Month, 1);
        foreach (var territory in registers.Current.Territories.All)
        {
            for (var back = 1; back <= 3; back++)
                await FindAsync(territory.Code, month.AddMonths(-back), ct);
        }
    }

    private async Task<string?> StoredAsync(string territory, DateOnly month, CancellationToken ct)
    {
        await using var command = databases.Reader.CreateCommand("select content::text from exchange.indicator_release where territory = $1 and month = $2");
        command.Parameters.AddWithValue(territory);
        command.Parameters.AddWithValue(month);
        return await command.ExecuteScalarAsync(ct) as string;
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(TimeZoneInfo.ConvertTimeToUtc(day.ToDateTime(TimeOnly.MinValue), Paris), TimeSpan.Zero);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IndicatorRelease))]
internal sealed partial class IndicatorJson : JsonSerializerContext;
