namespace ExchangeGateway.Partners.Synthetic;

/// <summary>One invented person.</summary>
public sealed record Person(string Qualite, string Civilite, string Nom, string? NomUsage, string Prenoms, DateOnly DateNaissance);

/// <param name="Telephone">A number of the ranges kept for fiction (ARCEP), or none.</param>
/// <param name="Composition">familleAvecEnfants, coupleSansEnfant, personneSeule.</param>
/// <param name="NatureAide">APL, ALF, ALS, aucune.</param>
public sealed record Household(
    string NumeroAllocataire, IReadOnlyList<Person> Personnes, Dwelling Logement, string? Telephone, string? Courriel,
    string Composition, int Enfants, string NatureAide, Lease Bail, Arrears Dette, decimal QuotientFamilial, decimal Ressources);

public sealed record Dwelling(string Numero, string Voie, string? Complement, string Etage, string CodePostal, Commune Commune);

/// <param name="TypeBailleur">personnePhysique, sciFamiliale, personneMorale, bailleurSocial.</param>
/// <param name="Parc">prive, public.</param>
public sealed record Lease(DateOnly SigneLe, string TypeBailleur, string Parc, string Gestion, string Bailleur, string Reference);

/// <summary>What is owed, by month; amounts in euros.</summary>
public sealed record Arrears(decimal Loyer, decimal Charges, decimal Aide, IReadOnlyList<MonthLine> Mois)
{
    /// <summary>The sum of the statement, costs apart.</summary>
    public decimal Total => Mois.Sum(m => m.Loyer + m.Provisions - m.Aide - m.Verse);
}

public sealed record MonthLine(string Mois, decimal Loyer, decimal Provisions, decimal Aide, decimal Verse, decimal? Frais);
