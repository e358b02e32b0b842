using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>
/// A fact that a rule may look at: where it is read, its vocabulary, and how it is said in French.
/// Only words of the vocabulary are ever said, so an explanation cannot carry what a sender wrote; a value outside the
/// vocabulary is unknown.
/// </summary>
/// <param name="Name">As rules write it, camel case.</param>
/// <param name="Unknown">How its absence is said: <c>parc inconnu</c>.</param>
internal abstract record RuleFact(string Name, string Unknown)
{
    public abstract bool IsKnown(RuleFacts faits);

    /// <summary>The fact in French.</summary>
    public abstract string Say(RuleFacts faits);

    /// <summary>All that rules and explanations can tell of it; <see langword="null"/> when it is unknown.</summary>
    public abstract string? Raw(RuleFacts faits);

    public static IReadOnlyDictionary<string, RuleFact> All { get; } = FactDictionary.Facts.ToDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>Whether a deposit may lack it. A required field of every message is never unknown.</summary>
    public bool Optional { get; init; } = true;
    /// <summary>Who can know it; French.</summary>
    public string KnownBy { get; init; } = "l'expéditeur du message";
    /// <summary>Where it comes from; French.</summary>
    public required string From { get; init; }
    /// <summary>Whether a partner may be asked for it (purpose P14).</summary>
    public bool Askable { get; init; }

    /// <summary>One value of a closed list.</summary>
    internal sealed record Choice : RuleFact
    {
        private readonly Func<RuleFacts, string?> _read;
        private readonly Dictionary<string, string> _phrases;

        [SetsRequiredMembers]
        public Choice(string name, string unknown, string from, Func<RuleFacts, string?> read, params ReadOnlySpan<(string Value, string Phrase)> values)
            : base(name, unknown)
        {
            From = from;
            _read = read;
            _phrases = new(StringComparer.Ordinal);
            foreach (var (value, phrase) in values)
                _phrases.Add(value, phrase);
        }

        public IReadOnlyCollection<string> Values => _phrases.Keys;

        /// <summary>How a value is said in French.</summary>
        public string Phrase(string value) => _phrases[value];

        public bool TryRead(RuleFacts faits, [NotNullWhen(true)] out string? value) =>
            (value = _read(faits)) is not null && _phrases.ContainsKey(value);

        public override bool IsKnown(RuleFacts faits) => TryRead(faits, out _);

        public override string Say(RuleFacts faits) => TryRead(faits, out var value) ? _phrases[value] : Unknown;

        public override string? Raw(RuleFacts faits) => TryRead(faits, out var value) ? value : null;
    }

    internal sealed record YesNo(string Name, string Unknown, string Yes, string No, Func<RuleFacts, bool?> Read) : RuleFact(Name, Unknown)
    {
        public override bool IsKnown(RuleFacts faits) => Read(faits) is not null;

        public override string Say(RuleFacts faits) => Read(faits) switch { null => Unknown, true => Yes, false => No };

        public override string? Raw(RuleFacts faits) => Read(faits) switch { null => null, true => "oui", false => "non" };
    }

    /// <summary>A whole number within bounds, both inclusive; outside of them it is unknown.</summary>
    internal sealed record Number(string Name, string Unknown, string Unit, int Min, int Max, Func<RuleFacts, int?> Read) : RuleFact(Name, Unknown)
    {
        public int? Value(RuleFacts faits) => Read(faits) is { } value && value >= Min && value <= Max ? value : null;

        public override bool IsKnown(RuleFacts faits) => Value(faits) is not null;

        public override string Say(RuleFacts faits) => Value(faits) is { } value ? value.ToString(CultureInfo.InvariantCulture) + " " + Unit : Unknown;

        public override string? Raw(RuleFacts faits) => Value(faits)?.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A code whose list is not ours (message types, communes): compared, never repeated.</summary>
    internal sealed record Code(string Name, string Unknown, string Other, Func<RuleFacts, string?> Read) : RuleFact(Name, Unknown)
    {
        public override bool IsKnown(RuleFacts faits) => !string.IsNullOrEmpty(Read(faits));

        public override string Say(RuleFacts faits) => IsKnown(faits) ? Other : Unknown;

        public override string? Raw(RuleFacts faits) => IsKnown(faits) ? Read(faits) : null;
    }

    /// <summary>Marks of which a deposit carries some (quality flags): each is there or not.</summary>
    internal sealed record Marks(string Name, string Unknown, IReadOnlyDictionary<string, string> Values, Func<RuleFacts, IReadOnlyCollection<string>?> Read) : RuleFact(Name, Unknown)
    {
        public override bool IsKnown(RuleFacts faits) => Read(faits) is not null;

        public override string Say(RuleFacts faits) => Read(faits) is { } marks
            ? marks.Count(Values.ContainsKey) is var count and > 0 ? string.Create(CultureInfo.InvariantCulture, $"{count} point{(count > 1 ? "s" : "")} à vérifier") : "aucun point à vérifier"
            : Unknown;

        public override string? Raw(RuleFacts faits) => Read(faits) is { } marks ? string.Join(' ', marks.Order(StringComparer.Ordinal)) : null;
    }

    /// <summary>A civil day; written <c>AAAA-MM-JJ</c> in the rules.</summary>
    internal sealed record Day(string Name, string Unknown, Func<RuleFacts, DateOnly?> Read) : RuleFact(Name, Unknown)
    {
        public override bool IsKnown(RuleFacts faits) => Read(faits) is not null;

        public override string Say(RuleFacts faits) => Read(faits) is { } day ? "reçu le " + RulePhrase.Day(day) : Unknown;

        public override string? Raw(RuleFacts faits) => Read(faits)?.ToString("O", CultureInfo.InvariantCulture);
    }
}
