using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Dossiers.Sessions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Seances;

/// <summary>The sessions of the commission: those that were held, the next one to prepare, and the files that come back after twelve months.</summary>
[Authorize(Policy = Policies.Seances)]
[Journalise(LogAction.SessionConsulted)]
internal sealed class IndexModel(ConsulterSeance sessions, PreparerSeance preparer) : PersonPage
{
    public IReadOnlyList<SessionLine> Sessions { get; private set; } = [];

    public IReadOnlyList<SessionItem> Reviews { get; private set; } = [];

    public IReadOnlyList<string> Territories => Caller.Territories;

    [BindProperty(Name = "tenueLe")] public string? Day { get; set; }
    [BindProperty(Name = "heure")] public string? Time { get; set; }
    [BindProperty(Name = "lieu")] public string? Place { get; set; }
    [BindProperty(Name = "territoire")] public string? Territory { get; set; }
    /// <summary>One member a line: organisation, a comma, quality.</summary>
    [BindProperty(Name = "membres")] public string? Members { get; set; }

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => ShowAsync(ct);

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        var members = (Members ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(',', 2, StringSplitOptions.TrimEntries)).Select(m => new SessionMember(m[0], m.Length > 1 && m[1].Length > 0 ? m[1] : "Membre")).ToList();
        var request = new SessionRequest(Day is not null && French.TryDate(Day, out var day) ? day : null, Time, Place, Territory, members);
        switch (await preparer.CreateAsync(Caller, request, ct))
        {
            case DeliveryOutcome<SessionCreated>.Given given:
                Done("La séance est créée.");
                return Redirect($"/seances/{given.Value.Id}");
            case DeliveryOutcome<SessionCreated>.Refused refused:
                await ShowAsync(ct);
                return Refused(refused.Refusal, refused.Detail);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        if (await sessions.ToReviewAsync(Caller, ct) is not DeliveryOutcome<IReadOnlyList<SessionItem>>.Given given)
            return Refused(ExchangeGateway.Gateway.Refusals.Catalogue.HorsHabilitation);
        Reviews = given.Value;
        Sessions = await sessions.ListAsync(Caller, ct);
        return Page();
    }
}
