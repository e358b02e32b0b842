using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Unit.Consent;

/// <summary>A throw-away copy of a folder of shipped files, to be spoilt by a test.</summary>
internal sealed class DataFolder : IDisposable
{
    private DataFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>The checkout's own folder, wherever the tests run from.</summary>
    public static string Shipped(string relative, [CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "ExchangeGateway.sln")))
            folder = folder.Parent;
        return System.IO.Path.Combine(folder?.FullName ?? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../.."), relative);
    }

    public static DataFolder Copy(string relative)
    {
        var from = Shipped(relative);
        var to = Directory.CreateTempSubdirectory("eg-data-").FullName;
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(to, System.IO.Path.GetRelativePath(from, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return new DataFolder(to);
    }

    public string Read(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file));

    public DataFolder Write(string file, string content)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, file), content);
        return this;
    }

    public DataFolder Edit(string file, Action<JsonObject> change)
    {
        var root = JsonNode.Parse(Read(file))!.AsObject();
        change(root);
        return Write(file, root.ToJsonString());
    }

    public DataFolder Rename(string file, string to)
    {
        File.Move(System.IO.Path.Combine(Path, file), System.IO.Path.Combine(Path, to));
        return this;
    }

    public DataFolder Delete(string file)
    {
        File.Delete(System.IO.Path.Combine(Path, file));
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
