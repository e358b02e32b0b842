using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>Lines that a restriction hid while a cursor went by. When the person's state changes they take a new place, so that the next pull brings them.</summary>
internal sealed class PassedOver(Databases databases)
{
    /// <summary>Writes down what a page hid, in the transaction that shows it.</summary>
    public static async Task RememberAsync(NpgsqlConnection connection, Guid[] hidden, CancellationToken ct)
    {
        if (hidden.Length == 0)
            return;
        await using var insert = new NpgsqlCommand(
            """
            insert into delivery.passed_over (delivery, recipient, subject, seen)
            select d.id, d.recipient, d.subject, s.changed_at from delivery.delivery d join consent.subject_state s on s.subject = d.subject where d.id = any($1)
            on conflict (delivery) do update set seen = excluded.seen
            """, connection);
        insert.Parameters.AddWithValue(hidden);
        await insert.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Gives a new place to the lines of persons whose state has changed since. What is still hidden is remembered again by the next pull.</summary>
    /// <returns>How many lines moved.</returns>
    public async Task<int> BringBackAsync(CancellationToken ct)
    {
        await using var command = databases.Worker.CreateCommand(
            """
            with back as (
              delete from delivery.passed_over p using consent.subject_state s where s.subject = p.subject and s.changed_at <> p.seen returning p.delivery)
            update delivery.delivery d set position = nextval('delivery.position') from back where d.id = back.delivery
            """);
        return await command.ExecuteNonQueryAsync(ct);
    }
}
