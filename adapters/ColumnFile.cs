namespace ExchangeGateway.Adapters;

/// <summary>The documented columns of a CSV form (<c>*.colonnes.json</c>).</summary>
public sealed record ColumnFile(IReadOnlyList<Column> Colonnes);

/// <param name="Colonne">Header of the column.</param>
/// <param name="Pointer">Where its value goes in the partner's JSON.</param>
/// <param name="Format">texte, entier, montant, date, booleen.</param>
public sealed record Column(string Colonne, string Pointer, string Format, string Description, string Exemple);
