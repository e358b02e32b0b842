namespace ExchangeGateway.Gateway.Access;

/// <summary>Names of the authentication schemes, and which part of the site takes which.</summary>
/// <remarks>A cookie is never accepted by the API (no forged request can ride on it) and a token never by a page.</remarks>
internal static class Schemes
{
    /// <summary>Machines: <c>Authorization: Bearer egt_…</c>.</summary>
    public const string Token = "jeton";
    /// <summary>People: the session cookie.</summary>
    public const string Session = "session";
    /// <summary>Between the password and the code; proves nothing but the first step.</summary>
    public const string SessionStep = "session-etape";
    /// <summary>Forwards to <see cref="Token"/> or <see cref="Session"/> by the path of the request; the one that policies name.</summary>
    public const string ByPath = "passerelle";

    private static readonly PathString[] ApiRoots = ["/v1", "/connect", "/journal", "/openapi", "/health", "/metrics", "/.well-known"];

    /// <summary>Whether a path belongs to what machines call; the rest is pages.</summary>
    /// <remarks><c>/journal/checkpoint</c> and <c>/journal/tile/…</c> are the log for machines; the page is <c>/journal</c> itself and its other children.</remarks>
    public static bool IsApi(PathString path)
    {
        foreach (var root in ApiRoots)
        {
            if (path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase, out var rest))
                return root != "/journal" || rest.StartsWithSegments("/checkpoint", StringComparison.OrdinalIgnoreCase) || rest.StartsWithSegments("/tile", StringComparison.OrdinalIgnoreCase);
        }

        return false;
    }
}
