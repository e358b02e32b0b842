using System.Diagnostics;
using System.Text;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>The receipt of one deposit and where it stands, as its sender may know it (purpose P11).</summary>
[Authorize(Policy = Policies.Deposer)]
[Journalise(LogAction.DepositConsulted)]
[RequestSizeLimit(Uploads.Largest)]
[RequestFormLimits(MultipartBodyLengthLimit = Uploads.Largest, MemoryBufferThreshold = Uploads.Largest)]
internal sealed class EnvoiModel(
    ConsulterDepot consulter, RetrouverRecepisse retrouver, JoindrePiece joindre, RefusalLog refusals, JournalProofs proofs, AuditLog log, Databases databases) : PersonPage
{
    /// <summary>Why the act sent with the form was not joined; shown once.</summary>
    public const string PieceKey = "piece-refusee";

    private static readonly Dictionary<string, Drapeau> Flags = Drapeaux.Tous.ToDictionary(d => d.Code, StringComparer.Ordinal);

    [BindProperty(SupportsGet = true, Name = "id")]
    public Guid Id { get; set; }

    public DepositStatus? Status { get; private set; }

    /// <summary>No longer kept after 30 days.</summary>
    public Receipt? Receipt { get; private set; }

    public string? PieceError { get; private set; }

    /// <summary>What makes the message weak, in French; flags that are for information only say so in their sentence.</summary>
    public IReadOnlyList<string> Weaknesses => [.. Status!.Drapeaux.Select(code => Flags.GetValueOrDefault(code)?.Message ?? "Un point du signalement est à vérifier.")];

    public bool MayJoin => Status is { Etat: not DepositState.Cancelled } && !Status.Pieces.Contains("acte", StringComparer.Ordinal);

    public bool IsAct => Status!.Type == CommandementModel.Type.ToString();

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        PieceError = TempData[PieceKey] as string;
        return await ShowAsync(ct);
    }

    public async Task<IActionResult> OnGetPromesseAsync(CancellationToken ct)
    {
        if (await ReadAsync(ct) is { } refused)
            return refused;
        return Receipt is null
            ? Refused(Catalogue.Introuvable)
            : File(Encoding.ASCII.GetBytes(Receipt.Promesse), "application/jose", $"promesse-{Id}.jws");
    }

    public async Task<IActionResult> OnGetPreuveAsync(CancellationToken ct)
    {
        if (await PreuveDepot.EntryOfAsync(databases, Id, Caller.Organisation, ct) is not { } entry)
            return Refused(Catalogue.Introuvable);
        switch (await proofs.OfEntryAsync(entry, ct))
        {
            case ProofOutcome.Given given:
                await log.AppendAsync(new AuditEntry { Action = LogAction.ProofGiven, Organisation = Caller.Organisation, Agent = Caller.Agent, Deposit = Id }, ct);
                return File(Encoding.UTF8.GetBytes(given.Proof.ToText()), "text/plain; charset=utf-8", $"envoi-{Id}.tlog-proof");
            case ProofOutcome.NotYet:
                Notice = new(NoticeLevel.Info, "La preuve n’est pas encore prête", "L’envoi est enregistré ; sa preuve d’inscription suit en général dans la seconde. Redemandez-la.");
                return await ShowAsync(ct);
            case ProofOutcome.Unknown:
                return Refused(Catalogue.Introuvable);
            default:
                throw new UnreachableException();
        }
    }

    public async Task<IActionResult> OnPostPieceAsync([FromForm(Name = "acte")] IFormFile? piece, CancellationToken ct)
    {
        var (content, error) = piece is null || piece.Length == 0 ? (null, "Choisissez un fichier PDF.") : await Uploads.ReadPdfAsync(piece, ct);
        if (content is not null)
        {
            switch (await joindre.RunAsync(Caller, Id, "acte", content, ct))
            {
                case PieceOutcome.Joined { Quarantine: null }:
                    Done("L’acte est joint à l’envoi.");
                    return RedirectToPage(new { id = Id });
                case PieceOutcome.Joined joined:
                    error = joined.Quarantine;
                    break;
                case PieceOutcome.Refused { Why: var refused }:
                    await refusals.RefuseAsync(Caller, LogAction.DepositRefused, refused, new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "piece" }, ct);
                    if (refused.Refusal == Catalogue.Introuvable)
                        return Refused(refused.Refusal);
                    error = refused.Detail ?? Guidance.Of(refused.Refusal).Title;
                    break;
            }
        }

        PieceError = error;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await ShowAsync(ct);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct) => await ReadAsync(ct) ?? Page();

    private async Task<IActionResult?> ReadAsync(CancellationToken ct)
    {
        switch (await consulter.RunAsync(Caller, Id, ct))
        {
            case DepositStatusOutcome.Given given:
                Status = given.Status;
                Receipt = await retrouver.RunAsync(Caller, given.Status.Type, Id, ct);
                return null;
            case DepositStatusOutcome.Refused refused:
                await refusals.RefuseAsync(Caller, LogAction.AccessRefused, refused.Why, new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "depot" }, ct);
                return Refused(refused.Why.Refusal);
            default:
                throw new UnreachableException();
        }
    }
}
