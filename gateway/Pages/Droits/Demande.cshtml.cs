using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Rights;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Droits;

/// <summary>One request: its clock, what can be granted, its decision, and how far that has come.</summary>
[Authorize(Policy = Policies.Droits)]
[Journalise(LogAction.RightsRequestsConsulted)]
internal sealed class DemandeModel(ConsulterDemandes consulter, DeciderDemande decider, ProlongerDemande prolonger) : PersonPage
{
    private const string Granted = "accordee";

    [BindProperty(SupportsGet = true, Name = "id")]
    public Guid Id { get; set; }

    public RightsDetail? Detail { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => ShowAsync(ct);

    public async Task<IActionResult> OnPostDeciderAsync([FromForm(Name = "depots")] Guid[]? deposits, [FromForm(Name = "categories")] string[]? categories, CancellationToken ct)
    {
        const string prefix = "decision-";
        var outcomes = Request.Form.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(f => new Outcome(f.Key[prefix.Length..], f.Value == Granted, f.Value == Granted ? null : f.Value.ToString()))
            .ToList();
        return await decider.RunAsync(Caller, Id, new DecisionRequest(outcomes, deposits, categories), ct) switch
        {
            DeliveryOutcome<RightsDecided>.Given given => Told(given.Value.AConfirmer
                ? "L’effacement est décidé. Il n’aura lieu qu’une fois confirmé par une seconde personne."
                : $"Décision enregistrée ; {French.Count(given.Value.DestinatairesAvertis + given.Value.DepotsACorriger, "organisation avertie", "organisations averties")}."),
            DeliveryOutcome<RightsDecided>.Refused refused => await RefuseAsync(refused.Refusal, refused.Detail, ct),
            _ => throw new UnreachableException(),
        };
    }

    public async Task<IActionResult> OnPostProlongerAsync([FromForm(Name = "raison")] string? reason, [FromForm(Name = "informeLe")] string? told, CancellationToken ct) =>
        await prolonger.RunAsync(Caller, Id, new ExtensionRequest(reason, French.TryDate(told ?? "", out var day) ? day : null), ct) switch
        {
            DeliveryOutcome<RightsRequest>.Given given => Told($"Délai prolongé jusqu’au {French.Date(given.Value.DueOn)}."),
            DeliveryOutcome<RightsRequest>.Refused refused => await RefuseAsync(refused.Refusal, refused.Detail, ct),
            _ => throw new UnreachableException(),
        };

    /// <summary>What a recipient was told of, in one word.</summary>
    public static string Subject(string code) => code switch
    {
        "rectification" => "Rectification",
        NoticeKind.Restriction => "Limitation",
        NoticeKind.RestrictionLifted => "Levée de la limitation",
        NoticeKind.Objection => "Opposition retenue",
        _ => "Effacement",
    };

    private LocalRedirectResult Told(string sentence)
    {
        Done(sentence);
        return LocalRedirect($"/droits/{Id}");
    }

    private async Task<IActionResult> RefuseAsync(Refusal refusal, string? detail, CancellationToken ct)
    {
        if (refusal.Status == StatusCodes.Status404NotFound)
            return Refused(refusal);
        Notice = Guidance.Of(refusal, detail);
        Response.StatusCode = refusal.Status;
        return await ShowAsync(ct);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        switch (await consulter.ShowAsync(Caller, Id, ct))
        {
            case DeliveryOutcome<RightsDetail>.Given given:
                Detail = given.Value;
                return Page();
            case DeliveryOutcome<RightsDetail>.Refused refused:
                return Refused(refused.Refusal);
            default:
                throw new UnreachableException();
        }
    }
}
