namespace ExchangeGateway.Schemas;

/// <summary>The categories of personal data that purposes allow or deny; every leaf of a schema carries exactly one (<c>x-categorie</c>).</summary>
[Flags]
public enum Categories
{
    None = 0,
    Identite = 1 << 0,
    Adresse = 1 << 1,
    Contact = 1 << 2,
    Menage = 1 << 3,
    Ressources = 1 << 4,
    Dette = 1 << 5,
    Bail = 1 << 6,
    Acte = 1 << 7,
    Decision = 1 << 8,
    Surendettement = 1 << 9,
    Social = 1 << 10,
    Sante = 1 << 11,
}

/// <summary>Names of the categories as the schemas and the purposes write them, in the order of the flags.</summary>
public static class CategoryNames
{
    private static readonly string[] Names =
        ["identite", "adresse", "contact", "menage", "ressources", "dette", "bail", "acte", "decision", "surendettement", "social", "sante"];

    /// <summary>The categories that tell who somebody is or where to reach them: kept in the vault, shown only with a reason.</summary>
    public const Categories Identifying = Categories.Identite | Categories.Adresse | Categories.Contact;

    /// <summary>Every category that exists.</summary>
    public const Categories All = (Categories)((1 << 12) - 1);

    public static IEnumerable<Categories> Each(this Categories set)
    {
        for (var bit = 0; bit < Names.Length; bit++)
        {
            if (((int)set & (1 << bit)) != 0)
                yield return (Categories)(1 << bit);
        }
    }

    /// <summary>The French name of one category (exactly one flag).</summary>
    public static string Name(this Categories one) => Names[int.Log2((int)one)];

    public static IReadOnlyList<string> ToNames(this Categories set) => [.. set.Each().Select(Name)];

    /// <summary>The categories written one after the other with one space between; what is no category is none.</summary>
    public static Categories Of(string? names) =>
        (names ?? "").Split(' ').Aggregate(Categories.None, (set, name) => TryParse(name, out var one) ? set | one : set);

    public static bool TryParse(string name, out Categories category)
    {
        var index = Array.IndexOf(Names, name);
        category = index < 0 ? Categories.None : (Categories)(1 << index);
        return index >= 0;
    }
}
