using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.CommissairesDeJustice;

/// <summary>A commandement de quitter les lieux; the préfet is seized as soon as it is served, default suspends the delay (L412-5 CPCE).</summary>
internal sealed class CommandementsDeQuitter()
    : ActeDeProcedure("commandements-de-quitter-les-lieux", "commandementDeQuitterLesLieux", ColumnFiles.Load("CommissairesDeJustice/commandements-de-quitter-les-lieux"))
{
    protected override string Stade(Acte acte) => "cql";

    protected override void Weigh(List<Drapeau> drapeaux, MessageRecu recu, Acte acte, AdaptContext context)
    {
        drapeaux.Si(acte.ReferenceActePrecedent is null, Drapeaux.ActePrecedentAbsent);
        drapeaux.Si(recu.Decision is null, Drapeaux.TitreAbsent);
        drapeaux.Si(acte.Juridiction is null || acte.LiberationLe is null, Drapeaux.MentionsIncompletes);
        drapeaux.Si(acte.NotifiePrefetLe is null, Drapeaux.NotificationPrefetAbsente);
        drapeaux.Ordre(acte.SignifieLe, acte.LiberationLe);
    }
}
