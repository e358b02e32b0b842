namespace ExchangeGateway.Adapters;

/// <summary>The documented columns of a CSV form (<c>*.colonnes.json</c>). All but the optional ones are in the header, in any order; a cell may be empty.</summary>
public sealed record ColumnFile(IReadOnlyList<Column> Colonnes);

/// <param name="Colonne">Header of the column.</param>
/// <param name="Pointer">Where its value goes in the partner's JSON.</param>
/// <param name="Format">
/// <c>texte</c> (kept to the letter), <c>code</c> (spaces around it dropped), <c>telephone</c> (spaces, dots and hyphens dropped),
/// <c>entier</c>, <c>montant</c> (decimal comma), <c>date</c> (JJ/MM/AAAA), <c>mois</c> (MM/AAAA), <c>booleen</c> (oui, non).
/// What does not have the format is handed on as text, so that the schema refuses it with its pointer.
/// </param>
/// <param name="Facultative">The column came after the first files were written: it may be missing from a header.</param>
public sealed record Column(string Colonne, string Pointer, string Format, string Description, string Exemple, bool Facultative = false);
