namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <summary>Settings of the section <c>Webhooks</c>.</summary>
internal sealed class WebhookOptions
{
    /// <summary>For one call in all, connection and answer's body included; default 10 s, 1 to 30 s.</summary>
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>How long one call may hold its address before another node takes over; default 60 s, at least twice the limit of a call.</summary>
    public int LeaseSeconds { get; set; } = 60;

    /// <exception cref="InvalidOperationException">A setting is out of its range.</exception>
    public static WebhookOptions Of(IConfiguration configuration)
    {
        var options = configuration.GetSection("Webhooks").Get<WebhookOptions>() ?? new WebhookOptions();
        return options.TimeoutSeconds is >= 1 and <= 30 && options.LeaseSeconds >= 2 * options.TimeoutSeconds
            ? options
            : throw new InvalidOperationException("Webhooks: TimeoutSeconds is between 1 and 30, and LeaseSeconds at least twice as much.");
    }
}

/// <summary>When a failing address is called again, and when no more.</summary>
internal static class BackOff
{
    /// <summary>Failures in a row after which an address is suspended: about three days after the first.</summary>
    public const int MostFailures = 10;

    private const double FirstSeconds = 15;
    private const double LongestSeconds = 86_400;

    /// <summary>15 s, then four times as long each time, at most a day.</summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="chance">Between 0 and 1: spreads the delay by a fifth up and down, so that addresses that failed together do not come back together.</param>
    public static TimeSpan After(int failures, double chance) =>
        TimeSpan.FromSeconds(Math.Min(LongestSeconds, FirstSeconds * Math.Pow(4, failures - 1)) * (0.8 + (0.4 * chance)));
}
