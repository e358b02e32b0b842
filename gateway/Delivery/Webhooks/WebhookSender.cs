using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace ExchangeGateway.Gateway.Delivery.Webhooks;

/// <summary>How one call ended.</summary>
/// <param name="Outcome">One of <see cref="CallOutcome"/>.</param>
/// <param name="Status">Of the answer; <see langword="null"/> when none came.</param>
internal sealed record CallResult(string Outcome, int? Status, int Milliseconds)
{
    public bool Delivered => Outcome is CallOutcome.Delivered;
}

/// <summary>Stable codes of how calls end, as the history shows them and <c>webhooks.md</c> explains them.</summary>
internal static class CallOutcome
{
    public const string Running = "enCours";
    public const string Delivered = "livre";
    /// <summary>An answer that is neither 2xx, nor 3xx, nor 410.</summary>
    public const string Status = "statut";
    /// <summary>3xx: never followed.</summary>
    public const string Redirection = "redirection";
    /// <summary>410: the receiver wants no more calls.</summary>
    public const string Gone = "disparu";
    public const string TooSlow = "delai";
    /// <summary>The answer ended in its middle.</summary>
    public const string Cut = "coupe";
    public const string Unreachable = "connexion";
    /// <summary>The name leads to an address that is not public.</summary>
    public const string AddressRefused = "adresseRefusee";
}

/// <summary>How names become addresses.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken ct);

/// <summary>
/// Calls receivers: a signed POST, one limit of time for all of it, no redirection, no proxy, no cookie. The address is
/// looked at where the connection is made, so that a name cannot lead elsewhere between a check and its use.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    /// <summary>Of an answer, more is not read: nothing in it counts.</summary>
    private const int LargestAnswer = 16 * 1024;

    private readonly HttpMessageInvoker _http;
    private readonly ResolveHost _resolve;
    private readonly WebhookAddress _address;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _clock;

    public WebhookSender(ResolveHost resolve, WebhookAddress address, WebhookOptions options, TimeProvider clock)
    {
        (_resolve, _address, _limit, _clock) = (resolve, address, TimeSpan.FromSeconds(options.TimeoutSeconds), clock);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 16, // KiB
            MaxResponseDrainSize = 0,
            // Each call has a connection of its own: its address is looked at, and nothing is silently sent again on a connection found dead.
            PooledConnectionLifetime = TimeSpan.Zero,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        });
    }

    public async Task<CallResult> SendAsync(Uri url, IReadOnlyList<byte[]> keys, string id, byte[] body, CancellationToken ct)
    {
        var started = _clock.GetTimestamp();
        using var limit = new CancellationTokenSource(_limit, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var (outcome, status) = await CallAsync(url, keys, id, body, limit.Token, both.Token);
        ct.ThrowIfCancellationRequested();
        return new CallResult(outcome, status, (int)_clock.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task<(string Outcome, int? Status)> CallAsync(Uri url, IReadOnlyList<byte[]> keys, string id, byte[] body, CancellationToken limit, CancellationToken ct)
    {
        int? status = null;
        try
        {
            using var request = Request(url, keys, id, body);
            using var response = await _http.SendAsync(request, ct);
            status = (int)response.StatusCode;
            switch (status)
            {
                case (int)HttpStatusCode.Gone:
                    return (CallOutcome.Gone, status);
                case >= 300 and < 400:
                    return (CallOutcome.Redirection, status);
                case < 200 or >= 300:
                    return (CallOutcome.Status, status);
                default:
                    await DrainAsync(response, ct);
                    return (CallOutcome.Delivered, status);
            }
        }
        catch (OperationCanceledException)
        {
            return (limit.IsCancellationRequested ? CallOutcome.TooSlow : CallOutcome.Unreachable, status);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            for (var cause = failure; cause is not null; cause = cause.InnerException!)
            {
                if (cause is AddressRefusedException)
                    return (CallOutcome.AddressRefused, null);
            }

            return (status is not null || failure is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } ? CallOutcome.Cut : CallOutcome.Unreachable, status);
        }
    }

    private HttpRequestMessage Request(Uri url, IReadOnlyList<byte[]> keys, string id, byte[] body)
    {
        var at = _clock.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", Encoding.UTF8.WebName);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSecrets.Sign(keys, id, at, body));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ExchangeGateway", "1"));
        return request;
    }

    private static async Task DrainAsync(HttpResponseMessage response, CancellationToken ct)
    {
        await using var answer = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[4096];
        for (var left = LargestAnswer; left > 0;)
        {
            var read = await answer.ReadAsync(buffer, ct);
            if (read == 0)
                return;
            left -= read;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var literal = IPAddress.TryParse(host, out var number) ? number : null;
        var addresses = literal is null ? await _resolve(host, ct) : [literal];
        if (!_address.IsHere(literal) && (addresses.Length == 0 || !addresses.All(PublicAddresses.Contain)))
            throw new AddressRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _http.Dispose();

    private sealed class AddressRefusedException() : IOException("The name leads to an address that is not public.");
}
