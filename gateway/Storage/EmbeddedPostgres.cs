using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>
/// A private, real PostgreSQL server: no TCP, a socket that only its user reaches, generated passwords, checksums. It lives
/// in its own session under <c>watch.sh</c>, which stops it when the gateway ends in any way, <c>kill -9</c> included.
/// </summary>
/// <remarks>
/// Settings: <c>Database:Binaries</c>, <c>Database:User</c> (root only, default <c>nobody</c>) and
/// <c>Database:Settings:&lt;name&gt;</c>, which override the server settings below by name. Linux only.
/// </remarks>
internal sealed partial class EmbeddedPostgres(IConfiguration configuration, StateFolder state, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<EmbeddedPostgres> logger) : IAsyncDisposable
{
    public const string Owner = "exchange_owner";
    public const string Database = "exchange_gateway";

    /// <summary>Time that open transactions and the last checkpoint are given before the hard stop.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _sockets = ShortFolder();
    private readonly Dictionary<string, string> _passwords = new(StringComparer.Ordinal);
    private readonly UnprivilegedUser? _user = UnprivilegedUser.Of(configuration);
    // Its standard input is what keeps the server alive: never collected before this object.
    private Process? _watcher;
    private bool _stopping;

    private string PasswordFile => Path.Combine(state.Postgresql, "owner-password");
    private string LogFile => Path.Combine(state.Postgresql, "server.log");

    /// <summary>Connection string of a role. The owner's password is kept in the state folder; the others' are new at each start.</summary>
    public string ConnectionString(string role, string database = Database) => new NpgsqlConnectionStringBuilder
    {
        Host = _sockets,
        Username = role,
        Password = role is Owner ? OwnerPassword() : Password(role),
        Database = database,
    }.ConnectionString;

    /// <summary>Makes the cluster at first start, stops what a killed gateway left, starts the server and waits until it takes connections.</summary>
    /// <exception cref="StartRefusedException">It cannot; the message says why and what to do.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux())
            throw new StartRefusedException("PostgreSQL embarqué ne fonctionne que sous Linux : donnez des chaînes de connexion dans Database:Owner, Database:Intake, Database:Reader, Database:Vault et Database:Worker.");
        var started = clock.GetTimestamp();
        var binaries = await PostgresBinaries.PrepareAsync(configuration, state, _user, ct);
        var place = await PlaceAsync(ct);
        var data = Path.Combine(place, "data");
        if (!Directory.Exists(data))
            await InitialiseAsync(binaries, place, data, ct);
        var major = (await File.ReadAllTextAsync(Path.Combine(data, "PG_VERSION"), ct)).Trim();
        if (!string.Equals(major, binaries.Major.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            throw new StartRefusedException($"Les données de {data} sont au format de PostgreSQL {major}, les programmes sont en version {binaries.Major}. Indiquez un PostgreSQL {major} dans Database:Binaries, ou migrez les données.");

        if (await Postmaster.StopOrphanAsync(data, Grace, clock, ct) is { } orphan)
            LogOrphanStopped(orphan);
        await RunAsync(binaries, data, ct);
        await CreateDatabaseAsync(ct);
        LogStarted(binaries.Major, clock.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Lets the roles of migration 1 log in, each with the password that <see cref="ConnectionString"/> gives.</summary>
    public async Task LetRolesInAsync(NpgsqlDataSource owner, CancellationToken ct)
    {
        await using var batch = owner.CreateBatch();
        // Rounds are for passwords that can be guessed: on 192 random bits they only slow every connection. (From version 16.)
        batch.BatchCommands.Add(new("select set_config('scram_iterations', '64', false) from pg_settings where name = 'scram_iterations'"));
        // ALTER ROLE takes no parameter; names are constants and passwords hexadecimal.
        foreach (var role in Databases.Roles)
            batch.BatchCommands.Add(new($"alter role {role} login password '{Password(role)}'"));
        await batch.ExecuteNonQueryAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        if (_watcher is null)
            return;
        _watcher.StandardInput.Close();
        using var limit = new CancellationTokenSource(Grace + Grace, clock);
        try
        {
            await _watcher.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            LogStillStopping(LogFile);
        }

        _watcher.Dispose();
        _watcher = null;
    }

    // sun_path holds 107 bytes: a socket in the state folder would often be too long. Random, so that nobody can wait for it there.
    private static string ShortFolder()
    {
        var name = "eg-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var temporary = Path.GetTempPath();
        return Path.Combine(Encoding.UTF8.GetByteCount(temporary) <= 60 ? temporary : "/tmp", name);
    }

    // Where the server's user can reach its data: in the state folder, or, when that lies in a folder closed to others,
    // beside the system's copy of the binaries under a name kept in the state folder.
    private async Task<string> PlaceAsync(CancellationToken ct)
    {
        if (_user is null || (await Shell.RunAsync(_user.Command(["test", "-x", state.Postgresql]), ct)).Status == 0)
            return state.Postgresql;
        var pointer = Path.Combine(state.Postgresql, "cluster");
        if (!File.Exists(pointer))
            Posix.WritePrivate(pointer, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))));
        return StateFolder.Shared("clusters", await File.ReadAllTextAsync(pointer, ct));
    }

    private async Task InitialiseAsync(PostgresBinaries binaries, string place, string data, CancellationToken ct)
    {
        foreach (var abandoned in Directory.EnumerateDirectories(place, "data.new-*"))
            Directory.Delete(abandoned, recursive: true); // a first start that was killed
        foreach (var abandoned in Directory.EnumerateFiles(place, "password.new-*"))
            File.Delete(abandoned);
        var suffix = ".new-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var fresh = data + suffix;
        var password = Path.Combine(place, "password" + suffix);
        Posix.WritePrivate(password, Encoding.ASCII.GetBytes(OwnerPassword()));
        Directory.CreateDirectory(fresh, Posix.Private);
        _user?.Own(password);
        _user?.Own(fresh);
        IReadOnlyList<string> command =
        [
            binaries.Initdb, "-D", fresh, "--username=" + Owner, "--pwfile=" + password, "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-instructions",
            // The builtin provider came with version 17: Unicode's case rules, bytewise order, no dependence on the system's library.
            .. binaries.Major >= 17 ? (string[])["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : [],
        ];
        var said = OpenLog();
        // Watched too: a gateway killed now must not leave initdb writing where the next start clears up.
        using var initdb = Watch(PostgresBinaries.AsUser(_user, command));
        await initdb.WaitForExitAsync(ct);
        File.Delete(password);
        if (initdb.ExitCode != 0)
        {
            var why = await SaidSinceAsync(said, ct);
            Directory.Delete(fresh, recursive: true);
            throw new StartRefusedException($"La création de la base de données dans {place} a échoué : {why}");
        }

        Directory.Move(fresh, data);
        Posix.FlushFolder(place);
    }

    private async Task RunAsync(PostgresBinaries binaries, string data, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var said = OpenLog();
            _watcher = Watch(PostgresBinaries.AsUser(_user, [binaries.Postgres, "-D", data, .. EmbeddedSettings.Arguments(configuration, _sockets)]));
            if (await ReadyAsync(_watcher, data, started, ct))
                break;
            _watcher.Dispose();
            _watcher = null;
            var why = await SaidSinceAsync(said, ct);
            // The backends of a server that was itself killed need a moment to notice.
            if (!why.Contains("pre-existing shared memory block", StringComparison.Ordinal) || clock.GetElapsedTime(started) > Grace)
                throw new StartRefusedException($"PostgreSQL n'a pas démarré (journal : {LogFile}) : {why}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, ct);
        }

        _watcher.EnableRaisingEvents = true;
        _watcher.Exited += (_, _) => OnExited();
        if (_watcher.HasExited)
            OnExited();
    }

    // The watcher appends to it. One older file is kept.
    private long OpenLog()
    {
        if (File.Exists(LogFile) && new FileInfo(LogFile).Length > 16 * 1024 * 1024)
            File.Move(LogFile, LogFile + ".1", overwrite: true);
        using var log = new FileStream(LogFile, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = Posix.PrivateFile });
        return log.Length;
    }

    private Process Watch(IReadOnlyList<string> server)
    {
        using var resource = typeof(EmbeddedPostgres).Assembly.GetManifestResourceStream("sh/watch.sh")!;
        using var reader = new StreamReader(resource);
        // A session of its own: Ctrl-C in the gateway's terminal is for the gateway, which then stops the server in order.
        return Shell.Start(Shell.Bare(
        [
            "setsid", "sh", "-c", reader.ReadToEnd(), "eg-watch", LogFile, _sockets, _user?.Ids ?? "",
            ((int)Grace.TotalSeconds).ToString(CultureInfo.InvariantCulture), .. server,
        ]));
    }

    // The status line of postmaster.pid is what pg_ctl itself waits for; a connection per attempt would cost more.
    private async Task<bool> ReadyAsync(Process watcher, string data, long started, CancellationToken ct)
    {
        while (!watcher.HasExited)
        {
            if (Postmaster.Read(data) is { Ready: true, Sockets: var sockets } && string.Equals(sockets, _sockets, StringComparison.Ordinal))
                return true;
            if (clock.GetElapsedTime(started) > StartLimit)
                throw new StartRefusedException(string.Create(CultureInfo.InvariantCulture, $"PostgreSQL n'est pas prêt après {StartLimit.TotalSeconds} s ; son journal : {LogFile}."));
            await Task.Delay(TimeSpan.FromMilliseconds(5), clock, ct);
        }

        return false;
    }

    private async Task<string> SaidSinceAsync(long position, CancellationToken ct)
    {
        await using var log = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = position;
        using var reader = new StreamReader(log);
        return (await reader.ReadToEndAsync(ct)).Trim();
    }

    private async Task CreateDatabaseAsync(CancellationToken ct)
    {
        try
        {
            await using var known = new NpgsqlConnection(ConnectionString(Owner) + ";Pooling=false");
            await known.OpenAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidCatalogName)
        {
            await using var connection = new NpgsqlConnection(ConnectionString(Owner, "postgres") + ";Pooling=false");
            await connection.OpenAsync(ct);
            await using var create = new NpgsqlCommand("create database " + Database, connection);
            await create.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword)
        {
            throw new StartRefusedException($"Le mot de passe de {PasswordFile} n'est pas celui de la base de données : remettez le fichier d'origine.", e);
        }
    }

    private string OwnerPassword()
    {
        lock (_passwords)
        {
            if (_passwords.TryGetValue(Owner, out var known))
                return known;
            if (!File.Exists(PasswordFile))
                Posix.WritePrivate(PasswordFile, Encoding.ASCII.GetBytes(NewPassword()));
            return _passwords[Owner] = File.ReadAllText(PasswordFile);
        }
    }

    private string Password(string role)
    {
        lock (_passwords)
            return _passwords.TryGetValue(role, out var known) ? known : _passwords[role] = NewPassword();
    }

    private static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    // Without its database the gateway can promise nothing: it ends, and whoever runs it starts it again.
    private void OnExited()
    {
        if (_stopping)
            return;
        LogEndedAlone(LogFile);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    [LoggerMessage(1000, LogLevel.Information, "PostgreSQL {Major} embarqué prêt en {Milliseconds:F0} ms.")]
    private partial void LogStarted(int major, double milliseconds);

    [LoggerMessage(1001, LogLevel.Warning, "Un PostgreSQL laissé par un lancement précédent (processus {Pid}) a été arrêté.")]
    private partial void LogOrphanStopped(int pid);

    [LoggerMessage(1002, LogLevel.Critical, "PostgreSQL embarqué s'est arrêté de lui-même : la passerelle s'arrête. Journal : {LogFile}")]
    private partial void LogEndedAlone(string logFile);

    [LoggerMessage(1003, LogLevel.Error, "PostgreSQL embarqué tarde à s'arrêter ; son gardien le fera. Journal : {LogFile}")]
    private partial void LogStillStopping(string logFile);
}
