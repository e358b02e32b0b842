using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Dossiers.Sessions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Seances;

/// <summary>The sheet of one file for the members: one page, without identity.</summary>
[Authorize(Policy = Policies.Seances)]
[Journalise(LogAction.DossierConsulted)]
internal sealed class FicheModel(PreparerFiche preparer) : PrintedPage<SessionSheet>
{
    [BindProperty(SupportsGet = true, Name = "inscription")]
    public Guid Item { get; set; }

    /// <summary>Label and value of each field of the sheet; what is not known says so.</summary>
    public IEnumerable<(string Label, string Value)> Fields
    {
        get
        {
            var s = Shown!;
            yield return ("Stade", Label("stade", s.Stade?.Code));
            yield return ("Motif", Label("motif", s.Motif));
            yield return ("Dette", s.Dette is { } debt ? French.Amount(debt) : NotSaid);
            yield return ("Mois impayés", s.MoisImpayes is { } months ? French.Number(months) : NotSaid);
            yield return ("Ressources mensuelles", s.Ressources?.RessourcesMensuelles is { } income ? French.Amount(income) : NotSaid);
            yield return ("Quotient familial", s.Ressources?.QuotientFamilial is { } quotient ? French.Number((long)quotient) : NotSaid);
            yield return ("Aide au logement", s.Aide is { } aid ? $"{Label("natureAide", s.NatureAide)}, {French.Amount(aid)}" : Label("natureAide", s.NatureAide));
            yield return ("Demande de logement", YesNo(s.DemandeLogement));
            yield return ("DALO", Label("dalo", s.Dalo));
            yield return ("FSL", Label("fsl", s.Fsl));
            yield return ("Surendettement", Vocabulary.TryLabel("etape", s.Surendettement ?? "", out var step) ? step : Label("surendettement", s.Surendettement));
            yield return ("Diagnostic social et financier", Label("natureDsf", s.Dsf));
            yield return ("Protocole de cohésion sociale", YesNo(s.ProtocoleCohesionSociale));
        }
    }

    private const string NotSaid = "Non renseigné";

    protected override Task<DeliveryOutcome<SessionSheet>> ReadAsync(CancellationToken ct) => preparer.RunAsync(Caller, Id, Item, ct);

    private static string YesNo(bool? said) => said switch { true => "Oui", false => "Non", null => NotSaid };

    private static string Label(string field, string? code) => code is null ? NotSaid : Vocabulary.TryLabel(field, code, out var label) ? label : NotSaid;
}
