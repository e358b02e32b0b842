using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Adapters.CommissairesDeJustice;

/// <summary>A commandement de payer signalled by the étude that served it (art. 24 I loi 89-462).</summary>
internal sealed class CommandementsDePayer()
    : ActeDeProcedure("commandements-de-payer", "commandementDePayer", ColumnFiles.Load("CommissairesDeJustice/commandements-de-payer"))
{
    public override bool NoticeAttendue => true;

    protected override bool CarriesDebt => true;

    protected override string Stade(Acte acte) => "cdp";

    protected override void Weigh(List<Drapeau> drapeaux, MessageRecu recu, Acte acte, AdaptContext context)
    {
        drapeaux.Notice(acte, context.Notices);
        drapeaux.Si(acte.ClauseResolutoireVisee == false || recu.Bail?.ClauseResolutoire == false, Drapeaux.ClauseResolutoireAbsente);
        drapeaux.Dette(recu.Motif, recu.Dette, decompteAttendu: true);
        if (acte.SignifieLe is { } signifie)
            Droit(drapeaux, recu, acte, signifie, context);
    }

    protected override Acte Complete(Acte acte, MessageRecu recu, AdaptContext context) =>
        acte with { Fondement = acte.Fondement ?? (Oblige(context.Droit, acte.SignifieLe ?? context.Today, recu.Bailleur?.Type) ? "obligation" : "horsObligation") };

    /// <summary>Whom the duty binds, from which debt, with which delay, and how soon the signal is wished for.</summary>
    private static void Droit(List<Drapeau> drapeaux, MessageRecu recu, Acte acte, DateOnly signifie, AdaptContext context)
    {
        var droit = context.Droit;
        var region = droit.Calendar.RegionOf(recu.Logement.CodeCommune);
        var oblige = acte.Fondement == "obligation" && Oblige(droit, signifie, recu.Bailleur?.Type);
        drapeaux.Si(!oblige, Drapeaux.HorsObligation);
        drapeaux.Si(
            oblige && recu is { Motif: "impayes", Dette: { } dette } && droit.SignallingThreshold(signifie, Arrears.Of(dette)).Verdict == Reached.No,
            Drapeaux.SeuilNonAtteint);
        drapeaux.Si(context.Today > droit.SignallingGoal(signifie, region)?.Effective, Drapeaux.EnvoiTardif);
        drapeaux.Si(
            recu.Bail?.SigneLe is { } bail && Vise(acte.DelaiVise)?.After(signifie, droit.Calendar) < droit.ResolutoryClause(signifie, bail, region)?.Date,
            Drapeaux.DelaiViseTropCourt);
    }

    /// <summary>Art. 24 I binds natural persons and family SCI; the others' acts arrive too (to be verified by a lawyer).</summary>
    private static bool Oblige(FrenchLaw droit, DateOnly signifie, string? bailleur) =>
        bailleur is not null && droit.At(LawRules.Signalling, signifie)?.Binds(bailleur) == true;

    /// <summary>The delay that the act says, in the words of the message.</summary>
    private static LegalDelay? Vise(string? delai) => delai switch
    {
        "sixSemaines" => new(6, DelayUnit.Weeks),
        "deuxMois" => new(2, DelayUnit.Months),
        _ => null,
    };
}
