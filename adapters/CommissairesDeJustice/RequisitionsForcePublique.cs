using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.CommissairesDeJustice;

/// <summary>A request for public force: the operative part of the title, the steps taken and the difficulties met (L431-2, R153-1 CPCE).</summary>
internal sealed class RequisitionsForcePublique() : ActeDeProcedure("requisitions-force-publique", "requisitionForcePublique", columns: null)
{
    protected override string Stade(Acte acte) => "rfp";

    protected override void Weigh(List<Drapeau> drapeaux, MessageRecu recu, Acte acte, AdaptContext context)
    {
        drapeaux.Si(acte.ReferenceActePrecedent is null, Drapeaux.ActePrecedentAbsent);
        drapeaux.Si(recu.Decision is null, Drapeaux.TitreAbsent);
        drapeaux.Si(recu.Decision is { Dispositif: null }, Drapeaux.DispositifAbsent);
        drapeaux.Si(acte.Diligences is null || acte.Difficultes is null, Drapeaux.DiligencesAbsentes);
        drapeaux.Ordre(recu.Decision?.RendueLe, acte.RequisLe);
    }
}
