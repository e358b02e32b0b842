namespace ExchangeGateway.Gateway.Access;

/// <summary>Settings of the section <c>Access</c>; checked at start.</summary>
internal sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>Life of a reference token; default 1 h, 1 min to 24 h.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A session ends after this time without a request; default 30 min, 1 min to 12 h.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Failed sign-ins, or failed client authentications from one address, before a pause; default 5, 3 to 20.</summary>
    public int FailuresBeforePause { get; set; } = 5;

    /// <summary>Length of that pause; default 15 min for people, 10 s to 24 h. Machines wait one fifteenth of it.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Sustained calls per second and client; default 5,000, from 1.</summary>
    public int CallsPerSecond { get; set; } = 5_000;

    /// <summary>Sustained calls per second and address for callers not known yet; default 200, from 1.</summary>
    public int AnonymousCallsPerSecond { get; set; } = 200;

    /// <summary>Issuer of RFC 8414, an https URL without path; <see langword="null"/>: what the request names.</summary>
    public Uri? Issuer { get; set; }

    internal IEnumerable<string> Errors()
    {
        if (TokenLifetime < TimeSpan.FromMinutes(1) || TokenLifetime > TimeSpan.FromHours(24))
            yield return "Access:TokenLifetime must be between 00:01:00 and 24:00:00.";
        if (SessionIdle < TimeSpan.FromMinutes(1) || SessionIdle > TimeSpan.FromHours(12))
            yield return "Access:SessionIdle must be between 00:01:00 and 12:00:00.";
        if (FailuresBeforePause is < 3 or > 20)
            yield return "Access:FailuresBeforePause must be between 3 and 20.";
        if (Pause < TimeSpan.FromSeconds(10) || Pause > TimeSpan.FromHours(24))
            yield return "Access:Pause must be between 00:00:10 and 24:00:00.";
        if (CallsPerSecond < 1 || AnonymousCallsPerSecond < 1)
            yield return "Access:CallsPerSecond and Access:AnonymousCallsPerSecond must be at least 1.";
        if (Issuer is { IsAbsoluteUri: false } or { PathAndQuery.Length: > 1 })
            yield return "Access:Issuer must be an absolute URL without path.";
    }
}
