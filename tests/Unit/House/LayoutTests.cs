using System.Text.RegularExpressions;

namespace ExchangeGateway.Unit.House;

/// <summary>The tree says what happens where, stays readable, and tells nothing of the machines that it was written on.</summary>
public partial class LayoutTests
{
    private const int LongestFile = 300;

    private static readonly string[] TopOfTheTree =
    [
        ".ci", ".config", ".editorconfig", ".gitattributes", ".gitignore", "BannedSymbols.txt", "CONTRIBUTING.md", "Directory.Build.props",
        "Directory.Packages.props", "ExchangeGateway.sln", "README.md", "adapters", "consent", "gateway", "global.json", "ops", "schemas", "tests",
    ];

    /// <summary>Folders and namespaces by technical kind, or that hold anything.</summary>
    private static readonly HashSet<string> Drawers = new(StringComparer.OrdinalIgnoreCase)
    {
        "Services", "Helpers", "Models", "Interfaces", "Utils", "Utilities", "Common", "Shared", "Misc", "Manager", "Managers", "Repositories",
    };

    /// <summary>Lower-case ends of the files that people write by hand.</summary>
    private static readonly string[] Source = [".cs", ".cshtml", ".sql", ".mjs", ".js", ".css"];

    [Fact]
    public void The_top_of_the_tree_is_the_agreed_list() =>
        Tree.Top.Order(StringComparer.Ordinal).ShouldBe(TopOfTheTree.Order(StringComparer.Ordinal));

    [Fact]
    public void No_folder_is_a_drawer() =>
        Tree.Files.Where(file => file.Split('/')[..^1].Any(Drawers.Contains)).ShouldBeEmpty();

    [Fact]
    public void No_namespace_is_a_drawer() =>
        Tree.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => Namespace().Matches(Tree.Read(file)).Select(match => (file, name: match.Groups["name"].Value)))
            .Where(declared => declared.name.Split('.').Any(Drawers.Contains))
            .ShouldBeEmpty();

    [Fact]
    public void No_source_file_is_long_without_saying_why() =>
        Tree.Files.Where(IsSource)
            .Select(file => (file, text: Tree.Read(file)))
            .Where(source => source.text.AsSpan().Count('\n') > LongestFile && !LongBecause().IsMatch(source.text))
            .Select(source => source.file)
            .ShouldBeEmpty($"over {LongestFile} lines: split the file, or begin it with a line « // Long because: … » (« -- » in SQL).");

    [Fact]
    public void No_file_names_a_package_registry_or_a_workplace()
    {
        // Written in two halves so that this file does not hold what it looks for.
        string[] hosts = ["npmjs" + ".", "api.nuget" + ".", "www.nuget" + ".", "yarnpkg" + ".", "jfrog" + ".", "artifactory" + ".", "pypi" + ".", "goproxy" + "."];
        string[] workplaces = ["/work" + "/", "/root" + "/"];
        Tree.Files.Where(file => !IsBinary(file))
            .SelectMany(file => hosts.Concat(workplaces).Where(word => Tree.Read(file).Contains(word, StringComparison.OrdinalIgnoreCase)).Select(word => (file, word)))
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_lock_file_of_npm_names_no_download_address() =>
        Tree.Read("ops/npm/package-lock.json").ShouldNotContain("\"resolved\"");

    [Fact]
    public void Each_migration_has_a_number_of_its_own()
    {
        var migrations = Tree.Files.Where(file => file.EndsWith(".sql", StringComparison.Ordinal) && file.StartsWith("tests/", StringComparison.Ordinal) is false)
            .Select(file => (file, name: Path.GetFileName(file))).ToList();

        migrations.ShouldNotBeEmpty();
        migrations.Where(migration => !Migration().IsMatch(migration.name)).ShouldBeEmpty("a migration is named 0001_what_it_does.sql");
        migrations.GroupBy(migration => migration.name[..4], StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => string.Join(" and ", group.Select(migration => migration.file)))
            .ShouldBeEmpty();
    }

    private static bool IsSource(string file) => Source.Any(end => file.EndsWith(end, StringComparison.Ordinal));

    private static bool IsBinary(string file) => Path.GetExtension(file) is ".pdf" or ".png" or ".woff2" or ".ico";

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\A(//|--|/\*|@\*) Long because: \S", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LongBecause();

    [GeneratedRegex(@"^[0-9]{4}_[a-z0-9_]+\.sql$", RegexOptions.None, 1000)]
    private static partial Regex Migration();
}
