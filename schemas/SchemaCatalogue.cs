using System.Collections.Frozen;
using System.Reflection;

namespace ExchangeGateway.Schemas;

/// <summary>Every schema that the gateway speaks, loaded once, and the strict validation of messages against them.</summary>
public sealed class SchemaCatalogue
{
    /// <summary>Errors given for one message; a last one counts the others.</summary>
    public const int MaximumErrors = 100;

    /// <summary>Name of the canonical schema among <see cref="Documents"/>.</summary>
    public const string Canonical = "signalement";

    /// <summary>Versions of each type, the current one first, then from the newest to the oldest.</summary>
    private readonly FrozenDictionary<MessageType, IReadOnlyList<MessageSchema>> _byType;

    private SchemaCatalogue(FrozenDictionary<MessageType, IReadOnlyList<MessageSchema>> byType, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> documents) =>
        (_byType, Documents) = (byType, documents);

    /// <summary>The schema documents as published, references written out, by <c>partner/name</c> (older versions <c>partner/name.1.0</c>); <see cref="Canonical"/> is the canonical one.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Documents { get; }

    /// <summary>The message types that have a schema.</summary>
    public IReadOnlyCollection<MessageType> Types => _byType.Keys;

    /// <summary>Loads the schemas shipped in this assembly.</summary>
    /// <exception cref="SchemaException">A schema breaks the rules; every fault is listed.</exception>
    public static SchemaCatalogue Load()
    {
        var assembly = typeof(SchemaCatalogue).Assembly;
        const string prefix = "schemas/", suffix = ".schema.json";
        var documents = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && n.EndsWith(suffix, StringComparison.Ordinal)))
            documents.Add(resource[prefix.Length..^suffix.Length], Content(assembly, resource));
        return Load(documents);
    }

    /// <summary>
    /// Loads schemas given by <c>partner/name</c>; names without a slash are checked and published, but validate nothing.
    /// <c>commun</c> holds the definitions that the others refer to; <c>partner/name.1.0</c> is an older version of <c>partner/name</c>.
    /// </summary>
    /// <exception cref="SchemaException">A schema breaks the rules; every fault is listed.</exception>
    public static SchemaCatalogue Load(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sources)
    {
        var (bundled, faults) = SchemaBundle.Of(sources);
        faults = [.. faults, .. bundled.SelectMany(d => SchemaDiscipline.Check(d.Key, d.Value))];
        if (faults.Count == 0)
            faults = [.. Versions(bundled).SelectMany(SchemaVersion.Check)];
        if (faults.Count > 0)
            throw new SchemaException(faults);
        var documents = bundled.Where(d => d.Key != SchemaBundle.Common).ToDictionary(StringComparer.Ordinal);
        var byType = Versions(documents).ToFrozenDictionary(
            v => v.Key, IReadOnlyList<MessageSchema> (v) => [.. v.OrderByDescending(d => SchemaVersion.Order(d.Version.Number)).Select(d => MessageSchema.Load(documents[d.Name], d.Version))]);
        return new(byType, documents);
    }

    public bool Knows(MessageType type) => _byType.ContainsKey(type);

    /// <summary>The versions of a type, the current one first; none when the type is unknown.</summary>
    public IReadOnlyList<SchemaVersion> Versions(MessageType type) => _byType.TryGetValue(type, out var versions) ? [.. versions.Select(v => v.Version)] : [];

    /// <summary>Validates one body: strict JSON first, then no NIR anywhere, no card and no account outside typed fields, then the schema, all errors at once. Never throws for what the body holds.</summary>
    /// <param name="version">One of <see cref="Versions(MessageType)"/>; <see langword="null"/> for the current one.</param>
    /// <exception cref="ArgumentException">The type or the version is unknown: ask first.</exception>
    public ValidationResult Validate(MessageType type, ReadOnlyMemory<byte> body, SchemaVersion? version = null) =>
        _byType.TryGetValue(type, out var versions) && (version is null ? versions[0] : versions.FirstOrDefault(v => v.Version == version)) is { } schema
            ? schema.Validate(body.Span)
            : throw new ArgumentException("Unknown message type or version.", nameof(type));

    internal MessageSchema this[MessageType type] => _byType[type][0];

    private static IEnumerable<IGrouping<MessageType, (string Name, SchemaVersion Version)>> Versions(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> documents) =>
        from document in documents
        where MessageType.TryParse(document.Key.Split('.')[0], out _)
        group (document.Key, SchemaVersion.Of(document.Value)) by MessageType.Parse(document.Key.Split('.')[0]);

    private static byte[] Content(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
