using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ExchangeGateway.Consent;

/// <summary>One thing to mend in a file that staff keep (purposes, territories).</summary>
/// <param name="File">Name of the file, with its folder when there are several of that name.</param>
/// <param name="Pointer">JSON Pointer (RFC 6901) into the file; empty for the whole.</param>
/// <param name="Problem">French: what is wrong.</param>
/// <param name="Fix">French: what to write instead.</param>
public sealed record FileError(string File, string Pointer, string Problem, string Fix)
{
    public override string ToString() => $"{File}{(Pointer.Length == 0 ? "" : " " + Pointer)} : {Problem}. {Fix}";
}

/// <summary>
/// Reads one JSON object of a file kept by staff, and notes every error instead of stopping at the first. What is not
/// read is an unknown property, hence an error: a misspelt word can never be silently without effect.
/// </summary>
public sealed class DataNode
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly string _file;
    private readonly ICollection<FileError> _errors;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal) { "$schema" };

    private DataNode(string file, string pointer, JsonElement element, ICollection<FileError> errors) =>
        (_file, Pointer, Element, _errors) = (file, pointer, element, errors);

    public string Pointer { get; }
    public JsonElement Element { get; }
    private bool IsObject => Element.ValueKind == JsonValueKind.Object;

    /// <summary>Parses a file whose root must be an object; <see langword="null"/> when it is not JSON (the error is noted).</summary>
    public static DataNode? Parse(string file, ReadOnlyMemory<byte> utf8, ICollection<FileError> errors)
    {
        try
        {
            if (utf8.Span.StartsWith("\uFEFF"u8))
                utf8 = utf8[3..];
            using var document = JsonDocument.Parse(utf8, Strict);
            var root = document.RootElement.Clone();
            // Reads every string once: a lone surrogate throws here and nowhere later.
            _ = CanonicalJson.Of([new(file, root)]);
            if (root.ValueKind == JsonValueKind.Object)
                return new DataNode(file, "", root, errors);
            errors.Add(new(file, "", "le fichier n'est pas un objet JSON", "Commencez le fichier par { et terminez-le par }."));
        }
        catch (JsonException e)
        {
            errors.Add(new(file, "", $"JSON invalide à la ligne {(e.LineNumber ?? 0) + 1}, position {(e.BytePositionInLine ?? 0) + 1}", "Corrigez la syntaxe ; une propriété ne peut pas figurer deux fois."));
        }
        catch (InvalidOperationException)
        {
            errors.Add(new(file, "", "texte mal codé (demi-caractère Unicode isolé)", "Enregistrez le fichier en UTF-8."));
        }
        return null;
    }

    /// <summary>Notes an error on this node.</summary>
    public void Refuse(string problem, string fix) => _errors.Add(new(_file, Pointer, problem, fix));

    /// <summary>Notes an error on a property of this node.</summary>
    public void Refuse(string property, string problem, string fix) => _errors.Add(new(_file, At(property), problem, fix));

    public bool Has(string name) => IsObject && Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A node below; <see langword="null"/> when absent or null.</summary>
    public DataNode? Optional(string name)
    {
        _read.Add(name);
        return Has(name) ? Child(name, Element.GetProperty(name)) : null;
    }

    /// <summary>A node that must be there.</summary>
    public DataNode? Required(string name)
    {
        if (Optional(name) is { } node)
            return node;
        if (IsObject)
            Refuse(name, "propriété absente", $"Ajoutez « {name} ».");
        return null;
    }

    /// <summary>An object that must be there.</summary>
    public DataNode? Object(string name)
    {
        var node = Required(name);
        if (node is null || node.IsObject)
            return node;
        node.Refuse("ce n'est pas un objet", "Écrivez { … }.");
        return null;
    }

    /// <summary>The properties of this object as nodes, under names that are data.</summary>
    public IEnumerable<(string Name, DataNode Node)> Members()
    {
        if (!IsObject)
        {
            Refuse("ce n'est pas un objet", "Écrivez { … }.");
            yield break;
        }
        foreach (var property in Element.EnumerateObject())
        {
            if (_read.Add(property.Name))
                yield return (property.Name, Child(property.Name, property.Value));
        }
    }

    /// <summary>The items of an array, each of which is an object when <paramref name="objects"/>.</summary>
    public IReadOnlyList<DataNode> Items(string name, int atLeast = 1, bool objects = true) =>
        Required(name)?.Items(atLeast, objects) ?? [];

    /// <summary>The items of this array.</summary>
    public IReadOnlyList<DataNode> Items(int atLeast, bool objects)
    {
        if (Element.ValueKind != JsonValueKind.Array)
        {
            Refuse("ce n'est pas une liste", "Écrivez [ … ].");
            return [];
        }
        var items = Element.EnumerateArray().Select((item, i) => Child(i.ToString(CultureInfo.InvariantCulture), item)).ToList();
        if (items.Count < atLeast)
            Refuse("liste trop courte", $"Donnez au moins {atLeast} élément{(atLeast > 1 ? "s" : "")}.");
        foreach (var item in items.Where(i => objects && !i.IsObject))
            item.Refuse("ce n'est pas un objet", "Écrivez { … }.");
        return objects ? items.FindAll(i => i.IsObject) : items;
    }

    /// <summary>A text that is not blank; empty when an error was noted.</summary>
    public string Text(string name, Regex? form = null, string? fix = null) => Required(name)?.AsText(form, fix) ?? "";

    public string? OptionalText(string name, Regex? form = null, string? fix = null) => Optional(name)?.AsText(form, fix);

    /// <summary>This node as a text that is not blank.</summary>
    public string AsText(Regex? form = null, string? fix = null)
    {
        var text = Element.ValueKind == JsonValueKind.String ? Element.GetString()! : null;
        if (!string.IsNullOrWhiteSpace(text) && (form?.IsMatch(text) ?? true))
            return text;
        Refuse(text is null ? "ce n'est pas un texte" : "texte vide ou mal formé", fix ?? "Écrivez un texte entre guillemets.");
        return "";
    }

    /// <summary>A text among a closed list.</summary>
    public string OneOf(string name, params ReadOnlySpan<string> values) => Required(name)?.AsOneOf(values) ?? "";

    public string AsOneOf(params ReadOnlySpan<string> values)
    {
        if (Element.ValueKind == JsonValueKind.String && values.Contains(Element.GetString()!))
            return Element.GetString()!;
        Refuse("valeur hors vocabulaire", $"Choisissez : {string.Join(", ", values!)}.");
        return "";
    }

    public bool Bool(string name)
    {
        var node = Required(name);
        if (node is not null && node.Element.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            node.Refuse("ce n'est ni true ni false", "Écrivez true ou false, sans guillemets.");
        return node?.Element.ValueKind == JsonValueKind.True;
    }

    public int Int(string name, int min, int max) => Required(name)?.AsInt(min, max) ?? min;

    public int AsInt(int min, int max)
    {
        if (Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var value) && value >= min && value <= max)
            return value;
        Refuse("nombre entier absent ou hors bornes", $"Écrivez un entier de {min} à {max}.");
        return min;
    }

    public DateOnly Date(string name) => Required(name)?.AsDate() ?? DateOnly.MinValue;

    public DateOnly? OptionalDate(string name) => Optional(name)?.AsDate();

    private DateOnly AsDate()
    {
        if (Element.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(Element.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        Refuse("date mal formée", "Écrivez une date AAAA-MM-JJ qui existe.");
        return DateOnly.MinValue;
    }

    /// <summary>The first and last day of validity; the last day may be absent (no end known).</summary>
    public (DateOnly From, DateOnly? To) Validity()
    {
        var from = Date("valideDu");
        var to = OptionalDate("valideAu");
        if (to < from)
            Refuse("valideAu", "la fin de validité précède le début", "Écrivez une date égale ou postérieure à « valideDu ».");
        return (from, to);
    }

    /// <summary>Notes as an error each property that nobody has read.</summary>
    public void Close()
    {
        if (!IsObject)
            return;
        foreach (var property in Element.EnumerateObject().Where(p => !_read.Contains(p.Name)))
            Refuse(property.Name, "propriété inconnue", $"Retirez-la ou corrigez son nom ; ici on attend : {string.Join(", ", _read.Where(n => n[0] != '$').Order(StringComparer.Ordinal))}.");
    }

    private DataNode Child(string name, JsonElement value) => new(_file, At(name), value, _errors);

    private string At(string name) =>
        $"{Pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
