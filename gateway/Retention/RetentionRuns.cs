using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>A run as the database keeps it.</summary>
/// <param name="FinishedAt"><see langword="null"/> while it runs, or when it was cut and waits to be taken up.</param>
internal sealed record PastRun(Guid Id, DateTimeOffset AsOf, DateTimeOffset? FinishedAt, RetentionCounts Counts);

internal sealed class RetentionRuns(Databases databases)
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    /// <summary>The last runs, newest first.</summary>
    public async Task<IReadOnlyList<PastRun>> LastAsync(int most, CancellationToken ct)
    {
        await using var command = databases.Reader.CreateCommand("select id, as_of, finished_at, counts from exchange.retention_run order by id desc limit $1");
        command.Parameters.AddWithValue(most);
        await using var rows = await command.ExecuteReaderAsync(ct);
        List<PastRun> runs = [];
        while (await rows.ReadAsync(ct))
            runs.Add(new(rows.GetGuid(0), rows.GetFieldValue<DateTimeOffset>(1), rows.IsDBNull(2) ? null : rows.GetFieldValue<DateTimeOffset>(2), RetentionCounts.Parse(rows.GetString(3))));
        return runs;
    }

    /// <summary>Whether a run was cut, or none of this civil day has been made and the hour has come.</summary>
    public async Task<bool> IsDueAsync(int hour, DateTimeOffset now, CancellationToken ct)
    {
        if (await LastAsync(1, ct) is not [var last, ..])
            return true;
        var local = TimeZoneInfo.ConvertTime(now, Paris);
        return last.FinishedAt is null || (local.Hour >= hour && TimeZoneInfo.ConvertTime(last.AsOf, Paris).Date < local.Date);
    }
}
