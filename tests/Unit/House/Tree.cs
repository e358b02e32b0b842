namespace ExchangeGateway.Unit.House;

/// <summary>The source tree that these tests were built from, without what builds and tools put into it.</summary>
internal static class Tree
{
    /// <summary>What <c>.gitignore</c> names: by folder name, or by path from the top.</summary>
    private static readonly HashSet<string> NotOurs = new(StringComparer.Ordinal)
    {
        ".git", "bin", "obj", "node_modules", "TestResults", ".vs", ".idea", "StrykerOutput", "artifacts", "gateway/wwwroot/dsfr", "ops/npm/.lock",
    };

    public static string Root { get; } = FindRoot();

    /// <summary>Paths from the top, with slashes, of every file of ours.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk("").Order(StringComparer.Ordinal)];

    /// <summary>Names at the top of the tree.</summary>
    public static IEnumerable<string> Top => Directory.EnumerateFileSystemEntries(Root)
        .Select(path => Path.GetFileName(path))
        .Where(name => !NotOurs.Contains(name) && !name.EndsWith(".user", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(Root, folder)).EnumerateFileSystemInfos())
        {
            var path = folder.Length == 0 ? entry.Name : folder + "/" + entry.Name;
            if (NotOurs.Contains(entry.Name) || NotOurs.Contains(path) || entry.LinkTarget is not null)
                continue;
            if (entry is FileInfo)
                yield return path;
            else
                foreach (var file in Walk(path))
                    yield return file;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ExchangeGateway.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No ExchangeGateway.sln above {AppContext.BaseDirectory}.");
    }
}
