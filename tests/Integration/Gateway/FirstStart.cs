using ExchangeGateway.Gateway.Access;

namespace ExchangeGateway.Integration.Gateway;

/// <summary>
/// What the first gateway of a run left: its database, its state folder and the credentials of its organisations. Those that
/// follow start on copies, as a gateway does every day but its first; a certificate and a directory for each would cost more than the tests.
/// </summary>
internal sealed class FirstStart : IAsyncDisposable
{
    private readonly SemaphoreSlim _once = new(1, 1);
    private readonly string _folder = TestFolders.Create();
    private Left? _left;

    internal sealed record Left(TestDatabase Database, string State, IssuedCredentials Credentials);

    public async Task<Left> GetAsync(PostgresFixture postgres)
    {
        await _once.WaitAsync();
        try
        {
            if (_left is null)
            {
                var database = await postgres.CreateDatabaseAsync();
                var gateway = await TestGateway.StartAsync(database, _folder, _ => { }, [], credentials: null);
                await gateway.StopAsync();
                _left = new(database, gateway.State, gateway.Credentials);
            }

            return _left;
        }
        finally
        {
            _once.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_left is not null)
            await _left.Database.DisposeAsync();
        _once.Dispose();
        TestFolders.Delete(_folder);
    }
}
