using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Delivery;

/// <param name="Mois">First day of the month.</param>
internal sealed record SentBackCount(string Territoire, string Regle, string Motif, string Libelle, DateOnly Mois, long Nombre);

internal sealed record SentBackCounts(IReadOnlyList<SentBackCount> Renvois);

/// <summary>How often each rule of the secretariat's territories missed, and why: numbers only, no delivery, no person.</summary>
internal static class CompterRenvois
{
    public static void MapCompterRenvois(this RouteGroupBuilder reception) =>
        reception.MapGet("/renvois", HandleAsync)
            .WithName("compterRenvois")
            .WithSummary("Les renvois par règle, motif et mois, dans vos territoires")
            .Produces<SentBackCounts>()
            .RequireAuthorization(Policies.Rapprocher)
            .Journalise(LogAction.None);

    private static async Task<IResult> HandleAsync(HttpContext http, Databases databases, CancellationToken ct)
    {
        await using var command = databases.Reader.CreateCommand(
            "select territory, rule, reason, month, count from delivery.sent_back where territory = any($1) order by territory, month desc, count desc, rule, reason limit 1000");
        command.Parameters.AddWithValue(Caller.Of(http).Territories.ToArray());
        await using var rows = await command.ExecuteReaderAsync(ct);
        var counts = new List<SentBackCount>();
        while (await rows.ReadAsync(ct))
        {
            var reason = rows.GetString(2);
            counts.Add(new(rows.GetString(0), rows.GetString(1), reason, SendBackMotifs.Labels.GetValueOrDefault(reason, reason), rows.GetFieldValue<DateOnly>(3), rows.GetInt64(4)));
        }

        return TypedResults.Ok(new SentBackCounts(counts));
    }
}
