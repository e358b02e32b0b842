using System.Security.Cryptography;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Matching;

/// <summary>Messages about invented people, as short as a test can say them.</summary>
internal static class Households
{
    public static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    public static readonly Adresse Home = new() { Numero = "12", Voie = "rue de la Folie-Méricourt", CodePostal = "75011", CodeCommune = "75111", Commune = "Paris" };
    public static readonly Adresse Elsewhere = new() { Numero = "7", Voie = "avenue d'Italie", CodePostal = "75013", CodeCommune = "75113", Commune = "Paris" };

    /// <param name="birth"><c>AAAA-MM-JJ</c>, or nothing.</param>
    public static Personne Person(string name, string given, string? birth = null, string? usage = null, string qualite = "titulaire", string? civilite = null) => new()
    {
        Rang = 1,
        Qualite = qualite,
        Civilite = civilite,
        Nom = name,
        NomUsage = usage,
        Prenoms = given,
        DateNaissance = birth is null ? null : DateOnly.Parse(birth, System.Globalization.CultureInfo.InvariantCulture),
    };

    public static Signalement Message(Personne person, Adresse? home = null, string? allocataire = null, string? lease = null, string? reference = null, string? landlord = null) =>
        Message([person], home, allocataire, lease, reference, landlord);

    public static Signalement Message(
        Personne[] persons, Adresse? home = null, string? allocataire = null, string? lease = null, string? reference = null, string? landlord = null) => new()
        {
            Type = MessageType.Parse("caf/impayes"),
            SchemaVersion = "1",
            Faits = new Faits { Stade = "impaye", Motif = "impayes", TypeMessage = "caf/impayes", Commune = (home ?? Home).CodeCommune },
            Drapeaux = [],
            Identite = new Identite
            {
                Personnes = persons,
                Organisme = allocataire is null ? null : "caf",
                CodeOrganisme = allocataire is null ? null : "751",
                NumeroAllocataire = allocataire,
            },
            Adresse = home ?? Home,
            Bail = lease is null && reference is null && landlord is null ? null : new Bail
            {
                SigneLe = lease is null ? null : DateOnly.Parse(lease, System.Globalization.CultureInfo.InvariantCulture),
                ReferenceLogement = reference,
                Bailleur = landlord,
            },
        };

    public static MessageProfile Profile(Signalement message) => ProfileForms.Of(Secret, message);

    /// <summary>Compares two messages; a pair that shares no blocking key is never compared, so it is different.</summary>
    public static MatchResult Compare(Signalement known, Signalement message)
    {
        var (a, b) = (Profile(known), Profile(message));
        return a.Keys.Intersect(b.Sought).Any() ? new Comparison(new MatchWeights()).Compare(b.Marks, [a.Marks]) : MatchResult.None;
    }
}
