using ExchangeGateway.Gateway.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Access;

/// <summary>A token that is in force, and the certificate that it is bound to, if any.</summary>
internal sealed record TokenBearer(Caller Caller, byte[]? CertificateThumbprint);

/// <summary>A person whose account and organisation are in force.</summary>
internal sealed record SessionBearer(Caller Caller, string SecurityStamp, string DisplayName, string OrganisationName);

/// <summary>Who stands behind a token or a session, with all that the request needs about them: one prepared query each, never cached.</summary>
internal sealed class CallerLookup(Databases databases, TimeProvider clock)
{
    private const string Columns = """
        o.id, o.code, o.nature, o.territories, o.sandbox,
          case when a.role = 'depositaire' then array(select r.message_type || '@' || r.territory from access.deposit_right r where r.organisation = o.id) else '{}'::text[] end,
          a.role, a.id
        """;

    private const string ByToken = $"""
        select {Columns}, t.certificate_thumbprint
        from access.token t join access.client a on a.id = t.client join access.organisation o on o.id = a.organisation
        where t.digest = $1 and t.revoked_at is null and t.expires_at > $2 and a.disabled_at is null and o.disabled_at is null
        """;

    private const string ByPerson = $"""
        select {Columns}, a.security_stamp, a.display_name, o.name
        from access.person a join access.organisation o on o.id = a.organisation
        where a.id = $1 and a.disabled_at is null and o.disabled_at is null
        """;

    /// <summary>The bearer of a token by the token's SHA-256; <see langword="null"/> when unknown, expired, revoked or disabled.</summary>
    public async ValueTask<TokenBearer?> FindByTokenAsync(byte[] digest, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(ByToken, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<byte[]> { TypedValue = digest, NpgsqlDbType = NpgsqlDbType.Bytea },
                new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };
        await command.PrepareAsync(ct); // once per physical connection, then a look-up in memory
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new(Read(row), await row.IsDBNullAsync(8, ct) ? null : row.GetFieldValue<byte[]>(8))
            : null;
    }

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

    private static Caller Read(NpgsqlDataReader row) => new()
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
