using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Registers;

/// <summary>The register of processing activities (art. 30 RGPD), made from the files that the decision reads and from nothing else.</summary>
internal sealed record Article30
{
    /// <summary>Version of the files, the one that each log entry names.</summary>
    public required string Version { get; init; }
    public required DateTimeOffset EtabliLe { get; init; }
    /// <summary>What holds for every treatment; <see langword="null"/> when no file of that day says it.</summary>
    public required CommonSheet? Commun { get; init; }
    /// <summary>Every version of every purpose, also those that are past or to come.</summary>
    public required IReadOnlyList<Treatment> Traitements { get; init; }

    public static Article30 Of(PurposeRegister register, DateTimeOffset at)
    {
        var inForce = register.InForce(at).ToHashSet();
        return new()
        {
            Version = register.Version,
            EtabliLe = at,
            Commun = register.CommonInForce(at) is { } common ? CommonSheet.Of(common) : null,
            Traitements = [.. register.Purposes
                .OrderBy(p => int.Parse(p.Id.AsSpan(1), provider: null)).ThenBy(p => p.From)
                .Select(p => Treatment.Of(p, inForce.Contains(p)))],
        };
    }
}

/// <summary>What holds for every treatment: the officer, the processors, transfers, measures.</summary>
/// <param name="AccordEtObligationLegale">What prevails where a text orders a transmission and practice waits for the person's agreement; a French sentence.</param>
internal sealed record CommonSheet(
    string Fichier, string Statut, string Delegue, string ContactDelegue, IReadOnlyList<ActorLine> SousTraitants,
    string TransfertsHorsUnionEuropeenne, string DonneesSensibles, string AccordEtObligationLegale, IReadOnlyList<MeasureLine> MesuresDeSecurite)
{
    public static CommonSheet Of(RegisterCommon common) => new(
        common.Version, Treatment.Status(common.Established), common.Officer.Name, common.Officer.Contact, ActorLine.Of(common.Processors),
        common.Transfers, common.Sensitive, Article30Words.Conflict(common.Conflict.Rule, common.Conflict.Explanation), [.. common.Measures.Select(m => new MeasureLine(m.Field, m.Measure))]);
}

/// <summary>One purpose version as the sheet of a treatment, its fields in the order of the CNIL's model.</summary>
internal sealed record Treatment
{
    public required string Finalite { get; init; }
    public required string Fichier { get; init; }
    public required string Reference { get; init; }
    public required DateOnly ValideDu { get; init; }
    public required DateOnly? ValideAu { get; init; }
    public required bool EnVigueur { get; init; }
    /// <summary>etabli, aVerifier.</summary>
    public required string Statut { get; init; }
    public required string Responsable { get; init; }
    public required IReadOnlyList<ActorLine> ResponsablesConjoints { get; init; }
    public required IReadOnlyList<ActorLine> SousTraitants { get; init; }
    public required string Titre { get; init; }
    /// <summary>Letter of art. 6-1 RGPD: 6-1-a, 6-1-c, 6-1-e.</summary>
    public required string BaseLegale { get; init; }
    public required IReadOnlyList<string> Textes { get; init; }
    public required IReadOnlyList<string> PersonnesConcernees { get; init; }
    public required IReadOnlyList<DataLine> Donnees { get; init; }
    public required IReadOnlyList<string> Exclues { get; init; }
    public required IReadOnlyList<DepositorLine> Deposants { get; init; }
    public required IReadOnlyList<RecipientLine> Destinataires { get; init; }
    public required InformationLine Information { get; init; }
    public required RightsLine Droits { get; init; }
    public required string? Remarque { get; init; }

    public static Treatment Of(Purpose purpose, bool inForce) => new()
    {
        Finalite = purpose.Id,
        Fichier = purpose.Version,
        Reference = purpose.RegisterReference,
        ValideDu = purpose.From,
        ValideAu = purpose.To,
        EnVigueur = inForce,
        Statut = Status(purpose.Established),
        Responsable = purpose.Controller,
        ResponsablesConjoints = ActorLine.Of(purpose.JointControllers),
        SousTraitants = ActorLine.Of(purpose.Processors),
        Titre = purpose.Title,
        BaseLegale = purpose.LegalBasis.Article,
        Textes = purpose.LegalBasis.Texts,
        PersonnesConcernees = purpose.Subjects,
        Donnees = [.. purpose.Reachable.Each().Select(c => DataLine.Of(c, purpose.Retention[c]))],
        Exclues = purpose.Excluded.ToNames(),
        Deposants = [.. purpose.Depositors.Select(d => new DepositorLine(d.Nature, [.. d.Types.Select(t => t.ToString())]))],
        Destinataires = [.. purpose.Recipients.Select(r => RecipientLine.Of(purpose, r))],
        Information = new(purpose.Information.By, purpose.Information.When, purpose.Information.Text, purpose.Information.Exception),
        Droits = new(
            purpose.Rights.Access, purpose.Rights.Rectification, purpose.Rights.Restriction, purpose.Rights.Erasure,
            purpose.Rights.Portability, purpose.Rights.Objection, purpose.Rights.ObjectionNote),
        Remarque = purpose.Note,
    };

    public static string Status(bool established) => established ? "etabli" : "aVerifier";
}

internal sealed record ActorLine(string Nom, string Role, string Accord)
{
    public static IReadOnlyList<ActorLine> Of(IReadOnlyList<Party> parties) => [.. parties.Select(p => new ActorLine(p.Name, p.Role, p.Agreement))];
}

internal sealed record MeasureLine(string Domaine, string Mesure);

/// <param name="Duree">ISO 8601 duration from the end of the file's follow-up, or <c>dureeAFixer</c>.</param>
/// <param name="Origine">The text that gives the duration, or who signed it and when.</param>
internal sealed record DataLine(string Categorie, string Duree, string? Origine)
{
    public static DataLine Of(Categories category, Consent.Retention retention) => retention switch
    {
        Consent.Retention.Sourced sourced => new(category.Name(), sourced.Duration, sourced.Source),
        Consent.Retention.Signed signed => new(category.Name(), signed.Duration, string.Join(", ", (string[])
        [
            $"signée par {signed.By} le {signed.On:yyyy-MM-dd}",
            .. signed.ConfirmedBy is { } second ? [$"confirmée par {second}"] : (string[])[],
            .. signed.Reference is { } reference ? [reference] : (string[])[],
        ])),
        _ => new(category.Name(), Consent.Retention.ToBeFixed.Code, null),
    };
}

internal sealed record DepositorLine(string Nature, IReadOnlyList<string> Types);

/// <param name="Nature">Nature of the organisation; <c>deposant</c> for the one that sent the message.</param>
/// <param name="AuTitreDe">Nature in whose name it is addressed; <see langword="null"/>: the depositor itself.</param>
/// <param name="Types">The only message types that it receives; <see langword="null"/> for all of the treatment.</param>
/// <param name="Accord">Evidence of the agreement that it needs; <see langword="null"/> when it needs none.</param>
/// <param name="AccordNommeLesCategories">Whether that agreement names what may be given.</param>
/// <param name="SansAccord">What it receives without the agreement.</param>
internal sealed record RecipientLine(
    string Nature, IReadOnlyList<string> Roles, IReadOnlyList<string> Categories, string? AuTitreDe, IReadOnlyList<string>? Types,
    string? Accord, bool AccordNommeLesCategories, IReadOnlyList<string> SansAccord)
{
    public static RecipientLine Of(Purpose purpose, Recipient recipient)
    {
        var rule = purpose.RuleOf(recipient);
        return new(
            recipient.Nature, recipient.Roles, recipient.Categories.ToNames(), recipient.OnBehalfOf, recipient.Types?.Select(t => t.ToString()).ToList(),
            rule.Required ? rule.Evidence : null, rule.NamesCategories, rule.Without.ToNames());
    }
}

internal sealed record InformationLine(string Qui, string Quand, string Texte, string? Exception);

internal sealed record RightsLine(bool Acces, bool Rectification, bool Limitation, bool Effacement, bool Portabilite, bool Opposition, string OppositionMotif);
