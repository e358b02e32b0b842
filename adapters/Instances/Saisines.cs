using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.Instances;

/// <summary>A social service, an ADIL, a fund or an association seizes the CCAPEX, at any stage and for any motive.</summary>
internal sealed class Saisines() : MessageInstance("saisines-ccapex", "Saisine de la CCAPEX par un service ou une association")
{
    protected override Signalement Complete(Signalement signalement, InstanceRecue recu, List<Drapeau> drapeaux, AdaptContext context)
    {
        var contact = PartnerParts.Contact(recu.TelephoneConnu!, recu.Telephones, recu.Courriels);
        drapeaux.Telephone(contact);
        drapeaux.Dette(recu.Motif, recu.Dette, decompteAttendu: false);
        drapeaux.Dates(context.Today, recu.Saisine!.SaisieLe, recu.Decision?.RendueLe, recu.Telephones?.Max(t => t.ConstateLe));
        drapeaux.TextesLibres(recu.Decision?.Dispositif);
        return signalement with
        {
            Faits = signalement.Faits with { TelephoneConnu = contact.Telephones is not null },
            Contact = contact,
            Bail = (signalement.Bail ?? new Bail()) with { Saisine = recu.Saisine },
            Decision = recu.Decision,
        };
    }
}
