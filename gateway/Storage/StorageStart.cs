using ExchangeGateway.Gateway.Storage.Protection;
using Npgsql;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>What must hold before the first request: a server that keeps what it commits, tables of this version, keys that open.</summary>
internal static class StorageStart
{
    extension(IServiceProvider services)
    {
        /// <summary>Starts the embedded server if none is given, migrates, checks durability, roles and key ring. Call once, before the host starts.</summary>
        /// <exception cref="StartRefusedException">One of them fails; the message is for the operator.</exception>
        public async Task StartStorageAsync(CancellationToken ct)
        {
            var configuration = services.GetRequiredService<IConfiguration>();
            var production = services.GetRequiredService<IHostEnvironment>().IsProduction();
            var embedded = !DatabaseSettings.AreGiven(configuration);
            if (embedded && production && !configuration.GetValue<bool>("Database:Embedded"))
                throw new StartRefusedException("En production, le PostgreSQL embarqué doit être demandé explicitement : donnez vos chaînes de connexion (Database:Owner, Database:Intake, Database:Reader, Database:Vault, Database:Worker), ou Database:Embedded=true. Pour un essai, lancez avec DOTNET_ENVIRONMENT=Development.");

            _ = services.GetRequiredService<StateFolder>();
            if (embedded)
                await services.GetRequiredService<EmbeddedPostgres>().StartAsync(ct);
            try
            {
                var databases = services.GetRequiredService<Databases>();
                await new Migrations(databases.Owner, Migrations.Of(typeof(StorageStart).Assembly), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<Migrations>>()).RunAsync(ct);
                if (embedded)
                    await services.GetRequiredService<EmbeddedPostgres>().LetRolesInAsync(databases.Owner, ct);
                await CheckAsync(databases, ct);
                await services.GetRequiredService<KeyRing>().StartAsync(ct);
            }
            catch (NpgsqlException e)
            {
                throw new StartRefusedException($"La base de données ne peut pas être utilisée : {e.GetBaseException().Message}", e);
            }
        }
    }

    private static async Task CheckAsync(Databases databases, CancellationToken ct)
    {
        (string Name, NpgsqlDataSource Source)[] sources =
        [
            ("Owner", databases.Owner), ("Intake", databases.Intake), ("Reader", databases.Reader), ("Vault", databases.Vault), ("Worker", databases.Worker),
        ];
        var faults = (await Task.WhenAll(sources.Select(s => CheckAsync(s.Name, s.Source, ct)))).SelectMany(f => f).Distinct(StringComparer.Ordinal).ToList();
        if (faults.Count > 0)
            throw new StartRefusedException("La passerelle refuse cette base de données : " + string.Join(" ; ", faults) + ".");
    }

    // Through each role: synchronous_commit can be set for one role or one database only.
    private static async Task<IReadOnlyList<string>> CheckAsync(string name, NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand("""
            select current_setting('fsync'), current_setting('synchronous_commit'),
                   (select rolsuper or rolbypassrls from pg_roles where rolname = current_user),
                   exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                           where n.nspname in ('access', 'vault', 'exchange', 'routing', 'delivery', 'consent', 'audit')
                             and c.relkind in ('r', 'p') and pg_has_role(current_user, c.relowner, 'member'))
            """);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        List<string> faults = [];
        if (row.GetString(0) is "off")
            faults.Add("« fsync » est désactivé, un accusé de réception pourrait être perdu ; remettez fsync = on");
        if (row.GetString(1) is "off")
            faults.Add($"« synchronous_commit » est désactivé pour Database:{name}, un accusé de réception pourrait être perdu ; remettez synchronous_commit = on");
        // Row-level security does not bind these, and an owner may rewrite the log.
        if (name is not "Owner" && (row.GetBoolean(2) || row.GetBoolean(3)))
            faults.Add($"le rôle de Database:{name} est superutilisateur, contourne la sécurité par ligne ou possède les tables ; donnez-lui un rôle ordinaire, membre de exchange_{name.ToLowerInvariant()}");
        return faults;
    }
}
