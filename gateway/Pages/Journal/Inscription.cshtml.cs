using System.Diagnostics;
using System.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Journal;

/// <summary>One entry of the log with its proof, checked here from the published tiles, and the way to check it without us.</summary>
[Authorize(Policy = Policies.Journal)]
[Journalise(LogAction.JournalSearched)]
internal sealed class InscriptionModel(JournalSearch search, JournalProofs proofs, JournalKey key, AuditLog log, RegistersInForce registers) : PersonPage
{
    [BindProperty(SupportsGet = true, Name = "id")]
    public Guid Id { get; set; }

    public JournalItem? Item { get; private set; }

    /// <summary><see langword="null"/> until the entry is in a published head, about a second after it was written.</summary>
    public CheckedProof? Proof { get; private set; }

    /// <summary>Public key of the log, as its verifier takes it.</summary>
    public VerifierKey PublicKey => key.For(Proof!.Head.Origin);

    /// <summary>Checks the downloaded files without this gateway; an entry that was forgotten has its proof only.</summary>
    public string Command =>
        $"verifier --proof journal-{Id}.tlog-proof \\\n  {(Item!.Etat == "lisible" ? $"--entry journal-{Id}.ouverture \\\n  " : "")}--key {PublicKey}";

    public string PurposeTitle => Item!.Finalite is null ? "–" : registers.Current.Purposes.InForce(Item.Finalite, Item.Date)?.Title is { } title ? $"{title} ({Item.Finalite})" : Item.Finalite;

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        Item = await search.ReadOneAsync(Id, Caller, ct);
        if (Item is null)
            return Refused(Catalogue.Introuvable);
        await LogAsync("preuve", ct);
        Proof = await proofs.CheckAsync(Id, ct);
        return Page();
    }

    public async Task<IActionResult> OnGetPreuveAsync(CancellationToken ct)
    {
        if (!await search.MaySeeAsync(Id, Caller, ct))
            return Refused(Catalogue.Introuvable);
        switch (await proofs.OfEntryAsync(Id, ct))
        {
            case ProofOutcome.Given given:
                await LogAsync("preuve", ct);
                return File(Encoding.UTF8.GetBytes(given.Proof.ToText()), "text/plain; charset=utf-8", $"journal-{Id}.tlog-proof");
            case ProofOutcome.NotYet or ProofOutcome.Unknown:
                return Refused(Catalogue.Introuvable);
            default:
                throw new UnreachableException();
        }
    }

    public async Task<IActionResult> OnGetOuvertureAsync(CancellationToken ct)
    {
        if (!await search.MaySeeAsync(Id, Caller, ct) || await log.OpenAsync(Id, ct) is not OpenedEntry.Opened opened)
            return Refused(Catalogue.Introuvable);
        await LogAsync("ouverture", ct);
        return File(opened.Opening, "application/octet-stream", $"journal-{Id}.ouverture");
    }

    private async Task LogAsync(string what, CancellationToken ct) => await log.AppendAsync(
        new AuditEntry
        {
            Action = LogAction.JournalSearched,
            Organisation = Caller.Organisation,
            Agent = Caller.Agent,
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["entree"] = Id.ToString(), ["objet"] = what },
        },
        ct);
}
