using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.Caf;

/// <summary>An unpaid-rent notice of a CAF or an MSA (R824-1 and following CCH): a beneficiary household, its aid, its debt.</summary>
internal sealed class CafImpayes : IPartnerMessage
{
    public MessageType Type { get; } = new("caf", "impayes");

    public ColumnFile? Columns { get; } = ColumnFiles.Load("Caf/impayes");

    public Signalement Adapt(ReadOnlyMemory<byte> json, AdaptContext context) =>
        Signal(Type, PartnerParts.Read(json, CafJson.Default.CafImpaye), "impaye", context);

    /// <summary>What a notice and a seizing of the CCAPEX say alike.</summary>
    internal static Signalement Signal(MessageType type, CafImpaye recu, string stade, AdaptContext context)
    {
        var contact = PartnerParts.Contact(recu.TelephoneConnu, recu.Telephones, recu.Courriels);
        var composition = Composition(recu.Menage, out var incoherente);

        var drapeaux = new List<Drapeau>();
        drapeaux.Telephone(contact);
        drapeaux.Dette(recu.Motif, recu.Dette, decompteAttendu: false);
        if (recu.Dette.EtatImpaye != Dette.Ended)
            drapeaux.Impaye(recu.Motif, recu.Dette, context);
        drapeaux.Si(recu.Dette.EtatImpaye == Dette.Ended, Drapeaux.ImpayeSolde);
        drapeaux.Si(recu.Dette is { EtatImpaye: Dette.Ended, Total: > 0 }, Drapeaux.SoldeIncoherent);
        drapeaux.Si(incoherente, Drapeaux.CompositionIncoherente);
        drapeaux.Dates(context.Today, recu.Dette.DateConstitution, recu.Bail?.SigneLe, recu.Personnes.Max(p => p.DateNaissance));

        return new Signalement
        {
            Type = type,
            SchemaVersion = context.SchemaVersion,
            Drapeaux = drapeaux,
            Faits = new Faits
            {
                Stade = stade,
                Motif = recu.Motif,
                TypeMessage = type.ToString(),
                Commune = recu.Logement.CodeCommune,
                Parc = recu.Bailleur?.Parc,
                TypeBailleur = recu.Bailleur?.Type,
                Gestion = recu.Bailleur?.Gestion,
                AideAuLogement = PartnerParts.Aide(recu.Dette),
                Composition = composition,
                TrancheDette = PartnerParts.Tranche(recu.Motif, recu.Dette),
                MoisImpayes = PartnerParts.Mois(recu.Dette),
                TelephoneConnu = contact.Telephones is not null,
            },
            Identite = PartnerParts.Identite(recu.Personnes, recu.Organisme, recu.CodeOrganisme, recu.NumeroAllocataire),
            Adresse = recu.Logement,
            Contact = contact,
            Menage = recu.Menage,
            Ressources = recu.Ressources,
            Dette = recu.Dette,
            Bail = PartnerParts.Bail(recu.Bail, recu.Bailleur),
        };
    }

    /// <summary>What the CAF states, else what its counts prove; a contradiction is unknown (three-valued facts), so that nobody is routed by it.</summary>
    private static string? Composition(Menage? menage, out bool incoherente)
    {
        incoherente = false;
        if (menage is null)
            return null;
        string? parNombre = menage switch
        {
            { EnfantsACharge: > 0 } => "familleAvecEnfants",
            { EnfantsACharge: 0, NombrePersonnes: 1 } => "personneSeule",
            // Two adults without children may be flatmates: only the CAF can say that they are a couple.
            _ => null,
        };
        var contredite = menage.Composition switch
        {
            "familleAvecEnfants" => menage.EnfantsACharge == 0 || menage.NombrePersonnes == 1,
            "coupleSansEnfant" => menage.EnfantsACharge > 0 || menage.NombrePersonnes == 1,
            "personneSeule" => menage.EnfantsACharge > 0 || menage.NombrePersonnes > 1,
            _ => menage is { EnfantsACharge: > 0, NombrePersonnes: 1 },
        };
        incoherente = contredite;
        return contredite ? null : menage.Composition ?? parNombre;
    }
}

internal record CafImpaye
{
    public required string Organisme { get; init; }
    public required string CodeOrganisme { get; init; }
    public required string NumeroAllocataire { get; init; }
    public required string Motif { get; init; }
    public required IReadOnlyList<PersonneRecue> Personnes { get; init; }
    public required Adresse Logement { get; init; }
    public required string TelephoneConnu { get; init; }
    public IReadOnlyList<Telephone>? Telephones { get; init; }
    public IReadOnlyList<string>? Courriels { get; init; }
    public Menage? Menage { get; init; }
    public Ressources? Ressources { get; init; }
    public BailleurRecu? Bailleur { get; init; }
    public BailRecu? Bail { get; init; }
    public required Dette Dette { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CafImpaye))]
internal sealed partial class CafJson : JsonSerializerContext;
