using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters.BanqueDeFrance;

/// <summary>A household under threat of eviction whose over-indebtedness file the commission orients (L722-6, R712-20, R722-9 code de la consommation).</summary>
internal sealed class Orientations : IPartnerMessage
{
    public MessageType Type { get; } = new("banque-de-france", "orientations");

    public ColumnFile? Columns => null;

    public Signalement Adapt(ReadOnlyMemory<byte> json, AdaptContext context)
    {
        var recu = PartnerParts.Read(json, BanqueDeFranceJson.Default.Orientation);
        var dossier = recu.Surendettement;

        var drapeaux = new List<Drapeau>();
        drapeaux.Dette(recu.Motif, recu.Dette, decompteAttendu: false);
        drapeaux.Si(dossier.AccordElectronique != true, Drapeaux.AccordElectroniqueAbsent);
        drapeaux.Dates(context.Today, dossier.DeposeLe, dossier.RecevableLe, dossier.AccordLe, dossier.Procedures?.Max(p => p.Date), recu.Personnes.Max(p => p.DateNaissance));

        return new Signalement
        {
            Type = Type,
            SchemaVersion = context.SchemaVersion,
            Drapeaux = drapeaux,
            // Neither lease nor contact nor aid: this flow may not carry them, so all of it stays unknown.
            Faits = new Faits
            {
                Stade = "surendettement",
                Motif = recu.Motif,
                TypeMessage = Type.ToString(),
                Commune = recu.Logement.CodeCommune,
                TrancheDette = PartnerParts.Tranche(recu.Motif, recu.Dette),
                MoisImpayes = PartnerParts.Mois(recu.Dette),
                AccordElectronique = dossier.AccordElectronique,
            },
            Identite = PartnerParts.Identite(recu.Personnes),
            Adresse = recu.Logement,
            Dette = recu.Dette,
            Surendettement = dossier,
        };
    }
}

internal sealed record Orientation
{
    public required string Motif { get; init; }
    public required IReadOnlyList<PersonneRecue> Personnes { get; init; }
    public required Adresse Logement { get; init; }
    public Dette? Dette { get; init; }
    public required Surendettement Surendettement { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Orientation))]
internal sealed partial class BanqueDeFranceJson : JsonSerializerContext;
