namespace ExchangeGateway.Gateway.Routing;

/// <summary>
/// UUIDv7 of one instant in the order of their making (RFC 9562 §6.2, method 1: the 12 bits of rand_a count). The id is the
/// cursor of the inbox: what is routed together is read in the order of its deposits.
/// </summary>
internal sealed class OrderedIds(DateTimeOffset at)
{
    private const int CounterBits = 12;

    private int _count;

    public Guid Next()
    {
        Span<byte> id = stackalloc byte[16];
        Guid.CreateVersion7(at).TryWriteBytes(id, bigEndian: true, out _);
        // More than 4,096 of one group never come; the order among those beyond is the generator's.
        var count = Math.Min(_count++, (1 << CounterBits) - 1);
        id[6] = (byte)(0x70 | (count >> 8));
        id[7] = (byte)count;
        return new Guid(id, bigEndian: true);
    }
}
