using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters;

/// <summary>A person as partners write one: its rank is its place in the list.</summary>
internal sealed record PersonneRecue
{
    public required string Qualite { get; init; }
    public string? Civilite { get; init; }
    public required string Nom { get; init; }
    public string? NomUsage { get; init; }
    public required string Prenoms { get; init; }
    public DateOnly? DateNaissance { get; init; }
}

internal sealed record BailleurRecu
{
    public string? Type { get; init; }
    public string? Parc { get; init; }
    public string? Gestion { get; init; }
    public string? Nom { get; init; }
    public string? Siren { get; init; }
    public string? Mandataire { get; init; }
}

internal sealed record BailRecu
{
    public DateOnly? SigneLe { get; init; }
    public string? TypeBail { get; init; }
    public bool? ClauseResolutoire { get; init; }
    public string? ReferenceLogement { get; init; }
    public string? Garantie { get; init; }
}

/// <summary>What several partners say in the same words, turned into sections of the Signalement. What is not said stays <see langword="null"/>.</summary>
internal static class PartnerParts
{
    /// <summary>Reads a message that its schema has accepted; a byte-order mark is skipped as the validation did.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
    {
        var body = json.Span;
        return JsonSerializer.Deserialize(body.StartsWith("\uFEFF"u8) ? body[3..] : body, type)
            ?? throw new ArgumentException("The message was not validated.", nameof(json));
    }

    public static Identite Identite(IReadOnlyList<PersonneRecue> personnes, string? organisme = null, string? code = null, string? numero = null) => new()
    {
        Personnes =
        [
            .. personnes.Select((p, index) => new Personne
            {
                Rang = index + 1,
                Qualite = p.Qualite,
                Civilite = p.Civilite,
                Nom = p.Nom,
                NomUsage = p.NomUsage,
                Prenoms = p.Prenoms,
                DateNaissance = p.DateNaissance,
            }),
        ],
        Organisme = organisme,
        CodeOrganisme = code,
        NumeroAllocataire = numero,
    };

    public static Bail? Bail(BailRecu? bail, BailleurRecu? bailleur) => bail is null && bailleur is null ? null : new()
    {
        SigneLe = bail?.SigneLe,
        TypeBail = bail?.TypeBail,
        ClauseResolutoire = bail?.ClauseResolutoire,
        TypeBailleur = bailleur?.Type,
        Parc = bailleur?.Parc,
        Gestion = bailleur?.Gestion,
        Bailleur = bailleur?.Nom,
        Siren = bailleur?.Siren,
        Mandataire = bailleur?.Mandataire,
        ReferenceLogement = bail?.ReferenceLogement,
        Garantie = bail?.Garantie,
    };

    public static Contact Contact(string telephoneConnu, IReadOnlyList<Telephone>? telephones, IReadOnlyList<string>? courriels) => new()
    {
        TelephoneConnu = telephoneConnu,
        Telephones = telephones is { Count: > 0 } ? telephones : null,
        Courriels = courriels is { Count: > 0 } ? courriels : null,
    };

    /// <summary>
    /// Whether an aid is received: "aucune" is a no, a nature, an amount or a tiers payant is a yes. An amount of 0 alone
    /// (aid suspended, below the threshold of payment) says nothing about the right.
    /// </summary>
    public static bool? Aide(Dette? dette) => dette switch
    {
        null => null,
        // A contradiction is flagged and proves nothing.
        { NatureAide: "aucune", AideAuLogement: > 0 } or { NatureAide: "aucune", TiersPayant: true } => null,
        { NatureAide: "aucune" } => false,
        { NatureAide: not null } or { AideAuLogement: > 0 } or { TiersPayant: true } => true,
        _ => null,
    };

    /// <summary>The debt band; unknown when arrears are named without an amount.</summary>
    public static string? Tranche(string motif, Dette? dette) =>
        motif == "impayes" && dette?.Total is null ? null : Faits.Tranche(dette?.Total);

    /// <summary>Months unpaid, capped as the facts want it.</summary>
    public static int? Mois(Dette? dette) => dette?.MoisImpayes is { } mois ? Math.Min(mois, 36) : null;
}
