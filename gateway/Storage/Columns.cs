using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>Rows as columns: one statement a table, whatever the number of rows, through <c>unnest</c>.</summary>
internal static class Columns
{
    extension(NpgsqlBatch batch)
    {
        /// <summary>Adds a statement with positional parameters.</summary>
        public void Add(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var parameter in parameters)
                command.Parameters.Add(parameter);
            batch.BatchCommands.Add(command);
        }
    }

    /// <summary>One column of the rows, as an array parameter.</summary>
    public static NpgsqlParameter<T[]> Of<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> value)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(rows[i]);
        return new NpgsqlParameter<T[]> { TypedValue = values };
    }

    /// <summary>One column of JSON texts, strings or UTF-8, as <c>jsonb[]</c>.</summary>
    public static NpgsqlParameter Json<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> value) where T : class =>
        new() { Value = rows.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };

    /// <summary>A single value.</summary>
    public static NpgsqlParameter Value(object value) => new() { Value = value };
}
