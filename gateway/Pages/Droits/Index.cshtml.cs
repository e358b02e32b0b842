using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Rights;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Droits;

/// <summary>What persons have asked, with the clock of each request.</summary>
[Authorize(Policy = Policies.Droits)]
[Journalise(LogAction.RightsRequestsConsulted)]
internal sealed class IndexModel(ConsulterDemandes consulter) : PersonPage
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true, Name = "toutes")]
    public string? Which { get; set; }

    [BindProperty(SupportsGet = true, Name = "curseur")]
    public string? Cursor { get; set; }

    public bool All => Which is "oui";

    public RightsPage? Requests { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        if (!ListerReception.TryReadCursor(Cursor, out var before))
            return Refused(Catalogue.Introuvable);
        Requests = await consulter.ListAsync(Caller, open: !All, before, PageSize, ct);
        return Page();
    }

    public static string Clock(DemandLine line) => line switch
    {
        { JoursRestants: null } => "Close",
        { JoursRestants: < 0 and var late } => $"En retard de {French.Count(-late, "jour", "jours")}",
        { JoursRestants: 0 } => "Aujourd’hui",
        { JoursRestants: { } left } => $"Encore {French.Count(left, "jour", "jours")}",
    };

    public static string ClockClass(DemandLine line) => line switch
    {
        { EnRetard: true } => "fr-badge--error",
        { JoursRestants: <= 7 } => "fr-badge--warning",
        _ => "",
    };
}
