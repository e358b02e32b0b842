using System.Diagnostics;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Dossiers;
using ExchangeGateway.Gateway.Registers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Dossiers;

/// <summary>A household's file: where the procedure stands, what falls due, what came when. Showing it is one entry of the log.</summary>
[Authorize(Policy = Policies.Recevoir)]
[Journalise(LogAction.DossierConsulted)]
internal sealed class HistoriqueModel(ConsulterDossier consulter, RegistersInForce registers, CanonicalFields fields, TimeProvider clock) : PersonPage
{
    [BindProperty(SupportsGet = true, Name = "reference")]
    public string Reference { get; set; } = "";

    public DossierView? View { get; private set; }

    /// <summary>Stages before the present one, the present one, those after it.</summary>
    public IEnumerable<(string Label, string Place)> Steps
    {
        get
        {
            var at = DossierStage.Rank(View!.Stade?.Code);
            return DossierStage.All.Select((code, rank) => (StageLabel(code), rank < at ? "fait" : rank == at ? "present" : "apres"));
        }
    }

    public static string StageLabel(string code) => Vocabulary.TryLabel("stade", code, out var label) ? label : code;

    public string PurposeTitle(string purpose) => registers.Current.Purposes.InForce(purpose, clock.GetUtcNow())?.Title ?? purpose;

    /// <summary>The landmarks of a line as labels and French values.</summary>
    public IEnumerable<ShownValue> Landmarks(JsonObject landmarks) => SectionView.Of((JsonObject)landmarks.DeepClone(), fields).SelectMany(s => s.Values);

    public static string NatureLabel(string nature) => nature switch
    {
        DeliveryNature.Cancellation => "Annulation",
        DeliveryNature.Reduction => "Accord retiré",
        DeliveryNature.Restriction => "Limitation",
        DeliveryNature.Separation => "Séparation",
        DeliveryNature.Information => "Information",
        DeliveryNature.AidDecision or DeliveryNature.AidPostponed => "Décision sur l’aide",
        "envoi" => "Envoyé par vous",
        _ => "Reçu",
    };

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        switch (await consulter.RunAsync(Caller, Reference, ct))
        {
            case DeliveryOutcome<DossierView>.Given given:
                View = given.Value;
                return Page();
            case DeliveryOutcome<DossierView>.Refused refused:
                return Refused(refused.Refusal);
            default:
                throw new UnreachableException();
        }
    }
}
