using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Access.Tokens;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Access;

/// <summary>An organisation as an operator wants it, with what it may deposit, its machines and its people.</summary>
internal sealed record OrganisationSpec
{
    /// <summary>Stable code, <c>adil-75</c>.</summary>
    public required string Code { get; init; }
    /// <summary>Nature as the purposes name it.</summary>
    public required string Nature { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<string> Territories { get; init; }
    public bool Sandbox { get; init; }
    /// <summary>What it may deposit, and for dwellings of which territory.</summary>
    public IReadOnlyList<DepositSpec> Deposits { get; init; } = [];
    public IReadOnlyList<ClientSpec> Clients { get; init; } = [];
    public IReadOnlyList<PersonSpec> People { get; init; } = [];
}

internal readonly record struct DepositSpec(MessageType Type, string Territory);

internal sealed record ClientSpec(string ClientId, string Role);

internal sealed record PersonSpec(string Account, string DisplayName, string Role);

/// <summary>Credentials just made: shown to the operator once, kept nowhere else in clear.</summary>
internal sealed record IssuedClient(string Organisation, string Nature, string Role, IReadOnlyList<string> Territories, string ClientId, string Secret);

/// <summary>A person's credentials just made.</summary>
/// <param name="AuthenticatorKey">Base32 key of the second factor; <see langword="null"/> when the role needs none.</param>
internal sealed record IssuedPerson(string Organisation, string Role, string Account, string Password, string? AuthenticatorKey);

internal sealed record IssuedCredentials(IReadOnlyList<IssuedClient> Clients, IReadOnlyList<IssuedPerson> People);

/// <summary>Brings organisations, rights, machines and people to what a specification says. Uses the owner's connection: an operator's act, never a request's.</summary>
internal sealed class OrganisationDirectory(Databases databases, AuditLog log, AuthenticatorKeys keys, IOptions<PasswordHasherOptions> passwords, TimeProvider clock)
{
    private const long Lock = 0x6567_6469_7265_6374; // "egdirect"

    /// <summary>
    /// Creates what is missing and updates names, territories and rights, in one transaction with its log entries. A client or
    /// person that exists keeps its secret, and is not in the answer, unless <paramref name="renewSecrets"/> or the role needs a second
    /// factor that the person has not.
    /// </summary>
    /// <exception cref="ArgumentException">A role does not exist, or a client or account belongs to another organisation.</exception>
    public async Task<IssuedCredentials> EnsureAsync(IEnumerable<OrganisationSpec> specs, bool renewSecrets, CancellationToken ct)
    {
        var (clients, people, entries) = (new List<IssuedClient>(), new List<IssuedPerson>(), new List<PreparedEntry>());
        var now = clock.GetUtcNow();
        await using var connection = await databases.Owner.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, "select pg_advisory_xact_lock($1)", ct, Lock);
        foreach (var spec in specs)
        {
            if (spec.Clients.Select(c => c.Role).Concat(spec.People.Select(p => p.Role)).FirstOrDefault(role => !Roles.All.Contains(role)) is { } unknown)
                throw new ArgumentException($"{spec.Code}: the role {unknown} does not exist.", nameof(specs));
            var organisation = await EnsureOrganisationAsync(connection, spec, entries, now, ct);
            foreach (var client in spec.Clients)
            {
                if (await EnsureClientAsync(connection, organisation, client, renewSecrets, now, ct) is { } secret)
                    clients.Add(new(spec.Code, spec.Nature, client.Role, spec.Territories, client.ClientId, secret));
            }

            foreach (var person in spec.People)
            {
                if (await EnsurePersonAsync(connection, organisation, person, renewSecrets, ct) is (var password, var key))
                    people.Add(new(spec.Code, person.Role, person.Account, password, key));
            }
        }

        if (entries.Count > 0)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            log.AddTo(batch, entries);
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        log.Wake();
        return new(clients, people);
    }

    private async Task<Guid> EnsureOrganisationAsync(NpgsqlConnection connection, OrganisationSpec spec, List<PreparedEntry> entries, DateTimeOffset now, CancellationToken ct)
    {
        var created = Guid.CreateVersion7(now);
        var id = (Guid)(await ScalarAsync(connection, """
            insert into access.organisation (id, code, nature, name, territories, sandbox, created_at) values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (code) do update set nature = $3, name = $4, territories = $5, sandbox = $6
            returning id
            """, ct, created, spec.Code, spec.Nature, spec.Name, spec.Territories.ToArray(), spec.Sandbox, now))!;
        if (id == created)
        {
            entries.Add(await log.PrepareAsync(new AuditEntry
            {
                Action = LogAction.OrganisationAdded,
                Organisation = id,
                Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["code"] = spec.Code, ["nature"] = spec.Nature },
            }, now, ct));
        }

        string[] types = [.. spec.Deposits.Select(deposit => deposit.Type.ToString())], territories = [.. spec.Deposits.Select(deposit => deposit.Territory)];
        await ExecuteAsync(connection, """
            delete from access.deposit_right r where organisation = $1
              and not exists (select 1 from unnest($2, $3) as s (type, territory) where s.type = r.message_type and s.territory = r.territory)
            """, ct, id, types, territories);
        await ExecuteAsync(connection, """
            insert into access.deposit_right (organisation, message_type, territory)
            select $1, s.type, s.territory from unnest($2, $3) as s (type, territory)
            on conflict do nothing
            """, ct, id, types, territories);
        return id;
    }

    private static async Task<string?> EnsureClientAsync(NpgsqlConnection connection, Guid organisation, ClientSpec client, bool renew, DateTimeOffset now, CancellationToken ct)
    {
        var owner = await ScalarAsync(connection, "select organisation from access.client where client_id = $1", ct, client.ClientId) as Guid?;
        if (owner is not null && owner != organisation)
            throw new ArgumentException($"The client {client.ClientId} belongs to another organisation.", nameof(client));
        if (owner is not null && !renew)
        {
            await ExecuteAsync(connection, "update access.client set role = $2 where client_id = $1", ct, client.ClientId, client.Role);
            return null;
        }

        var secret = ClientSecret.New();
        await ExecuteAsync(connection, """
            insert into access.client (id, client_id, organisation, role, secret_hash, created_at) values ($1, $2, $3, $4, $5, $6)
            on conflict (client_id) do update set role = $4, secret_hash = $5
            """, ct, Guid.CreateVersion7(now), client.ClientId, organisation, client.Role, ClientSecret.Hash(secret), now);
        // A renewed secret ends what the old one opened.
        await ExecuteAsync(connection, "update access.token t set revoked_at = $2 from access.client c where c.id = t.client and c.client_id = $1 and t.revoked_at is null", ct, client.ClientId, now);
        return secret;
    }

    private async Task<(string Password, string? Key)?> EnsurePersonAsync(NpgsqlConnection connection, Guid organisation, PersonSpec person, bool renew, CancellationToken ct)
    {
        var normalized = person.Account.Normalize().ToUpperInvariant(); // as Identity's UpperInvariantLookupNormalizer
        var owner = await ScalarAsync(connection, "select organisation from access.person where normalized_user_name = $1", ct, normalized) as Guid?;
        if (owner is not null && owner != organisation)
            throw new ArgumentException("An account belongs to another organisation.", nameof(person));
        var needsKey = Roles.SeesIdentities(person.Role);
        if (owner is not null && !renew && (!needsKey || await HasKeyAsync(connection, normalized, ct)))
            return null;

        // New, renewed, or kept out by the second factor that its role has come to need.
        var password = PasswordRules.Generate();
        var key = needsKey ? Totp.NewKey() : null;
        var hash = new PasswordHasher<Person>(passwords).HashPassword(new Person(), password);
        var id = (Guid)(await ScalarAsync(connection, """
            insert into access.person (id, user_name, normalized_user_name, email, normalized_email, password_hash, security_stamp, concurrency_stamp,
              two_factor_enabled, organisation, role, display_name)
            values ($1, $2, $3, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (normalized_user_name) do update set password_hash = $4, security_stamp = $5, concurrency_stamp = $6, two_factor_enabled = $7,
              role = $9, display_name = $10, access_failed_count = 0, lockout_end = null, last_code_step = null
            returning id
            """, ct, Guid.NewGuid(), person.Account, normalized, hash, Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"), key is not null, organisation, person.Role, person.DisplayName))!;
        await ExecuteAsync(connection, "delete from access.person_token where user_id = $1", ct, id);
        if (key is not null)
            await ExecuteAsync(connection, "insert into access.person_token (user_id, login_provider, name, value) values ($1, $2, $3, $4)", ct, id, AuthenticatorKeys.Provider, AuthenticatorKeys.Name, keys.Wrap(key));
        return (password, key);
    }

    private static async Task<bool> HasKeyAsync(NpgsqlConnection connection, string normalized, CancellationToken ct) =>
        await ScalarAsync(
            connection, "select exists (select 1 from access.person p join access.person_token t on t.user_id = p.id where p.normalized_user_name = $1 and t.login_provider = $2 and t.name = $3)",
            ct, normalized, AuthenticatorKeys.Provider, AuthenticatorKeys.Name) is true;

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value is string[] texts
                ? new NpgsqlParameter { Value = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }
                : new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(ct);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync(ct);
    }
}
