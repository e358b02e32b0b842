using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;
using ExchangeGateway.Schemas.Law;

namespace ExchangeGateway.Adapters.Bailleurs;

/// <summary>Arrears signalled by a landlord to the CCAPEX or the paying body (art. 24 II loi 89-462, R824-4 CCH).</summary>
internal sealed class BailleurImpayes : IPartnerMessage
{
    public MessageType Type { get; } = new("bailleurs", "impayes");

    public ColumnFile? Columns => null;

    public Signalement Adapt(ReadOnlyMemory<byte> json, AdaptContext context)
    {
        var recu = PartnerParts.Read(json, BailleurJson.Default.BailleurImpaye);
        var signalement = Signal(Type, recu, "impaye", context);
        if (recu.Dette is not { } dette || PartnerParts.Aide(dette) != true)
            return signalement;
        // Arrears of an aided tenant: from which debt and how soon they must be signalled (R824-1, R824-4 CCH).
        var drapeaux = signalement.Drapeaux.ToList();
        drapeaux.Impaye(recu.Motif, dette, context);
        var limite = dette.DateConstitution is { } constitue ? context.Droit.ArrearsSignal(constitue, context.Droit.Calendar.RegionOf(recu.Logement.CodeCommune)) : null;
        drapeaux.Si(context.Today > limite?.Effective, Drapeaux.SignalementTardif);
        return signalement with { Drapeaux = drapeaux };
    }

    /// <summary>What a notice and a seizing of the CCAPEX say alike.</summary>
    internal static Signalement Signal(MessageType type, BailleurImpaye recu, string stade, AdaptContext context)
    {
        var contact = PartnerParts.Contact(recu.TelephoneConnu, recu.Telephones, recu.Courriels);

        var drapeaux = new List<Drapeau>();
        drapeaux.Telephone(contact);
        drapeaux.Dette(recu.Motif, recu.Dette, decompteAttendu: true);
        drapeaux.Si(recu.Bail?.ClauseResolutoire == false, Drapeaux.ClauseResolutoireAbsente);
        drapeaux.Si(recu.Dette is { TiersPayant: true, Poursuites: null or "aucune" }, Drapeaux.RecouvrementNonProuve);
        drapeaux.Dates(context.Today, recu.Dette?.DateConstitution, recu.Bail?.SigneLe, recu.Personnes.Max(p => p.DateNaissance), recu.Telephones?.Max(t => t.ConstateLe));

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
                Parc = recu.Bailleur.Parc,
                TypeBailleur = recu.Bailleur.Type,
                Gestion = recu.Bailleur.Gestion,
                AideAuLogement = PartnerParts.Aide(recu.Dette),
                TrancheDette = PartnerParts.Tranche(recu.Motif, recu.Dette),
                MoisImpayes = PartnerParts.Mois(recu.Dette),
                TelephoneConnu = contact.Telephones is not null,
            },
            Identite = PartnerParts.Identite(recu.Personnes, recu.Organisme, recu.CodeOrganisme, recu.NumeroAllocataire),
            Adresse = recu.Logement,
            Contact = contact,
            Dette = recu.Dette,
            Bail = PartnerParts.Bail(recu.Bail, recu.Bailleur),
        };
    }
}

internal record BailleurImpaye
{
    public required string Motif { get; init; }
    public required IReadOnlyList<PersonneRecue> Personnes { get; init; }
    public string? Organisme { get; init; }
    public string? CodeOrganisme { get; init; }
    public string? NumeroAllocataire { get; init; }
    public required Adresse Logement { get; init; }
    public required string TelephoneConnu { get; init; }
    public IReadOnlyList<Telephone>? Telephones { get; init; }
    public IReadOnlyList<string>? Courriels { get; init; }
    public required BailleurRecu Bailleur { get; init; }
    public BailRecu? Bail { get; init; }
    public Dette? Dette { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BailleurImpaye))]
internal sealed partial class BailleurJson : JsonSerializerContext;
