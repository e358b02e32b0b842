using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>
/// Lines that a restriction, or the register of purposes, hid while a cursor went by. When the person's state or the register
/// changes they take a new place, so that the next pull brings them.
/// </summary>
internal sealed class PassedOver(Databases databases, RegistersInForce registers)
{
    /// <summary>Writes down what a page hid, in the transaction that shows it.</summary>
    public async Task RememberAsync(NpgsqlConnection connection, Guid[] hidden, CancellationToken ct)
    {
        if (hidden.Length == 0)
            return;
        await using var insert = new NpgsqlCommand(
            """
            insert into delivery.passed_over (delivery, recipient, subject, seen, register)
            select d.id, d.recipient, d.subject, s.changed_at, $2 from delivery.delivery d join consent.subject_state s on s.subject = d.subject where d.id = any($1)
            on conflict (delivery) do update set seen = excluded.seen, register = excluded.register
            """, connection);
        insert.Parameters.AddWithValue(hidden);
        insert.Parameters.AddWithValue(registers.Current.Purposes.Version);
        await insert.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Gives a new place to the lines that something else hides now, or nothing. What is still hidden is remembered again by the next pull.</summary>
    /// <returns>How many lines moved.</returns>
    public async Task<int> BringBackAsync(CancellationToken ct)
    {
        await using var command = databases.Worker.CreateCommand(
            """
            with back as (
              delete from delivery.passed_over p using consent.subject_state s where s.subject = p.subject and (s.changed_at <> p.seen or p.register <> $1) returning p.delivery)
            update delivery.delivery d set position = nextval('delivery.position') from back where d.id = back.delivery
            """);
        command.Parameters.AddWithValue(registers.Current.Purposes.Version);
        return await command.ExecuteNonQueryAsync(ct);
    }
}
