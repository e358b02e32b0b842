using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Rights;

namespace ExchangeGateway.Integration.Matching;

/// <summary>Two people of one name and dwelling whom the score takes for one, and who say so later.</summary>
internal sealed class SeparationDesk(RightsGateway rights)
{
    private TestGateway Gateway => rights.Gateway;

    /// <summary>The first one's message, then the second one's, which joins it; both routed.</summary>
    public async Task<(Household One, Guid Kept, Household Other, Guid Wrong)> JoinWronglyAsync()
    {
        var one = Messages.NewHousehold();
        // Born on the 4th of March, or the 3rd of April: a slip of the pen, or two people. Each household has a year of its own.
        var year = 1930 + (int.Parse(one.Number, System.Globalization.CultureInfo.InvariantCulture) % 70);
        one = one with { Birth = new DateOnly(year, 3, 4) };
        var other = one with { Birth = new DateOnly(year, 4, 3) };
        var kept = await DepositAsync(one);
        var wrong = await DepositAsync(other);
        (await SubjectAsync(wrong)).ShouldBe(await SubjectAsync(kept), "the score takes them for one");
        await Gateway.RouteAsync();
        return (one, kept, other, wrong);
    }

    public async Task<Guid> DepositAsync(Household household) =>
        (await Gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Act(household)))["depot"]!.GetValue<Guid>();

    public static JsonObject Act(Household household)
    {
        var act = Messages.Cdp(household);
        act["telephoneConnu"] = "non";
        act.Remove("telephones");
        return act;
    }

    public Task<Guid> SubjectAsync(Guid deposit) => Gateway.ScalarAsync<Guid>($"select subject from exchange.deposit where id = '{deposit}'");

    /// <summary>A recipient's delivery of a message.</summary>
    public Task<Guid> RemiseAsync(string organisation, Guid deposit) => Gateway.ScalarAsync<Guid>(
        $"select d.id from delivery.delivery d join access.organisation o on o.id = d.recipient where d.deposit = '{deposit}' and o.code = '{organisation}' and d.nature = 'remise' order by d.purpose limit 1");

    public async Task<JsonNode> SeparateAsync(Guid deposit, HttpStatusCode expected = HttpStatusCode.OK) =>
        await rights.PostAsync(RightsGateway.Ccapex, Path(await RemiseAsync("ccapex-75", deposit)), new JsonObject { ["motif"] = "Deux homonymes nés à un mois d'écart" }, expected);

    public static string Path(Guid remise) => $"/v1/rapprochements/automatiques/{remise}/separation";

    /// <summary>The lines of an inbox, by their id.</summary>
    public async Task<IReadOnlyDictionary<Guid, JsonNode>> InboxAsync(string client)
    {
        var lines = new Dictionary<Guid, JsonNode>();
        for (var page = await Gateway.GetAsync(client, "/v1/reception?limite=200"); ; page = await Gateway.GetAsync(client, $"/v1/reception?limite=200&curseur={page["suivant"]}"))
        {
            foreach (var line in page["remises"]!.AsArray())
                lines[line!["id"]!.GetValue<Guid>()] = line;
            if (page["suivant"] is null)
                return lines;
        }
    }

    public async Task<IReadOnlyList<JsonNode>> NewsAsync(string client, Guid remise) =>
        [.. (await InboxAsync(client)).Values.Where(l => l["nature"]!.GetValue<string>() != "remise" && l["corrige"]?.GetValue<Guid>() == remise)];
}
