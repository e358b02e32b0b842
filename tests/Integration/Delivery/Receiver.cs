using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>One call as a receiver got it.</summary>
internal sealed record ReceivedCall(string Id, long Timestamp, string Signature, string Body)
{
    /// <summary>Standard Webhooks 1.0, read independently of the sender: base64 of HMAC-SHA-256 over <c>id.timestamp.body</c>, key behind <c>whsec_</c>.</summary>
    public bool IsSignedBy(string secret)
    {
        var key = Convert.FromBase64String(secret.Split('_', 2)[1]);
        var content = Encoding.UTF8.GetBytes(Id + "." + Timestamp.ToString(CultureInfo.InvariantCulture) + "." + Body);
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, content));
        return Signature.Split(' ').Contains(expected, StringComparer.Ordinal);
    }
}

/// <summary>A partner's server that behaves as a test wants: a real Kestrel on the loopback.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedCall> _calls = new();

    private Receiver(WebApplication app) => _app = app;

    /// <summary>Answers a call; 204 by default.</summary>
    public Func<HttpContext, ReceivedCall, Task> Behaviour { get; set; } = Status(204);

    public string Url => _app.Urls.First() + "/appels";

    /// <summary>Every call that came, tests of the address included, whatever was answered.</summary>
    public IReadOnlyList<ReceivedCall> All => [.. _calls];

    /// <summary>Calls that announce a delivery.</summary>
    public IReadOnlyList<ReceivedCall> Calls => [.. _calls.Where(c => c.Id.StartsWith("msg_", StringComparison.Ordinal))];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.AnswerAsync);
        await app.StartAsync();
        return receiver;
    }

    public static Func<HttpContext, ReceivedCall, Task> Status(int status) => (http, _) =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public static Func<HttpContext, ReceivedCall, Task> Redirect(string location) => (http, _) =>
    {
        http.Response.Redirect(location);
        return Task.CompletedTask;
    };

    /// <summary>Promises a hundred bytes and ends after ten: the server closes the connection.</summary>
    public static async Task CloseInTheMiddle(HttpContext http, ReceivedCall call)
    {
        http.Response.ContentLength = 100;
        await http.Response.WriteAsync("dix octets", http.RequestAborted);
    }

    /// <summary>The host is there and cuts the connection without an answer: what a server that is down looks like behind its router.</summary>
    public static Task Down(HttpContext http, ReceivedCall call)
    {
        http.Features.Get<IHttpRequestLifetimeFeature>()!.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Begins to answer and never ends.</summary>
    public static async Task Slow(HttpContext http, ReceivedCall call)
    {
        await http.Response.WriteAsync("un", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        try
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The caller had enough.
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var call = new ReceivedCall(
            http.Request.Headers["webhook-id"]!, long.Parse(http.Request.Headers["webhook-timestamp"]!, CultureInfo.InvariantCulture), http.Request.Headers["webhook-signature"]!, await reader.ReadToEndAsync());
        _calls.Enqueue(call);
        await Behaviour(http, call);
    }
}
