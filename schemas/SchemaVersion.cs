using System.Globalization;
using System.Text.Json;

namespace ExchangeGateway.Schemas;

/// <summary>One version of a message type's schema (<c>x-version</c>); several may live side by side.</summary>
/// <param name="Number"><c>1</c> or <c>1.2</c>; <c>1.0</c> is <c>1</c>.</param>
/// <param name="DeprecatedOn">First day on which senders should use another version (<c>x-obsoleteLe</c>).</param>
/// <param name="WithdrawnOn">First day on which it is refused (<c>x-retireeLe</c>).</param>
public sealed record SchemaVersion(string Number, DateOnly? DeprecatedOn, DateOnly? WithdrawnOn)
{
    /// <summary>Whether a sender who writes <paramref name="asked"/> means this version.</summary>
    public bool IsCalled(string asked) => Order(Number) == Order(asked);

    public bool IsServed(DateOnly today) => !(today >= WithdrawnOn);

    internal static SchemaVersion Of(ReadOnlyMemory<byte> document)
    {
        using var json = JsonDocument.Parse(document);
        return new(json.RootElement.GetProperty("x-version").GetString()!, Date(json.RootElement, "x-obsoleteLe"), Date(json.RootElement, "x-retireeLe"));
    }

    /// <summary>Major and minor number; what is no number comes before all.</summary>
    internal static (int Major, int Minor) Order(string number)
    {
        var parts = number.Split('.');
        return parts.Length is 1 or 2 && number.Length <= 8
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(parts.Length == 2 ? parts[1] : "0", NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? (major, minor)
            : (-1, -1);
    }

    /// <summary>Checks the versions of one type against each other: each is named for its number, the current one is the newest and is not withdrawn.</summary>
    internal static IEnumerable<string> Check(IGrouping<MessageType, (string Name, SchemaVersion Version)> versions)
    {
        var type = versions.Key.ToString();
        var current = versions.Where(v => v.Name == type).Select(v => v.Version).FirstOrDefault();
        if (versions.DistinctBy(v => Order(v.Version.Number)).Count() < versions.Count())
            yield return $"{type}# : deux versions ont le même numéro";
        if (current is null)
            yield return $"{type}# : une version ancienne sans version courante";
        foreach (var (name, version) in versions)
        {
            if (version.WithdrawnOn is { } end && !(version.DeprecatedOn <= end))
                yield return $"{name}# : x-retireeLe sans x-obsoleteLe, ou avant elle";
            if (name == type)
                continue;
            if (!version.IsCalled(name[(type.Length + 1)..]))
                yield return $"{name}# : le nom du fichier ne porte pas le numéro de x-version";
            if (current is not null && Order(version.Number).CompareTo(Order(current.Number)) >= 0)
                yield return $"{name}# : n'est pas plus ancienne que la version courante";
        }
    }

    private static DateOnly? Date(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) ? DateOnly.ParseExact(value.GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
}
