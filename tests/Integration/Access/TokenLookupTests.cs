using System.Security.Cryptography;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Access;

/// <summary>Requests that share a query must not share an answer.</summary>
public sealed class TokenLookupTests(PostgresFixture postgres) : IAsyncLifetime
{
    private AccessHost _host = null!;
    private TokenLookup _lookup = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AccessHost.StartAsync(postgres);
        _lookup = _host.Services.GetRequiredService<TokenLookup>();
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Gives_each_of_many_requests_at_once_its_own_bearer()
    {
        var digests = new List<(byte[] Digest, string? Organisation)> { (RandomNumberGenerator.GetBytes(32), null) };
        foreach (var client in (string[])["etude-75-001", "adil-75", "passerelle"])
            digests.Add((await DigestAsync(client), client));

        var found = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            await Task.Yield();
            var (digest, expected) = digests[i % digests.Count];
            return (expected, actual: (await _lookup.FindAsync([.. digest]))?.Caller.OrganisationCode);
        }));

        found.ShouldAllBe(f => f.expected == f.actual);
    }

    [Fact]
    public async Task Sees_a_revocation_that_was_committed_before_it_came_whatever_runs_beside_it()
    {
        var (noise, digest) = (await DigestAsync("etude-75-001"), await DigestAsync("adil-75"));
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            await Task.Yield();
            while (!stop.IsCancellationRequested)
                await Task.WhenAll(_lookup.FindAsync(noise), _lookup.FindAsync(digest));
        }));
        (await _lookup.FindAsync(digest)).ShouldNotBeNull();

        await _host.ExecuteAsync("update access.token t set revoked_at = issued_at from access.client c where c.id = t.client and c.client_id = 'adil-75'");
        var after = await _lookup.FindAsync(digest);
        await stop.CancelAsync();
        await load;

        after.ShouldBeNull();
    }

    [Fact]
    public async Task Fails_every_request_of_a_query_that_fails_and_none_waits_for_ever()
    {
        var digest = await DigestAsync("adil-75");
        await _host.TakeDatabaseAwayAsync();

        var asked = Enumerable.Range(0, 50).Select(_ => _lookup.FindAsync(digest)).ToList();

        foreach (var task in asked)
            await Should.ThrowAsync<Npgsql.NpgsqlException>(() => task);
    }

    private async Task<byte[]> DigestAsync(string client)
    {
        ReferenceToken.TryDigest(await _host.TokenAsync(client), out var digest).ShouldBeTrue();
        return digest!;
    }
}
