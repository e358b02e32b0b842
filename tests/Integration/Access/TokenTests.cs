using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Tokens;
using ExchangeGateway.Gateway.Audit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace ExchangeGateway.Integration.Access;

public sealed class TokenTests(PostgresFixture postgres) : IAsyncLifetime
{
    private AccessHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AccessHost.StartAsync(postgres);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Gives_a_client_a_reference_token_that_opens_what_its_organisation_may_do()
    {
        using var answer = await _host.TokenRequestAsync("etude-75-001", _host.SecretOf("etude-75-001"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var body = await Task.FromResult(answer).Json();
        body.GetProperty("token_type").GetString().ShouldBe("Bearer");
        body.GetProperty("expires_in").GetInt64().ShouldBe(3600);
        var token = body.GetProperty("access_token").GetString()!;

        var moi = await _host.GetAsync("/v1/moi", token).Json();

        moi.GetProperty("organisation").GetString().ShouldBe("etude-75-001");
        moi.GetProperty("nature").GetString().ShouldBe("commissaire-de-justice");
        moi.GetProperty("role").GetString().ShouldBe("depositaire");
        moi.GetProperty("depots")[0].GetProperty("type").GetString().ShouldBe("commissaires-de-justice/commandements-de-payer");
        moi.GetProperty("depots")[0].GetProperty("territoires").EnumerateArray().Select(t => t.GetString()).ShouldBe(["75", "92"]);
        (await _host.EntriesAsync(LogAction.TokenIssued)).ShouldBe(1);
    }

    [Fact]
    public async Task Takes_the_secret_in_the_form_as_well()
    {
        var body = await _host.PostAsync(new Uri("/connect/token", UriKind.Relative), AccessHost.Form(
            ("grant_type", "client_credentials"), ("client_id", "adil-75"), ("client_secret", _host.SecretOf("adil-75")))).Json();

        body.GetProperty("access_token").GetString().ShouldStartWith("egt_");
    }

    [Fact]
    public async Task Keeps_the_sha256_of_a_token_and_never_the_token()
    {
        var token = await _host.TokenAsync("adil-75");

        await using var command = _host.Databases.Owner.CreateCommand("select digest from access.token");
        ((byte[])(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).ShouldBe(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
    }

    [Theory]
    [InlineData("etude-75-001", "wrong")]
    [InlineData("etude-75-001", "")]
    [InlineData("nobody", "wrong")]
    [InlineData("nul\0nul", "wrong")]
    public async Task Gives_one_and_the_same_answer_to_whoever_does_not_prove_itself(string clientId, string secret)
    {
        using var answer = await _host.TokenRequestAsync(clientId, secret);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Basic");
        (await answer.BodyAsync()).ShouldBe("{\"error\":\"invalid_client\",\"error_description\":\"Authentification du client refusee.\"}");
        (await _host.EntriesAsync(LogAction.TokenRefused)).ShouldBe(1);
    }

    [Fact]
    public async Task Refuses_a_disabled_client_and_a_client_of_a_disabled_organisation_like_an_unknown_one()
    {
        await _host.ExecuteAsync("update access.client set disabled_at = '2026-01-01' where client_id = 'adil-75'");
        await _host.ExecuteAsync("update access.organisation set disabled_at = '2026-01-01' where code = 'etude-75-001'");

        foreach (var client in (string[])["adil-75", "etude-75-001"])
        {
            using var answer = await _host.TokenRequestAsync(client, _host.SecretOf(client));
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await answer.BodyAsync()).ShouldContain("invalid_client");
        }
    }

    [Fact]
    public async Task Speaks_the_errors_of_RFC_6749()
    {
        var secret = _host.SecretOf("adil-75");

        await ShouldBe(_host.PostAsync("/connect/token", "adil-75", secret), 400, "invalid_request");
        await ShouldBe(_host.PostAsync("/connect/token", "adil-75", secret, ("grant_type", "password")), 400, "unsupported_grant_type");
        await ShouldBe(_host.TokenRequestAsync("adil-75", secret, ("scope", "tout")), 400, "invalid_scope");
        await ShouldBe(_host.TokenRequestAsync("adil-75", secret, ("grant_type", "client_credentials")), 400, "invalid_request");
        await ShouldBe(_host.TokenRequestAsync("adil-75", secret, ("client_id", "adil-75"), ("client_secret", secret)), 400, "invalid_request");
        await ShouldBe(_host.PostAsync(new Uri("/connect/token", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json")), 400, "invalid_request");
        await ShouldBe(_host.PostAsync(new Uri("/connect/token", UriKind.Relative), AccessHost.Form(("grant_type", "client_credentials"))), 401, "invalid_client");
        await ShouldBe(_host.TokenRequestAsync("adil-75", secret, [.. Enumerable.Range(0, 30).Select(i => ("f" + i, "v"))]), 400, "invalid_request");
    }

    [Fact]
    public async Task Refuses_a_form_that_is_too_large_before_reading_it_whole()
    {
        using var answer = await _host.TokenRequestAsync("adil-75", "x", ("padding", new string('x', 20_000)));

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.BodyAsync()).ShouldContain("trop-volumineux");
    }

    [Fact]
    public async Task Lets_who_fails_too_often_wait_and_then_try_again()
    {
        for (var i = 0; i < 5; i++)
            await ShouldBe(_host.TokenRequestAsync("adil-75", "wrong"), 401, "invalid_client");

        using (var paused = await _host.TokenRequestAsync("adil-75", _host.SecretOf("adil-75")))
        {
            paused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            paused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        }

        (await _host.TokenRequestAsync("etude-75-001", _host.SecretOf("etude-75-001"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        (await _host.TokenRequestAsync("adil-75", _host.SecretOf("adil-75"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _host.EntriesAsync(LogAction.TokenRefused)).ShouldBe(5);
    }

    [Fact]
    public async Task Answers_every_bad_token_alike()
    {
        var expired = await _host.TokenAsync("adil-75");
        _host.Clock.Advance(TimeSpan.FromHours(1));
        var revoked = await _host.TokenAsync("adil-75");
        await _host.PostAsync("/connect/revoke", "adil-75", _host.SecretOf("adil-75"), ("token", revoked));
        var disabled = await _host.TokenAsync("passerelle");
        await _host.ExecuteAsync("update access.client set disabled_at = '2026-01-01' where client_id = 'passerelle'");

        var answers = new List<string>();
        foreach (var (token, scheme) in ((string?, string)[])[(null, ""), (expired, "Bearer"), (revoked, "Bearer"), (disabled, "Bearer"), (ReferenceToken.New(), "Bearer"), ("garbage", "Bearer"), ("", "Bearer"), (ReferenceToken.New(), "Basic"), (ReferenceToken.New(), "")])
        {
            using var answer = await _host.GetAsync("/v1/moi", token, scheme);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            answers.Add(string.Join('\n', answer.Headers.Where(h => h.Key != "Date").Select(h => h.Key + ":" + string.Join(',', h.Value))) + await answer.BodyAsync());
        }

        answers.Distinct(StringComparer.Ordinal).ShouldHaveSingleItem().ShouldContain("non-authentifie");
    }

    [Fact]
    public async Task Ends_a_token_at_its_very_second()
    {
        var token = await _host.TokenAsync("adil-75");
        _host.Clock.Advance(TimeSpan.FromMinutes(59));
        (await _host.GetAsync("/v1/moi", token)).StatusCode.ShouldBe(HttpStatusCode.OK);

        _host.Clock.Advance(TimeSpan.FromMinutes(1));

        (await _host.GetAsync("/v1/moi", token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Revokes_at_once_and_only_for_the_client_that_got_the_token()
    {
        var token = await _host.TokenAsync("adil-75");

        (await _host.PostAsync("/connect/revoke", "etude-75-001", _host.SecretOf("etude-75-001"), ("token", token))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _host.GetAsync("/v1/moi", token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _host.PostAsync("/connect/revoke", "adil-75", _host.SecretOf("adil-75"), ("token", token))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _host.GetAsync("/v1/moi", token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        (await _host.PostAsync("/connect/revoke", "adil-75", _host.SecretOf("adil-75"), ("token", token))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _host.PostAsync("/connect/revoke", "adil-75", _host.SecretOf("adil-75"), ("token", "garbage"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _host.EntriesAsync(LogAction.TokenRevoked)).ShouldBe(1);
    }

    [Fact]
    public async Task Shows_a_token_to_its_organisation_and_to_the_operator_only()
    {
        var token = await _host.TokenAsync("adil-75");

        var own = await Introspect("adil-75", token);
        own.GetProperty("active").GetBoolean().ShouldBeTrue();
        own.GetProperty("client_id").GetString().ShouldBe("adil-75");
        own.GetProperty("role").GetString().ShouldBe("instructeur");
        (own.GetProperty("exp").GetInt64() - own.GetProperty("iat").GetInt64()).ShouldBe(3600);
        (await Introspect("passerelle", token)).GetProperty("active").GetBoolean().ShouldBeTrue();

        foreach (var stranger in (string[])["etude-75-001", "passerelle-dpo"])
            (await Introspect(stranger, token)).GetRawText().ShouldBe("{\"active\":false}");
        (await Introspect("adil-75", "garbage")).GetRawText().ShouldBe("{\"active\":false}");
        (await _host.PostAsync(new Uri("/connect/introspect", UriKind.Relative), AccessHost.Form(("token", token)))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        Task<System.Text.Json.JsonElement> Introspect(string client, string what) => _host.PostAsync("/connect/introspect", client, _host.SecretOf(client), ("token", what)).Json();
    }

    [Fact]
    public async Task Binds_a_token_to_the_certificate_that_it_was_asked_with()
    {
        using var certificate = AccessHost.NewCertificate("client");
        using var another = AccessHost.NewCertificate("another");
        using var with = _host.NewClient(certificate);
        using var without = _host.NewClient();
        using var stranger = _host.NewClient(another);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.Https, "/connect/token"))
        {
            Content = AccessHost.Form(("grant_type", "client_credentials"), ("client_id", "adil-75"), ("client_secret", _host.SecretOf("adil-75"))),
        };
        var token = (await _host.SendAsync(request, with).Json()).GetProperty("access_token").GetString()!;
        var moi = new Uri(_host.Https, "/v1/moi").ToString();

        (await _host.GetAsync(moi, token, client: with)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _host.GetAsync(moi, token, client: without)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _host.GetAsync(moi, token, client: stranger)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _host.GetAsync("/v1/moi", token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var introspection = await _host.PostAsync("/connect/introspect", "adil-75", _host.SecretOf("adil-75"), ("token", token)).Json();
        introspection.GetProperty("cnf").GetProperty("x5t#S256").GetString().ShouldBe(
            System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)));
    }

    [Fact]
    public async Task Describes_itself_as_RFC_8414_asks()
    {
        var metadata = await _host.GetAsync("/.well-known/oauth-authorization-server", null).Json();

        var issuer = metadata.GetProperty("issuer").GetString();
        issuer.ShouldBe(_host.Http.GetLeftPart(UriPartial.Authority));
        metadata.GetProperty("token_endpoint").GetString().ShouldBe(issuer + "/connect/token");
        metadata.GetProperty("grant_types_supported")[0].GetString().ShouldBe("client_credentials");
        metadata.GetProperty("response_types_supported").GetArrayLength().ShouldBe(0);
        metadata.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Deletes_tokens_a_day_after_their_end()
    {
        var sweep = _host.Services.GetServices<IHostedService>().OfType<TokenSweep>().Single();
        await _host.TokenAsync("adil-75");
        _host.Clock.Advance(TimeSpan.FromHours(24));
        (await sweep.SweepAsync(CancellationToken.None)).ShouldBe(0);

        _host.Clock.Advance(TimeSpan.FromHours(2));

        (await sweep.SweepAsync(CancellationToken.None)).ShouldBe(1);
    }

    [Theory]
    [InlineData("update access.token set expires_at = expires_at + interval '1 year'")]
    [InlineData("update access.person set role = 'instructeur'")]
    [InlineData("update access.person set organisation = gen_random_uuid()")]
    [InlineData("insert into access.deposit_right select id, 'caf/impayes', '75' from access.organisation")]
    [InlineData("update access.client set secret_hash = 'x'")]
    [InlineData("delete from access.token")]
    public async Task Gives_what_serves_requests_no_right_to_widen_rights(string sql)
    {
        await using var command = _host.Databases.Reader.CreateCommand(sql);

        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    private static async Task ShouldBe(Task<HttpResponseMessage> asked, int status, string error)
    {
        using var answer = await asked;
        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType.ShouldBe(MediaTypeHeaderValue.Parse("application/json"));
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await Task.FromResult(answer).Json()).GetProperty("error").GetString().ShouldBe(error);
    }
}
