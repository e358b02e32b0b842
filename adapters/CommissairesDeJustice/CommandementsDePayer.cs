using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.CommissairesDeJustice;

/// <summary>A commandement de payer signalled by the étude that served it (art. 24 I loi 89-462).</summary>
internal sealed class CommandementsDePayer()
    : ActeDeProcedure("commandements-de-payer", "commandementDePayer", ColumnFiles.Load("CommissairesDeJustice/commandements-de-payer"))
{
    protected override bool CarriesDebt => true;

    protected override string Stade(Acte acte) => "cdp";

    protected override void Weigh(List<Drapeau> drapeaux, MessageRecu recu, Acte acte, AdaptContext context)
    {
        drapeaux.Notice(acte, context.Notices);
        drapeaux.Si(acte.ClauseResolutoireVisee == false || recu.Bail?.ClauseResolutoire == false, Drapeaux.ClauseResolutoireAbsente);
        drapeaux.Dette(recu.Motif, recu.Dette, decompteAttendu: true);
        drapeaux.Si(acte.Fondement == "horsObligation", Drapeaux.HorsObligation);
    }

    // Art. 24 I binds natural persons and family SCI; the others' acts arrive too (to be verified by a lawyer).
    protected override Acte Complete(Acte acte, MessageRecu recu) =>
        acte with { Fondement = acte.Fondement ?? (recu.Bailleur?.Type is "personnePhysique" or "sciFamiliale" ? "obligation" : "horsObligation") };
}
