using System.Globalization;
using System.Runtime.InteropServices;
using ExchangeGateway.Gateway.Audit.Tree;

namespace ExchangeGateway.Gateway.Audit.Publishing;

/// <summary>
/// The published log on disk, in the layout of its URLs: <c>checkpoint</c> and <c>tile/…</c> for the first origin, the same
/// under <c>2/</c>, <c>3/</c>… for those opened later. What is written is whole, on disk and in its place, or not there.
/// </summary>
internal sealed partial class JournalFiles(string root)
{
    private const string CheckpointName = "checkpoint";

    public string Root => root;

    /// <summary>The latest head published for a tree, or <see langword="null"/>.</summary>
    public byte[]? ReadCheckpoint(int tree) => Read(Path.Combine(FolderOf(tree), CheckpointName));

    /// <summary>The largest number of a tree that has a published head; 0 when there is none.</summary>
    public int LastTree()
    {
        if (!Directory.Exists(root))
            return 0;
        var later = Directory.EnumerateDirectories(root)
            .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && File.Exists(Path.Combine(d, CheckpointName)) ? n : 0)
            .DefaultIfEmpty(0)
            .Max();
        return Math.Max(later, File.Exists(Path.Combine(root, CheckpointName)) ? 1 : 0);
    }

    /// <summary>The bytes of a tile, cut from the full tile when that has taken the partial one's place; <see langword="null"/> when it is not there.</summary>
    public byte[]? ReadTile(int tree, TileId tile)
    {
        if (Read(Path.Combine(FolderOf(tree), tile.Path)) is { } bytes)
            return bytes;
        if (!tile.IsPartial || Read(Path.Combine(FolderOf(tree), (tile with { Width = TileId.Full }).Path)) is not { } full)
            return null;
        if (tile.Level == TileId.Entries)
            return EntryBundle.Cut(full, tile.Width);
        return full.Length == TileId.Full * Merkle.HashSize ? full[..(tile.Width * Merkle.HashSize)] : null;
    }

    /// <summary>Writes tiles: each to a draft, fsynced, renamed into place; then their folders are fsynced.</summary>
    public void WriteTiles(int tree, IReadOnlyCollection<(TileId Tile, byte[] Bytes)> tiles)
    {
        var folder = FolderOf(tree);
        var touched = new HashSet<string>(StringComparer.Ordinal);
        var files = tiles.Select(t => (Path: Path.Combine(folder, t.Tile.Path), t.Bytes)).ToList();
        foreach (var parent in files.Select(f => Path.GetDirectoryName(f.Path)!).Distinct(StringComparer.Ordinal))
            MakeFolder(parent, touched);
        // Four at a time: a disk's flushes overlap, and a group of 5,000 entries is some forty files.
        Parallel.ForEach(files, new ParallelOptions { MaxDegreeOfParallelism = 4 }, file => WriteWhole(file.Path, file.Bytes));
        foreach (var parent in files.Select(f => Path.GetDirectoryName(f.Path)!))
            touched.Add(parent);
        foreach (var parent in touched)
            SyncFolder(parent);
    }

    /// <summary>Publishes a head; its tiles are on disk already.</summary>
    public void WriteCheckpoint(int tree, byte[] note)
    {
        var folder = FolderOf(tree);
        MakeFolder(folder, []);
        WriteWhole(Path.Combine(folder, CheckpointName), note);
        SyncFolder(folder);
    }

    /// <summary>Removes the partial versions of tiles that are full now.</summary>
    public void DropPartials(int tree, IEnumerable<TileId> fullTiles)
    {
        foreach (var folder in fullTiles.Select(t => Path.Combine(FolderOf(tree), t.PartialFolder)).Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>Takes the folder for one publisher at a time, also among processes; <see langword="null"/> when another has it.</summary>
    public IDisposable? TryLock()
    {
        Directory.CreateDirectory(root);
        try
        {
            return new FileStream(Path.Combine(root, ".verrou"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == Eagain)
        {
            return null;
        }
    }

    /// <summary>Folder of a tree.</summary>
    public string FolderOf(int tree) => tree == 1 ? root : Path.Combine(root, tree.ToString(CultureInfo.InvariantCulture));

    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static void WriteWhole(string path, byte[] bytes)
    {
        var draft = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
        using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    private static void MakeFolder(string path, HashSet<string> touched)
    {
        if (Directory.Exists(path))
            return;
        var parent = Path.GetDirectoryName(path)!;
        MakeFolder(parent, touched);
        Directory.CreateDirectory(path);
        touched.Add(parent);
    }

    /// <summary>A rename is on disk once its folder is (.NET opens no folder, so by the C library).</summary>
    private static void SyncFolder(string path)
    {
        var descriptor = Open(path, 0);
        if (descriptor < 0)
            throw new IOException($"Cannot open the folder {path} to flush it: {Marshal.GetLastPInvokeErrorMessage()}.");
        try
        {
            if (Fsync(descriptor) != 0)
                throw new IOException($"Cannot flush the folder {path}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private const int Eagain = 11;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
