using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>A line added to the inbox of who sent a deposit: that the household is accompanied, what the CCAPEX decided.</summary>
/// <param name="Nature">One of <see cref="DeliveryNature"/>.</param>
/// <param name="Reason">Code that the line itself says; <see langword="null"/> when its content does.</param>
/// <param name="Content">Category and box, sealed with the subject's key.</param>
internal sealed record NewNotice(
    Guid Id, Guid Deposit, string? OnBehalfOf, string Purpose, string RegisterVersion, string Rule, string Nature, string? Reason, (Categories Category, byte[] Box)? Content);

internal static class Notices
{
    /// <summary>Table that keeps the contents; part of what a seal binds.</summary>
    public const string Table = "delivery.notice";

    /// <returns>False when such a line stands in that inbox already.</returns>
    public static async Task<bool> TellAsync(NpgsqlConnection connection, NewNotice notice, DateTimeOffset now, CancellationToken ct)
    {
        await using var tell = new NpgsqlCommand("select delivery.tell_sender($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", connection)
        {
            Parameters =
            {
                Columns.Value(notice.Id), Columns.Value(notice.Deposit), Text(notice.OnBehalfOf), Columns.Value(notice.Purpose), Columns.Value(notice.RegisterVersion),
                Columns.Value(notice.Rule), Columns.Value(notice.Nature), Text(notice.Reason),
                new() { Value = (short)(notice.Content?.Category ?? Categories.None), NpgsqlDbType = NpgsqlDbType.Smallint },
                new() { Value = (object?)notice.Content?.Box ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea }, Columns.Value(now),
            },
        };
        return (bool)(await tell.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The sealed content of a line, where it has one that is permitted; opened after the log entry.</summary>
    public static async Task<(Categories Category, byte[] Box)?> ReadAsync(NpgsqlConnection connection, DeliveryRecord delivery, Categories permitted, CancellationToken ct)
    {
        if (!DeliveryNature.HasContent(delivery.Nature))
            return null;
        await using var select = new NpgsqlCommand($"select category, sealed from {Table} where delivery = $1", connection) { Parameters = { new() { Value = delivery.Id } } };
        await using var reader = await select.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) && ((Categories)reader.GetInt16(0) & permitted) != Categories.None
            ? ((Categories)reader.GetInt16(0), reader.GetFieldValue<byte[]>(1))
            : null;
    }

    /// <summary>One section, named by its category.</summary>
    public static JsonObject Open(DataKey key, Guid delivery, (Categories Category, byte[] Box) content) =>
        new() { [content.Category.Name()] = JsonNode.Parse(key.Open(Table, delivery, content.Category, content.Box)) };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
