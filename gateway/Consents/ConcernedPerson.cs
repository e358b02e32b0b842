using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Consents;

/// <summary>Who may say something about whom: an organisation speaks of the people that it has a delivery or a deposit of.</summary>
internal sealed class ConcernedPerson(Databases databases, AuditPseudonyms pseudonyms)
{
    /// <returns>The person, or why the caller may not speak of them.</returns>
    public async Task<(Guid? Subject, Refusal? Refusal, string? Detail)> FindAsync(Caller caller, ConsentRequest request, ConsentAct act, CancellationToken ct)
    {
        if (request.Personne is { } pseudonym)
        {
            return caller.Role is Roles.Dpo && caller.Nature is JournalSearch.GatewayNature && AuditPseudonyms.TryParse(pseudonym, out var bytes)
                ? (await pseudonyms.SubjectOfAsync(bytes, ct), null, null)
                : (null, Catalogue.Introuvable, null);
        }

        if (request.Depot is { } deposit)
            return await OwnDeposit.ReadAsync(databases, caller, deposit, ct) is { } own ? (own.Subject.Id, null, null) : (null, Catalogue.Introuvable, null);

        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var delivery = await DeliveryRecord.ReadAsync(connection, caller, request.Remise!.Value, ct);
        if (delivery is null)
            return (null, Catalogue.Introuvable, null);
        // A refusal is heard from whoever knows the person; an agreement from who still follows the file.
        return act is ConsentAct.Accord && !delivery.IsReadable
            ? (null, Catalogue.EtatIncompatible, "Cette remise n'est plus en cours : un accord s'inscrit sur une remise que vous suivez.")
            : (delivery.Subject, null, null);
    }
}
