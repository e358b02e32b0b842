using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Access;

/// <summary>
/// The set of (message type, territory) that a caller's organisation may deposit, as the token look-up brings it:
/// <c>type@territory</c>, the form of the array that PostgreSQL sends. Nothing in it means nothing allowed.
/// </summary>
internal readonly struct DepositRights(string[]? pairs)
{
    private readonly string[] _pairs = pairs ?? [];

    /// <summary>No right at all.</summary>
    public static DepositRights None => default;

    public int Count => _pairs?.Length ?? 0;

    /// <summary>Whether the organisation may deposit this type for a dwelling in this territory.</summary>
    public bool Allow(MessageType type, string territory)
    {
        // A few dozen pairs at most: a scan without allocation is faster than any set built for one request.
        foreach (var pair in _pairs ?? [])
        {
            var (p, n) = (type.Partner.Length, type.Name.Length);
            if (pair.Length == p + n + territory.Length + 2
                && pair[p] == '/' && pair[p + n + 1] == '@'
                && pair.StartsWith(type.Partner, StringComparison.Ordinal)
                && string.CompareOrdinal(pair, p + 1, type.Name, 0, n) == 0
                && pair.EndsWith(territory, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>Whether the organisation may deposit this type anywhere.</summary>
    public bool AllowAnywhere(MessageType type)
    {
        foreach (var pair in _pairs ?? [])
        {
            var (p, n) = (type.Partner.Length, type.Name.Length);
            if (pair.Length > p + n + 2
                && pair[p] == '/' && pair[p + n + 1] == '@'
                && pair.StartsWith(type.Partner, StringComparison.Ordinal)
                && string.CompareOrdinal(pair, p + 1, type.Name, 0, n) == 0)
                return true;
        }

        return false;
    }

    /// <summary>The rights as pairs of type and territory, for showing them.</summary>
    public IEnumerable<(string Type, string Territory)> Each()
    {
        foreach (var pair in _pairs ?? [])
        {
            var at = pair.LastIndexOf('@');
            yield return (pair[..at], pair[(at + 1)..]);
        }
    }
}
