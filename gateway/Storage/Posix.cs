using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>The few system calls that .NET does not offer: owner of a file, signals, and a durable directory entry.</summary>
internal static partial class Posix
{
    public const int SigInt = 2;
    public const int SigQuit = 3;
    private const int NoSuchProcess = 3; // ESRCH
    private const int ReadOnlyDirectory = 0; // O_RDONLY

    /// <summary>Mode 0700.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    /// <summary>Mode 0600.</summary>
    public const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    /// <summary>Mode 0711: others may pass through to what they own inside, and list nothing.</summary>
    public const UnixFileMode Passage = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    /// <summary>Mode 0755.</summary>
    public const UnixFileMode Readable = Passage | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Gives a file or folder to a user and group.</summary>
    /// <exception cref="Win32Exception">The owner could not be changed.</exception>
    public static void ChangeOwner(string path, uint user, uint group)
    {
        if (Chown(path, user, group) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"chown {path}");
    }

    /// <summary>Sends a signal; <see langword="false"/> when the process is no more.</summary>
    /// <exception cref="Win32Exception">The signal is not permitted.</exception>
    public static bool Signal(int pid, int signal)
    {
        if (Kill(pid, signal) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error, $"kill {pid}");
    }

    /// <summary>Makes the names in a folder durable: without it a renamed file may be gone after a power cut.</summary>
    /// <exception cref="Win32Exception">The folder could not be opened or flushed.</exception>
    public static void FlushFolder(string path)
    {
        var descriptor = Open(path, ReadOnlyDirectory);
        if (descriptor < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"open {path}");
        var result = Fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
            throw new Win32Exception(error, $"fsync {path}");
    }

    /// <summary>Writes a new file that only its owner reads, durably, under its final name or not at all.</summary>
    /// <exception cref="IOException">The name is taken, or the disk refuses.</exception>
    public static void WritePrivate(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new-" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4));
        using (var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = PrivateFile,
        }))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolder(Path.GetDirectoryName(path)!);
    }

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Chown(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
