using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>
/// The form of a commandement de payer as it was filled in: builds the message of the partner's schema from it, and brings
/// the schema's errors back to the fields. What is typed is what is sent; nothing is made up for an empty field.
/// </summary>
internal sealed class CommandementForm
{
    private readonly Dictionary<string, string> _values;
    private readonly Dictionary<string, string> _errors = new(StringComparer.Ordinal);
    private readonly List<FieldError> _elsewhere = [];
    // Rank in the form of each element of a list of the message, by pointer: lines left empty are not sent.
    private readonly Dictionary<string, int> _ranks = new(StringComparer.Ordinal);

    public CommandementForm(IEnumerable<KeyValuePair<string, string>> values, int persons, int months)
    {
        _values = new(values.Where(v => !string.IsNullOrWhiteSpace(v.Value)), StringComparer.Ordinal);
        Persons = Math.Clamp(persons, 1, CommandementFields.MaxPersons);
        Months = Math.Clamp(months, 1, CommandementFields.MaxMonths);
    }

    public int Persons { get; init; }

    public int Months { get; init; }

    public string? this[string pointer] => _values.GetValueOrDefault(pointer);

    public bool HasErrors => _errors.Count > 0 || _elsewhere.Count > 0;

    public ShownField Show(FormField field) => new(field, this[field.Pointer], _errors.GetValueOrDefault(field.Pointer));

    /// <summary>Errors in the order of the form, with the anchor of their field or group.</summary>
    public IReadOnlyList<(string? Anchor, string Message)> Errors() =>
    [
        .. CommandementFields.All(Persons, Months).Where(f => _errors.ContainsKey(f.Pointer)).Select(f => ((string?)f.Id, _errors[f.Pointer])),
        .. _elsewhere.Select(e => (AnchorOf(e.Pointer), e.Message)),
    ];

    /// <summary>The message as UTF-8 JSON; values that cannot be read are errors, and left out.</summary>
    public byte[] Build()
    {
        // The objects that the schema requires are there even empty: what is missing is then said field by field.
        var message = new JsonObject { ["personnes"] = new JsonArray(new JsonObject()), ["logement"] = new JsonObject(), ["acte"] = new JsonObject(), ["etude"] = new JsonObject(), ["bailleur"] = new JsonObject() };
        _ranks["/personnes/0"] = 0;
        foreach (var field in CommandementFields.All(Persons, Months))
        {
            if (this[field.Pointer] is { } text && Read(field, text) is { } value)
                Set(message, field.Pointer, value);
        }

        // A first person left wholly empty while a second is filled in stays: its missing name is an error to see.
        return Encoding.UTF8.GetBytes(message.ToJsonString());
    }

    /// <summary>Brings errors of the schema or the gateway to their fields; a field keeps its first one.</summary>
    public void Take(IEnumerable<FieldError> errors)
    {
        var fields = CommandementFields.All(Persons, Months).Select(f => f.Pointer).ToHashSet(StringComparer.Ordinal);
        foreach (var error in errors)
        {
            var pointer = ToForm(error.Pointer);
            // The INSEE code follows from the postal code: asking for both would be one error too many.
            if (pointer == "/logement/codeCommune" && error.Code == "obligatoire" && this["/logement/codePostal"] is null)
                continue;
            if (fields.Contains(pointer))
                _errors.TryAdd(pointer, Plain(error));
            else
                _elsewhere.Add(error with { Pointer = pointer });
        }
    }

    public void Refuse(string pointer, string message) => _errors[pointer] = message;

    public void Put(string pointer, string value) => _values[pointer] = value;

    private JsonNode? Read(FormField field, string text)
    {
        var trimmed = text.Trim();
        switch (field.Kind)
        {
            case FieldKind.Digits:
                return French.Unspaced(trimmed).Replace(".", "", StringComparison.Ordinal);
            case FieldKind.YesNo:
                return trimmed == "oui";
            case FieldKind.Integer when int.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                return number;
            case FieldKind.Integer:
                return Unread(field, "Donnez un nombre entier, en chiffres.");
            case FieldKind.Amount when French.TryAmount(trimmed, out var amount):
                return amount;
            case FieldKind.Amount:
                return Unread(field, "Donnez un montant en euros, par exemple 1 234,56.");
            case FieldKind.Date when French.TryDate(trimmed, out var date):
                return date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            case FieldKind.Date:
                return Unread(field, "Donnez une date qui existe, par exemple 03/11/2026.");
            case FieldKind.Month when French.TryMonth(trimmed, out var month):
                return month;
            case FieldKind.Month:
                return Unread(field, "Donnez un mois, par exemple 08/2026.");
            default:
                return trimmed;
        }
    }

    private JsonNode? Unread(FormField field, string message)
    {
        _errors[field.Pointer] = message;
        return null;
    }

    private void Set(JsonObject message, string pointer, JsonNode value)
    {
        var steps = pointer.Split('/')[1..];
        JsonNode node = message;
        var (at, inForm) = ("", "");
        for (var i = 0; i < steps.Length; i++)
        {
            var last = i == steps.Length - 1;
            inForm += "/" + steps[i];
            if (node is JsonArray list)
            {
                var rank = int.Parse(steps[i], CultureInfo.InvariantCulture);
                var index = IndexOf(list, at, rank);
                at += "/" + index.ToString(CultureInfo.InvariantCulture);
                if (last)
                    list.Insert(index, value);
                else if (index == list.Count)
                    list.Add(new JsonObject());
                node = last ? value : list[index]!;
                continue;
            }

            at += "/" + steps[i];
            if (last)
                node[steps[i]] = value;
            else
                node[steps[i]] ??= IsRank(steps[i + 1]) ? new JsonArray() : new JsonObject();
            node = node[steps[i]]!;
        }
    }

    private int IndexOf(JsonArray list, string at, int rank)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (_ranks.TryGetValue($"{at}/{i}", out var known) && known == rank)
                return i;
        }

        _ranks[$"{at}/{list.Count}"] = rank;
        return list.Count;
    }

    /// <summary>The pointer in the form of a pointer in the message.</summary>
    private string ToForm(string pointer)
    {
        var (at, form) = ("", "");
        foreach (var step in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at += "/" + step;
            form += "/" + (_ranks.TryGetValue(at, out var rank) ? rank.ToString(CultureInfo.InvariantCulture) : step);
        }

        return form;
    }

    /// <summary>The schema speaks of JSON where a clerk sees an empty or unchosen field.</summary>
    private static string Plain(FieldError error) => error.Code switch
    {
        "obligatoire" => "Ce champ est obligatoire.",
        "valeurInconnue" => "Choisissez une valeur de la liste.",
        "date" => "Donnez une date qui existe, par exemple 03/11/2026.",
        _ => error.Message,
    };

    private static string? AnchorOf(string pointer)
    {
        var group = pointer.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return group is "acte" or "etude" or "personnes" or "logement" or "bailleur" or "bail" or "dette" ? "groupe-" + group : null;
    }

    private static bool IsRank(string step) => step.All(char.IsAsciiDigit);
}
