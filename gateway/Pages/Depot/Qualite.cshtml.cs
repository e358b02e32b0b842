using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>How good this organisation's own deposits were (purpose P11), so that what is weak can be mended at its source.</summary>
[Authorize(Policy = Policies.Deposer)]
[Journalise(LogAction.QualityConsulted)]
internal sealed class QualiteModel(ConsulterQualite consulter, RefusalLog refusals) : PersonPage
{
    [BindProperty(SupportsGet = true, Name = "pas")]
    public string? Step { get; set; }

    public QualityReport? Report { get; private set; }

    public bool ByMonth => Step == "mois";

    public async Task<IActionResult> OnGetAsync(CancellationToken ct) => await ReadAsync(ct) ?? Page();

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken ct) =>
        await ReadAsync(ct) ?? File(QualityCsv.Of(Report!), QualityCsv.MediaType, $"qualite-{Report!.Organisation}.csv");

    /// <summary>A share as pages write it; a dash where there is nothing to share.</summary>
    public static string Share(decimal? percent) => percent is { } value ? French.Percent(value) : "–";

    private async Task<IActionResult?> ReadAsync(CancellationToken ct)
    {
        switch (await consulter.RunAsync(Caller, Step, null, null, ct))
        {
            case QualityOutcome.Given given:
                Report = given.Report;
                return null;
            case QualityOutcome.Refused refused:
                await refusals.RefuseAsync(Caller, LogAction.AccessRefused, refused.Why, new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "qualite" }, ct);
                return Refused(refused.Why.Refusal, refused.Why.Detail);
            default:
                throw new UnreachableException();
        }
    }
}
