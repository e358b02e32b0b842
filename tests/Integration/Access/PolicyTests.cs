using System.Net;
using ExchangeGateway.Gateway.Audit;

namespace ExchangeGateway.Integration.Access;

public sealed class PolicyTests(PostgresFixture postgres) : IAsyncLifetime
{
    private AccessHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AccessHost.StartAsync(postgres, ("Access:CallsPerSecond", "20"));

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Opens_to_each_role_its_own_part_and_logs_every_refusal()
    {
        var expected = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["etude-75-001"] = "/v1/deposer",
            ["adil-75"] = "/v1/recevoir",
            ["passerelle-dpo"] = "/v1/journal-essai",
            ["passerelle"] = "",
        };
        var refusals = 0;
        foreach (var (client, open) in expected)
        {
            var token = await _host.TokenAsync(client);
            foreach (var path in (string[])["/v1/deposer", "/v1/recevoir", "/v1/journal-essai"])
            {
                using var answer = await _host.GetAsync(path, token);
                answer.StatusCode.ShouldBe(path == open ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
                if (path == open)
                    continue;
                refusals++;
                (await answer.BodyAsync()).ShouldContain("urn:exchange-gateway:probleme:hors-habilitation");
                answer.Headers.GetValues("ExchangeGateway-Erreur").ShouldBe(["partenaire"]);
            }
        }

        (await _host.EntriesAsync(LogAction.AccessRefused)).ShouldBe(refusals);
    }

    [Fact]
    public async Task Takes_no_token_on_a_page_and_no_cookie_on_the_API()
    {
        using var page = await _host.GetAsync("/reception", await _host.TokenAsync("adil-75"));
        page.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        page.Headers.Location!.ToString().ShouldContain("/connexion?retour=%2Freception");

        var clerk = _host.Person("greffe@etude-75-001.invalid");
        (await _host.PostAsync(new Uri($"/connexion?compte={clerk.Account}&motDePasse={Uri.EscapeDataString(clerk.Password)}", UriKind.Relative), null).Text()).ShouldBe("SignedIn");
        (await _host.GetAsync("/depot", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _host.GetAsync("/v1/deposer", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Counts_calls_per_client_and_says_where_it_stands()
    {
        var token = await _host.TokenAsync("adil-75");
        using var first = await _host.GetAsync("/v1/moi", token);
        first.Headers.GetValues("RateLimit-Limit").ShouldBe(["20"]);
        int.Parse(first.Headers.GetValues("RateLimit-Remaining").Single()).ShouldBeLessThan(40);

        HttpResponseMessage last;
        var calls = 0;
        do
        {
            last = await _host.GetAsync("/v1/moi", token);
        }
        while (last.StatusCode == HttpStatusCode.OK && ++calls < 10_000);

        last.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        last.Headers.RetryAfter.ShouldNotBeNull();
        (await last.BodyAsync()).ShouldContain("trop-d-appels");
        (await _host.GetAsync("/v1/moi", await _host.TokenAsync("etude-75-001"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        last.Dispose();
    }
}
