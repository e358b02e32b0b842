using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Delivery;

/// <param name="Nom">As the account shows it.</param>
internal sealed record Colleague(Guid Id, string Nom, string Role);

internal sealed record ColleagueList(IReadOnlyList<Colleague> Agents);

/// <summary>The people of an organisation to whom a received file may be given: those whose role receives.</summary>
internal sealed class Colleagues(Databases databases)
{
    private const string Receiving = "role in ('instructeur', 'secretariat', 'autorite') and disabled_at is null";

    public async Task<IReadOnlyList<Colleague>> ListAsync(Caller caller, CancellationToken ct)
    {
        await using var command = databases.Reader.CreateCommand($"select id, display_name, role from access.person where organisation = $1 and {Receiving} order by display_name, id");
        command.Parameters.AddWithValue(caller.Organisation);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var list = new List<Colleague>();
        while (await rows.ReadAsync(ct))
            list.Add(new(rows.GetGuid(0), rows.GetString(1), rows.GetString(2)));
        return list;
    }

    public async Task<bool> ContainsAsync(Caller caller, Guid agent, CancellationToken ct)
    {
        await using var command = databases.Reader.CreateCommand($"select exists (select 1 from access.person where id = $2 and organisation = $1 and {Receiving})");
        command.Parameters.AddWithValue(caller.Organisation);
        command.Parameters.AddWithValue(agent);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }
}

internal static class ListerAgentsEndpoint
{
    public static void MapListerAgents(this RouteGroupBuilder reception) =>
        reception.MapGet("/agents", HandleAsync)
            .WithName("listerAgents")
            .WithSummary("Les agents de votre organisation à qui affecter une remise")
            .Produces<ColleagueList>()
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.None);

    private static async Task<IResult> HandleAsync(HttpContext http, Colleagues colleagues, CancellationToken ct) =>
        TypedResults.Ok(new ColleagueList(await colleagues.ListAsync(Caller.Of(http), ct)));
}
