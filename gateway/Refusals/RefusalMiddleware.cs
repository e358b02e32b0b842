namespace ExchangeGateway.Gateway.Refusals;

/// <summary>The outermost ring: turns what escapes, and errors without a body, into problems for machines and French pages for people.</summary>
internal sealed partial class RefusalMiddleware(RequestDelegate next, ILogger<RefusalMiddleware> logger)
{
    private const string ErrorPage = "/erreur/";

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (Exception failure) // rethrown when the answer has begun, answered and logged otherwise
        {
            if (!await AnswerAsync(http, failure))
                throw;
            return;
        }

        var response = http.Response;
        if (!response.HasStarted && response is { ContentType: null, ContentLength: null or 0 } && Failures.OfStatus(response.StatusCode) is { } refusal)
            await WriteAsync(http, refusal);
    }

    private async Task<bool> AnswerAsync(HttpContext http, Exception failure)
    {
        var refusal = Failures.Of(failure, http.RequestAborted.IsCancellationRequested);
        if (refusal is null)
        {
            LogClientGone(failure.GetType().Name);
            if (!http.Response.HasStarted)
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        if (refusal.Status >= 500)
            LogFailed(failure, refusal.Code);
        else
            LogRefused(refusal.Code, failure.GetType().Name);
        if (http.Response.HasStarted)
            return false;
        http.Response.Clear();
        await WriteAsync(http, refusal);
        return true;
    }

    private async Task WriteAsync(HttpContext http, Refusal refusal)
    {
        if (WantsPage(http) && await ShowPageAsync(http, refusal))
            return;
        await new RefusalResult(refusal).ExecuteAsync(http);
    }

    /// <summary>Runs the request again as <c>GET /erreur/{code}</c>; <see langword="false"/> when that page cannot be shown either.</summary>
    private async Task<bool> ShowPageAsync(HttpContext http, Refusal refusal)
    {
        var (path, query, method) = (http.Request.Path, http.Request.QueryString, http.Request.Method);
        http.SetEndpoint(null);
        http.Request.RouteValues.Clear();
        http.Request.Path = ErrorPage + refusal.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        http.Request.QueryString = QueryString.Empty;
        http.Request.Method = HttpMethods.Get;
        http.Response.StatusCode = refusal.Status;
        http.Response.Headers["ExchangeGateway-Erreur"] = refusal.Fault;
        try
        {
            await next(http);
            return http.Response.HasStarted || http.Response.ContentType is not null;
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            LogFailed(failure, refusal.Code);
            http.Response.Clear();
            return false;
        }
        finally
        {
            (http.Request.Path, http.Request.QueryString, http.Request.Method) = (path, query, method);
        }
    }

    private static bool WantsPage(HttpContext http) =>
        !Access.Schemes.IsApi(http.Request.Path)
        && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(1110, LogLevel.Error, "A request failed and was answered {Code}.")]
    private partial void LogFailed(Exception failure, string code);

    [LoggerMessage(1111, LogLevel.Debug, "A request was refused {Code} ({Exception}).")]
    private partial void LogRefused(string code, string exception);

    [LoggerMessage(1112, LogLevel.Debug, "The client has gone ({Exception}).")]
    private partial void LogClientGone(string exception);
}

internal static class RefusalExtensions
{
    extension(WebApplication app)
    {
        /// <summary>Put it first, and call <c>UseRouting()</c> after it, so that the error page can be routed in its turn.</summary>
        public WebApplication UseRefusals()
        {
            app.UseMiddleware<RefusalMiddleware>();
            return app;
        }
    }
}
