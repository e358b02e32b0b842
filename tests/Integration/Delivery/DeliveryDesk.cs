using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>A gateway with an étude that deposits, and an ADIL and a secretariat that receive.</summary>
public abstract class DeliveryDesk(PostgresFixture postgres) : IAsyncLifetime
{
    private protected const string Adil = "adil-75-instructeur";
    private protected const string Ccapex = "ccapex-75-secretariat";
    private protected const string Etude = "etude-75-001-depositaire";

    private protected TestGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await TestGateway.StartAsync(postgres);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<JsonNode> DepositAsync(Household? household = null)
    {
        var receipt = await Gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", Messages.Cdp(household ?? Messages.NewHousehold()));
        await Gateway.RouteAsync();
        return receipt;
    }

    private protected async Task<JsonNode> GivenAsync(string client, string path, JsonObject body)
    {
        using var answer = await Gateway.PostAsync(client, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    private protected async Task RefusedAsync(string client, string path, JsonObject body, HttpStatusCode expected)
    {
        using var answer = await Gateway.PostAsync(client, path, body);
        answer.StatusCode.ShouldBe(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private protected async Task ExecuteAsync(string sql)
    {
        await using var command = Gateway.Databases.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private protected static string Id(JsonNode line) => line["id"]!.GetValue<string>();
}

/// <summary>People of the demonstration's organisations, who sign in to pages and are told by e-mail.</summary>
internal static class GatewayPeople
{
    /// <summary>Gives an organisation people of one role, without other machines; their credentials.</summary>
    public static async Task<IReadOnlyList<IssuedPerson>> AddPeopleAsync(this TestGateway gateway, string organisation, string role, params string[] accounts)
    {
        var spec = DemoDirectory.Organisations(gateway.App.Services.GetRequiredService<RegistersInForce>().Current.Territories).Single(o => o.Code == organisation);
        var issued = await gateway.App.Services.GetRequiredService<OrganisationDirectory>()
            .EnsureAsync([spec with { Clients = [], People = [.. accounts.Select(a => new PersonSpec(a, "Agent fictif", role))] }], renewSecrets: false, TestContext.Current.CancellationToken);
        return issued.People;
    }
}
