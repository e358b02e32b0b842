using System.CommandLine;
using System.Globalization;
using System.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Routing;

namespace ExchangeGateway.Gateway.SyntheticYear;

/// <summary>The command <c>demo year</c>: a year of messages as files, and the table that shows them beside the reference.</summary>
internal static class YearCommand
{
    private const int ReferenceYear = 2024;

    /// <param name="territoriesFolder">Folder of the territories.</param>
    public static Command Build(Func<string> territoriesFolder)
    {
        var territory = new Option<string>("--territory") { Description = "Code du territoire dont les communes sont prises", DefaultValueFactory = _ => "75" };
        var year = new Option<int>("--year") { Description = "Année remplie ; les nombres sont ceux de cette année si la référence l'a (2019 à 2024), sinon de 2024", DefaultValueFactory = _ => ReferenceYear };
        var scale = new Option<double>("--scale") { Description = "Part de la référence : 1 pour Paris entier", DefaultValueFactory = _ => 1 };
        var seed = new Option<long>("--seed") { Description = "Graine : la même donne les mêmes fichiers", DefaultValueFactory = _ => 1 };
        var folder = new Option<string>("--out") { Description = "Dossier des fichiers NDJSON, un par nature de message ; sans lui, le tableau seul" };
        var url = new Option<string?>("--url") { Description = "Adresse d'une passerelle à laquelle envoyer l'année" };
        var credentials = new Option<string?>("--credentials") { Description = "Fichier des identifiants de la démonstration (demo/credentials.json du dossier d'état), avec --url" };
        var command = new Command("year", "Invente une année de messages cohérents d'après les nombres publiés de Paris") { territory, year, scale, seed, folder, url, credentials };
        command.SetAction(async (parse, ct) =>
        {
            var catalogue = TerritoryCatalogue.Load(territoriesFolder());
            if (!catalogue.TryGet(parse.GetValue(territory)!, out var found) || parse.GetValue(scale) is not (> 0 and <= 20) || parse.GetValue(year) is not (>= 2000 and <= 2100))
            {
                await parse.InvocationConfiguration.Error.WriteLineAsync($"Territoire inconnu ({string.Join(", ", catalogue.All.Select(t => t.Code))}), échelle hors de 0 à 20, ou année hors de 2000 à 2100.");
                return 1;
            }

            var reference = YearFigures.Known.Contains(parse.GetValue(year)) ? parse.GetValue(year) : ReferenceYear;
            var acts = YearFlow.Make(found, reference, parse.GetValue(year), parse.GetValue(scale), parse.GetValue(seed));
            if (parse.GetValue(folder) is { } to)
                await WriteAsync(acts, to, ct);
            if (parse.GetValue(url) is { } address && !await PushAsync(parse, address, parse.GetValue(credentials), new YearActs(found, acts, $"annee-{parse.GetValue(year)}-{parse.GetValue(seed)}"), ct))
                return 1;
            await parse.InvocationConfiguration.Output.WriteAsync(Table(acts, reference, parse.GetValue(scale)));
            return 0;
        });
        return command;
    }

    private sealed record YearActs(Territory Territory, IReadOnlyList<YearAct> Acts, string Name);

    private static async Task<bool> PushAsync(ParseResult parse, string address, string? credentials, YearActs year, CancellationToken ct)
    {
        try
        {
            if (credentials is null || await DemoCredentials.ReadAsync(credentials, ct) is not { } known || !Uri.TryCreate(address, UriKind.Absolute, out var url))
            {
                await parse.InvocationConfiguration.Error.WriteLineAsync("Donnez --url et --credentials : l'adresse de la passerelle et le fichier de ses identifiants de démonstration.");
                return false;
            }

            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
            using var http = new HttpClient(handler) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(30) };
            foreach (var (type, accepted, refused) in await new YearPush(http, known, year.Territory, year.Name).SendAsync(year.Acts, ct))
                await parse.InvocationConfiguration.Output.WriteLineAsync($"{type} : {accepted} acceptés, {refused} refusés");
            return true;
        }
        catch (HttpRequestException failure)
        {
            await parse.InvocationConfiguration.Error.WriteLineAsync(failure.Message);
            return false;
        }
    }

    /// <summary>Writes <c>partenaire.type.ndjson</c>, in the order of the days: what <c>POST /v1/partenaire/type/lots</c> takes.</summary>
    public static async Task WriteAsync(IReadOnlyList<YearAct> acts, string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        foreach (var stage in YearFigures.Stages)
        {
            var type = YearMessages.Types[stage];
            await using var file = File.Create(Path.Combine(folder, $"{type.Partner}.{type.Name}.ndjson"));
            foreach (var act in acts.Where(a => a.Stage == stage))
            {
                await file.WriteAsync(YearMessages.Bytes(act), ct);
                await file.WriteAsync("\n"u8.ToArray(), ct);
            }
        }
    }

    /// <summary>Months × stages, with the reference under the totals.</summary>
    public static string Table(IReadOnlyList<YearAct> acts, int reference, double scale)
    {
        var text = new StringBuilder();
        Line("mois", YearFigures.Stages.Select(s => s.ToString()));
        for (var month = 1; month <= 12; month++)
            Line(month.ToString("00", CultureInfo.InvariantCulture), YearFigures.Stages.Select(s => Count(acts.Count(a => a.Stage == s && a.Day.Month == month))));
        Line("total", YearFigures.Stages.Select(s => Count(acts.Count(a => a.Stage == s))));
        Line($"{reference} × {scale.ToString(CultureInfo.InvariantCulture)}", YearFigures.Stages.Select(s => (YearFigures.Of(reference, s) * scale).ToString("0.#", CultureInfo.InvariantCulture)));
        Line("suite", YearFigures.Stages.Select(s => Count(acts.Count(a => a.Stage == s && a.InYear))));
        text.Append("« suite » : actes dont le ménage a déjà un acte de l'étape précédente dans l'année ; les autres viennent d'années antérieures. ").Append(acts.Select(a => a.Household.Number).Distinct().Count()).AppendLine(" ménages.");
        return text.ToString();

        void Line(string first, IEnumerable<string> cells) => text.Append(first.PadRight(12)).AppendLine(string.Concat(cells.Select(c => c.PadLeft(13))));
        static string Count(int n) => n.ToString(CultureInfo.InvariantCulture);
    }
}
