using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Rights;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Droits;

/// <summary>The access report, ready to print; showing it is an entry of the log. Two addresses: among the pages, and beside the JSON for a program.</summary>
[Authorize(Policy = Policies.Droits)]
[Journalise(LogAction.RightsReportGiven)]
internal sealed class RapportModel(EtablirRapport etablir, CanonicalFields fields) : PersonPage
{
    [BindProperty(SupportsGet = true, Name = "id")]
    public Guid Id { get; set; }

    public ReportView? Report { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        switch (await etablir.RunAsync(Caller, Id, ct))
        {
            case DeliveryOutcome<AccessReport>.Given given:
                Report = new ReportView(given.Value, fields);
                return Page();
            case DeliveryOutcome<AccessReport>.Refused refused:
                return Schemes.IsApi(Request.Path) ? StatusCode(refused.Refusal.Status) : Refused(refused.Refusal, refused.Detail);
            default:
                throw new UnreachableException();
        }
    }
}

/// <param name="Fields">What the pages call each value of a message.</param>
internal sealed record ReportView(AccessReport Report, CanonicalFields Fields);
