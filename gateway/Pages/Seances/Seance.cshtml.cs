using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Dossiers.Sessions;
using ExchangeGateway.Gateway.Registers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Seances;

/// <summary>One session: its order of the day, the advice and decisions on each file, its letters.</summary>
[Authorize(Policy = Policies.Seances)]
[Journalise(LogAction.SessionConsulted)]
internal sealed class SeanceModel(ConsulterSeance sessions, PreparerSeance preparer, InscrireAvis inscrire, PreparerCourriers letters, RegisterOptions options) : PersonPage
{
    [BindProperty(SupportsGet = true, Name = "id")]
    public Guid Id { get; set; }

    public SessionView? View { get; private set; }

    /// <summary>The letters, when they were asked for: the answer to the form is the page to print.</summary>
    public Letters? Letters { get; private set; }

    public CcapexSettings Settings => CcapexSettings.Load(options);

    public IReadOnlyList<string> Motifs => DisclosureMotifs.Of(Caller.Role);

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => ShowAsync(ct);

    public async Task<IActionResult> OnPostInscrireAsync([FromForm(Name = "dossier")] string? reference, [FromForm(Name = "nature")] string? kind, CancellationToken ct) =>
        await AfterAsync(await preparer.AddAsync(Caller, Id, new SessionFileRequest(reference?.Trim(), kind, null), ct), "Le dossier est à l’ordre du jour.", ct);

    public async Task<IActionResult> OnPostPresencesAsync([FromForm(Name = "presents")] int[] present, CancellationToken ct) =>
        await AfterAsync(await preparer.AttendAsync(Caller, Id, new AttendanceRequest(present), ct), "Les présences sont notées.", ct);

    /// <param name="advices">Each <c>target/advice</c>.</param>
    public async Task<IActionResult> OnPostAvisAsync([FromForm(Name = "inscription")] Guid item, [FromForm(Name = "motif")] string? motive, [FromForm(Name = "avis")] string[] advices, CancellationToken ct)
    {
        var read = advices.Select(a => a.Split('/', 2)).Where(a => a.Length == 2).Select(a => new Advice(a[0], a[1])).ToList();
        return await AfterAsync(await inscrire.AdviseAsync(Caller, Id, item, new AdviceRequest(motive, read), ct), "Les avis sont inscrits.", ct);
    }

    public async Task<IActionResult> OnPostAideAsync([FromForm(Name = "inscription")] Guid item, [FromForm(Name = "decision")] string? decision, [FromForm(Name = "motifCode")] string? motive, CancellationToken ct) =>
        await AfterAsync(await inscrire.DecideAidAsync(Caller, Id, item, new AidRequest(decision, motive), ct), "La décision est inscrite et rendue à l’organisme payeur.", ct);

    public async Task<IActionResult> OnPostIssueAsync([FromForm(Name = "inscription")] Guid item, [FromForm(Name = "issue")] string? outcome, CancellationToken ct) =>
        await AfterAsync(await inscrire.OutcomeAsync(Caller, Id, item, new OutcomeRequest(outcome), ct), "L’issue à douze mois est inscrite.", ct);

    public async Task<IActionResult> OnPostLettresAsync([FromForm(Name = "motif")] string? motif, [FromForm(Name = "forme")] string? form, CancellationToken ct)
    {
        switch (await letters.RunAsync(Caller, Id, new LettersRequest(motif), ct))
        {
            case DeliveryOutcome<Letters>.Given given when form == "csv":
                return File(System.Text.Encoding.UTF8.GetBytes(given.Value.Csv()), "text/csv; charset=utf-8", "courriers.csv");
            case DeliveryOutcome<Letters>.Given given:
                Letters = given.Value;
                return Page();
            case DeliveryOutcome<Letters>.Refused refused:
                await ShowAsync(ct);
                return Refused(refused.Refusal, refused.Detail);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<IActionResult> AfterAsync<T>(DeliveryOutcome<T> outcome, string done, CancellationToken ct)
    {
        if (outcome is not DeliveryOutcome<T>.Refused refused)
        {
            Done(done);
            return RedirectToPage(new { id = Id });
        }

        var shown = await ShowAsync(ct);
        return View is null ? shown : Refused(refused.Refusal, refused.Detail);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        switch (await sessions.RunAsync(Caller, Id, ct))
        {
            case DeliveryOutcome<SessionView>.Given given:
                View = given.Value;
                return Page();
            case DeliveryOutcome<SessionView>.Refused refused:
                return Refused(refused.Refusal);
            default:
                throw new UnreachableException();
        }
    }
}
