using System.Globalization;
using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>One département that the gateway serves: a folder of <c>ops/territories</c>, immutable once loaded.</summary>
internal sealed record Territory
{
    /// <summary>Code of the folder: <c>75</c>, <c>modele</c>.</summary>
    public required string Code { get; init; }
    public required string Name { get; init; }
    /// <summary>Whether its communes exist nowhere: for demonstration and tests.</summary>
    public required bool Fictional { get; init; }
    /// <summary>Where days begin and end for this territory's delays.</summary>
    public required TimeZoneInfo TimeZone { get; init; }
    public required TerritoryPlaces Places { get; init; }
    public IReadOnlyList<Commune> Communes => Places.Communes;
    public required Truce Truce { get; init; }
    public required TerritoryContact Contact { get; init; }
    public required IReadOnlyDictionary<string, Partner> Partners { get; init; }
    /// <summary>Information notices known here, old and current.</summary>
    public required IReadOnlyList<NoticeVersion> Notices { get; init; }
    public required IReadOnlyList<Relay> Relays { get; init; }
    public required IReadOnlyList<RuleTable> Tables { get; init; }
    /// <summary>How partners are asked for what they know; <see langword="null"/> when no rule asks.</summary>
    public required QuestionRules? Questions { get; init; }
    /// <summary>Types of messages for which a rule, or the warning on second orientations, looks at what the gateway remembers of the file.</summary>
    public required IReadOnlySet<MessageType> LookingBack { get; init; }
    /// <summary>Catalogue of what exists here for households; with one, a second orientation is warned of.</summary>
    public required IReadOnlyList<Device> Devices { get; init; }
    /// <summary>The files as one canonical JSON object keyed by file name: what <c>routing.rules_version</c> keeps.</summary>
    public required string Content { get; init; }
    /// <summary>First 16 hexadecimal digits of the SHA-256 of <see cref="Content"/>.</summary>
    public required string Version { get; init; }

    /// <summary>Rules put in force at a date by two persons, in the order of their days; each takes the place of what was before.</summary>
    public IReadOnlyList<FollowingRules> Followers { get; init; } = [];

    /// <summary>The rules that a deposit received at an instant follows.</summary>
    public Territory At(DateTimeOffset received)
    {
        var day = Today(received);
        return Followers.LastOrDefault(f => f.From <= day)?.Rules ?? this;
    }

    /// <summary>The civil date in the territory at an instant.</summary>
    public DateOnly Today(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, TimeZone).Date);

    /// <summary>How a partner is called within a sentence: <c>secrétariat de la CCAPEX</c>.</summary>
    public string Designation(string partner) => Partners[partner].Designation;
}

/// <summary>The files of a territory from a day on.</summary>
internal sealed record FollowingRules(DateOnly From, Territory Rules);

/// <summary>The communes of a territory, and how it divides them.</summary>
internal sealed record TerritoryPlaces(IReadOnlyList<Commune> Communes, IReadOnlyList<Sector> Sectors, IReadOnlyList<string> LocalCommissions)
{
    /// <summary>Id of a commune's sector; <see langword="null"/> when none has it.</summary>
    public string? SectorOf(string insee) => Sectors.FirstOrDefault(s => s.Communes.Contains(insee, StringComparer.Ordinal))?.Id;

    /// <summary>Whether a commune has a local commission; <see langword="null"/> where the territory lists none.</summary>
    public bool? HasCommission(string insee) => LocalCommissions.Count == 0 ? null : LocalCommissions.Contains(insee, StringComparer.Ordinal);
}

/// <summary>A part of the territory with a body of its own (a technical CCAPEX).</summary>
/// <param name="Communes">INSEE codes.</param>
internal sealed record Sector(string Id, string Name, IReadOnlyList<string> Communes);

/// <summary>Something that exists for households in the territory: a commission, a mobile team, a conciliation.</summary>
/// <param name="Park">prive, public; <see langword="null"/> for both or unknown.</param>
internal sealed record Device(string Id, string Name, string Description, string? Park);

/// <param name="Insee">Code of the commune (five characters); arrondissements of Paris are 75101 to 75120.</param>
internal sealed record Commune(string Insee, string Name, IReadOnlyList<string> PostalCodes);

/// <summary>Days of the year, both inclusive, as <c>MM-DD</c>, during which no eviction is carried out (art. L412-6 CPCE). Never a reason to refuse a message.</summary>
internal sealed record Truce(string From, string To, string Source)
{
    public bool Holds(DateOnly day)
    {
        var on = day.ToString("MM-dd", CultureInfo.InvariantCulture);
        var (afterFrom, beforeTo) = (string.CompareOrdinal(on, From) >= 0, string.CompareOrdinal(on, To) <= 0);
        // From 1 November to 31 March: over the turn of the year.
        return string.CompareOrdinal(From, To) <= 0 ? afterFrom && beforeTo : afterFrom || beforeTo;
    }
}

/// <summary>Where to turn to in the territory.</summary>
internal sealed record TerritoryContact(string Service, string? Email, string? Telephone, string? Address, bool Established);

/// <param name="Code">Code of the organisation: <c>adil-75</c>.</param>
/// <param name="Nature">One of <see cref="PartnerNatures.All"/>.</param>
/// <param name="Designation">How it is called within a sentence.</param>
/// <param name="Roles">Roles that its agents may have.</param>
/// <param name="Sends">Message types that it deposits here.</param>
internal sealed record Partner(
    string Code, string Nature, string Name, string Designation, IReadOnlyList<string> Roles, IReadOnlyList<MessageType> Sends)
{
    /// <summary>Whether some agent of it may read what it receives.</summary>
    public bool Receives => Roles.Any(r => r != AgentRoles.Depositor);
}

/// <summary>An entry of the directory of help, for people.</summary>
internal sealed record Relay(string Name, string Description, IReadOnlyList<string> Contacts, DateOnly? CheckedOn);

/// <summary>The territories' files cannot be used; <see cref="Errors"/> holds everything to mend, of every file.</summary>
internal sealed class TerritoryException(IReadOnlyList<FileError> errors)
    : Exception("Les territoires sont refusés :" + string.Concat(errors.Select(e => Environment.NewLine + "- " + e)))
{
    public IReadOnlyList<FileError> Errors { get; } = errors;
}
