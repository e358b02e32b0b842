using System.Diagnostics;
using System.Text.Json;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace ExchangeGateway.Gateway.Pages.Reception;

/// <summary>The form of a reason.</summary>
internal sealed record IdentityForm(Guid Id, IReadOnlyList<string> Motifs, string? Motif, string? Note, string? Error);

/// <summary>
/// Shows who the household is, for a reason. The answer to the form is the page itself: a redirect would carry the
/// identity or ask for it twice. Nothing of it is kept by the browser.
/// </summary>
[Authorize(Policy = Policies.Recevoir)]
[Journalise(LogAction.IdentityDisclosed)]
internal sealed class IdentiteModel(AfficherIdentite afficher) : PersonPage
{
    [BindProperty(SupportsGet = true, Name = "id")]
    public Guid Id { get; set; }

    public IdentityForm Form { get; private set; } = new(Guid.Empty, [], null, null, null);

    /// <summary>Whether the identity was given; each part is there only when the purpose allows it.</summary>
    public bool Shown { get; private set; }

    public string Pseudonym { get; private set; } = "";

    public Identite? Identity { get; private set; }

    public Adresse? Address { get; private set; }

    public Contact? Contact { get; private set; }

    public void OnGet() => Form = new(Id, DisclosureMotifs.Of(Caller.Role), null, null, null);

    public async Task<IActionResult> OnPostAsync([FromForm(Name = "motif")] string? motif, [FromForm(Name = "note")] string? note, CancellationToken ct)
    {
        var motifs = DisclosureMotifs.Of(Caller.Role);
        Form = new(Id, motifs, motif, note, null);
        if (motif is null || !motifs.Contains(motif, StringComparer.Ordinal))
            return Mend("Choisissez un motif.");
        if (note?.Length > 200)
            return Mend("La précision dépasse 200 caractères.");

        switch (await afficher.RunAsync(Caller, Id, new IdentityRequest(motif, note), ct))
        {
            case DeliveryOutcome<IdentityView>.Given given:
                Shown = true;
                Pseudonym = given.Value.Pseudonyme;
                Identity = given.Value.Identite["identite"].Deserialize(SignalementJson.Default.Identite);
                Address = given.Value.Identite["adresse"].Deserialize(SignalementJson.Default.Adresse);
                Contact = given.Value.Identite["contact"].Deserialize(SignalementJson.Default.Contact);
                return Page();
            case DeliveryOutcome<IdentityView>.Refused { Refusal: var refusal } refused:
                return Refused(refusal, refusal == Catalogue.FinaliteNonEnregistree ? "Votre finalité ne permet pas, aujourd’hui, de connaître l’identité de ce ménage. La demande est inscrite au journal." : refused.Detail);
            default:
                throw new UnreachableException();
        }
    }

    private PageResult Mend(string error)
    {
        Form = Form with { Error = error };
        return Mend();
    }
}
