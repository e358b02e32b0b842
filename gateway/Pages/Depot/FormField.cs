namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>How a field is typed.</summary>
internal enum FieldKind
{
    Text,
    /// <summary>Digits between which spaces are dropped.</summary>
    Digits,
    Date,
    Month,
    Amount,
    Integer,
    Choice,
    YesNo,
}

/// <summary>One field of a form; its name in the form is the pointer of its value in the message.</summary>
/// <param name="Pointer">JSON Pointer, <c>/acte/signifieLe</c>; in a repeated group <c>*</c> stands for the rank.</param>
/// <param name="Words">Name of the list in <see cref="Vocabulary"/> for a choice.</param>
/// <param name="Width">Columns of twelve on a wide screen.</param>
internal sealed record FormField(string Pointer, string Label, FieldKind Kind = FieldKind.Text, string? Hint = null, bool Required = false, string? Words = null, int MaxLength = 120, int Width = 6)
{
    public FormField At(int rank) => this with { Pointer = Pointer.Replace("*", rank.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal) };

    public string Id => IdOf(Pointer);

    /// <summary>The anchor of a field: its pointer without what an HTML id does not like.</summary>
    public static string IdOf(string pointer) => pointer.TrimStart('/').Replace('/', '-');
}

/// <param name="Id">Anchor of the group: the pointer of its object, for errors about the whole of it.</param>
internal sealed record FormGroup(string Id, string Legend, IReadOnlyList<FormField> Fields, string? Hint = null);

/// <summary>A field as the page shows it.</summary>
internal sealed record ShownField(FormField Field, string? Value, string? Error);
