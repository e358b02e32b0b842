using System.Diagnostics;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Reception;

/// <summary>One received file as the recipient's purpose lets it be read, without identity; acknowledging it; opening its attachments.</summary>
[Authorize(Policy = Policies.Recevoir)]
[Journalise(LogAction.DeliveryConsulted)]
internal sealed class DossierModel(
    ConsulterRemise consulter, AccuserRemise accuser, OuvrirPiece ouvrir, AffecterRemise affecter, RenvoyerRemise renvoyer, Comments comments, Colleagues colleagues, RegistersInForce registers, CanonicalFields fields, TimeProvider clock) : PersonPage
{
    private static readonly Dictionary<string, Drapeau> Flags = Drapeaux.Tous.ToDictionary(d => d.Code, StringComparer.Ordinal);

    [BindProperty(SupportsGet = true, Name = "id")]
    public Guid Id { get; set; }

    public DeliveryView? View { get; private set; }

    public IReadOnlyList<SectionView> Sections { get; private set; } = [];

    /// <summary>Points that weaken the message, then those that are for information.</summary>
    public IReadOnlyList<Drapeau> Weaknesses => [.. View!.Drapeaux.Select(code => Flags.GetValueOrDefault(code, new Drapeau(code, "Un point du signalement est à vérifier.")))];

    /// <summary>What the sender has corrected, in one sentence; <see langword="null"/> when nothing.</summary>
    public string? CorrectionSentence => View?.Correction switch
    {
        { Etat: DeliveryNature.SentBack } c => $"Un destinataire a renvoyé ce dossier ({c.Motif?.ToLowerInvariant() ?? "sans motif"}). Les règles ont été appliquées de nouveau sans lui : voyez s’il faut orienter autrement.",
        { Etat: DeliveryNature.Escalation } => "Un destinataire n’a pas accusé réception de ce dossier malgré un rappel.",
        { Etat: DeliveryNature.NonDelivery } => "Personne n’a accusé réception de ce dossier chez un destinataire, malgré deux rappels : il est à considérer comme non remis.",
        { Etat: DeliveryNature.Reduction } => "La personne a retiré son accord : une partie seulement se lit encore.",
        { Etat: DeliveryNature.Restriction } => "La personne a demandé la limitation du traitement, ce que l’on sait par un autre de ses dossiers : n’utilisez plus ces données tant que la limitation dure.",
        { Etat: DeliveryNature.Separation } => $"Ce message avait été rattaché par erreur au dossier d’une autre personne. Il y était sous le pseudonyme {View.AncienPseudonyme}, dossier {View.AncienDossier} ; retenez désormais ceux de cette page et retirez-le du premier dossier.",
        { Etat: DeliveryState.SentBack } c => $"Votre organisation a renvoyé ce dossier ({c.Motif?.ToLowerInvariant() ?? "sans motif"}) : il ne se lit plus ici.",
        { Etat: "annulation" or "annulee" } c => $"L’expéditeur a annulé cette transmission ({c.Motif?.ToLowerInvariant() ?? "sans motif"}) : elle ne se lit plus et n’appelle plus d’action.",
        { Etat: "information" } c => $"Pour information : {c.Motif}. Ce que vous avez signalé n’est pas modifié.",
        { Etat: "decisionAide" } => "La CCAPEX a décidé de l’aide au logement de ce ménage : sa décision est ci-dessous.",
        { Etat: "ajournementAide" } => "La CCAPEX a ajourné sa décision sur l’aide au logement de ce ménage.",
        { Etat: "remplacee" } => "L’expéditeur a remplacé cette transmission par une autre, plus récente dans votre liste : celle-ci ne se lit plus.",
        { Changements: null } => "Cette transmission en remplace une autre, que vous n’aviez pas encore accusée.",
        { Changements.Count: 0 } => "Cette transmission en remplace une autre ; rien de ce que vous pouvez lire sans motif n’a changé.",
        not null => "Cette transmission en remplace une autre, dont vous aviez accusé réception.",
        null => null,
    };

    public ShownTable? Changes => View?.Correction?.Changements is { Count: > 0 } changes ? SectionView.Changes(changes, fields) : null;

    /// <summary>Whether it is news about another line, with nothing of a message in it.</summary>
    public bool IsNews => View!.Correction is { Etat: var state } && DeliveryNature.IsNews(state) && state is not ("remplace" or DeliveryState.Cancelled or DeliveryState.Replaced or DeliveryState.SentBack);

    public IReadOnlyList<Colleague> Agents { get; private set; } = [];

    public IReadOnlyList<CommentLine>? CommentsShown { get; private set; }

    /// <summary>The secretariat distributes: there is nobody to send back to.</summary>
    public bool MaySendBack => Caller.Nature is not Routing.SentBackRoutes.Secretariat;

    public string Me => Caller.Agent;

    public string AgentName(Guid agent) => Agents.FirstOrDefault(a => a.Id == agent)?.Nom ?? "un agent";

    public bool IsLive => View!.Correction is null or { Etat: "remplace" };

    /// <summary>Whether the line tells something about what this organisation sent itself.</summary>
    public bool IsAnswer => View!.Correction is { Etat: DeliveryNature.Information or DeliveryNature.AidDecision or DeliveryNature.AidPostponed };

    public string PurposeTitle => registers.Current.Purposes.InForce(View!.Finalite, clock.GetUtcNow())?.Title ?? View.Finalite;

    /// <summary>The sentence of the distribution rule that sent it here; <see langword="null"/> when the rule is no longer in force.</summary>
    public string? Rule => registers.Current.Territories.All
        .SelectMany(t => t.Tables).SelectMany(t => t.Rules)
        .FirstOrDefault(r => r.Id == View!.Regle)?.Label;

    public IReadOnlyList<string> Motifs => DisclosureMotifs.Of(Caller.Role);

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => ShowAsync(ct);

    /// <summary>One click: acknowledged if it was not, and in somebody's hands.</summary>
    public async Task<IActionResult> OnPostAffecterAsync([FromForm(Name = "agent")] Guid? agent, CancellationToken ct) =>
        await affecter.AssignAsync(Caller, Id, new AssignmentRequest(agent, Accuser: true), ct) switch
        {
            DeliveryOutcome<Assignment>.Given => Again("Réception accusée, dossier affecté."),
            DeliveryOutcome<Assignment>.Refused refused => Refused(refused.Refusal, refused.Detail),
            _ => throw new UnreachableException(),
        };

    public async Task<IActionResult> OnPostRenvoyerAsync([FromForm(Name = "motif")] string? motif, [FromForm(Name = "note")] string? note, CancellationToken ct) =>
        await renvoyer.RunAsync(Caller, Id, new SendBackRequest(motif, note), ct) switch
        {
            DeliveryOutcome<SentBack>.Given => Again("Dossier renvoyé : les règles de répartition l’orientent de nouveau, et le secrétariat en est prévenu."),
            DeliveryOutcome<SentBack>.Refused refused => Refused(refused.Refusal, refused.Detail),
            _ => throw new UnreachableException(),
        };

    public async Task<IActionResult> OnPostCommenterAsync([FromForm(Name = "texte")] string? text, CancellationToken ct) =>
        await comments.WriteAsync(Caller, Id, new CommentRequest(text), ct) switch
        {
            DeliveryOutcome<CommentLine>.Given => Again("Commentaire ajouté ; il ne se lit que dans votre organisation."),
            DeliveryOutcome<CommentLine>.Refused refused => Refused(refused.Refusal, refused.Detail),
            _ => throw new UnreachableException(),
        };

    private RedirectToPageResult Again(string sentence)
    {
        Done(sentence);
        return RedirectToPage(new { id = Id });
    }

    public async Task<IActionResult> OnPostAccuserAsync(CancellationToken ct)
    {
        switch (await accuser.RunAsync(Caller, Id, ct))
        {
            case DeliveryOutcome<Acknowledgement>.Given given:
                Done($"Réception accusée le {French.Instant(given.Value.AccuseeLe)}.");
                return RedirectToPage(new { id = Id });
            case DeliveryOutcome<Acknowledgement>.Refused refused:
                return Refused(refused.Refusal, refused.Detail);
            default:
                throw new UnreachableException();
        }
    }

    public async Task<IActionResult> OnPostPieceAsync([FromForm(Name = "piece")] string? name, [FromForm(Name = "motif")] string? motif, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(motif))
        {
            Notice = new(NoticeLevel.Error, "Choisissez un motif pour ouvrir une pièce", "Une pièce contient des identités : son ouverture est inscrite au journal avec son motif.");
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return await ShowAsync(ct);
        }

        if (name is not ("acte" or "notice" or "decompte" or "recepisse"))
            return Refused(Catalogue.Introuvable);
        switch (await ouvrir.RunAsync(Caller, Id, name, motif, ct))
        {
            case DeliveryOutcome<byte[]>.Given given:
                return File(given.Value, "application/pdf", $"{name}.pdf");
            case DeliveryOutcome<byte[]>.Refused refused:
                return Refused(refused.Refusal, refused.Detail);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        switch (await consulter.RunAsync(Caller, Id, ct))
        {
            case DeliveryOutcome<DeliveryView>.Given given:
                View = given.Value;
                Sections = SectionView.Of(View.Contenu, fields);
                Agents = await colleagues.ListAsync(Caller, ct);
                if (Request.Query.ContainsKey("commentaires") && await comments.ReadAsync(Caller, Id, ct) is DeliveryOutcome<CommentList>.Given read)
                    CommentsShown = read.Value.Commentaires;
                return Page();
            case DeliveryOutcome<DeliveryView>.Refused refused:
                return Refused(refused.Refusal);
            default:
                throw new UnreachableException();
        }
    }
}
