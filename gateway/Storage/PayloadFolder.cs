using System.Runtime.CompilerServices;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>Payloads as files that only the gateway's user reads, in 256 folders by the first two digits of their names.</summary>
internal sealed class PayloadFolder(string root) : PayloadStore
{
    private const string Unfinished = ".part";

    public override Task<Stream> OpenAsync(string name, CancellationToken ct)
    {
        try
        {
            return Task.FromResult<Stream>(new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 65536, useAsync: true));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException("No payload has this name.", name, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PayloadStoreException($"A payload of {root} cannot be read.", e);
        }
    }

    public override Task DeleteAsync(string name, CancellationToken ct)
    {
        try
        {
            File.Delete(PathOf(name));
            File.Delete(PathOf(name) + Unfinished);
        }
        catch (DirectoryNotFoundException)
        {
            // nothing was ever stored beside it
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PayloadStoreException($"A payload of {root} cannot be deleted.", e);
        }

        return Task.CompletedTask;
    }

    public override async IAsyncEnumerable<StoredPayload> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        if (!Directory.Exists(root))
            yield break;
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            ct.ThrowIfCancellationRequested();
            // A write that the process did not survive is an orphan too, under its final name.
            var name = file.Name.EndsWith(Unfinished, StringComparison.Ordinal) ? file.Name[..^Unfinished.Length] : file.Name;
            if (file.Exists)
                yield return new(name, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
        }

        await Task.CompletedTask;
    }

    protected override async Task WriteAsync(string name, Stream content, CancellationToken ct)
    {
        var path = PathOf(name);
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder, Posix.Private);
            try
            {
                await using (var file = new FileStream(path + Unfinished, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    Options = FileOptions.Asynchronous,
                    UnixCreateMode = Posix.PrivateFile,
                }))
                {
                    await content.CopyToAsync(file, ct);
                    await file.FlushAsync(ct);
                    file.Flush(flushToDisk: true);
                }

                File.Move(path + Unfinished, path);
            }
            catch
            {
                File.Delete(path + Unfinished);
                throw;
            }

            Posix.FlushFolder(folder);
            Posix.FlushFolder(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new PayloadStoreException($"A payload cannot be written in {root}.", e);
        }
    }

    private string PathOf(string name) => Path.Combine(root, Checked(name)[..2], name);
}
