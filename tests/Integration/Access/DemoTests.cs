using System.Net;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Demo;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Access;

/// <summary>The demonstration's organisations, from the territories that ship.</summary>
public sealed class DemoTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Url = "http://127.0.0.1:5080";
    private readonly string _folder = TestFolders.Create();
    private AccessHost _host = null!;

    private string Path => DemoCredentials.PathIn(_folder);

    public async ValueTask InitializeAsync() => _host = await AccessHost.StartAsync(postgres);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        TestFolders.Delete(_folder);
    }

    [Fact]
    public async Task Gives_each_partner_of_the_territories_credentials_that_open_exactly_what_it_sends()
    {
        var credentials = await LoadAsync();

        credentials.Url.ShouldBe(Url);
        Roles_of("caf-75").ShouldBe(["depositaire", "instructeur"]);
        Roles_of("etude-75-001").ShouldBe(["depositaire"]);
        Roles_of("ccapex-75").ShouldBe(["secretariat"]);
        Roles_of("adil-75").ShouldBe(["depositaire", "instructeur"]);
        Roles_of("passerelle").ShouldBe(["dpo", "exploitant"]);
        var caf = credentials.Clients.Single(c => c is { Organisation: "caf-75", Role: "depositaire" });
        var token = (await _host.TokenRequestAsync(caf.ClientId, caf.ClientSecret).Json()).GetProperty("access_token").GetString();
        var depots = (await _host.GetAsync("/v1/moi", token).Json()).GetProperty("depots");
        depots.EnumerateArray().Select(d => d.GetProperty("type").GetString()).ShouldBe(["caf/impayes", "caf/saisines-ccapex", "instances/reponses"], ignoreOrder: true);
        depots.EnumerateArray().ShouldAllBe(d => d.GetProperty("territoires").GetRawText() == """["75"]""");

        IEnumerable<string> Roles_of(string organisation) => credentials.Clients.Where(c => c.Organisation == organisation).Select(c => c.Role).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Gives_a_second_factor_to_the_people_who_see_identities_only()
    {
        var people = (await LoadAsync()).Personnes;

        people.ShouldContain(p => p.Compte == "greffe@etude-75-001.invalid");
        people.ShouldContain(p => p.Compte == "secretariat@ccapex-75.invalid");
        people.ShouldAllBe(p => (p.CleTotp != null) == Roles.SeesIdentities(p.Role));
        people.ShouldAllBe(p => PasswordRules.Errors(p.MotDePasse, p.Compte).Count == 0);
    }

    [Fact]
    public async Task Keeps_the_file_for_its_owner_only_and_its_secrets_when_run_again()
    {
        var first = await LoadAsync();
        File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var organisations = await _host.EntriesAsync(LogAction.OrganisationAdded);

        var second = await LoadAsync();

        second.Clients.Select(c => (c.ClientId, c.ClientSecret)).ShouldBe(first.Clients.Select(c => (c.ClientId, c.ClientSecret)));
        second.Personnes.ShouldBe(first.Personnes);
        (await _host.EntriesAsync(LogAction.OrganisationAdded)).ShouldBe(organisations);
    }

    [Fact]
    public async Task Renews_every_secret_when_the_file_is_lost()
    {
        var first = (await LoadAsync()).Clients.Single(c => c.ClientId == "adil-75-instructeur");
        File.Delete(Path);

        var second = (await LoadAsync()).Clients.Single(c => c.ClientId == "adil-75-instructeur");

        (await _host.TokenRequestAsync(first.ClientId, first.ClientSecret)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _host.TokenRequestAsync(second.ClientId, second.ClientSecret)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Prints_the_current_code_of_a_person()
    {
        var jurist = (await LoadAsync()).Personnes.Single(p => p.Compte == "juriste@adil-75.invalid");
        var demo = DemoCommands.Build(() => _folder, _ => throw new InvalidOperationException("code needs no database"));
        using var output = new StringWriter();
        using var errors = new StringWriter();

        var status = await demo.Parse(["code", jurist.Compte]).InvokeAsync(new() { Output = output, Error = errors }, TestContext.Current.CancellationToken);
        var without = await demo.Parse(["code", "greffe@etude-75-001.invalid"]).InvokeAsync(new() { Output = output, Error = errors }, TestContext.Current.CancellationToken);

        (status, without).ShouldBe((0, 1));
        Totp.Match(jurist.CleTotp!, output.ToString().Trim(), TimeProvider.System.GetUtcNow()).ShouldNotBeNull();
        errors.ToString().ShouldContain("second facteur");
    }

    [Fact]
    public async Task Loads_from_the_command_line_while_no_gateway_serves()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var demo = DemoCommands.Build(() => _folder, _ => Task.FromResult(AccessHost.Build(database.Databases, new SetClock(), _folder)));
        using var output = new StringWriter();

        var status = await demo.Parse(["load", "--url", "http://127.0.0.1:5099"]).InvokeAsync(new() { Output = output }, TestContext.Current.CancellationToken);

        status.ShouldBe(0);
        output.ToString().ShouldContain(Path);
        (await DemoCredentials.ReadAsync(Path, TestContext.Current.CancellationToken))!.Url.ShouldBe("http://127.0.0.1:5099");
        await using var integrated = database.Databases.Owner.CreateCommand("select count(*) from audit.leaf l join audit.entry e on e.id = l.entry where e.action = 'OrganisationAdded'");
        ((long)(await integrated.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).ShouldBeGreaterThan(10);
    }

    private Task<DemoCredentials> LoadAsync() => _host.Services.GetRequiredService<DemoDirectory>()
        .LoadAsync(TerritoryCatalogue.Load(System.IO.Path.Combine(TestFolders.Checkout(), "ops", "territories")), Path, Url, TestContext.Current.CancellationToken);
}
