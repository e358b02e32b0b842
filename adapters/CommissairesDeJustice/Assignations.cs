using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.CommissairesDeJustice;

/// <summary>A summons for eviction, to be notified to the préfet before the hearing (art. 24 III loi 89-462): it starts the DSF.</summary>
internal sealed class Assignations() : ActeDeProcedure("assignations", "assignation", ColumnFiles.Load("CommissairesDeJustice/assignations"))
{
    protected override bool CarriesDebt => true;

    protected override string Stade(Acte acte) => "assignation";

    protected override void Weigh(List<Drapeau> drapeaux, MessageRecu recu, Acte acte, AdaptContext context)
    {
        drapeaux.Si(acte.ReferenceActePrecedent is null, Drapeaux.ActePrecedentAbsent);
        drapeaux.Si(acte.NotifiePrefetLe is null, Drapeaux.NotificationPrefetAbsente);
        drapeaux.NotificationPrefet(acte, recu.Logement, context);
        drapeaux.Dette(recu.Motif, recu.Dette, decompteAttendu: true);
        drapeaux.Ordre(acte.SignifieLe, acte.AudienceLe, acte.RenvoiAu);
    }
}
