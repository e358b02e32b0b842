using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.CommissairesDeJustice;

/// <summary>A record of eviction, of an attempt or of taking back abandoned premises, sent to the préfet and the CCAPEX (L431-3, R432-1 CPCE).</summary>
internal sealed class ProcesVerbauxExpulsion() : ActeDeProcedure("proces-verbaux-expulsion", "procesVerbalExpulsion", columns: null)
{
    // After an attempt the household still lives there: the procedure stands where the order to leave put it.
    protected override string Stade(Acte acte) => acte.NatureProcesVerbal == "tentative" ? "cql" : "expulsion";

    protected override void Weigh(List<Drapeau> drapeaux, MessageRecu recu, Acte acte, AdaptContext context)
    {
        drapeaux.Si(acte.ReferenceActePrecedent is null, Drapeaux.ActePrecedentAbsent);
        drapeaux.Si(recu.Decision is null, Drapeaux.TitreAbsent);
        drapeaux.Ordre(recu.Decision?.RendueLe, acte.DresseLe);
    }
}
