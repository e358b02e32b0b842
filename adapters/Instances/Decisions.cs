using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.Instances;

/// <summary>A court's decision on the lease or the eviction, which the clerk sends to the préfet (R412-2 CPCE).</summary>
internal sealed class DecisionsJustice() : MessageInstance("decisions-justice", "Décision de justice")
{
    protected override string Stade(InstanceRecue recu) => "decision";

    protected override Signalement Complete(Signalement signalement, InstanceRecue recu, List<Drapeau> drapeaux, AdaptContext context)
    {
        drapeaux.Dates(context.Today, recu.Decision!.RendueLe, recu.Decision.SignifieeLe);
        drapeaux.Ordre(recu.Decision.RendueLe, recu.Decision.SignifieeLe);
        drapeaux.TextesLibres(recu.Decision.Dispositif);
        return signalement with { Decision = recu.Decision };
    }
}

/// <summary>The préfet grants or refuses the help of the public force (L153-1 CPCE); two months of silence are a refusal (R153-1).</summary>
internal sealed class DecisionsCfp() : MessageInstance("decisions-cfp", "Décision sur le concours de la force publique")
{
    protected override string Stade(InstanceRecue recu) => "cfp";

    protected override Signalement Complete(Signalement signalement, InstanceRecue recu, List<Drapeau> drapeaux, AdaptContext context)
    {
        drapeaux.Dates(context.Today, recu.Decision!.RendueLe);
        drapeaux.Si(recu.Decision is { SensCfp: "refus", MotifRefusCfp: null }, Drapeaux.MotifRefusAbsent);
        return signalement with { Decision = recu.Decision };
    }
}
