using System.Text.Json;

namespace ExchangeGateway.Adapters;

/// <summary>Reads where the dwelling is without reading the rest: the territory's notices and rules depend on it.</summary>
public static class Dwelling
{
    /// <summary>The INSEE code at <c>/logement/codeCommune</c>, which every partner's schema requires.</summary>
    /// <param name="json">UTF-8 JSON that its schema has accepted.</param>
    /// <exception cref="JsonException">There is none: the schema does not require it.</exception>
    public static string CommuneOf(ReadOnlySpan<byte> json)
    {
        // The validation skips a byte-order mark too.
        var reader = new Utf8JsonReader(json.StartsWith("\uFEFF"u8) ? json[3..] : json);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var dwelling = reader.ValueTextEquals("logement"u8);
            reader.Read();
            if (!dwelling)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var commune = reader.ValueTextEquals("codeCommune"u8);
                reader.Read();
                if (commune)
                    return reader.GetString() ?? throw new JsonException("codeCommune is null.");
                reader.Skip();
            }
        }

        throw new JsonException("A message has no logement.codeCommune.");
    }
}
