using Npgsql;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>One data source per database role: what code may do is decided by the source that it asks for.</summary>
/// <remarks>Roles: intake inserts; reader reads under row-level security (set <c>app.org</c> in the same batch); vault reads
/// identities; worker routes, delivers and sequences the log; owner migrates and is not used while serving.</remarks>
internal sealed class Databases(NpgsqlDataSource owner, NpgsqlDataSource intake, NpgsqlDataSource reader, NpgsqlDataSource vault, NpgsqlDataSource worker) : IAsyncDisposable
{
    /// <summary>Roles made by migration 1, each with the rights of its part only.</summary>
    public static IReadOnlyList<string> Roles { get; } = ["exchange_intake", "exchange_reader", "exchange_vault", "exchange_worker"];

    public NpgsqlDataSource Owner { get; } = owner;
    public NpgsqlDataSource Intake { get; } = intake;
    public NpgsqlDataSource Reader { get; } = reader;
    public NpgsqlDataSource Vault { get; } = vault;
    public NpgsqlDataSource Worker { get; } = worker;

    public async ValueTask DisposeAsync()
    {
        foreach (var source in (NpgsqlDataSource[])[Intake, Reader, Vault, Worker, Owner])
            await source.DisposeAsync();
    }
}
