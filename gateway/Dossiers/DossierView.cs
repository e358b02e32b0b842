using System.Text.Json.Nodes;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>A household's file in one dwelling, as far as one recipient's purposes go.</summary>
/// <param name="Dossier">The recipient's own reference.</param>
/// <param name="Stade">Where the procedure stands; <see langword="null"/> when nothing says it.</param>
/// <param name="Chronologie">What the organisation received and sent, oldest first.</param>
/// <param name="Echeances">Deadlines that still matter, the next first.</param>
/// <param name="Accompagnements">Kinds of services that were asked to help or do, where a purpose of the reader names them.</param>
/// <param name="DoubleOrientation">A French sentence when two services were sent the household for the same help.</param>
/// <param name="DossiersLies">Other files of the household: references only.</param>
/// <param name="Indications">For information, never an act: what over-indebtedness may change (Banque de France).</param>
internal sealed record DossierView(
    string Dossier, CurrentStage? Stade, IReadOnlyList<DossierLine> Chronologie, IReadOnlyList<DeadlineLine> Echeances, IReadOnlyList<SupportLine> Accompagnements,
    string? DoubleOrientation, IReadOnlyList<LinkedDossier> DossiersLies, IReadOnlyList<Hint> Indications);

/// <param name="Remise">The delivery; <see langword="null"/> for what the organisation sent itself.</param>
/// <param name="Nature">remise, annulation, reduction, information, decisionAide; envoi for what it sent.</param>
/// <param name="Reperes">Dates and codes of the message that tell what happened, by section, where the purpose allows them.</param>
internal sealed record DossierLine(
    Guid? Remise, string TypeMessage, string? Finalite, string Nature, string? Etat, DateTimeOffset RecueLe, DateTimeOffset? AccuseeLe, JsonObject Reperes);

/// <param name="Regle">Id of the rule in <c>france.json</c>.</param>
/// <param name="Le">Last day, carried over to a working day where the rule does it.</param>
/// <param name="Alerte">Whether it falls within ten days.</param>
/// <param name="Passee">Whether the day is over.</param>
/// <param name="AVerifier">Whether a lawyer must still check the rule.</param>
/// <param name="Hypothese">French: what was assumed for want of a date.</param>
internal sealed record DeadlineLine(
    string Regle, string Libelle, DateOnly Le, bool Alerte, bool Passee, string Source, bool AVerifier, string? Hypothese, Guid? Remise);

/// <param name="Nature">Kind of organisation, never its name.</param>
/// <param name="Aide">social, juridique.</param>
/// <param name="PrisEnChargeLe">When it acknowledged or first reported; <see langword="null"/> while it has not.</param>
internal sealed record SupportLine(string Nature, string Aide, DateTimeOffset OrienteLe, DateTimeOffset? PrisEnChargeLe);

/// <param name="Lien">demenagement, rapprochement.</param>
internal sealed record LinkedDossier(string Dossier, string Lien);

/// <param name="Texte">French, for the person who instructs the file.</param>
/// <param name="Source">Where it stands.</param>
internal sealed record Hint(string Texte, string Source);
