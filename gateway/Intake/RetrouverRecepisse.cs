using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Gives a sender its receipt again, as long as its idempotency key is kept (30 days).</summary>
internal sealed class RetrouverRecepisse(Databases databases, Secrets secrets, PromiseSigner signer)
{
    /// <param name="type">Type of the message: the path of its idempotency key.</param>
    /// <returns><see langword="null"/> when the receipt is no longer kept, or the deposit is not the caller's.</returns>
    public async Task<Receipt?> RunAsync(Caller caller, string type, Guid deposit, CancellationToken ct)
    {
        await using var command = databases.Intake.CreateCommand("select receipt from exchange.idempotency where organisation = $1 and path = $2 and deposit = $3");
        command.Parameters.Add(new NpgsqlParameter { Value = caller.Organisation });
        command.Parameters.Add(new NpgsqlParameter { Value = type });
        command.Parameters.Add(new NpgsqlParameter { Value = deposit });
        if (await command.ExecuteScalarAsync(ct) is not byte[] box)
            return null;
        var json = AesGcmSeal.Open(await secrets.GetAsync("receipts", ct), box, DepositGroup.ReceiptContext(deposit));
        return Receipt.Read(json, signer);
    }
}
