using System.Globalization;
using System.Threading.RateLimiting;
using ExchangeGateway.Gateway.Access.Tokens;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace ExchangeGateway.Gateway.Access;

/// <summary>
/// Calls per client, or per address for callers not known yet: a bucket of two seconds' calls, filled ten times a second.
/// Endpoints that machines poll on the same host (<c>/health</c>, <c>/metrics</c>) opt out by <c>DisableRateLimiting()</c>.
/// </summary>
internal static class RequestLimits
{
    internal static void Configure(RateLimiterOptions limiter, AccessOptions access)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => http.Items[typeof(Caller)] is Caller caller
            ? RateLimitPartition.GetTokenBucketLimiter(caller.Agent, _ => Bucket(access.CallsPerSecond))
            : RateLimitPartition.GetTokenBucketLimiter(ClientAuthentication.AddressKey(http.Connection.RemoteIpAddress), _ => Bucket(access.AnonymousCallsPerSecond)));
        limiter.OnRejected = static (rejected, _) =>
        {
            var retryAfter = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
            if (Schemes.IsApi(rejected.HttpContext.Request.Path))
                return new ValueTask(new RefusalResult(Catalogue.TropDAppels, retryAfter: retryAfter).ExecuteAsync(rejected.HttpContext));
            // The refusal plumbing gives a page its French error page from the bare status.
            rejected.HttpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return ValueTask.CompletedTask;
        };
    }

    /// <summary>Tells a known caller where it stands: <c>RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c> (draft-ietf-httpapi-ratelimit-headers).</summary>
    internal static Task AddHeaders(HttpContext http, RequestDelegate next, PartitionedRateLimiter<HttpContext> limiter, string limit)
    {
        if (http.Items[typeof(Caller)] is Caller && Schemes.IsApi(http.Request.Path) && limiter.GetStatistics(http) is { } statistics)
        {
            var headers = http.Response.Headers;
            headers["RateLimit-Limit"] = limit;
            headers["RateLimit-Remaining"] = statistics.CurrentAvailablePermits.ToString(CultureInfo.InvariantCulture);
            headers["RateLimit-Reset"] = "1";
        }

        return next(http);
    }

    private static TokenBucketRateLimiterOptions Bucket(int perSecond) => new()
    {
        TokenLimit = perSecond * 2,
        TokensPerPeriod = Math.Max(1, perSecond / 10),
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(perSecond >= 10 ? 100 : 1000 / perSecond),
        QueueLimit = 0,
        AutoReplenishment = true,
    };

    internal sealed class Setup(IOptions<AccessOptions> access) : IConfigureOptions<RateLimiterOptions>
    {
        public void Configure(RateLimiterOptions options) => RequestLimits.Configure(options, access.Value);
    }
}
