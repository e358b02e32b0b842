using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>32 bytes of a digest as a value that dictionaries compare.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Digest(UInt128 High, UInt128 Low)
{
    /// <param name="bytes">32 bytes: SHA-256 or HMAC-SHA-256.</param>
    public static Digest Of(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));
}
