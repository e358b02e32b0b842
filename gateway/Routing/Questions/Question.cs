using System.Text.Json.Serialization;
using Npgsql;

namespace ExchangeGateway.Gateway.Routing.Questions;

/// <summary>What one partner was asked about one file, and what it answered.</summary>
/// <param name="Facts">Names of the facts asked for.</param>
/// <param name="State">One of <see cref="QuestionState"/>.</param>
internal sealed record Question(
    Guid Id, Guid Dossier, Guid Subject, string Territory, Guid? Delivery, Guid Recipient, string RecipientCode, IReadOnlyList<string> Facts, string State,
    DateTimeOffset AskedAt, DateTimeOffset DueAt, DateTimeOffset? AnsweredAt, Answer Answer)
{
    public const string Columns = "q.id, q.dossier, q.subject, q.territory, q.delivery, q.recipient, o.code, q.facts, q.state, q.asked_at, q.due_at, q.answered_at, q.connu, q.aide, q.composition";

    public const string Source = "routing.question q join access.organisation o on o.id = q.recipient";

    public static Question From(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetGuid(4), reader.GetGuid(5), reader.GetString(6),
        reader.GetFieldValue<string[]>(7), reader.GetString(8), reader.GetFieldValue<DateTimeOffset>(9), reader.GetFieldValue<DateTimeOffset>(10),
        reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11),
        new(Text(reader, 12), Text(reader, 13), Text(reader, 14)));

    public static async Task<List<Question>> ReadAllAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var questions = new List<Question>();
        while (await reader.ReadAsync(ct))
            questions.Add(From(reader));
        return questions;
    }

    /// <summary>The lock that orders all that is asked, answered and given up about one file.</summary>
    public static long LockOf(Guid dossier)
    {
        Span<byte> bytes = stackalloc byte[16];
        dossier.TryWriteBytes(bytes);
        return BitConverter.ToInt64(bytes) ^ BitConverter.ToInt64(bytes[8..]);
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

internal static class QuestionState
{
    public const string Asked = "posee";
    public const string Answered = "repondue";
    /// <summary>Nobody answered in time: the rule's fallback was followed. An answer that comes later still counts for the next messages.</summary>
    public const string Overdue = "echue";

    public static IReadOnlyList<string> All { get; } = [Asked, Answered, Overdue];
}

/// <summary>A partner's answer; <see langword="null"/> where it was not asked or did not say. "Ne sait pas" says nothing: it is never "not known".</summary>
/// <param name="Connu">connu, inconnu, suiviEnCours, neSaitPas.</param>
/// <param name="Aide">oui, non, neSaitPas.</param>
/// <param name="Composition">familleAvecEnfants, coupleSansEnfant, personneSeule, neSaitPas.</param>
internal sealed record Answer(string? Connu, string? Aide, string? Composition)
{
    public const string Unsure = "neSaitPas";

    /// <summary>Each fact that may be asked for, with the field of its answer and what it may say.</summary>
    public static IReadOnlyList<(string Fact, string Field, IReadOnlyList<string> Values)> Askable { get; } =
    [
        ("connuDesServices", "connu", ["connu", "inconnu", "suiviEnCours", Unsure]),
        ("aideAuLogement", "aide", ["oui", "non", Unsure]),
        ("composition", "composition", ["familleAvecEnfants", "coupleSansEnfant", "personneSeule", Unsure]),
    ];

    public string? Of(string fact) => fact switch { "connuDesServices" => Connu, "aideAuLogement" => Aide, _ => Composition };

    /// <summary>Whether another answer says the same of a fact: followed is known, and what was not said is not known.</summary>
    public bool SaysAs(Answer other, string fact) => fact switch
    {
        "connuDesServices" => KnownToServices == other.KnownToServices,
        "aideAuLogement" => Aided == other.Aided,
        _ => Household == other.Household,
    };

    /// <summary>What to mend, in French; <see langword="null"/> when it answers something that was asked, and nothing else.</summary>
    public string? Fault(IReadOnlyList<string> asked)
    {
        foreach (var (fact, field, values) in Askable)
        {
            if (Of(fact) is not { } said)
                continue;
            if (!asked.Contains(fact, StringComparer.Ordinal))
                return $"« {field} » n'est pas demandé : ne le donnez pas.";
            if (!values.Contains(said, StringComparer.Ordinal))
                return $"« {field} » vaut {string.Join(", ", values)}.";
        }

        return Askable.Any(a => Of(a.Fact) is not null) ? null : $"Donnez une réponse : {string.Join(", ", Askable.Where(a => asked.Contains(a.Fact, StringComparer.Ordinal)).Select(a => a.Field))}.";
    }

    [JsonIgnore]
    public bool? KnownToServices => Connu switch { "connu" or "suiviEnCours" => true, "inconnu" => false, _ => null };

    [JsonIgnore]
    public bool? Aided => Aide switch { "oui" => true, "non" => false, _ => null };

    [JsonIgnore]
    public string? Household => Composition is Unsure ? null : Composition;
}
