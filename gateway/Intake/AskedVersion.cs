using System.Globalization;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Microsoft.Net.Http.Headers;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// Which version of its type's schema a sender writes: the <c>version</c> parameter of the media type, or
/// <see cref="Header"/>, or the current one when it says nothing.
/// </summary>
internal static class AskedVersion
{
    public const string Header = "ExchangeGateway-Version-Schema";

    /// <summary>Finds the version and tells the sender, in the answer's headers, which it is and how long it lives.</summary>
    /// <returns>The refusal of a version that is not served; <see langword="null"/> when there is one.</returns>
    public static IntakeOutcome.Refused? Read(HttpRequest request, IReadOnlyList<SchemaVersion> known, TimeProvider clock, out SchemaVersion? version)
    {
        version = null;
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var parameter = MediaTypeHeaderValue.TryParse(request.ContentType, out var media)
            ? HeaderUtilities.RemoveQuotes(media.Parameters.FirstOrDefault(p => p.Name.Equals("version", StringComparison.OrdinalIgnoreCase))?.Value ?? default).ToString()
            : "";
        var header = request.Headers[Header].ToString().Trim();
        if (parameter.Length > 0 && header.Length > 0 && parameter != header)
            return new(Catalogue.DemandeInvalide, Detail: $"L'en-tête {Header} et le paramètre version du type de contenu se contredisent.");
        var asked = header.Length > 0 ? header : parameter;
        version = asked.Length == 0 ? known[0] : known.FirstOrDefault(v => v.IsCalled(asked));
        if (version?.IsServed(today) != true)
        {
            version = null;
            var served = string.Join(", ", known.Where(v => v.IsServed(today)).Select(v => v.Number));
            return new(Catalogue.DemandeInvalide, Detail: $"Cette version du schéma n'est pas servie. Versions servies pour ce type de message : {served} ; sans indication, la première.");
        }

        Announce(request.HttpContext.Response.Headers, version);
        return null;
    }

    /// <summary>Deprecation (RFC 9745) and end (RFC 8594) of the version, when it has them.</summary>
    private static void Announce(IHeaderDictionary headers, SchemaVersion version)
    {
        headers[Header] = version.Number;
        if (version.DeprecatedOn is { } deprecated)
            headers["Deprecation"] = string.Create(CultureInfo.InvariantCulture, $"@{Midnight(deprecated).ToUnixTimeSeconds()}");
        if (version.WithdrawnOn is { } end)
            headers["Sunset"] = Midnight(end).ToString("R", CultureInfo.InvariantCulture);
    }

    private static DateTimeOffset Midnight(DateOnly date) => new(date, TimeOnly.MinValue, TimeSpan.Zero);
}
