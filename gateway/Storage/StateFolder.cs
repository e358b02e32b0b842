namespace ExchangeGateway.Gateway.Storage;

/// <summary>
/// Where this gateway keeps what is not in the database: keys, tiles of the log, payloads, the embedded database. One
/// gateway at a time: it holds an exclusive lock on the folder for as long as it lives.
/// </summary>
/// <remarks>
/// Place: <c>State:Folder</c>; else for root <c>/var/lib/exchange-gateway</c>; else <c>$XDG_STATE_HOME/exchange-gateway</c>
/// or <c>~/.local/state/exchange-gateway</c> (XDG Base Directory Specification 0.8). Everything is created for its user
/// only (0700), except that root's own folder lets the unprivileged user of the database pass through it (0711).
/// </remarks>
internal sealed class StateFolder : IDisposable
{
    /// <summary>State of a gateway that runs as root, and the place of what root shares with the database's user.</summary>
    public const string SystemRoot = "/var/lib/exchange-gateway";

    private const int WouldBlockOnLinux = 11; // EWOULDBLOCK of flock(2)
    private const int WouldBlockOnMac = 35;

    private readonly FileStream _lock;

    private StateFolder(string root, FileStream held)
    {
        Root = root;
        _lock = held;
    }

    public string Root { get; }
    /// <summary>Certificate of the key ring and vault keys: what opens the database. Never in its backups.</summary>
    public string Keys => Path.Combine(Root, "keys");
    /// <summary>Ledger of the erasures, beside the keys: replayed on a database that a backup has brought back.</summary>
    public string Erasures => Path.Combine(Root, "effacements.ndjson");
    /// <summary>Lists old ↔ new of the pseudonyms of each recipient whose key was replaced.</summary>
    public string Correspondences => Path.Combine(Root, "correspondances");
    /// <summary>Tiles and signed heads of the log.</summary>
    public string Journal => Path.Combine(Root, "journal");
    /// <summary>Attachments, when no Azure container is given.</summary>
    public string Payloads => Path.Combine(Root, "payloads");
    /// <summary>Credentials and files of the demonstration.</summary>
    public string Demo => Path.Combine(Root, "demo");
    /// <summary>Binaries, password, log and, unless others cannot reach it, data of the embedded server.</summary>
    public string Postgresql => Path.Combine(Root, "postgresql");

    /// <summary>The folder that a configuration names, without touching the disk.</summary>
    /// <exception cref="StartRefusedException">No folder is given and the user has no home.</exception>
    public static string Locate(IConfiguration configuration)
    {
        if (configuration["State:Folder"] is { Length: > 0 } given)
            return Path.GetFullPath(given);
        if (Environment.IsPrivilegedProcess)
            return SystemRoot;
        // The specification ignores a relative $XDG_STATE_HOME.
        if (Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state))
            return Path.Combine(state, "exchange-gateway");
        if (Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home)
            return Path.Combine(home, ".local", "state", "exchange-gateway");
        throw new StartRefusedException("Cet utilisateur n'a pas de dossier personnel : indiquez le dossier d'état de la passerelle dans State:Folder (variable State__Folder).");
    }

    /// <summary>Creates what is missing and takes the lock.</summary>
    /// <exception cref="StartRefusedException">Another gateway holds the folder, or it cannot be written.</exception>
    public static StateFolder Open(IConfiguration configuration)
    {
        var root = Locate(configuration);
        try
        {
            var passage = Environment.IsPrivilegedProcess ? Posix.Passage : Posix.Private;
            Directory.CreateDirectory(root, passage);
            var state = new StateFolder(root, Hold(root));
            foreach (var secret in (string[])[state.Keys, state.Correspondences, state.Journal, state.Payloads, state.Demo])
                Restrict(secret, Posix.Private);
            Restrict(state.Postgresql, passage);
            return state;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new StartRefusedException($"Le dossier d'état {root} ne peut pas être utilisé ({e.Message}). Donnez-en un autre dans State:Folder (variable State__Folder) ou corrigez ses droits.", e);
        }
    }

    /// <summary>A folder of <see cref="SystemRoot"/> that root shares with the database's user, whatever the state folder is.</summary>
    public static string Shared(params ReadOnlySpan<string> names)
    {
        var folder = SystemRoot;
        foreach (var name in (string[])["", .. names])
        {
            folder = Path.Combine(folder, name);
            Directory.CreateDirectory(folder, Posix.Passage);
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | Posix.Passage);
        }

        return folder;
    }

    public void Dispose() => _lock.Dispose();

    // The kernel drops the lock with the process, kill -9 included: the file itself means nothing and stays.
    private static FileStream Hold(string root)
    {
        var path = Path.Combine(root, "lock");
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = Posix.PrivateFile,
            });
        }
        catch (IOException e) when (e.HResult is WouldBlockOnLinux or WouldBlockOnMac)
        {
            throw new StartRefusedException($"Une autre passerelle utilise déjà le dossier d'état {root}. Arrêtez-la, ou donnez à celle-ci un autre dossier dans State:Folder (variable State__Folder).", e);
        }
    }

    // An older umask or a copied backup may have left a folder open to others.
    private static void Restrict(string folder, UnixFileMode mode)
    {
        Directory.CreateDirectory(folder, mode);
        if ((File.GetUnixFileMode(folder) & ~mode) != UnixFileMode.None)
            File.SetUnixFileMode(folder, mode);
    }
}
