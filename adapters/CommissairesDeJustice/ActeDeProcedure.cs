using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.CommissairesDeJustice;

/// <summary>What the acts of an étude have in common: who, where, which act of which étude. Each act says its stage and its weaknesses.</summary>
/// <param name="name">Name of the message type.</param>
/// <param name="nature">Nature of the canonical act.</param>
internal abstract class ActeDeProcedure(string name, string nature, ColumnFile? columns) : IPartnerMessage
{
    public MessageType Type { get; } = new("commissaires-de-justice", name);

    public ColumnFile? Columns => columns;

    public virtual bool NoticeAttendue => false;

    public Signalement Adapt(ReadOnlyMemory<byte> json, AdaptContext context)
    {
        var recu = PartnerParts.Read(json, CommissaireJson.Default.MessageRecu);
        var contact = PartnerParts.Contact(recu.TelephoneConnu, recu.Telephones, recu.Courriels);
        var acte = Complete(recu.Acte.Canonique(nature, recu.Etude), recu, context);

        var drapeaux = new List<Drapeau>();
        Weigh(drapeaux, recu, acte, context);
        drapeaux.Telephone(contact);
        drapeaux.Si(acte.ModaliteRemise == "pv659", Drapeaux.RemisePv659);
        drapeaux.Si(acte.Formalite == "nonProuvee", Drapeaux.FormaliteNonProuvee);
        drapeaux.TextesLibres(acte.Diligences, acte.Difficultes, recu.Decision?.Dispositif);
        drapeaux.Dates(
            context.Today, acte.SignifieLe, acte.RequisLe, acte.DresseLe, acte.NotifiePrefetLe, recu.Decision?.RendueLe, recu.Decision?.SignifieeLe, recu.Bail?.SigneLe,
            recu.Personnes.Max(p => p.DateNaissance), recu.Telephones?.Max(t => t.ConstateLe));
        drapeaux.Ordre(recu.Decision?.RendueLe, recu.Decision?.SignifieeLe);

        return new Signalement
        {
            Type = Type,
            SchemaVersion = context.SchemaVersion,
            Drapeaux = drapeaux,
            // An étude knows neither the household's composition nor whether the social services follow it.
            Faits = new Faits
            {
                Stade = Stade(acte),
                Motif = recu.Motif,
                TypeMessage = Type.ToString(),
                Commune = recu.Logement.CodeCommune,
                Parc = recu.Bailleur?.Parc,
                TypeBailleur = recu.Bailleur?.Type,
                Gestion = recu.Bailleur?.Gestion,
                AideAuLogement = PartnerParts.Aide(recu.Dette),
                TrancheDette = CarriesDebt ? PartnerParts.Tranche(recu.Motif, recu.Dette) : null,
                MoisImpayes = PartnerParts.Mois(recu.Dette),
                TelephoneConnu = contact.Telephones is not null,
            },
            Identite = PartnerParts.Identite(recu.Personnes),
            Adresse = recu.Logement,
            Contact = contact,
            Dette = recu.Dette,
            Bail = PartnerParts.Bail(recu.Bail, recu.Bailleur),
            Acte = acte,
            Decision = recu.Decision,
        };
    }

    /// <summary>Whether this act may state the debt; one that may not leaves the debt band unknown, which is not "none".</summary>
    protected virtual bool CarriesDebt => false;

    protected abstract string Stade(Acte acte);

    /// <summary>Notes what is weak in this kind of act.</summary>
    protected abstract void Weigh(List<Drapeau> drapeaux, MessageRecu recu, Acte acte, AdaptContext context);

    /// <summary>What only this kind of act can tell from the rest of the message.</summary>
    protected virtual Acte Complete(Acte acte, MessageRecu recu, AdaptContext context) => acte;
}

/// <summary>A message of an étude; its schema says which parts its type has.</summary>
internal sealed record MessageRecu
{
    public required string Motif { get; init; }
    public required IReadOnlyList<PersonneRecue> Personnes { get; init; }
    public required Adresse Logement { get; init; }
    public required string TelephoneConnu { get; init; }
    public IReadOnlyList<Telephone>? Telephones { get; init; }
    public IReadOnlyList<string>? Courriels { get; init; }
    public required ActeRecu Acte { get; init; }
    public required EtudeRecue Etude { get; init; }
    public Decision? Decision { get; init; }
    public BailleurRecu? Bailleur { get; init; }
    public BailRecu? Bail { get; init; }
    public Dette? Dette { get; init; }
}

internal sealed record EtudeRecue(string Nom, string? Siret, string? Ville, string? Contact);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MessageRecu))]
internal sealed partial class CommissaireJson : JsonSerializerContext;
