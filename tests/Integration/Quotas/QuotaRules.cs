using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Quotas;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Quotas;

/// <summary>A quota on the rule of Paris that sends commandements of private landlords to the ADIL, in a test's own copy of the files.</summary>
internal static class QuotaRules
{
    public const string Rule = "75-1";
    public const string Cdp = "commissaires-de-justice/commandements-de-payer";
    public const string Etude = "etude-75-001-depositaire";

    public static readonly JsonObject ToTheCity = new()
    {
        ["action"] = "remplacer",
        ["alors"] = new JsonObject { ["destinataire"] = "ville-75", ["finalite"] = "P4", ["auTitreDe"] = "ccapex-75", ["priorite"] = 3, ["delaiJours"] = 7 },
    };

    public static Task SetAsync(TestGateway gateway, int number, string period, string rhythm, JsonObject otherwise) => EditAsync(gateway, rules =>
    {
        var rule = rules.Single(r => (string?)r!["id"] == Rule)!;
        rule["quota"] = new JsonObject
        {
            ["nombre"] = number,
            ["periode"] = period,
            ["tirage"] = rhythm,
            ["cle"] = new JsonArray("dette", "vulnerabilite", "anciennete"),
            ["vulnerabilites"] = new JsonArray(new JsonObject { ["libelle"] = "aucun téléphone", ["quand"] = new JsonObject { ["telephoneConnu"] = false } }),
            ["statut"] = "aVerifier",
        };
        rule["sinon"] = otherwise.DeepClone();
    });

    /// <summary>Changes the rules of the table that has the rule, and puts them in force.</summary>
    public static async Task EditAsync(TestGateway gateway, Action<JsonArray> change)
    {
        var path = Path.Combine(gateway.Territories, "75", "repartition.json");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        change(file["tables"]!.AsArray().Single(t => (string?)t!["id"] == "orientation")!["regles"]!.AsArray());
        await File.WriteAllTextAsync(path, file.ToJsonString());
        await gateway.ReloadAsync();
    }

    /// <param name="debt">In euros.</param>
    public static JsonObject Message(Household household, decimal debt, int months = 4, bool phone = true)
    {
        var message = Messages.Cdp(household);
        (message["dette"]!["total"], message["dette"]!["moisImpayes"]) = (debt, months);
        if (!phone)
        {
            message["telephoneConnu"] = "non";
            message.Remove("telephones");
        }

        return message;
    }

    public static async Task<Guid> DepositAsync(TestGateway gateway, Household household, decimal debt, int months = 4, bool phone = true) =>
        (await gateway.DepositAsync(Etude, Cdp, Message(household, debt, months, phone)))["depot"]!.GetValue<Guid>();

    /// <summary>Holds what is due, from two sides at once as on two nodes, and routes it.</summary>
    public static async Task DrawAsync(TestGateway gateway)
    {
        var draws = gateway.App.Services.GetRequiredService<HoldDraws>();
        await gateway.RouteAsync();
        do
        {
            await Task.WhenAll(draws.RunAsync(TestContext.Current.CancellationToken), draws.RunAsync(TestContext.Current.CancellationToken));
        }
        while (await gateway.ScalarAsync<long>($"select count(*) from routing.candidate where state = 'attend' and draw_at <= '{gateway.Clock.GetUtcNow() - HoldDraws.Settling:O}'") > 0);
        await gateway.RouteAsync();
    }

    /// <summary>After the draw of the week: who came at its very beginning too.</summary>
    public static void NextWeek(TestGateway gateway) => gateway.Advance(TimeSpan.FromDays(7) + HoldDraws.Settling);

    public static Task<string> StateAsync(TestGateway gateway, Guid deposit) => gateway.ScalarAsync<string>($"select state from routing.candidate where deposit = '{deposit}' and rule = '{Rule}'");

    /// <summary>The last sentence that says where a deposit went.</summary>
    public static Task<string> PhraseAsync(TestGateway gateway, Guid deposit) =>
        gateway.ScalarAsync<string>($"select explanation->>'phrase' from routing.explained where deposit = '{deposit}' order by decided_at desc, id desc limit 1");

    public static Task<long> CountAsync(TestGateway gateway, string from) => gateway.ScalarAsync<long>("select count(*) from " + from);
}
