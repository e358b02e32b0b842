using Npgsql;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>Sets the organisation that row-level security filters by, for the running transaction only.</summary>
internal static class RowContext
{
    /// <summary>First command of a batch; its (one-row) result must be skipped by the reader of the batch.</summary>
    public static NpgsqlBatchCommand Of(Guid organisation) =>
        new("select set_config('app.org', $1, true)") { Parameters = { new() { Value = organisation.ToString() } } };
}
