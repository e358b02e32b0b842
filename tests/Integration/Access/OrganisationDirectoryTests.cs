using System.Net;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Access;

public sealed class OrganisationDirectoryTests(PostgresFixture postgres) : IAsyncLifetime
{
    private AccessHost _host = null!;
    private OrganisationDirectory _directory = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AccessHost.StartAsync(postgres);
        _directory = _host.Services.GetRequiredService<OrganisationDirectory>();
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Keeps_what_exists_when_asked_twice()
    {
        var again = await _directory.EnsureAsync(AccessHost.Organisations, renewSecrets: false, CancellationToken.None);

        again.Clients.ShouldBeEmpty();
        again.People.ShouldBeEmpty();
        (await _host.TokenRequestAsync("adil-75", _host.SecretOf("adil-75"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _host.EntriesAsync(LogAction.OrganisationAdded)).ShouldBe(3);
    }

    [Fact]
    public async Task Renews_secrets_on_demand_and_ends_what_the_old_ones_opened()
    {
        var token = await _host.TokenAsync("adil-75");

        var renewed = await _directory.EnsureAsync(AccessHost.Organisations, renewSecrets: true, CancellationToken.None);

        renewed.Clients.Count.ShouldBe(4);
        (await _host.GetAsync("/v1/moi", token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _host.TokenRequestAsync("adil-75", _host.SecretOf("adil-75"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _host.TokenRequestAsync("adil-75", renewed.Clients.Single(c => c.ClientId == "adil-75").Secret)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Issues_an_account_again_that_has_not_the_second_factor_its_role_needs()
    {
        await using (var command = _host.Databases.Owner.CreateCommand("delete from access.person_token t using access.person p where p.id = t.user_id and p.normalized_user_name like 'JURISTE@%'"))
            (await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBe(1);

        var issued = await _directory.EnsureAsync(AccessHost.Organisations, renewSecrets: false, CancellationToken.None);

        issued.People.ShouldHaveSingleItem().Account.ShouldBe("juriste@adil-75.invalid");
        (await _directory.EnsureAsync(AccessHost.Organisations, renewSecrets: false, CancellationToken.None)).People.ShouldBeEmpty();
    }

    [Fact]
    public async Task Takes_rights_away_that_a_specification_no_longer_names()
    {
        var token = await _host.TokenAsync("etude-75-001");
        var narrowed = AccessHost.Organisations[0] with { Deposits = [new(AccessHost.ActOfPayment, "92")] };

        await _directory.EnsureAsync([narrowed], renewSecrets: false, CancellationToken.None);

        var moi = await _host.GetAsync("/v1/moi", token).Json();
        moi.GetProperty("depots")[0].GetProperty("territoires").EnumerateArray().Select(t => t.GetString()).ShouldBe(["92"]);
    }

    [Fact]
    public async Task Refuses_an_unknown_role_and_a_client_of_somebody_else_without_doing_half()
    {
        var half = new OrganisationSpec { Code = "nouvelle", Nature = "adil", Name = "N", Territories = ["75"] };
        var stolen = half with { Code = "voleuse", Clients = [new("adil-75", Roles.Instructeur)] };
        var unknown = half with { Code = "voleuse", Clients = [new("x", "roi")] };

        await Should.ThrowAsync<ArgumentException>(() => _directory.EnsureAsync([half, stolen], renewSecrets: false, CancellationToken.None));
        await Should.ThrowAsync<ArgumentException>(() => _directory.EnsureAsync([half, unknown], renewSecrets: false, CancellationToken.None));

        (await _host.EntriesAsync(LogAction.OrganisationAdded)).ShouldBe(3);
    }
}
