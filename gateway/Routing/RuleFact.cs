using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>
/// A fact that a rule may look at: one property of <see cref="Faits"/>, its vocabulary, and how it is said in French.
/// Only words of the vocabulary are ever said, so an explanation cannot carry what a sender wrote; a value outside the
/// vocabulary is unknown.
/// </summary>
/// <param name="Name">Property of <see cref="Faits"/>, camel case.</param>
/// <param name="Unknown">How its absence is said: <c>parc inconnu</c>.</param>
internal abstract record RuleFact(string Name, string Unknown)
{
    public abstract bool IsKnown(Faits faits);

    /// <summary>The fact in French.</summary>
    public abstract string Say(Faits faits);

    public static IReadOnlyDictionary<string, RuleFact> All { get; } = new RuleFact[]
    {
        new Choice("stade", "stade inconnu", f => f.Stade,
            ("impaye", "impayé de loyer"), ("cdp", "commandement de payer"), ("assignation", "assignation"), ("audience", "audience"),
            ("decision", "décision de justice"), ("cql", "commandement de quitter les lieux"), ("rfp", "réquisition de la force publique"),
            ("cfp", "concours de la force publique"), ("expulsion", "expulsion"), ("surendettement", "surendettement")),
        new Choice("motif", "motif inconnu", f => f.Motif,
            ("impayes", "pour impayés"), ("congeVente", "congé pour vente"), ("congeReprise", "congé pour reprise"),
            ("occupationSansDroitNiTitre", "occupation sans droit ni titre"), ("troubles", "troubles de jouissance"), ("autre", "autre motif")),
        new Code("typeMessage", "type de message inconnu", "autre type de message", f => f.TypeMessage),
        new Code("commune", "commune inconnue", "autre commune", f => f.Commune),
        new Choice("parc", "parc inconnu", f => f.Parc, ("prive", "parc privé"), ("public", "parc public")),
        new Choice("typeBailleur", "type de bailleur inconnu", f => f.TypeBailleur,
            ("personnePhysique", "bailleur personne physique"), ("sciFamiliale", "bailleur SCI familiale"),
            ("personneMorale", "bailleur personne morale"), ("bailleurSocial", "bailleur social")),
        new Choice("gestion", "mode de gestion inconnu", f => f.Gestion, ("directe", "gestion directe"), ("mandataire", "gestion par un mandataire")),
        new YesNo("aideAuLogement", "aide au logement inconnue", "ménage aidé au logement", "pas d'aide au logement", f => f.AideAuLogement),
        new Choice("composition", "composition du ménage inconnue", f => f.Composition,
            ("familleAvecEnfants", "famille avec enfants"), ("coupleSansEnfant", "couple sans enfant"), ("personneSeule", "personne seule")),
        new Choice("trancheDette", "dette inconnue", f => f.TrancheDette,
            ("aucune", "aucune dette"), ("moins500", "dette de moins de 500 €"), ("500a2000", "dette de 500 à 2 000 €"),
            ("2000a5000", "dette de 2 000 à 5 000 €"), ("5000a10000", "dette de 5 000 à 10 000 €"), ("plus10000", "dette de plus de 10 000 €")),
        new Number("moisImpayes", "nombre de mois impayés inconnu", "mois impayés", 0, 36, f => f.MoisImpayes),
        new YesNo("connuDesServices", "on ne sait pas si le ménage est connu des services", "connu des services", "inconnu des services", f => f.ConnuDesServices),
        new YesNo("telephoneConnu", "on ne sait pas si un téléphone est connu", "téléphone connu", "téléphone non connu", f => f.TelephoneConnu),
        new YesNo("accordElectronique", "accord à la transmission électronique non déclaré", "accord à la transmission électronique", "pas d'accord à la transmission électronique", f => f.AccordElectronique),
        new YesNo("accordPersonne", "accord de la personne non déclaré", "accord de la personne", "pas d'accord de la personne", f => f.AccordPersonne),
        new Code("categoriesAccord", "l'accord ne nomme aucune donnée", "données nommées par l'accord", f => f.CategoriesAccord),
    }.ToDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>One value of a closed list.</summary>
    internal sealed record Choice : RuleFact
    {
        private readonly Func<Faits, string?> _read;
        private readonly Dictionary<string, string> _phrases;

        public Choice(string name, string unknown, Func<Faits, string?> read, params ReadOnlySpan<(string Value, string Phrase)> values)
            : base(name, unknown)
        {
            _read = read;
            _phrases = new(StringComparer.Ordinal);
            foreach (var (value, phrase) in values)
                _phrases.Add(value, phrase);
        }

        public IReadOnlyCollection<string> Values => _phrases.Keys;

        public bool TryRead(Faits faits, [NotNullWhen(true)] out string? value) =>
            (value = _read(faits)) is not null && _phrases.ContainsKey(value);

        public override bool IsKnown(Faits faits) => TryRead(faits, out _);

        public override string Say(Faits faits) => TryRead(faits, out var value) ? _phrases[value] : Unknown;
    }

    internal sealed record YesNo(string Name, string Unknown, string Yes, string No, Func<Faits, bool?> Read) : RuleFact(Name, Unknown)
    {
        public override bool IsKnown(Faits faits) => Read(faits) is not null;

        public override string Say(Faits faits) => Read(faits) switch { null => Unknown, true => Yes, false => No };
    }

    /// <summary>A whole number within bounds, both inclusive; outside of them it is unknown.</summary>
    internal sealed record Number(string Name, string Unknown, string Unit, int Min, int Max, Func<Faits, int?> Read) : RuleFact(Name, Unknown)
    {
        public int? Value(Faits faits) => Read(faits) is { } value && value >= Min && value <= Max ? value : null;

        public override bool IsKnown(Faits faits) => Value(faits) is not null;

        public override string Say(Faits faits) => Value(faits) is { } value ? value.ToString(CultureInfo.InvariantCulture) + " " + Unit : Unknown;
    }

    /// <summary>A code whose list is not ours (message types, communes): compared, never repeated.</summary>
    internal sealed record Code(string Name, string Unknown, string Other, Func<Faits, string?> Read) : RuleFact(Name, Unknown)
    {
        public override bool IsKnown(Faits faits) => !string.IsNullOrEmpty(Read(faits));

        public override string Say(Faits faits) => IsKnown(faits) ? Other : Unknown;
    }
}
