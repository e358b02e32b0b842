using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.Instances;

/// <summary>What a mobile team reports to the secretariat on a household that was sent to it.</summary>
internal sealed class Suivis() : MessageInstance("suivis", "Suivi de l’équipe mobile")
{
    protected override Signalement Complete(Signalement signalement, InstanceRecue recu, List<Drapeau> drapeaux, AdaptContext context)
    {
        var suivi = recu.Suivi!;
        drapeaux.Dates(context.Today, suivi.CourrierLe, suivi.ContactLe, suivi.Veille15jLe);
        drapeaux.Ordre(suivi.CourrierLe, suivi.Veille15jLe);
        return signalement with
        {
            // Who is followed is known to the services; no follow-up says nothing about the others.
            Faits = signalement.Faits with
            {
                ConnuDesServices = suivi.SuiviSocial == "enCours" ? true : null,
                MenageRencontre = suivi.Issue == "injoignable" ? false : suivi.ContactLe is not null || suivi.RdvLe is not null || suivi.Visite == "faitePresent" ? true : null,
            },
            Social = new Social { Suivi = suivi },
        };
    }
}

/// <summary>A service answers the secretariat whether it knows a household: unknown to it is not the same as not knowing.</summary>
internal sealed class Reponses() : MessageInstance("reponses", "Réponse d’un service au secrétariat")
{
    protected override Signalement Complete(Signalement signalement, InstanceRecue recu, List<Drapeau> drapeaux, AdaptContext context)
    {
        var reponse = recu.Reponse!;
        drapeaux.Dates(context.Today, reponse.ReponduLe);
        return signalement with
        {
            Faits = signalement.Faits with
            {
                ConnuDesServices = reponse.Connu switch { "connu" or "suiviEnCours" => true, "inconnu" => false, _ => null },
                AideAuLogement = reponse.Aide switch { "oui" => true, "non" => false, _ => null },
                ReferenceDemande = Guid.TryParse(reponse.ReferenceDemande, out var question) ? question.ToString() : null,
            },
            Social = new Social { Reponse = reponse },
        };
    }
}
