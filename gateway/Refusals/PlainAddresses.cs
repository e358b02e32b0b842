namespace ExchangeGateway.Gateway.Refusals;

internal static class PlainAddresses
{
    extension(WebApplication app)
    {
        /// <summary>Refuses an address that holds a NUL character: PostgreSQL has no text with one, and no address of ours needs it.</summary>
        public void UsePlainAddresses() => app.Use(static (http, next) =>
            http.Request.Path.Value?.Contains('\0', StringComparison.Ordinal) == true || http.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true
                ? new RefusalResult(Catalogue.DemandeInvalide, detail: "L'adresse contient un caractère nul.").ExecuteAsync(http)
                : next(http));
    }
}
