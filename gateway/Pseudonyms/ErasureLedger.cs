using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>
/// Erasures, one line each, in a file beside the keys: a database that a backup brings back learns there whom to forget
/// again. A line names a subject by a digest that says nothing to who does not hold its random id.
/// </summary>
internal sealed class ErasureLedger(string path)
{
    private readonly Lock _writing = new();

    /// <summary>Adds erasures, durably when it returns; called before the erasure commits, so that none is ever missing here.</summary>
    /// <exception cref="IOException">The disk refuses: the erasure must not commit.</exception>
    public void Append(IReadOnlyList<Guid> subjects, DateTimeOffset at)
    {
        lock (_writing)
        {
            var isNew = !File.Exists(path);
            using (var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                UnixCreateMode = Posix.PrivateFile,
            }))
            {
                // A line that a cut has left unfinished stays what it is: unreadable, alone.
                file.Seek(0, SeekOrigin.End);
                if (file.Length > 0)
                {
                    file.Seek(-1, SeekOrigin.End);
                    if (file.ReadByte() != '\n')
                        file.WriteByte((byte)'\n');
                }

                foreach (var subject in subjects)
                {
                    file.Write(JsonSerializer.SerializeToUtf8Bytes(new Erasure(Convert.ToHexStringLower(Mark(subject)), at), ErasureJson.Default.Erasure));
                    file.WriteByte((byte)'\n');
                }

                file.Flush(flushToDisk: true);
            }

            if (isNew)
                Posix.FlushFolder(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>The digests of all subjects ever erased.</summary>
    public IReadOnlyList<byte[]> Read()
    {
        if (!File.Exists(path))
            return [];
        var marks = new List<byte[]>();
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                if (JsonSerializer.Deserialize(line, ErasureJson.Default.Erasure) is { } erasure)
                    marks.Add(Convert.FromHexString(erasure.Sujet));
            }
            catch (Exception e) when (e is JsonException or FormatException)
            {
                // Cut off while it was written: its erasure did not commit.
            }
        }

        return marks;
    }

    /// <summary>As <c>vault.erasure_mark</c> computes it.</summary>
    private static byte[] Mark(Guid subject) => SHA256.HashData((byte[])[.. "effacement|"u8, .. subject.ToByteArray(bigEndian: true)]);
}

/// <summary>A line of the ledger.</summary>
/// <param name="Sujet">Digest of the subject's id, hexadecimal.</param>
/// <param name="Le">When, UTC.</param>
internal sealed record Erasure(string Sujet, DateTimeOffset Le);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Erasure))]
internal sealed partial class ErasureJson : JsonSerializerContext;
