using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Rights;

/// <summary>One gateway for the tests of a class, and what a data protection officer does with it.</summary>
public sealed class RightsGateway(PostgresFixture postgres) : IAsyncLifetime
{
    internal const string Etude = "etude-75-001-depositaire";
    internal const string Adil = "adil-75-instructeur";
    internal const string Ccapex = "ccapex-75-secretariat";
    internal const string Dpo = "passerelle-dpo";
    internal const string Operator = "passerelle-exploitant";
    internal const string Cdp = "commissaires-de-justice/commandements-de-payer";

    private TestGateway? _gateway;

    internal TestGateway Gateway => _gateway ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(postgres);

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
    }

    /// <summary>A request of a household's holder.</summary>
    internal static JsonObject Demand(Household household, string right, string? received = null, params string[] purposes)
    {
        var demand = new JsonObject
        {
            ["droit"] = right,
            ["canal"] = "courrier",
            ["nom"] = household.Name,
            ["prenoms"] = household.GivenName,
            ["dateNaissance"] = household.Birth.ToString("yyyy-MM-dd"),
            ["verification"] = "pieceIdentite",
        };
        if (received is not null)
            demand["recueLe"] = received;
        if (purposes.Length > 0)
            demand["finalites"] = new JsonArray([.. purposes.Select(p => JsonValue.Create(p))]);
        return demand;
    }

    internal Task<JsonNode> RecordAsync(Household household, string right, string? received = null, params string[] purposes) =>
        PostAsync(Dpo, "/v1/droits", Demand(household, right, received, purposes), HttpStatusCode.Created);

    internal async Task<JsonNode> PostAsync(string client, string path, JsonNode body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Gateway.PostAsync(client, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>Grants or refuses every purpose of a request.</summary>
    /// <param name="ground">Of the refusal; <see langword="null"/> to grant.</param>
    internal async Task<JsonNode> DecideAsync(JsonNode request, string? ground = null, HttpStatusCode expected = HttpStatusCode.OK, Action<JsonObject>? with = null)
    {
        var body = new JsonObject
        {
            ["decisions"] = new JsonArray([.. request["finalites"]!.AsArray().Select(f => new JsonObject
            {
                ["finalite"] = f!["finalite"]!.DeepClone(), ["accordee"] = ground is null, ["motif"] = ground,
            })]),
        };
        with?.Invoke(body);
        return await PostAsync(Dpo, $"/v1/droits/{request["id"]}/decision", body, expected);
    }

    internal Task<JsonNode> ShowAsync(JsonNode request) => Gateway.GetAsync(Dpo, $"/v1/droits/{request["id"]}");

    internal Task<JsonNode> ReportAsync(JsonNode request) => Gateway.GetAsync(Dpo, $"/v1/droits/{request["id"]}/rapport");

    internal async Task<HttpStatusCode> StatusAsync(string client, string path)
    {
        using var answer = await Gateway.SendAsync(client, HttpMethod.Get, path);
        return answer.StatusCode;
    }

    /// <summary>Until somebody waits for a lock of persons, as the one given must.</summary>
    /// <param name="named">What the lock is made of: <c>vault.erase</c>, <c>vault.subject_alias</c>.</param>
    /// <param name="mode"><c>ShareLock</c> of a message that has found its person, else <c>ExclusiveLock</c>.</param>
    internal async Task WaitingAsync(string named, string mode, Task one)
    {
        while (await Gateway.ScalarAsync<long>(
            $"""
            select count(*) from pg_locks
            where database = (select oid from pg_database where datname = current_database()) and locktype = 'advisory' and objsubid = 1
              and (classid::bigint << 32 | objid::bigint) = hashtextextended('{named}', 0) and mode = '{mode}' and not granted
            """) == 0)
            one.IsCompleted.ShouldBeFalse("it did not wait");
    }
}
