using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.Instances;

/// <summary>What a service, a court, a préfet or a mobile team says of a household: who, where, at which stage. Each message says its own part.</summary>
/// <param name="name">Name of the message type.</param>
/// <param name="title">What people call it, in French.</param>
internal abstract class MessageInstance(string name, string title) : IPartnerMessage
{
    public MessageType Type { get; } = new("instances", name);

    public ColumnFile? Columns => null;

    public string Title => title;

    public Signalement Adapt(ReadOnlyMemory<byte> json, AdaptContext context)
    {
        var recu = PartnerParts.Read(json, InstancesJson.Default.InstanceRecue);
        var drapeaux = new List<Drapeau>();
        drapeaux.Dates(context.Today, recu.Personnes.Max(p => p.DateNaissance), recu.Bail?.SigneLe);
        var signalement = Complete(
            new Signalement
            {
                Type = Type,
                SchemaVersion = context.SchemaVersion,
                Drapeaux = drapeaux,
                Faits = new Faits
                {
                    Stade = Stade(recu),
                    Motif = recu.Motif,
                    TypeMessage = Type.ToString(),
                    Commune = recu.Logement.CodeCommune,
                    Parc = recu.Bailleur?.Parc,
                    TypeBailleur = recu.Bailleur?.Type,
                    Gestion = recu.Bailleur?.Gestion,
                    Composition = recu.Menage?.Composition,
                    // Only a message that may state the debt tells that there is none.
                    TrancheDette = recu.Dette is null ? null : PartnerParts.Tranche(recu.Motif, recu.Dette),
                    MoisImpayes = PartnerParts.Mois(recu.Dette),
                    AideAuLogement = PartnerParts.Aide(recu.Dette),
                },
                Identite = PartnerParts.Identite(recu.Personnes),
                Adresse = recu.Logement,
                Menage = recu.Menage,
                Ressources = recu.Ressources,
                Dette = recu.Dette,
                Bail = PartnerParts.Bail(recu.Bail, recu.Bailleur),
            },
            recu, drapeaux, context);
        return signalement with { Drapeaux = [.. drapeaux.Distinct()] };
    }

    protected virtual string Stade(InstanceRecue recu) => recu.Stade ?? "impaye";

    /// <summary>Adds the message's own part, and notes what is weak in it.</summary>
    protected abstract Signalement Complete(Signalement signalement, InstanceRecue recu, List<Drapeau> drapeaux, AdaptContext context);
}

/// <summary>A message of an instance; its schema says which parts its type has.</summary>
internal sealed record InstanceRecue
{
    public required string Motif { get; init; }
    public required IReadOnlyList<PersonneRecue> Personnes { get; init; }
    public required Adresse Logement { get; init; }
    public string? Stade { get; init; }
    public string? TelephoneConnu { get; init; }
    public IReadOnlyList<Telephone>? Telephones { get; init; }
    public IReadOnlyList<string>? Courriels { get; init; }
    public Menage? Menage { get; init; }
    public Ressources? Ressources { get; init; }
    public BailleurRecu? Bailleur { get; init; }
    public BailRecu? Bail { get; init; }
    public Dette? Dette { get; init; }
    public Saisine? Saisine { get; init; }
    public Decision? Decision { get; init; }
    public string? NatureDsf { get; init; }
    public bool? AccordPersonne { get; init; }
    public Entretien? Entretien { get; init; }
    public AudienceRecue? Audience { get; init; }
    public DiagnosticSocial? Diagnostic { get; init; }
    public Suivi? Suivi { get; init; }
    public ReponseService? Reponse { get; init; }
}

internal sealed record AudienceRecue(string Juridiction, string? NumeroRG, DateOnly AudienceLe, DateOnly? RenvoiAu);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InstanceRecue))]
internal sealed partial class InstancesJson : JsonSerializerContext;
