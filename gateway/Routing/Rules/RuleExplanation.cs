using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExchangeGateway.Gateway.Routing.Rules;

/// <summary>Why a deposit goes where it goes: one French sentence, then each rule. Facts in the vocabulary's words only: it holds no identity.</summary>
internal sealed record RuleExplanation
{
    // Accents stay letters: a person reads it in the database and in the export.
    private static readonly RuleExplanationJson Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>One sentence: facts, recipients, what is awaited.</summary>
    public required string Phrase { get; init; }
    /// <summary>What partners answered, each with its source and date; <see langword="null"/> when nobody was asked.</summary>
    public IReadOnlyList<string>? Reponses { get; init; }
    /// <summary>What a person should look at: a second orientation, rules that contradict each other; <see langword="null"/> when nothing.</summary>
    public IReadOnlyList<string>? Alertes { get; init; }
    public required string Territoire { get; init; }
    /// <summary>Version of the territory's files.</summary>
    public required string Version { get; init; }
    /// <summary>Absent, as the other date, from what several deposits share.</summary>
    public required DateTimeOffset? RecuLe { get; init; }
    public required DateTimeOffset? EvalueLe { get; init; }
    public required IReadOnlyList<RuleLine> Regles { get; init; }

    /// <summary>The form that <c>routing.explained</c> gives.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Readable.RuleExplanation);

    /// <summary>What is the deposit's own beside its <see cref="SharedExplanation"/>.</summary>
    public string DatesToJson() => JsonSerializer.Serialize(new ExplanationDates(RecuLe, EvalueLe), Readable.ExplanationDates);
}

internal sealed record ExplanationDates(DateTimeOffset? RecuLe, DateTimeOffset? EvalueLe);

/// <summary>What became of one rule.</summary>
internal sealed record RuleLine
{
    public required string Table { get; init; }
    public required string Regle { get; init; }
    public required string Libelle { get; init; }
    public required string Source { get; init; }
    /// <summary>One of <see cref="RuleIssue"/>.</summary>
    public required string Issue { get; init; }
    /// <summary>French sentence.</summary>
    public required string Motif { get; init; }
    public string? Destinataire { get; init; }
    public string? Finalite { get; init; }
    public DateTimeOffset? JusquAu { get; init; }
}

/// <summary>Stable codes of what became of a rule.</summary>
internal static class RuleIssue
{
    /// <summary>Matched, and addresses a recipient.</summary>
    public const string Appliquee = "appliquee";
    /// <summary>Matched, and sends nothing to anybody.</summary>
    public const string Information = "information";
    /// <summary>A fact says no.</summary>
    public const string Ecartee = "ecartee";
    /// <summary>A fact is unknown, and the rule says to go without.</summary>
    public const string Ignoree = "ignoree";
    /// <summary>A fact is unknown, and the rule waits for it.</summary>
    public const string Retenue = "retenue";
    /// <summary>The wait is over without an answer.</summary>
    public const string Repli = "repli";
    public const string Desactivee = "desactivee";
    public const string HorsValidite = "horsValidite";
    /// <summary>Matched, but the table's hit policy has kept another.</summary>
    public const string NonRetenue = "nonRetenue";
    /// <summary>Matched with others that do something else, in a table that admits one: none is followed.</summary>
    public const string Conflit = "conflit";
    /// <summary>An earlier rule of a FIRST table has decided.</summary>
    public const string NonExaminee = "nonExaminee";
    /// <summary>Its recipient has sent the message back.</summary>
    public const string Renvoyee = "renvoyee";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuleExplanation))]
[JsonSerializable(typeof(ExplanationDates))]
internal sealed partial class RuleExplanationJson : JsonSerializerContext;
