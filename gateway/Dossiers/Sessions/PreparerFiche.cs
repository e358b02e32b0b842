using System.Text.Json;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Dossiers.Sessions;

/// <summary>The one-page sheet of a file for a session: codes and amounts as the messages give them, the latest of each; without identity.</summary>
/// <param name="Dette">Like each other field: <see langword="null"/> when no message that may be read says it, never guessed.</param>
internal sealed record SessionSheet(
    string Dossier, int Rang, string Nature, CurrentStage? Stade, string? Motif, decimal? Dette, int? MoisImpayes, Ressources? Ressources, string? NatureAide, decimal? Aide,
    bool? DemandeLogement, string? Dalo, string? Fsl, string? Surendettement, string? Dsf, bool? ProtocoleCohesionSociale, IReadOnlyList<SessionItem> AvisAnterieurs, IReadOnlyList<DeadlineLine> Echeances);

/// <summary>Makes the sheet of one file on an order of the day, within what the secretariat's purposes let it read.</summary>
internal sealed class PreparerFiche(ConsulterSeance sessions, ConsulterDossier dossiers)
{
    public async Task<DeliveryOutcome<SessionSheet>> RunAsync(Caller caller, Guid session, Guid item, CancellationToken ct)
    {
        if (await sessions.RunAsync(caller, session, ct) is not DeliveryOutcome<SessionView>.Given { Value: var view }
            || view.OrdreDuJour.FirstOrDefault(i => i.Id == item) is not { Dossier: { } reference } line
            || await dossiers.ReadAsync(caller, reference, "fiche", ct) is not DeliveryOutcome<ReadDossier>.Given { Value: var file })
            return new DeliveryOutcome<SessionSheet>.Refused(Catalogue.Introuvable);

        var live = file.Events.Where(e => e.Delivery.IsReadable).Reverse().ToList();
        T? Latest<T>(Func<DossierEvent, T?> of) => live.Select(of).FirstOrDefault(v => v is not null);
        var (debts, diagnosis) = (live.Select(DebtOf).OfType<Dette>().ToList(), Latest(e => e.Social?.Diagnostic));
        var before = (await sessions.BeforeAsync(caller, file.Dossier, ct)).Where(i => i.Id != item && i.Avis.Count > 0).ToList();
        return new DeliveryOutcome<SessionSheet>.Given(new(
            reference, line.Rang, line.Nature, file.View.Stade, line.Motif ?? Latest(e => e.Motive), First(debts, d => d.Total), First(debts, d => d.MoisImpayes),
            Latest(e => e.Sections["ressources"]?.Deserialize(SignalementJson.Default.Ressources)), First(debts, d => d.NatureAide), First(debts, d => d.AideAuLogement),
            diagnosis?.DemandeLogement, diagnosis?.Dalo, First(debts, d => d.Fsl), Latest(e => e.Surendettement?.Etape) ?? diagnosis?.Surendettement, Latest(e => e.Acte?.NatureDsf), First(debts, d => d.ProtocoleCohesionSociale),
            before, file.View.Echeances));
    }

    private static Dette? DebtOf(DossierEvent e) => e.Sections["dette"]?.Deserialize(SignalementJson.Default.Dette);

    private static T? First<T>(List<Dette> debts, Func<Dette, T?> of) => debts.Select(of).FirstOrDefault(v => v is not null);
}
