using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>The quality of one organisation's own deposits, period by period. It holds counts only: no deposit, no person, nobody else's figures.</summary>
/// <param name="Organisation">Code of the sender.</param>
/// <param name="Du">First day counted, legal time of metropolitan France.</param>
/// <param name="Au">Last day counted.</param>
/// <param name="Pas">mois or trimestre.</param>
/// <param name="Periodes">Every period from first to last, those without deposits too.</param>
internal sealed record QualityReport(string Organisation, DateOnly Du, DateOnly Au, string Pas, IReadOnlyList<QualityPeriod> Periodes, QualityPeriod Total);

/// <param name="Periode"><c>2026-11</c>, <c>2026-T4</c>, or <c>total</c>.</param>
/// <param name="Envois">Deposits received, without those that were cancelled.</param>
internal sealed record QualityPeriod(string Periode, string Libelle, long Envois, NoticeCounts Notices, PhoneCounts Telephones, IReadOnlyList<FlagCount> Drapeaux);

/// <summary>Acts by the notice that they carry: as declared, or as an attachment has shown since.</summary>
/// <param name="Actes">Acts that must carry a notice.</param>
/// <param name="Inconnues">Version not given, or not known.</param>
/// <param name="PartAJour">Percentage of the acts whose notice is up to date, one decimal; illegible ones are left out of the count. <see langword="null"/> without acts.</param>
internal sealed record NoticeCounts(long Actes, long AJour, long Anciennes, long Absentes, long Illisibles, long Inconnues, decimal? PartAJour);

/// <param name="Concernes">Deposits of a type that may give phone numbers.</param>
/// <param name="Donnes">Those that give one at least.</param>
/// <param name="Part">Percentage, one decimal.</param>
internal sealed record PhoneCounts(long Concernes, long Donnes, decimal? Part);

/// <param name="Code">Code of the flag.</param>
/// <param name="Libelle">Its French sentence.</param>
internal sealed record FlagCount(string Code, string Libelle, long Nombre);

/// <summary>Deposits that are alike for the count.</summary>
/// <param name="Month">First day of the month of reception.</param>
/// <param name="Phone">Whether a number was given; <see langword="null"/> where the type has none to give.</param>
internal sealed record QualityGroup(DateOnly Month, MessageType Type, IReadOnlyList<string> Flags, bool? Phone, long Count);

/// <summary>Counts groups of deposits into the report.</summary>
internal static class QualityTally
{
    public static QualityReport Report(string organisation, QualitySpan span, IReadOnlyList<QualityGroup> groups)
    {
        var periods = span.Periods()
            .Select(p => Period(p.Code, p.Label, [.. groups.Where(g => g.Month >= p.First && g.Month <= p.Last)]))
            .ToList();
        return new QualityReport(organisation, span.First, span.LastDay, span.ByQuarter ? "trimestre" : "mois", periods, Period("total", "Ensemble", groups));
    }

    private static QualityPeriod Period(string code, string label, IReadOnlyList<QualityGroup> groups)
    {
        var acts = groups.Where(g => PartnerMessages.TryGet(g.Type, out var message) && message.NoticeAttendue).ToList();
        var phones = groups.Where(g => g.Phone is not null).ToList();
        var given = phones.Where(g => g.Phone == true).Sum(g => g.Count);
        var asked = phones.Sum(g => g.Count);
        return new QualityPeriod(code, label, groups.Sum(g => g.Count), Notices(acts), new PhoneCounts(asked, given, Share(given, asked)), Flags(groups));
    }

    private static NoticeCounts Notices(List<QualityGroup> acts)
    {
        long Of(Drapeau flag) => acts.Where(g => g.Flags.Contains(flag.Code, StringComparer.Ordinal)).Sum(g => g.Count);
        var (all, old, missing, illegible, unknown) = (acts.Sum(g => g.Count), Of(Drapeaux.NoticeAncienne), Of(Drapeaux.NoticeAbsente), Of(Drapeaux.NoticeIllisible), Of(Drapeaux.NoticeInconnue));
        // A deposit has one flag about its notice at most; none, or "up to date", is what the sender declared or we have read.
        var current = all - old - missing - illegible - unknown;
        return new NoticeCounts(all, current, old, missing, illegible, unknown, Share(current, all - illegible));
    }

    private static List<FlagCount> Flags(IReadOnlyList<QualityGroup> groups) =>
    [
        .. Drapeaux.Tous
            .Select(d => new FlagCount(d.Code, d.Message, groups.Where(g => g.Flags.Contains(d.Code, StringComparer.Ordinal)).Sum(g => g.Count)))
            .Where(f => f.Nombre > 0)
            .OrderByDescending(f => f.Nombre),
    ];

    private static decimal? Share(long part, long all) => all == 0 ? null : Math.Round(100m * part / all, 1, MidpointRounding.AwayFromZero);
}

/// <summary>The report as CSV for office software: one row per period and figure, <c>;</c>, decimal comma, BOM.</summary>
internal static class QualityCsv
{
    public const string MediaType = "text/csv; charset=utf-8";

    public static byte[] Of(QualityReport report)
    {
        var text = new StringBuilder("\uFEFFperiode;indicateur;libelle;nombre;sur;part\r\n");
        foreach (var period in report.Periodes.Append(report.Total))
        {
            var (notices, phones) = (period.Notices, period.Telephones);
            Row("envois", "Envois reçus", period.Envois);
            Row("noticesAJour", "Actes dont la notice est à jour", notices.AJour, notices.Actes - notices.Illisibles, notices.PartAJour);
            Row("noticesAnciennes", "Actes dont la notice est ancienne", notices.Anciennes, notices.Actes);
            Row("noticesAbsentes", "Actes sans notice", notices.Absentes, notices.Actes);
            Row("noticesIllisibles", "Actes dont la notice est illisible", notices.Illisibles, notices.Actes);
            Row("noticesInconnues", "Actes dont la version de la notice est inconnue", notices.Inconnues, notices.Actes);
            Row("telephones", "Envois avec un téléphone", phones.Donnes, phones.Concernes, phones.Part);
            foreach (var flag in period.Drapeaux)
                Row(flag.Code, flag.Libelle, flag.Nombre, period.Envois);

            void Row(string code, string label, long count, long? of = null, decimal? share = null) => text.Append(string.Join(';',
                period.Periode, code, "\"" + label.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"", count.ToString(CultureInfo.InvariantCulture),
                of?.ToString(CultureInfo.InvariantCulture), share?.ToString("0.0", CultureInfo.InvariantCulture).Replace('.', ','))).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(QualityReport))]
internal sealed partial class QualityJson : JsonSerializerContext;
