using System.Globalization;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>The user that the embedded server runs as when the gateway is root: PostgreSQL refuses to be root.</summary>
internal sealed record UnprivilegedUser(string Name, uint User, uint Group)
{
    /// <summary>The user named by <c>Database:User</c> (default <c>nobody</c>); <see langword="null"/> when the gateway is not root.</summary>
    /// <exception cref="StartRefusedException">No such user, or it is root: initdb and the server need an entry of <c>/etc/passwd</c>.</exception>
    public static UnprivilegedUser? Of(IConfiguration configuration)
    {
        if (!Environment.IsPrivilegedProcess)
            return null;
        var name = configuration["Database:User"] is { Length: > 0 } given ? given : "nobody";
        // name:password:uid:gid:… (passwd(5))
        var fields = File.ReadLines("/etc/passwd").Select(l => l.Split(':')).FirstOrDefault(f => f.Length > 3 && string.Equals(f[0], name, StringComparison.Ordinal));
        if (fields is null
            || !uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var user)
            || !uint.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var group)
            || user == 0)
            throw new StartRefusedException($"PostgreSQL ne peut pas tourner sous l'utilisateur « {name} » : indiquez dans Database:User un utilisateur ordinaire de /etc/passwd.");
        return new(name, user, group);
    }

    /// <summary>A command as this user: no supplementary group, and no way back.</summary>
    public IReadOnlyList<string> Command(IEnumerable<string> command) =>
    [
        "setpriv",
        "--reuid=" + User.ToString(CultureInfo.InvariantCulture),
        "--regid=" + Group.ToString(CultureInfo.InvariantCulture),
        "--clear-groups",
        "--no-new-privs",
        .. command,
    ];

    /// <summary>Owner as chown(1) takes it.</summary>
    public string Ids => string.Create(CultureInfo.InvariantCulture, $"{User}:{Group}");

    /// <summary>Gives a path to this user.</summary>
    public void Own(string path) => Posix.ChangeOwner(path, User, Group);
}
