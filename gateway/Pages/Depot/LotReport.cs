using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>The report of a batch as a clerk reads it: columns of the file instead of pointers, words instead of codes.</summary>
internal sealed class LotReport(IReadOnlyList<BatchLineReport> lines, BatchTotals totals, ColumnFile columns)
{
    private readonly Dictionary<string, string> _columns = columns.Colonnes.ToDictionary(c => c.Pointer, c => c.Colonne, StringComparer.Ordinal);

    public BatchTotals Totals => totals;

    /// <summary>Lines that were received, now or before.</summary>
    public IReadOnlyList<(long Line, string State, Guid Deposit)> Received { get; } =
    [
        .. lines.Where(l => l.Depot is not null).Select(l => (l.Ligne, StateOf(l.Code), l.Depot!.Value)),
    ];

    /// <summary>What has to be mended or sent again, one row per error.</summary>
    public IReadOnlyList<(long Line, string State, string Column, string Message)> ToMend() =>
    [
        .. lines.Where(l => l.Code is LotCode.Refused or LotCode.Unavailable).SelectMany(l => l.Erreurs is { Count: > 0 } errors
            ? errors.Select(e => (l.Ligne, StateOf(l.Code), ColumnOf(e), e.Code == "date" ? "Donnez une date qui existe, par exemple 03/11/2026." : e.Message))
            : [(l.Ligne, StateOf(l.Code), "", "La passerelle n’a pas pu enregistrer cette ligne : envoyez à nouveau le fichier, les lignes déjà reçues seront reconnues.")]),
    ];

    private static string StateOf(string code) => code switch
    {
        LotCode.Accepted => "Reçue",
        LotCode.Updated => "Mise à jour",
        LotCode.Duplicate => "Déjà reçue",
        LotCode.Unavailable => "À renvoyer",
        _ => "À corriger",
    };

    /// <summary>The column whose cell is wrong: the one of the pointer, or the first of those under it.</summary>
    private string ColumnOf(FieldError error) => _columns.TryGetValue(error.Pointer, out var column)
        ? column
        : error.Pointer.Length > 0 ? _columns.FirstOrDefault(c => c.Key.StartsWith(error.Pointer + "/", StringComparison.Ordinal)).Value ?? "" : "";
}
