using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Dossiers;

/// <summary>The secretariat's part of a session: creates it, puts a file on its order of the day.</summary>
internal static class Commission
{
    private const string Secretariat = Procedure.Secretariat;

    public static async Task<(string Session, string Item, Household Household)> PrepareAsync(TestGateway gateway)
    {
        var household = Messages.NewHousehold();
        await gateway.DepositAsync("caf-75-depositaire", "caf/saisines-ccapex", Procedure.AidReferral(household, "SAISINE-75-1"));
        await gateway.RouteAsync();
        var session = await CreateAsync(gateway);
        return (session, await AddAsync(gateway, session, await gateway.ReferenceAsync(Secretariat)), household);
    }

    public static JsonObject Session() => new()
    {
        ["tenueLe"] = "2026-11-24",
        ["heure"] = "09:30",
        ["lieu"] = "Salle de la commission",
        ["membres"] = new JsonArray(
            new JsonObject { ["organisme"] = "DRIHL", ["qualite"] = "Coprésidence" }, new JsonObject { ["organisme"] = "CAF", ["qualite"] = "Action sociale" }),
    };

    public static async Task<string> CreateAsync(TestGateway gateway)
    {
        using var created = await gateway.PostAsync(Secretariat, "/v1/ccapex/seances", Session());
        return await IdAsync(created);
    }

    public static async Task<string> AddAsync(TestGateway gateway, string session, string reference)
    {
        using var added = await gateway.PostAsync(Secretariat, $"/v1/ccapex/seances/{session}/dossiers", new JsonObject { ["dossier"] = reference, ["nature"] = "premierePresentation" });
        return await IdAsync(added);
    }

    public static async Task<string> IdAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, text);
        return JsonNode.Parse(text)!["id"]!.GetValue<string>();
    }

    public static JsonObject Advice(params (string Target, string Advice)[] advices) => new()
    {
        ["motif"] = "impayes",
        ["avis"] = new JsonArray([.. advices.Select(a => new JsonObject { ["destinataire"] = a.Target, ["avis"] = a.Advice })]),
    };

    public static async Task<HttpStatusCode> PostAsync(TestGateway gateway, string path, JsonObject body)
    {
        using var answer = await gateway.PostAsync(Secretariat, path, body);
        return answer.StatusCode;
    }
}
