using System.Globalization;
using ExchangeGateway.Gateway.Routing.Rules;

namespace ExchangeGateway.Gateway.Routing.Questions;

/// <summary>What the partners' answers make known of a file. Pure.</summary>
internal static class Learnt
{
    /// <summary>
    /// Adds the answers to what a message left unknown. A household is known to the services as soon as one says so, and
    /// unknown to them only when each that was asked has said so; answers that contradict each other leave a fact unknown.
    /// </summary>
    /// <param name="questions">Everything asked about the file.</param>
    public static RuleFacts Add(RuleFacts facts, IEnumerable<Question> questions, Territory territory, DateTimeOffset now)
    {
        if (territory.Questions is not { } rules)
            return facts;
        var oldest = RuleEngine.AddDays(now, -rules.ValidDays, territory.TimeZone);
        var valid = questions.Where(q => (q.AnsweredAt ?? q.AskedAt) >= oldest).ToList();
        var (known, aided, household) = (Latest(valid, "connuDesServices"), Latest(valid, "aideAuLogement"), Latest(valid, "composition"));
        var message = facts.Message;
        var sources = new List<string>();
        bool? isKnown = known.Exists(q => q.Answer.KnownToServices is true) ? true
            : known.Count > 0 && known.TrueForAll(q => q.Answer.KnownToServices is false) ? false : null;
        return facts with
        {
            Message = message with
            {
                ConnuDesServices = message.ConnuDesServices ?? Sourced(isKnown, known.Where(q => q.Answer.KnownToServices == isKnown), "connuDesServices"),
                AideAuLogement = message.AideAuLogement ?? Sourced(Agreed(aided.Select(q => q.Answer.Aided)), aided.Where(q => q.Answer.Aided is not null), "aideAuLogement"),
                Composition = message.Composition ?? (Agreed(household.Select(q => q.Answer.Household)) is { } said ? Named(said, household.Where(q => q.Answer.Household is not null)) : null),
            },
            Sources = sources,
        };

        bool? Sourced(bool? value, IEnumerable<Question> by, string fact)
        {
            if (value is { } given)
                sources.Add(Say(given ? ((RuleFact.YesNo)RuleFact.All[fact]).Yes : ((RuleFact.YesNo)RuleFact.All[fact]).No, by));
            return value;
        }

        string Named(string value, IEnumerable<Question> by)
        {
            sources.Add(Say(((RuleFact.Choice)RuleFact.All["composition"]).Phrase(value), by));
            return value;
        }

        string Say(string what, IEnumerable<Question> by) => $"{what}, selon {RulePhrase.List(by.Select(q => string.Create(CultureInfo.InvariantCulture, $"{Name(q)} le {RulePhrase.Day(territory.Today(q.AnsweredAt!.Value))}")))}";

        string Name(Question question) => territory.Partners.TryGetValue(question.RecipientCode, out var partner) ? partner.Designation : "un service";
    }

    /// <summary>Whether a partner need not be asked for a fact again: it is being asked, or has answered, if only that it does not know.</summary>
    public static bool Covers(Question question, string fact, QuestionRules rules, DateTimeOffset now) =>
        question.Facts.Contains(fact, StringComparer.Ordinal)
        && (question.State is QuestionState.Asked || (question.State is QuestionState.Answered && question.AnsweredAt >= now.AddDays(-rules.ValidDays)));

    /// <summary>The last question that each partner was asked about a fact.</summary>
    private static List<Question> Latest(List<Question> questions, string fact) =>
        [.. questions.Where(q => q.Facts.Contains(fact, StringComparer.Ordinal)).GroupBy(q => q.Recipient).Select(g => g.MaxBy(q => (q.AskedAt, q.Id))!)];

    private static T? Agreed<T>(IEnumerable<T?> values) where T : struct => values.OfType<T>().Distinct().ToList() is [var only] ? only : null;

    private static string? Agreed(IEnumerable<string?> values) => values.OfType<string>().Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : null;
}
