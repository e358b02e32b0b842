namespace ExchangeGateway.Integration.Storage;

/// <summary>A temporary folder for one test.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = TestFolders.Create();

    public void Dispose() => TestFolders.Delete(Path);
}
