using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Integration.Pseudonyms;

/// <summary>
/// Who holds everything that exists: data files, write-ahead log, older backups, every key file with the certificate that
/// opens it, and even the ids of the person looked for. Reads the files byte by byte, as a forensic tool does.
/// </summary>
internal sealed class Attacker(string keysFolder, IDataProtectionProvider protection, Guid subject, Guid deposit)
{
    /// <summary>nonce, 32-byte key, tag; in a row it stands behind the version (4 bytes) and a one-byte length.</summary>
    private const int WrappedKey = 12 + 32 + 16;
    private const byte LengthOfWrappedKey = ((WrappedKey + 1) << 1) | 1;

    /// <summary>Tries every wrapped key in the files under every vault key, and opens with what it gets every sealed section of the deposit.</summary>
    /// <returns>The sections in clear; <c>Tried</c>: how many wrapped keys were tried.</returns>
    public (IReadOnlyList<string> Sections, int Tried, int Boxes) Recover(params IReadOnlyList<string> folders)
    {
        using var vault = new VaultKeys(keysFolder, protection);
        var files = folders.SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)).Where(f => new FileInfo(f).Length > 0).ToList();
        var (wrapped, boxes) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<(Categories, string)>());
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            WrappedKeys(bytes, wrapped);
            Boxes(bytes, boxes);
        }

        var keys = new SubjectKeys(vault);
        var sections = new List<string>();
        foreach (var candidate in wrapped)
            foreach (var version in vault.Versions)
            {
                try
                {
                    using var key = keys.Unwrap(subject, version, Convert.FromHexString(candidate));
                    foreach (var (category, box) in boxes)
                        sections.Add(Encoding.UTF8.GetString(key.Open(PartTable.Vault, deposit, category, Convert.FromHexString(box))));
                }
                catch (CryptographicException)
                {
                    // Not this key, or not this person's.
                }
            }

        return (sections, wrapped.Count, boxes.Count);
    }

    // ..., vault_key integer, wrapped_key bytea: of vault.subject, and of the log's entries just as well.
    private static void WrappedKeys(ReadOnlySpan<byte> bytes, HashSet<string> found)
    {
        ReadOnlySpan<byte> mark = [0, 0, 0, LengthOfWrappedKey];
        for (int next = 0, at; (at = bytes[next..].IndexOf(mark)) >= 0; next += at + 1)
        {
            var box = next + at + mark.Length;
            if (box + WrappedKey <= bytes.Length)
                found.Add(Convert.ToHexString(bytes.Slice(box, WrappedKey)));
        }
    }

    // deposit uuid, category smallint, subject uuid, sealed bytea: a row of vault.part.
    private void Boxes(ReadOnlySpan<byte> bytes, HashSet<(Categories, string)> found)
    {
        var start = deposit.ToByteArray(bigEndian: true);
        for (int next = 0, at; (at = bytes[next..].IndexOf(start)) >= 0; next += at + 1)
        {
            var row = bytes[(next + at)..];
            if (row.Length < 40 || !row.Slice(18, 16).SequenceEqual(subject.ToByteArray(bigEndian: true)))
                continue;
            var category = (Categories)BinaryPrimitives.ReadInt16LittleEndian(row[16..]);
            // One byte of length when short; else four, aligned.
            var (from, length) = (row[34] & 1) == 1 ? (35, (row[34] >> 1) - 1) : (40, (int)(BinaryPrimitives.ReadUInt32LittleEndian(row[36..]) >> 2) - 4);
            if (length > 28 && from + length <= row.Length)
                found.Add((category, Convert.ToHexString(row.Slice(from, length))));
        }
    }
}
