using System.Globalization;
using System.Text;

namespace ExchangeGateway.Partners.Demonstration;

/// <summary>The table that the demonstration prints: what was sent, what it became, who got it and by which rule.</summary>
public static class Report
{
    public static string Of(DemoResult result, int seed)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\nDémonstration (graine {seed}) : personnes inventées, numéros de fiction.\n\nEnvois\n");
        Table(text, ["Expéditeur", "Message", "Voie", "Envoyés", "Acceptés", "Doublons", "Déjà reçus", "Refusés"],
            [.. result.Sent.GroupBy(s => s.Sending).Select(g => (string[])
            [
                g.Key.Organisation, g.Key.Type, g.Key.Channel switch { Channel.Csv => "fichier CSV", Channel.Ndjson => "lot NDJSON", _ => "un par un" },
                Number(g.Count()), Number(g.Count(s => s.Code == "accepte")), Number(g.Count(s => s.Code == "doublon")), Number(g.Count(s => s.Code == "dejaRecu")), Refusals(g),
            ])]);
        text.Append("\nRemises\n");
        Table(text, ["Destinataire", "Message", "Finalité", "Règle", "Attendues", "Reçues"],
            [.. result.Deliveries.Select(d => (string[])[d.Arrival.Recipient, d.Type, d.Arrival.Purpose, d.Rules, Number(d.Expected), Number(d.Received)])]);
        text.Append("\nCas particuliers envoyés\n");
        Table(text, ["Cas", "Messages"], [.. result.Sent.Where(s => s.Message.Fault.Length > 0).CountBy(s => s.Message.Fault).OrderByDescending(c => c.Value).Select(c => (string[])[c.Key, Number(c.Value)])]);
        text.Append(CultureInfo.InvariantCulture, $"\n{result.Held} messages attendent un fait que l'expéditeur ne peut pas connaître (aide, composition) : orientation différée.\n");
        text.Append(CultureInfo.InvariantCulture, $"{result.Quotas}.\n{result.Proof}.\n{result.Identity}.\n");
        if (result.Failures.Count == 0)
            text.Append("\nTout ce qui était attendu est arrivé, et rien d'autre.\n");
        else
        {
            text.Append("\nÉCARTS\n").AppendJoin('\n', result.Failures.Select(f => "  - " + f)).Append('\n');
            // Whoever received a message routed it by the rules of that day.
            if (result.Sent.Any(s => s.Code == "dejaRecu"))
                text.Append("\nDes messages étaient déjà reçus : si une version antérieure les a orientés, les écarts viennent de ses règles. Pour une démonstration neuve, nommez un dossier neuf par EXCHANGE_GATEWAY_STATE.\n");
        }

        return text.ToString();
    }

    private static string Refusals(IEnumerable<Sent> sent)
    {
        var refused = sent.Where(s => s.Code is not ("accepte" or "doublon" or "dejaRecu")).CountBy(s => s.Refusal ?? s.Code).OrderBy(c => c.Key, StringComparer.Ordinal).ToList();
        return refused.Count == 0 ? "0" : string.Join(", ", refused.Select(c => $"{c.Key} {c.Value}"));
    }

    private static void Table(StringBuilder text, string[] header, List<string[]> rows)
    {
        var widths = header.Select((h, i) => rows.Select(r => r[i].Length).Append(h.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(header))
        {
            text.Append("  ");
            for (var i = 0; i < row.Length; i++)
                text.Append(row[i].Length > 0 && row[i].All(char.IsAsciiDigit) ? row[i].PadLeft(widths[i]) : row[i].PadRight(widths[i])).Append("  ");
            text.Length -= 2;
            text.Append('\n');
            if (ReferenceEquals(row, header))
                text.Append("  ").AppendJoin("  ", widths.Select(w => new string('─', w))).Append('\n');
        }
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
