using System.CommandLine;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing.Quotas;

namespace ExchangeGateway.Gateway.Routing.Coverage;

/// <summary>The command line <c>exchange-gateway territory check</c>: what a pull request on a territory's files runs. No database.</summary>
internal static class TerritoryCommands
{
    /// <param name="simulate">The command that replays a draft; it needs a database for past deposits.</param>
    public static Command Build(Command simulate)
    {
        var folder = new Argument<string>("dossier") { Description = "Dossier d'un territoire, ou de tous : ops/territories/75, ops/territories" };
        var strict = new Option<bool>("--strict") { Description = "Les avertissements aussi font échouer" };
        var check = new Command("check", "Vérifie les fichiers d'un territoire : toutes les erreurs d'un coup, puis ce qui est douteux dans ses tables") { folder, strict };
        check.SetAction(async (parse, ct) =>
        {
            var output = parse.InvocationConfiguration.Output;
            var report = Check(parse.GetValue(folder)!, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date));
            foreach (var error in report.Errors)
                await output.WriteLineAsync($"erreur : {error}");
            foreach (var warning in report.Warnings)
                await output.WriteLineAsync($"avertissement : {warning}");
            foreach (var quota in report.Quotas)
                await output.WriteLineAsync($"quota : {quota}");
            await output.WriteLineAsync(report.Summary);
            return report.Errors.Count > 0 || (parse.GetValue(strict) && report.Warnings.Count > 0) ? 1 : 0;
        });
        return new Command("territory", "Territoires : vérification des fichiers, simulation d'un projet de règles") { check, simulate };
    }

    /// <param name="Quotas">Rules with a quota today, one French line each.</param>
    /// <param name="Summary">One French line.</param>
    internal sealed record Report(IReadOnlyList<FileError> Errors, IReadOnlyList<FileError> Warnings, IReadOnlyList<string> Quotas, string Summary);

    /// <summary>Reads a territory's folder among its neighbours (communes and organisations are checked together), or the folder of all.</summary>
    internal static Report Check(string path, DateOnly today)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var one = File.Exists(Path.Combine(full, "territoire.json")) || !Directory.Exists(full) || Directory.EnumerateDirectories(full).All(d => !File.Exists(Path.Combine(d, "territoire.json")));
        var (root, code) = one ? (Path.GetDirectoryName(full)!, Path.GetFileName(full)) : (full, null);
        var errors = new List<FileError>();
        if (!Directory.Exists(full))
            errors.Add(new(full, "", "dossier absent", "Donnez un dossier de ops/territories."));
        else
            AddErrors(() => _ = LawFile.Load(root), errors);
        var territories = new List<Territory>();
        if (Directory.Exists(full))
            AddErrors(() => territories.AddRange(TerritoryCatalogue.Load(root).All), errors);
        if (code is not null)
            errors.RemoveAll(e => e.File.Contains('/', StringComparison.Ordinal) && !e.File.StartsWith(code + "/", StringComparison.Ordinal) && Directory.Exists(full));
        var asked = territories.Where(t => code is null || t.Code == code).ToList();
        var checks = asked.Select(t => (Territory: t, Check: new TableCheck(t))).ToList();
        var warnings = checks.SelectMany(c => c.Check.Run(today)).ToList();
        var combinations = checks.Sum(c => c.Check.Combinations);
        var rules = asked.Sum(t => t.Tables.Sum(table => table.Rules.Count));
        var quotas = asked.SelectMany(t => t.Tables.SelectMany(table => table.Rules).Where(r => r is { Active: true, Quota: not null } && r.From <= today && (r.To is null || r.To >= today)), QuotaFile.Say).ToList();
        return new(errors, warnings, quotas, errors.Count > 0
            ? $"{errors.Count} erreur(s) : rien n'est mis en vigueur."
            : $"{asked.Count} territoire(s), {rules} règles, {combinations} combinaisons de faits examinées : {(warnings.Count == 0 ? "rien à signaler" : $"{warnings.Count} avertissement(s)")}.");
    }

    private static void AddErrors(Action load, List<FileError> errors)
    {
        try
        {
            load();
        }
        catch (TerritoryException refused)
        {
            errors.AddRange(refused.Errors);
        }
    }
}
