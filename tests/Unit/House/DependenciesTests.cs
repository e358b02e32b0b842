using System.Xml.Linq;

namespace ExchangeGateway.Unit.House;

/// <summary>Dependencies point one way: gateway → adapters, consent → schemas.</summary>
public class DependenciesTests
{
    /// <summary>What each project that ships, or that must stay a stranger, may reference. Test projects may reference any.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["schemas/Schemas.csproj"] = [],
        ["adapters/Adapters.csproj"] = ["schemas/Schemas.csproj"],
        ["consent/Consent.csproj"] = ["schemas/Schemas.csproj"],
        // The verifier: only for the command « log verify », which runs it as it is.
        ["gateway/Gateway.csproj"] = ["adapters/Adapters.csproj", "consent/Consent.csproj", "schemas/Schemas.csproj", "ops/feed/System.IO.Hashing/System.IO.Hashing.csproj", "ops/verifier/Verifier.csproj"],
        // Stands in for a package, under its name.
        ["ops/feed/System.IO.Hashing/System.IO.Hashing.csproj"] = [],
        // A verifier that shared code with the writer of the log would share its mistakes.
        ["ops/verifier/Verifier.csproj"] = [],
        // The simulated partners call over HTTP as strangers do.
        ["tests/Partners/Partners.csproj"] = [],
    };

    public static TheoryData<string> Projects => [.. Tree.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_point_one_way(string project)
    {
        if (!Allowed.TryGetValue(project, out var allowed))
            project.ShouldStartWith("tests/", customMessage: $"{project} is not a test: name what it may reference in {nameof(DependenciesTests)}.");
        else
            ReferencesOf(project).Except(allowed, StringComparer.Ordinal).ShouldBeEmpty($"{project} may reference {string.Join(", ", allowed)} only.");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_project_compiles_files_of_another(string project) =>
        XDocument.Parse(Tree.Read(project)).Descendants("Compile")
            .Select(item => (string?)item.Attribute("Include"))
            .Where(include => include?.Contains("..", StringComparison.Ordinal) == true)
            .ShouldBeEmpty();

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Tree.Read("ExchangeGateway.sln").Replace('\\', '/');
        Tree.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))
            // What stands in for a package comes by reference, and only where the feed lacks it (-p:FullFeed=true).
            .Where(project => !project.StartsWith("ops/feed/", StringComparison.Ordinal))
            .Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    private static IEnumerable<string> ReferencesOf(string project)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Tree.Root, project))!;
        return XDocument.Parse(Tree.Read(project)).Descendants("ProjectReference")
            .Select(item => Path.GetFullPath(Path.Combine(folder, ((string)item.Attribute("Include")!).Replace('\\', '/'))))
            .Select(path => Path.GetRelativePath(Tree.Root, path).Replace('\\', '/'));
    }
}
