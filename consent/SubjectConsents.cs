using System.Text.Json;
using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Consent;

/// <summary>What the ledger records. Codes are stored: never rename, only add.</summary>
public enum ConsentAct
{
    /// <summary>The person agrees.</summary>
    Accord,
    /// <summary>The person, asked, does not agree.</summary>
    Refus,
    /// <summary>The person takes an agreement back (art. 7-3 RGPD).</summary>
    Retrait,
    /// <summary>The person objects (art. 21 RGPD).</summary>
    Opposition,
    /// <summary>The data are kept and used no more (art. 18 RGPD).</summary>
    Limitation,
    /// <summary>The restriction or the examination of an objection ends.</summary>
    LeveeLimitation,
}

/// <summary>The latest agreement, refusal or withdrawal of one purpose.</summary>
/// <param name="At">When it was collected for an agreement, when it was recorded for the others: a stop counts from the moment it is known, an agreement is never younger than the day it was given.</param>
/// <param name="Until">When an agreement ends by itself.</param>
/// <param name="Named">Categories that it names; <see langword="null"/> when it names none.</param>
public sealed record StandingAct(ConsentAct Act, DateTimeOffset At, DateTimeOffset? Until, Categories? Named);

/// <summary>What the consent ledger says of one person now: the sum of its acts. Immutable.</summary>
public sealed record SubjectConsents
{
    /// <summary>The word that stands for every purpose.</summary>
    public const string EveryPurpose = "*";

    /// <summary>Nothing recorded.</summary>
    public static SubjectConsents None { get; } = new();

    /// <summary>Latest agreement, refusal or withdrawal by purpose.</summary>
    public IReadOnlyDictionary<string, StandingAct> Agreements { get; init; } = new Dictionary<string, StandingAct>(StringComparer.Ordinal);

    /// <summary>Purposes under restriction.</summary>
    public IReadOnlyList<string> Restricted { get; init; } = [];

    /// <summary>Reads what <see cref="ToJson"/> wrote; <c>{}</c> is <see cref="None"/>.</summary>
    public static SubjectConsents Parse(string json)
    {
        // Most people have said nothing: no parsing on the way of every message.
        if (json is "{}")
            return None;
        var stored = JsonSerializer.Deserialize(json, ConsentsJson.Default.StoredConsents) ?? throw new InvalidDataException("A subject has no standing.");
        return new() { Agreements = stored.Agreements, Restricted = stored.Restricted };
    }

    public string ToJson() => JsonSerializer.Serialize(new StoredConsents(Agreements, Restricted), ConsentsJson.Default.StoredConsents);

    /// <summary>Whether the data of the person may not be used for this purpose.</summary>
    public bool Restricts(string purpose) => Restricted.Contains(purpose, StringComparer.Ordinal) || Restricted.Contains(EveryPurpose, StringComparer.Ordinal);

    /// <summary>What one more act makes of it.</summary>
    /// <param name="purpose"><see langword="null"/> for every purpose.</param>
    public SubjectConsents With(string? purpose, StandingAct act)
    {
        var key = purpose ?? EveryPurpose;
        return act.Act switch
        {
            ConsentAct.Accord or ConsentAct.Refus or ConsentAct.Retrait when !Agreements.TryGetValue(key, out var earlier) || act.At >= earlier.At =>
                this with { Agreements = new Dictionary<string, StandingAct>(Agreements, StringComparer.Ordinal) { [key] = act } },
            ConsentAct.Opposition or ConsentAct.Limitation => this with { Restricted = [.. Restricted.Union([key], StringComparer.Ordinal)] },
            ConsentAct.LeveeLimitation => this with { Restricted = purpose is null ? [] : [.. Restricted.Except([key], StringComparer.Ordinal)] },
            _ => this,
        };
    }

    /// <summary>
    /// What holds for a subject once it is found to be one person with others. What restricts or stops counts for the whole
    /// person; an agreement does not go over: it was given for what was known under its own subject.
    /// </summary>
    public SubjectConsents JoinedWith(IEnumerable<SubjectConsents> others)
    {
        var joined = this;
        foreach (var other in others)
        {
            foreach (var (purpose, act) in other.Agreements.Where(a => a.Value.Act is ConsentAct.Refus or ConsentAct.Retrait))
                joined = joined.With(purpose == EveryPurpose ? null : purpose, act);
            joined = joined with { Restricted = [.. joined.Restricted.Union(other.Restricted, StringComparer.Ordinal)] };
        }

        return joined;
    }

    /// <summary>The agreement in force for a purpose: of the ledger's and the message's, the latest.</summary>
    /// <param name="declared">What the message says; <see cref="ConsentState.Unknown"/> says nothing.</param>
    /// <param name="named">Categories that the message's agreement names.</param>
    /// <param name="declaredAt">When the message was received.</param>
    /// <returns>An agreement past its end is unknown: it never counts as given.</returns>
    public (ConsentState State, Categories Named) InForce(string purpose, ConsentState declared, Categories named, DateTimeOffset declaredAt, DateTimeOffset instant)
    {
        if (Latest(purpose) is not { } act || (declared != ConsentState.Unknown && declaredAt > act.At))
            return (declared, named);
        return act switch
        {
            { Act: ConsentAct.Retrait } => (ConsentState.Withdrawn, Categories.None),
            { Act: ConsentAct.Refus } => (ConsentState.Refused, Categories.None),
            _ when act.Until <= instant => (ConsentState.Unknown, Categories.None),
            _ => (ConsentState.Granted, act.Named ?? named),
        };
    }

    private StandingAct? Latest(string purpose)
    {
        var (own, every) = (Agreements.GetValueOrDefault(purpose), Agreements.GetValueOrDefault(EveryPurpose));
        return own is null || every?.At >= own.At ? every ?? own : own;
    }
}

internal sealed record StoredConsents(IReadOnlyDictionary<string, StandingAct> Agreements, IReadOnlyList<string> Restricted);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StoredConsents))]
internal sealed partial class ConsentsJson : JsonSerializerContext;
