using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ExchangeGateway.Gateway.Registers;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>The answer to a request of access (art. 15 RGPD): what is held of the person, by purpose, where it came from, who got it, and every access with its proof.</summary>
/// <param name="Demande">Request that it answers.</param>
/// <param name="EtabliLe">When the data were read; later accesses are not in it.</param>
/// <param name="EnvoisNonCommuniques">Messages of the same household that do not name the person: they are somebody else's data.</param>
internal sealed record AccessReport(
    Guid Demande, DateOnly RecueLe, DateOnly EcheanceLe, DateTimeOffset EtabliLe, string? Delegue, string? ContactDelegue, string Reclamation,
    IReadOnlyList<ReportPurpose> Finalites, IReadOnlyList<ReportAccess> Acces, ReportProofs Preuves, int EnvoisNonCommuniques, string ProtectionDesTiers);

/// <summary>One purpose: the sheet of the register, the person's data received under it, and who received some under it.</summary>
/// <param name="Traitement">Controller, legal basis, retention, who informs the person, rights; <see langword="null"/> when the purpose is no longer registered.</param>
internal sealed record ReportPurpose(string Finalite, string Titre, Treatment? Traitement, IReadOnlyList<ReportDeposit> Donnees, IReadOnlyList<ReportRecipient> Destinataires);

/// <summary>One message about the person.</summary>
/// <param name="Etat">enVigueur, rectifie, annule.</param>
/// <param name="Qualite">As what the message names the person.</param>
/// <param name="Donnees">One section a category.</param>
/// <param name="NonCommunique">What was kept back because it is, or may be, somebody else's.</param>
/// <param name="Pieces">Attachments; a copy is given on request, once what concerns others is hidden.</param>
internal sealed record ReportDeposit(
    Guid Depot, string Type, string Libelle, ReportOrigin Origine, DateTimeOffset RecuLe, string Registre, string Etat, string Qualite,
    JsonObject Donnees, IReadOnlyList<string> NonCommunique, IReadOnlyList<ReportPiece> Pieces);

/// <param name="Nature">What the organisation is, in French.</param>
internal sealed record ReportOrigin(string Organisation, string Nature);

/// <param name="Taille">Bytes.</param>
/// <param name="MiseAPart">Why nobody was ever given it, as its sender was told; <see langword="null"/> for one that is joined.</param>
/// <param name="Copie">Where the officer fetches it, to hide in it what concerns others and give the rest; <see langword="null"/> for one that is kept apart.</param>
internal sealed record ReportPiece(string Nom, long Taille, DateTimeOffset RecueLe, string? MiseAPart, string? Copie);

/// <summary>One transmission.</summary>
/// <param name="Registre">Version of the register that allowed it.</param>
/// <param name="Categories">What it could hold.</param>
/// <param name="AccuseLe">When the recipient took charge; <see langword="null"/> while it has not.</param>
internal sealed record ReportRecipient(
    Guid Remise, Guid Depot, string Organisation, string Nature, DateTimeOffset TransmisLe, string Registre, IReadOnlyList<string> Categories, string Etat, DateTimeOffset? AccuseLe);

/// <summary>One entry of the log about the person. The agent is not named: the person may know when and why, not which employee (CJUE, 22 June 2023, C-579/21).</summary>
/// <param name="Lecture">Somebody saw something of the person; otherwise an operation on the data.</param>
/// <param name="Motif">The reason given, from the closed list.</param>
/// <param name="Contenu">lisible, oublie (past the log's retention: the proof stays), illisible.</param>
internal sealed record ReportAccess(
    Guid Inscription, DateTimeOffset Le, string Action, string Libelle, bool Lecture, string? Organisation, string? Finalite, string? Motif, IReadOnlyList<string> Categories,
    Guid? Depot, string Contenu, ReportProof Preuve);

/// <param name="Etat">integree, pasEncoreIntegree.</param>
/// <param name="Rang">Index of the leaf in its tree.</param>
/// <param name="Texte">The C2SP tlog-proof, verbatim: it is verified offline.</param>
/// <param name="Lien">Where to ask for it again.</param>
internal sealed record ReportProof(string Etat, long? Rang, string? Origine, string? Texte, string Lien);

/// <param name="Cles">Public keys of the log, as its verifier takes them.</param>
internal sealed record ReportProofs(string Explication, IReadOnlyList<string> Cles);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AccessReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
