namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>What the summary of errors calls a field.</summary>
internal static class CommandementErrors
{
    private static readonly Dictionary<string, string> Groups = new(StringComparer.Ordinal)
    {
        ["groupe-acte"] = "Le commandement :",
        ["groupe-etude"] = "L’étude :",
        ["groupe-personnes"] = "Les personnes :",
        ["groupe-logement"] = "Le logement :",
        ["groupe-bailleur"] = "Le bailleur :",
        ["groupe-bail"] = "Le bail :",
        ["groupe-dette"] = "La dette :",
    };

    public static string Name(CommandementForm form, string anchor)
    {
        if (Groups.TryGetValue(anchor, out var group))
            return group;
        var field = CommandementFields.All(form.Persons, form.Months).First(f => f.Id == anchor);
        var step = field.Pointer.Split('/').FirstOrDefault(s => s.Length > 0 && s.All(char.IsAsciiDigit));
        var rank = step is null || (form.Persons == 1 && field.Pointer.StartsWith("/personnes", StringComparison.Ordinal)) || field.Pointer.StartsWith("/telephones", StringComparison.Ordinal) || field.Pointer.StartsWith("/courriels", StringComparison.Ordinal)
            ? ""
            : $" ({(field.Pointer.StartsWith("/personnes", StringComparison.Ordinal) ? "personne" : "ligne")} {int.Parse(step, System.Globalization.CultureInfo.InvariantCulture) + 1})";
        return $"{field.Label}{rank} :";
    }
}
