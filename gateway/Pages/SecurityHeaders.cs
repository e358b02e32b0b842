namespace ExchangeGateway.Gateway.Pages;

/// <summary>What a browser may do with an answer: only what comes from here, in nobody's frame, and never guess its type.</summary>
internal static class SecurityHeaders
{
    /// <summary>No inline script or style; <c>data:</c> images because the design system's sheet draws its backgrounds with them.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    extension(WebApplication app)
    {
        /// <summary>First in the pipeline, so that refusals and errors carry the headers too.</summary>
        public void UseSecurityHeaders() => app.Use(static (http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            return next(http);
        });
    }
}
