using Npgsql;

namespace ExchangeGateway.Integration.Matching;

/// <summary>What <c>vault.find_subjects</c> finds when keys are held by nobody, by some, and by a crowd.</summary>
public sealed class CandidatesTests(PostgresFixture postgres)
{
    private const long Crowded = 1, Full = 2, Rare = 3, Unknown = 4;

    [Theory]
    // A crowd of 200 is more than one pass over the index reads for so few keys; one of 90 is not.
    [InlineData(90)]
    [InlineData(200)]
    public async Task A_crowd_on_one_key_hides_nobody_found_by_another(int crowd)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync(ct);
        await using (var seed = database.Databases.Owner.CreateBatch())
        {
            void Holders(long key, int count) => seed.BatchCommands.Add(new(
                """
                with s as (insert into vault.subject (id, territory, vault_key, wrapped_key, created_at)
                    select gen_random_uuid(), '75', 1, '\x01', '2026-01-01' from generate_series(1, $2) returning id),
                  p as (insert into vault.match_profile (subject, digest, dossier, keys, profile, created_at)
                    select id, 1, id, array[$1], '\x01', '2026-01-01' from s)
                insert into vault.match_key (key, subject) select $1, id from s
                """)
            { Parameters = { new() { Value = key }, new() { Value = count } } });
            Holders(Crowded, crowd);
            Holders(Full, 24);
            Holders(Rare, 1);
            await seed.ExecuteNonQueryAsync(ct);
        }

        (await FindAsync(database, [Crowded, Full, Rare, Unknown])).ShouldBe([Full, Rare], "more than 24 holders find nobody");
        (await FindAsync(database, [Unknown])).ShouldBeEmpty();
        (await FindAsync(database, [])).ShouldBeEmpty();
    }

    /// <summary>The keys whose holders were found, each holder once.</summary>
    private static async Task<List<long>> FindAsync(TestDatabase database, long[] wanted)
    {
        await using var find = database.Databases.Intake.CreateCommand("select keys[1], count(*) from vault.find_subjects($1, '{}') group by 1 order by 1");
        find.Parameters.Add(new NpgsqlParameter { Value = wanted });
        await using var reader = await find.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var found = new List<long>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            found.Add(reader.GetInt64(0));
            reader.GetInt64(1).ShouldBe(found[^1] == Full ? 24 : 1);
        }

        return found;
    }
}
