using System.Diagnostics;
using System.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>A sender gets the proof that its deposit is in the log, to keep and to verify offline against its promise.</summary>
internal static class PreuveDepot
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/v1/depots/{id:guid}/preuve", HandleAsync)
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.ProofGiven)
            .WithName("depot-preuve").WithTags("Dépôts").WithSummary("Preuve d'inscription d'un dépôt au journal (C2SP tlog-proof)")
            .Produces<string>(StatusCodes.Status200OK, "text/plain").Refuses(Catalogue.Introuvable);

    private static async Task<Results<FileContentHttpResult, RefusalResult>> HandleAsync(
        Guid id, HttpContext http, Databases databases, JournalProofs proofs, AuditLog log, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        if (await EntryOfAsync(databases, id, caller.Organisation, ct) is not { } entry)
            return new RefusalResult(Catalogue.Introuvable);
        return await AnswerAsync(await proofs.OfEntryAsync(entry, ct), $"depot-{id}", http, log, new()
        {
            Action = LogAction.ProofGiven,
            Organisation = caller.Organisation,
            Agent = caller.Agent,
            Deposit = id,
        }, ct);
    }

    /// <summary>Writes the entry of the giving, then gives the proof; 404 with <c>Retry-After</c> while it is not ready.</summary>
    internal static async Task<Results<FileContentHttpResult, RefusalResult>> AnswerAsync(
        ProofOutcome outcome, string name, HttpContext http, AuditLog log, AuditEntry entry, CancellationToken ct)
    {
        switch (outcome)
        {
            case ProofOutcome.Given given:
                await log.AppendAsync(entry, ct);
                http.Response.Headers.CacheControl = "private, no-store";
                return TypedResults.Bytes(Encoding.UTF8.GetBytes(given.Proof.ToText()), "text/plain; charset=utf-8", name + ".tlog-proof");
            case ProofOutcome.NotYet:
                return new RefusalResult(Catalogue.Introuvable, detail: "Cette inscription est enregistrée mais pas encore dans une tête signée du journal : redemandez sa preuve dans une seconde.", retryAfter: JournalProofs.Retry);
            case ProofOutcome.Unknown:
                return new RefusalResult(Catalogue.Introuvable);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The log entry of a deposit of this sender; <see langword="null"/> when it is not the sender's, or does not exist.</summary>
    internal static async Task<Guid?> EntryOfAsync(Databases databases, Guid deposit, Guid sender, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select set_config('app.org', $1, true)") { Parameters = { new() { Value = sender.ToString() } } },
                // A recipient reads deposits too (row-level security): the proof is the sender's.
                new("select entry from exchange.deposit where id = $1 and sender = $2") { Parameters = { new() { Value = deposit }, new() { Value = sender } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        return await reader.ReadAsync(ct) ? reader.GetGuid(0) : null;
    }
}
