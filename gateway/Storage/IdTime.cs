namespace ExchangeGateway.Gateway.Storage;

/// <summary>Bounds of an instant among time-ordered ids (UUIDv7, RFC 9562 §5.7): rows of a period are found by their key.</summary>
internal static class IdTime
{
    /// <summary>Below or equal to every id made at this millisecond or later, and above those made before.</summary>
    public static Guid First(DateTimeOffset instant)
    {
        Span<byte> bytes = stackalloc byte[16];
        var milliseconds = Math.Max(0, instant.ToUnixTimeMilliseconds());
        for (var i = 0; i < 6; i++)
            bytes[i] = (byte)(milliseconds >> (8 * (5 - i)));
        return new Guid(bytes, bigEndian: true);
    }
}
