using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.AlloPreventionExpulsion;

/// <summary>The helpline refers a household to the département's relay, with the household's agreement, which names what may be passed on.</summary>
internal sealed class OrientationsTelephoniques : IPartnerMessage
{
    public MessageType Type { get; } = new("allo-prevention-expulsion", "orientations");

    public ColumnFile? Columns => null;

    public string Title => "Orientation d’Allô Prévention Expulsion";

    public Signalement Adapt(ReadOnlyMemory<byte> json, AdaptContext context)
    {
        var recu = PartnerParts.Read(json, AlloPreventionExpulsionJson.Default.OrientationTelephonique);
        var contact = PartnerParts.Contact(recu.TelephoneConnu, recu.Telephones, recu.Courriels);
        var named = CategoryNames.Of(string.Join(' ', recu.Accord.Categories));

        var drapeaux = new List<Drapeau>();
        drapeaux.Telephone(contact);
        drapeaux.Dette(recu.Motif, recu.Dette, decompteAttendu: false);
        drapeaux.Dates(context.Today, recu.Accord.RecueilliLe, recu.Personnes.Max(p => p.DateNaissance));

        var signalement = new Signalement
        {
            Type = Type,
            SchemaVersion = context.SchemaVersion,
            Drapeaux = drapeaux,
            Faits = new Faits
            {
                Stade = recu.Stade,
                Motif = recu.Motif,
                TypeMessage = Type.ToString(),
                Commune = recu.Logement.CodeCommune,
                AccordPersonne = recu.Accord.Donne,
                CategoriesAccord = string.Join(' ', named.ToNames()),
            },
            Identite = PartnerParts.Identite(recu.Personnes),
            Adresse = recu.Logement,
            Contact = contact,
            Menage = recu.Menage,
            Ressources = recu.Ressources,
            Dette = recu.Dette,
            Bail = PartnerParts.Bail(recu.Bail, recu.Bailleur),
        };
        drapeaux.Si(signalement.Sections().Any(s => (s.Category & named) == Categories.None), Drapeaux.DonneesNonNommees);
        return signalement;
    }
}

internal sealed record OrientationTelephonique
{
    public required string Motif { get; init; }
    public required string Stade { get; init; }
    public required AccordRecu Accord { get; init; }
    public required IReadOnlyList<PersonneRecue> Personnes { get; init; }
    public required Adresse Logement { get; init; }
    public required string TelephoneConnu { get; init; }
    public IReadOnlyList<Telephone>? Telephones { get; init; }
    public IReadOnlyList<string>? Courriels { get; init; }
    public Menage? Menage { get; init; }
    public Ressources? Ressources { get; init; }
    public BailleurRecu? Bailleur { get; init; }
    public BailRecu? Bail { get; init; }
    public Dette? Dette { get; init; }
}

internal sealed record AccordRecu(bool Donne, DateOnly RecueilliLe, string Forme, IReadOnlyList<string> Categories);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OrientationTelephonique))]
internal sealed partial class AlloPreventionExpulsionJson : JsonSerializerContext;
