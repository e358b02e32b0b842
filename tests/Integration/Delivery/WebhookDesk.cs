using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Delivery.Webhooks;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>A gateway whose webhooks are called when the test says so, and a receiver that behaves as the test wants.</summary>
public abstract class WebhookDesk(PostgresFixture postgres) : IAsyncLifetime
{
    private protected const string Adil = "adil-75-instructeur";
    private protected const string Ccapex = "ccapex-75-secretariat";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["interne.exemple.invalid"] = "10.1.2.3",
        ["nuage.exemple.invalid"] = "169.254.169.254",
        ["cache.exemple.invalid"] = "::ffff:127.0.0.1",
        ["unique.exemple.invalid"] = "fd00::1",
        ["operateur.exemple.invalid"] = "100.64.0.1",
    };

    private readonly ResolveHost _names = (host, ct) => Names.TryGetValue(host, out var address) ? Task.FromResult(new[] { IPAddress.Parse(address) }) : Dns.GetHostAddressesAsync(host, ct);

    private protected TestGateway Gateway { get; private set; } = null!;
    private protected Receiver Partner { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Partner = await Receiver.StartAsync();
        Gateway = await TestGateway.StartAsync(
            postgres,
            services =>
            {
                // The worker of the gateway stands still: the test makes its rounds.
                services.Remove(services.Last(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService) && s.ImplementationFactory?.Method.ReturnType == typeof(WebhookDispatcher)));
                services.AddSingleton(_names);
            },
            ("Webhooks:TimeoutSeconds", "1"));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Partner.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<JsonNode> CreateAsync(string client = Adil)
    {
        using var answer = await Gateway.PostAsync(client, "/v1/webhooks", new JsonObject { ["url"] = Partner.Url });
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, text);
        return JsonNode.Parse(text)!;
    }

    private protected async Task<string> CreatedIdAsync(string client = Adil) => (await CreateAsync(client))["id"]!.GetValue<string>();

    private protected async Task DepositAsync(Household household, bool route = true)
    {
        await Gateway.DepositAsync("etude-75-001-depositaire", "commissaires-de-justice/commandements-de-payer", Messages.Cdp(household));
        if (route)
            await Gateway.RouteAsync();
    }

    private protected Task<int> RunAsync() => Gateway.App.Services.GetRequiredService<WebhookDispatcher>().RunDueAsync(TestContext.Current.CancellationToken);

    private protected async Task<string> StateAsync(string id) =>
        (await Gateway.GetAsync(Adil, "/v1/webhooks"))["webhooks"]!.AsArray().Single(w => (string?)w!["id"] == id)!["etat"]!.GetValue<string>();

    private protected async Task<JsonNode> TryAsync(string id)
    {
        using var answer = await Gateway.PostAsync(Adil, $"/v1/webhooks/{id}/essai", new JsonObject());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }

    private protected async Task ReplayAsync(string id, JsonObject body, int expected)
    {
        using var answer = await Gateway.PostAsync(Adil, $"/v1/webhooks/{id}/rejeu", body);
        ((int)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["rejoues"]!).ShouldBe(expected);
    }

    /// <summary>Tokens live an hour: the test's live as long as it.</summary>
    private protected async Task AdvanceAsync(TimeSpan by)
    {
        Gateway.Clock.Advance(by);
        await ExecuteAsync("update access.token set expires_at = '2100-01-01Z'");
    }

    private protected async Task ExecuteAsync(string sql)
    {
        await using var command = Gateway.Databases.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
