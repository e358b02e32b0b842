using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>Forgets entries of the log whose time has come, oldest first, a batch a transaction. Nothing is renumbered or removed from the tree.</summary>
internal sealed class LogForgetting(Databases databases, EntrySeal seal)
{
    private const int Batch = 1000;

    /// <param name="counts">What was forgotten is added to it.</param>
    public async Task RunAsync(PurposeRegister register, DateTimeOffset asOf, RetentionCounts counts, CancellationToken ct)
    {
        var upto = new DateTimeOffset(LogRetention.CommonLimit(register, asOf), default, TimeSpan.Zero);
        var (consultations, transmissions) = (LogRetention.Names(LogClass.Consultation), LogRetention.Names(LogClass.Transmission));
        var (at, id) = (DateTimeOffset.UnixEpoch, Guid.Empty);
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        while (true)
        {
            var page = new List<(Guid Id, DateTimeOffset At, string? Ripe)>(Batch);
            await using (var select = new NpgsqlCommand("select id, at, ripe from audit.retention_page($1, $2, $3, $4, $5, $6)", connection) { CommandTimeout = HeldDeposits.Timeout })
            {
                select.Parameters.AddRange((NpgsqlParameter[])[new() { Value = consultations }, new() { Value = transmissions }, Columns.Value(upto), Columns.Value(at), Columns.Value(id), Columns.Value(Batch)]);
                await using var rows = await select.ExecuteReaderAsync(ct);
                while (await rows.ReadAsync(ct))
                    page.Add((rows.GetGuid(0), rows.GetFieldValue<DateTimeOffset>(1), rows.IsDBNull(2) ? null : rows.GetString(2)));
            }

            if (page.Count == 0)
                return;
            (id, at, _) = page[^1];
            var ripe = page.Where(p => p.Ripe is not null).ToDictionary(p => p.Id, p => p.Ripe!);
            if (ripe.Count > 0)
                await ForgetAsync(connection, register, asOf, ripe, counts, ct);
        }
    }

    private async Task ForgetAsync(NpgsqlConnection connection, PurposeRegister register, DateTimeOffset asOf, Dictionary<Guid, string> ripe, RetentionCounts counts, CancellationToken ct)
    {
        var (gone, persons) = (new List<Guid>(ripe.Count), new List<(Guid Entry, byte[] Pseudonym)>());
        await using (var select = databases.Reader.CreateCommand($"select {EntryRow.Columns} from {EntryRow.Tables} where e.id = any($1)"))
        {
            select.Parameters.Add(Columns.Of([.. ripe.Keys], k => k));
            await using var rows = await select.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                var row = EntryRow.Read(rows);
                // Whom it concerns stands in its content only: what cannot be opened cannot be forgotten whole.
                if (row.Open(seal) is not OpenedEntry.Opened { Content: var content })
                {
                    counts.InscriptionsIllisibles++;
                }
                else if (row.Rank is not null && LogRetention.Ripe(register, content.Purpose, row.At, asOf))
                {
                    gone.Add(row.Id);
                    persons.AddRange(content.Subjects.Select(s => (row.Id, Convert.FromHexString(s))));
                    if (ripe[row.Id] is "dossier")
                        counts.InscriptionsDossier++;
                    else
                        counts.InscriptionsConsultation++;
                }
            }
        }

        await using var forget = new NpgsqlCommand("select audit.forget($1, $2, $3)", connection)
        {
            Parameters = { Columns.Of(gone, g => g), Columns.Of(persons, p => p.Entry), Columns.Of(persons, p => p.Pseudonym) },
            CommandTimeout = HeldDeposits.Timeout,
        };
        await forget.ExecuteNonQueryAsync(ct);
    }
}
