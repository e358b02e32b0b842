using System.Net;
using System.Text;

namespace ExchangeGateway.Integration.Access;

public sealed class RefusalPlumbingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private AccessHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AccessHost.StartAsync(postgres);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("base", 503, "indisponible")]
    [InlineData("disque", 503, "indisponible")]
    [InlineData("faute", 500, "erreur-interne")]
    public async Task Says_that_the_fault_is_the_gateways_and_nothing_of_the_exception(string what, int status, string code)
    {
        using var answer = await _host.GetAsync("/v1/panne/" + what, null);

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Headers.GetValues("ExchangeGateway-Erreur").ShouldBe(["passerelle"]);
        (answer.Headers.RetryAfter is not null).ShouldBe(status == 503);
        var body = await answer.BodyAsync();
        body.ShouldContain("urn:exchange-gateway:probleme:" + code);
        body.ShouldNotContain("secret text");
    }

    [Theory]
    [InlineData("GET", "/v1/rien", 404, "introuvable")]
    [InlineData("GET", "/rien", 404, "introuvable")]
    [InlineData("DELETE", "/v1/moi", 405, "methode-non-permise")]
    [InlineData("POST", "/v1/corps", 413, "trop-volumineux")]
    public async Task Gives_bare_errors_the_form_of_a_problem(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
            request.Content = new StringContent("more than ten bytes", Encoding.UTF8);
        using var answer = await _host.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        answer.Headers.GetValues("ExchangeGateway-Erreur").ShouldBe(["partenaire"]);
        (await answer.BodyAsync()).ShouldContain(code);
        if (status == 405)
            string.Join(",", answer.Content.Headers.Allow).ShouldBe("GET");
    }

    [Theory]
    [InlineData("/panne", 503)]
    [InlineData("/rien", 404)]
    public async Task Shows_people_the_French_error_page(string path, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await _host.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
        (await answer.BodyAsync()).ShouldBe($"<h1>Erreur {status}</h1>");
    }

    [Fact]
    public async Task Answers_503_with_a_delay_while_the_database_is_away()
    {
        var token = await _host.TokenAsync("adil-75");
        await _host.TakeDatabaseAwayAsync();

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 10; i++)
            answers.Add(await _host.GetAsync("/v1/moi", token));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter != null);
        answers.ForEach(answer => answer.Dispose());
    }
}
