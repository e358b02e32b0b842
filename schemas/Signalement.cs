using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ExchangeGateway.Schemas;

/// <summary>
/// The canonical content of a deposit, whoever sent it. One section per category of data: what a recipient may not
/// see is a section that it does not get. The wire form is <c>schemas/signalement.schema.json</c>.
/// </summary>
public sealed record Signalement
{
    public required MessageType Type { get; init; }
    public required string SchemaVersion { get; init; }
    public required Faits Faits { get; init; }
    public required IReadOnlyList<Drapeau> Drapeaux { get; init; }

    public required Identite Identite { get; init; }
    public required Adresse Adresse { get; init; }
    public Contact? Contact { get; init; }
    public Menage? Menage { get; init; }
    public Ressources? Ressources { get; init; }
    public Dette? Dette { get; init; }
    public Bail? Bail { get; init; }
    public Acte? Acte { get; init; }
    public Decision? Decision { get; init; }
    public Surendettement? Surendettement { get; init; }
    public Social? Social { get; init; }
    public Sante? Sante { get; init; }

    /// <summary>The same with the bands that every partner's message gives alike: age of the holders of the lease, resources.</summary>
    /// <param name="today">Civil date at the dwelling.</param>
    public Signalement WithBands(DateOnly today) => this with
    {
        Faits = Faits with
        {
            TrancheAge = Schemas.Faits.Age(Identite.Personnes.Where(p => p.Qualite is "titulaire" or "cotitulaire").Min(p => p.DateNaissance), today),
            TrancheRessources = Schemas.Faits.Ressources(Ressources?.RessourcesMensuelles),
        },
    };

    /// <summary>Each section present, as UTF-8 JSON, to be sealed apart from the others.</summary>
    public IReadOnlyList<(Categories Category, byte[] Json)> Sections()
    {
        var sections = new List<(Categories, byte[])>(8)
        {
            (Categories.Identite, Json(Identite, SignalementJson.Default.Identite)),
            (Categories.Adresse, Json(Adresse, SignalementJson.Default.Adresse)),
        };
        if (Contact is not null) sections.Add((Categories.Contact, Json(Contact, SignalementJson.Default.Contact)));
        if (Menage is not null) sections.Add((Categories.Menage, Json(Menage, SignalementJson.Default.Menage)));
        if (Ressources is not null) sections.Add((Categories.Ressources, Json(Ressources, SignalementJson.Default.Ressources)));
        if (Dette is not null) sections.Add((Categories.Dette, Json(Dette, SignalementJson.Default.Dette)));
        if (Bail is not null) sections.Add((Categories.Bail, Json(Bail, SignalementJson.Default.Bail)));
        if (Acte is not null) sections.Add((Categories.Acte, Json(Acte, SignalementJson.Default.Acte)));
        if (Decision is not null) sections.Add((Categories.Decision, Json(Decision, SignalementJson.Default.Decision)));
        if (Surendettement is not null) sections.Add((Categories.Surendettement, Json(Surendettement, SignalementJson.Default.Surendettement)));
        if (Social is not null) sections.Add((Categories.Social, Json(Social, SignalementJson.Default.Social)));
        if (Sante is not null) sections.Add((Categories.Sante, Json(Sante, SignalementJson.Default.Sante)));
        return sections;
    }

    /// <summary>Sections are as long as a multiple of this, in bytes: the length of a seal must not tell a name's.</summary>
    public const int SizeStep = 64;

    // One a thread: seven sections of a hundred thousand messages would each make a buffer.
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _ofThread;

    private static byte[] Json<T>(T section, JsonTypeInfo<T> type)
    {
        var (buffer, json) = _ofThread ??= Writer();
        buffer.ResetWrittenCount();
        json.Reset();
        JsonSerializer.Serialize(json, section, type);
        json.Flush();
        var padded = new byte[(buffer.WrittenCount + SizeStep - 1) / SizeStep * SizeStep];
        buffer.WrittenSpan.CopyTo(padded);
        // Spaces after a value are part of no JSON.
        padded.AsSpan(buffer.WrittenCount).Fill((byte)' ');
        // Nobody's name stays behind in the thread.
        buffer.Clear();
        return padded;
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) Writer()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = SignalementJson.Default.Options.Encoder, SkipValidation = true }));
    }
}

/// <summary>A weakness of the message that its reader must know; never a refusal.</summary>
/// <param name="Code"><c>noticeAncienne</c>, <c>telephoneAbsent</c>…</param>
/// <param name="Message">French sentence for the sender and the reader; no personal data.</param>
public sealed record Drapeau(string Code, string Message);

public sealed record Identite
{
    public required IReadOnlyList<Personne> Personnes { get; init; }
    /// <summary>caf or msa, with its code (<c>751</c>) and the household's number there.</summary>
    public string? Organisme { get; init; }
    public string? CodeOrganisme { get; init; }
    public string? NumeroAllocataire { get; init; }
}

public sealed record Personne
{
    /// <summary>1 for the first person of the message; sections refer to persons by it.</summary>
    public required int Rang { get; init; }
    /// <summary>titulaire, cotitulaire, conjoint, occupant, caution.</summary>
    public required string Qualite { get; init; }
    public string? Civilite { get; init; }
    public required string Nom { get; init; }
    public string? NomUsage { get; init; }
    public required string Prenoms { get; init; }
    public DateOnly? DateNaissance { get; init; }
}

public sealed record Adresse
{
    public string? Numero { get; init; }
    public required string Voie { get; init; }
    public string? Complement { get; init; }
    public string? Etage { get; init; }
    public required string CodePostal { get; init; }
    /// <summary>INSEE code; arrondissements of Paris are 75101 to 75120.</summary>
    public required string CodeCommune { get; init; }
    public required string Commune { get; init; }
}

public sealed record Contact
{
    /// <summary>oui, non, nonRecherche.</summary>
    public required string TelephoneConnu { get; init; }
    public IReadOnlyList<Telephone>? Telephones { get; init; }
    public IReadOnlyList<string>? Courriels { get; init; }
}

public sealed record Telephone(string Numero, string? Source, DateOnly? ConstateLe);

public sealed record Menage
{
    public string? Composition { get; init; }
    public int? EnfantsACharge { get; init; }
    public int? NombrePersonnes { get; init; }
}

public sealed record Ressources
{
    public decimal? QuotientFamilial { get; init; }
    public decimal? RessourcesMensuelles { get; init; }
    public string? SituationProfessionnelle { get; init; }
}

public sealed record Dette
{
    /// <summary>The <see cref="EtatImpaye"/> of a debt that has been paid.</summary>
    public const string Ended = "solde";

    public decimal? LoyerHorsCharges { get; init; }
    public decimal? Charges { get; init; }
    public decimal? AideAuLogement { get; init; }
    public string? NatureAide { get; init; }
    public bool? TiersPayant { get; init; }
    public decimal? Total { get; init; }
    public string? PremierMoisImpaye { get; init; }
    public int? MoisImpayes { get; init; }
    public DateOnly? DateConstitution { get; init; }
    /// <summary>enCours, solde: what the payer of aids says of the debt this month.</summary>
    public string? EtatImpaye { get; init; }
    public IReadOnlyList<LigneDecompte>? Decompte { get; init; }
    public PlanApurement? PlanApurement { get; init; }
    /// <summary>The landlord's last step to recover the debt (R824-4 CCH): aucune, relance, miseEnDemeure, planPropose, procedure.</summary>
    public string? Poursuites { get; init; }
    /// <summary>Monthly reduction of the rent in social housing (RLS), in euros.</summary>
    public decimal? ReductionLoyerSolidarite { get; init; }
    /// <summary>maintenu, suspendu.</summary>
    public string? VersementAide { get; init; }
    /// <summary>Request to the housing solidarity fund: nonSouhaite, enCours, depose, refuse, recevable, verse.</summary>
    public string? Fsl { get; init; }
    /// <summary>Whether a protocol binds landlord and household (social landlords, since 2005).</summary>
    public bool? ProtocoleCohesionSociale { get; init; }
}

/// <summary>One month of the statement, in euros; <c>Frais</c> stay out of every threshold.</summary>
public sealed record LigneDecompte
{
    public required string Mois { get; init; }
    public decimal? Loyer { get; init; }
    public decimal? Provisions { get; init; }
    public decimal? Regularisation { get; init; }
    public decimal? AideRecue { get; init; }
    public decimal? Versements { get; init; }
    public decimal? Frais { get; init; }
}

public sealed record PlanApurement(string Etat, DateOnly? Echeance);

public sealed record Bail
{
    public DateOnly? SigneLe { get; init; }
    public string? TypeBail { get; init; }
    public bool? ClauseResolutoire { get; init; }
    public string? TypeBailleur { get; init; }
    public string? Parc { get; init; }
    public string? Gestion { get; init; }
    public string? Bailleur { get; init; }
    /// <summary>SIREN of the landlord, nine digits with their key.</summary>
    public string? Siren { get; init; }
    public string? Mandataire { get; init; }
    public string? ReferenceLogement { get; init; }
    public string? Garantie { get; init; }
    public Saisine? Saisine { get; init; }
}

/// <summary>A seizing of the CCAPEX by a landlord, a paying body, a service or an association. It stands with the lease: what both may always send.</summary>
public sealed record Saisine
{
    public string? ReferenceSaisine { get; init; }
    public required DateOnly SaisieLe { get; init; }
    /// <summary>examenSituation, decisionAide, prealableAssignation, planApurement, relogement, autre.</summary>
    public required string ObjetSaisine { get; init; }
    /// <summary>Arrears signalled to the CAF or the MSA count as a seizing (art. 24 II loi 89-462).</summary>
    public DateOnly? SignaleOrganismeLe { get; init; }
    /// <summary>Who seizes, where the sender does it for another: serviceSocial, adil, esh, adh, fsl, association, menage.</summary>
    public string? AuteurSaisine { get; init; }
}

public sealed record Surendettement
{
    public required string Etape { get; init; }
    public string? ReferenceDossier { get; init; }
    public string? Commission { get; init; }
    public DateOnly? DeposeLe { get; init; }
    public DateOnly? RecevableLe { get; init; }
    public string? Mesure { get; init; }
    public string? Objet { get; init; }
    /// <summary>Whether the correspondent's written agreement to electronic sending (R712-19) is declared.</summary>
    public bool? AccordElectronique { get; init; }
    public DateOnly? AccordLe { get; init; }
    /// <summary>Enforcement procedures that the request must list (R722-9).</summary>
    public IReadOnlyList<ProcedureExecution>? Procedures { get; init; }
}

public sealed record ProcedureExecution
{
    public required string Nature { get; init; }
    public DateOnly? Date { get; init; }
    public string? Reference { get; init; }
    public string? Juridiction { get; init; }
    public string? Creancier { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Identite))]
[JsonSerializable(typeof(Adresse))]
[JsonSerializable(typeof(Contact))]
[JsonSerializable(typeof(Menage))]
[JsonSerializable(typeof(Ressources))]
[JsonSerializable(typeof(Dette))]
[JsonSerializable(typeof(Bail))]
[JsonSerializable(typeof(Acte))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Surendettement))]
[JsonSerializable(typeof(Social))]
[JsonSerializable(typeof(Sante))]
[JsonSerializable(typeof(Faits))]
public sealed partial class SignalementJson : JsonSerializerContext;
