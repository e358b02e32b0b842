namespace ExchangeGateway.Gateway.Refusals;

internal static class PlainAddresses
{
    private const string Nul = "%00";

    extension(WebApplication app)
    {
        /// <summary>
        /// Keeps NUL characters out of addresses: PostgreSQL has no text with one, and no address of ours needs it. A program
        /// is told (400); a person's page is shown without them.
        /// </summary>
        public void UsePlainAddresses() => app.Use(static (http, next) =>
        {
            var query = http.Request.QueryString.Value ?? "";
            if (http.Request.Path.Value?.Contains('\0', StringComparison.Ordinal) == true || (IsForPrograms(http) && query.Contains(Nul, StringComparison.Ordinal)))
                return new RefusalResult(Catalogue.DemandeInvalide, detail: "L'adresse contient un caractère nul.").ExecuteAsync(http);
            if (query.Contains(Nul, StringComparison.Ordinal))
                http.Request.QueryString = new QueryString(query.Replace(Nul, "", StringComparison.Ordinal));
            return next(http);
        });
    }

    private static bool IsForPrograms(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) || http.Request.Path.StartsWithSegments("/connect", StringComparison.Ordinal);
}
