using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.Instances;

/// <summary>
/// The social and financial diagnosis for the hearing (CERFA 16227*01), or the report that the person was not met. Its
/// absence part stands with the act, its rubrics with the social evaluation: the judge may get the one without the other.
/// </summary>
internal sealed class Diagnostics() : MessageInstance("dsf", "Diagnostic social et financier")
{
    protected override string Stade(InstanceRecue recu) => "assignation";

    protected override Signalement Complete(Signalement signalement, InstanceRecue recu, List<Drapeau> drapeaux, AdaptContext context)
    {
        var (entretien, audience) = (recu.Entretien!, recu.Audience!);
        drapeaux.Si(recu is { NatureDsf: "dsf", AccordPersonne: not true }, Drapeaux.AccordPersonneAbsent);
        drapeaux.Si(recu.NatureDsf == "dsfCarence" && (entretien.TenuLe is not null || entretien.Presence == "presente"), Drapeaux.CarenceIncoherente);
        drapeaux.Dates(context.Today, entretien.ProposeLe, entretien.TenuLe, entretien.TransmisLe);
        drapeaux.TextesLibres(recu.Diagnostic?.Preconisations, recu.Diagnostic?.Observations);
        return signalement with
        {
            Faits = signalement.Faits with { AccordPersonne = recu.AccordPersonne, MenageRencontre = entretien.Presence == "presente" },
            Acte = new Acte
            {
                Nature = "diagnosticSocialFinancier",
                NatureDsf = recu.NatureDsf,
                Entretien = entretien,
                Juridiction = audience.Juridiction,
                NumeroRG = audience.NumeroRG,
                AudienceLe = audience.AudienceLe,
                RenvoiAu = audience.RenvoiAu,
            },
            Social = recu.Diagnostic is null ? null : new Social { Diagnostic = recu.Diagnostic },
        };
    }
}
