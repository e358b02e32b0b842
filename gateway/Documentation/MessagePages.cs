using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Documentation;

/// <summary><c>messages/</c>: one page a message type, from its schema, its columns and its examples.</summary>
internal static class MessagePages
{
    public static IEnumerable<GeneratedPage> Write(SchemaCatalogue schemas)
    {
        var pages = new List<GeneratedPage>();
        var index = new StringBuilder(GeneratedPage.Notice).Append("# Types de message\n\n");
        index.Append(GeneratedPage.Row("Adresse", "Message", "Lots")).Append(GeneratedPage.Row("---", "---", "---"));
        foreach (var message in PartnerMessages.All.OrderBy(m => m.Type.ToString(), StringComparer.Ordinal))
        {
            var schema = JsonNode.Parse(schemas.Documents[message.Type.ToString()].Span)!;
            var file = $"{message.Type.Partner}.{message.Type.Name}.md";
            index.Append(GeneratedPage.Row($"`/v1/{message.Type}`", $"[{schema["title"]}]({file})", message.Columns is null ? "NDJSON" : "NDJSON, CSV"));
            pages.Add(new("messages/" + file, Page(message, schema)));
        }

        pages.Add(new("messages/LISEZMOI.md", index.ToString()));
        return pages;
    }

    private static string Page(IPartnerMessage message, JsonNode schema)
    {
        var text = new StringBuilder(GeneratedPage.Notice)
            .Append(CultureInfo.InvariantCulture, $"# {schema["title"]}\n\n{schema["description"]}\n\n")
            .Append(CultureInfo.InvariantCulture, $"- Un message : `POST /v1/{message.Type}`, `application/json`\n")
            .Append(CultureInfo.InvariantCulture, $"- Un lot : `POST /v1/{message.Type}/lots`, `application/x-ndjson`{(message.Columns is null ? "" : " ou `text/csv`")}\n\n")
            .Append("## Champs\n\nUn champ que l'on ne connaît pas est omis : ni vide, ni `null`.\n\n");
        text.Append(GeneratedPage.Row("Champ", "Obligatoire", "Valeur", "Description")).Append(GeneratedPage.Row("---", "---", "---", "---"));
        AddFields(text, schema, "");
        if (message.Columns is { } columns)
        {
            text.Append("\n## Colonnes du fichier CSV\n\nUTF-8, séparateur `;`, une ligne d'en-tête avec toutes les colonnes, dans l'ordre que vous voulez ; une case peut être vide.\n\n");
            text.Append(GeneratedPage.Row("Colonne", "Format", "Exemple", "Description")).Append(GeneratedPage.Row("---", "---", "---", "---"));
            foreach (var column in columns.Colonnes)
                text.Append(GeneratedPage.Row($"`{column.Colonne}`", column.Format, column.Exemple, column.Description));
        }

        text.Append("\n## Exemples\n\nDes ménages inventés.\n");
        foreach (var (name, json) in ExampleMessages.Of(message.Type))
            text.Append(CultureInfo.InvariantCulture, $"\n### {name}\n\n```json\n{json.Trim()}\n```\n");
        return text.ToString();
    }

    private static void AddFields(StringBuilder text, JsonNode schema, string path)
    {
        var required = (schema["required"]?.AsArray() ?? []).Select(name => name!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, field) in schema["properties"]?.AsObject() ?? [])
        {
            var place = path + name;
            text.Append(GeneratedPage.Row($"`{place}`", required.Contains(name) ? "oui" : "", Value(field!), Description(field!)));
            AddFields(text, field!, place + ".");
            if (field!["items"] is { } item)
                AddFields(text, item, place + "[].");
        }
    }

    private static string Description(JsonNode field) => field["description"]?.ToString() ?? field["title"]?.ToString() ?? "";

    private static string Value(JsonNode field) => field switch
    {
        _ when field["enum"] is JsonArray values => string.Join(", ", values.Select(v => $"`{v}`")),
        _ when field["format"]?.ToString() is "date" => "date `AAAA-MM-JJ`",
        _ when field["x-attendu"] is { } expected => expected.ToString(),
        _ => field["type"]?.ToString() switch
        {
            "object" => "objet",
            "array" => field["maxItems"] is { } most ? $"liste, {most} éléments au plus" : "liste",
            "boolean" => "`true` ou `false`",
            "integer" => "nombre entier" + Bounds(field),
            "number" => "nombre" + Bounds(field),
            _ => field["maxLength"] is { } longest ? $"texte, {longest} caractères au plus" : "texte",
        },
    };

    private static string Bounds(JsonNode field) => (field["minimum"], field["maximum"]) switch
    {
        ({ } least, { } most) => $" de {least} à {most}",
        ({ } least, null) => $" de {least} au moins",
        (null, { } most) => $" de {most} au plus",
        _ => "",
    };
}
