using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Access;

/// <summary>A person whose account and organisation are in force.</summary>
internal sealed record SessionBearer(Caller Caller, string SecurityStamp, string DisplayName, string OrganisationName);

/// <summary>Who stands behind a session, with all that the request needs about them: one prepared query, never cached.</summary>
internal sealed class CallerLookup(Databases databases)
{
    internal const string Columns = """
        o.id, o.code, o.nature, o.territories, o.sandbox,
          case when a.role = 'depositaire' then array(select r.message_type || '@' || r.territory from access.deposit_right r where r.organisation = o.id) else '{}'::text[] end,
          a.role, a.id
        """;

    private const string ByPerson = $"""
        select {Columns}, a.security_stamp, a.display_name, o.name
        from access.person a join access.organisation o on o.id = a.organisation
        where a.id = $1 and a.disabled_at is null and o.disabled_at is null
        """;

    /// <summary>The bearer of a session by the person's id; <see langword="null"/> when the account or its organisation is disabled.</summary>
    public async ValueTask<SessionBearer?> FindByPersonAsync(Guid person, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(ByPerson, connection)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = person, NpgsqlDbType = NpgsqlDbType.Uuid } },
        };
        await command.PrepareAsync(ct);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) && !await row.IsDBNullAsync(8, ct)
            ? new(Read(row), row.GetString(8), row.GetString(9), row.GetString(10))
            : null;
    }

    /// <summary>Reads <see cref="Columns"/>, the first eight of the row.</summary>
    internal static Caller Read(NpgsqlDataReader row) => new()
    {
        Organisation = row.GetGuid(0),
        OrganisationCode = row.GetString(1),
        Nature = row.GetString(2),
        Territories = row.GetFieldValue<string[]>(3),
        Sandbox = row.GetBoolean(4),
        Deposits = new(row.GetFieldValue<string[]>(5)),
        Role = row.GetString(6),
        Agent = row.GetGuid(7).ToString(),
    };
}
