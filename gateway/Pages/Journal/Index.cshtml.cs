using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Journal;

/// <summary>The DPO's question: who did what, when, about whom, for which purpose. Asking it is itself an entry.</summary>
[Authorize(Policy = Policies.Journal)]
[Journalise(LogAction.JournalSearched)]
internal sealed class IndexModel(JournalSearch search, RegistersInForce registers) : PersonPage
{
    [BindProperty(SupportsGet = true, Name = "personne")]
    public string? Person { get; set; }

    [BindProperty(SupportsGet = true, Name = "organisation")]
    public string? Organisation { get; set; }

    [BindProperty(SupportsGet = true, Name = "depuis")]
    public string? Since { get; set; }

    [BindProperty(SupportsGet = true, Name = "jusqua")]
    public string? Until { get; set; }

    [BindProperty(SupportsGet = true, Name = "action")]
    public string? LogActionName { get; set; }

    [BindProperty(SupportsGet = true, Name = "curseur")]
    public string? Cursor { get; set; }

    public JournalPage? Results { get; private set; }

    /// <summary>Errors by name of the field.</summary>
    public Dictionary<string, string> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>The search runs when it is asked for: looking at the log is a use of the log.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        if (Request.Query.Count == 0)
            return Page();
        var query = new JournalQuery
        {
            Personne = Given(Person)?.ToLowerInvariant(),
            Organisation = Given(Organisation)?.ToLowerInvariant(),
            Depuis = Day(Since),
            Jusqua = Day(Until),
            Action = Given(LogActionName),
            Curseur = Given(Cursor),
        };
        switch (await search.RunAsync(query, Caller, ct))
        {
            case JournalSearchOutcome.Found found:
                Results = found.Page;
                return Page();
            case JournalSearchOutcome.NotFound:
                Errors["organisation"] = "Aucune organisation de ce code dans ce que vous pouvez consulter.";
                return Mend();
            case JournalSearchOutcome.Invalid invalid:
                foreach (var error in invalid.Errors)
                    Errors[error.Pointer.TrimStart('/')] = Plain(error.Pointer, error.Message);
                return Mend();
            default:
                throw new UnreachableException();
        }
    }

    public string PurposeTitle(JournalItem item) =>
        item.Finalite is null ? "–" : registers.Current.Purposes.InForce(item.Finalite, item.Date)?.Title ?? item.Finalite;

    /// <summary>The same search with another person or another page.</summary>
    public string Link(string? person = null, string? cursor = null) => "/journal" + QueryString.Create(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["personne"] = person ?? Given(Person),
            ["organisation"] = Given(Organisation),
            ["depuis"] = Given(Since),
            ["jusqua"] = Given(Until),
            ["action"] = Given(LogActionName),
            ["curseur"] = cursor,
        }.Where(p => p.Value is not null));

    /// <summary>What was typed; a control character is nothing that anybody types, and an error of the database.</summary>
    private static string? Given(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : string.Concat(text.Where(c => !char.IsControl(c))).Trim();

    private static string? Day(string? text) => Given(text) is { } given && French.TryDate(given, out var day)
        ? day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)
        : Given(text);

    private static string Plain(string pointer, string message) => pointer switch
    {
        "/personne" => "Donnez un pseudonyme du journal (32 chiffres et lettres de a à f), recopié d’une inscription.",
        "/depuis" or "/jusqua" => "Donnez une date qui existe, par exemple 03/11/2026.",
        "/action" => "Choisissez une action de la liste.",
        "/curseur" => "Cette suite n’est plus valable : relancez la recherche.",
        _ => message,
    };
}
