using System.Text.Json.Nodes;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <param name="Motif">A code of <see cref="DisclosureMotifs"/> that the caller's role may give.</param>
/// <param name="Note">Optional, at most 200 characters; sealed in the log entry.</param>
internal sealed record IdentityRequest(string? Motif, string? Note);

/// <param name="Changements">What the sender has changed in it since the delivery that the recipient had acknowledged.</param>
/// <param name="Identite">The permitted ones of the sections identite, adresse, contact.</param>
internal sealed record IdentityView(Guid Id, string Pseudonyme, JsonObject Identite, IReadOnlyList<ChangedField>? Changements);

/// <summary>Lifts the pseudonym of one delivery: the reason is logged before anything is shown.</summary>
internal sealed class AfficherIdentite(
    Databases databases, SubjectKeys keys, PseudonymDomains pseudonyms, DeliveryAudit audit, RegistersInForce registers, TimeProvider clock)
{
    private const int MaxNote = 200;

    public async Task<DeliveryOutcome<IdentityView>> RunAsync(Caller caller, Guid id, IdentityRequest request, CancellationToken ct)
    {
        if (request.Motif is not { } motif || !DisclosureMotifs.Of(caller.Role).Contains(motif, StringComparer.Ordinal))
            return new DeliveryOutcome<IdentityView>.Refused(Catalogue.DemandeInvalide, Detail: $"Donnez un motif parmi : {string.Join(", ", DisclosureMotifs.Of(caller.Role))}.");
        if (request.Note?.Length > MaxNote)
            return new DeliveryOutcome<IdentityView>.Refused(Catalogue.DemandeInvalide, Detail: "La note est limitée à 200 caractères.");
        if (Nir.IsIn(request.Note))
            return new DeliveryOutcome<IdentityView>.Refused(Catalogue.NirInterdit, Detail: "La note contient un numéro de sécurité sociale : retirez-le. Il n'a pas été conservé.");
        if (BankData.IsIn(request.Note))
            return new DeliveryOutcome<IdentityView>.Refused(Catalogue.DonneeBancaireInterdite, Detail: "La note contient un numéro de carte ou de compte bancaire : retirez-le. Il n'a pas été conservé.");

        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var delivery = await DeliveryRecord.ReadAsync(connection, caller, id, ct);
        var decision = delivery?.Decide(registers, caller, CategoryNames.Identifying, clock.GetUtcNow());
        if (delivery is null || decision is not DisclosureDecision.Permit permit)
        {
            await transaction.RollbackAsync(ct);
            var reason = decision is null ? Catalogue.Introuvable.Code : DecisionCodes.Of(decision);
            await audit.RefusedAsync(caller, delivery, "identite", reason, ct);
            return new DeliveryOutcome<IdentityView>.Refused(delivery is null ? Catalogue.Introuvable : Catalogue.FinaliteNonEnregistree, reason);
        }

        if (!delivery.IsReadable)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, delivery, "identite", delivery.State, ct);
            return new DeliveryOutcome<IdentityView>.Refused(Catalogue.EtatIncompatible, delivery.State, "L'expéditeur a annulé ou remplacé cette transmission : elle ne se lit plus.");
        }

        var earlier = await CorrectionView.EarlierAsync(connection, delivery, PartTable.Vault, permit.Categories, ct);
        var sections = await SealedSections.ReadAsync(connection, PartTable.Vault, delivery.Deposit, permit.Categories, ct);
        var details = new List<(string, string)> { ("motif", motif), ("categories", sections.Names) };
        if (!string.IsNullOrWhiteSpace(request.Note))
            details.Add(("note", request.Note));
        await audit.CommitAsync(connection, transaction, audit.Entry(caller, LogAction.IdentityDisclosed, delivery, [.. details]), ct);

        using var dataKey = keys.Unwrap(delivery.Subject, delivery.VaultKey, delivery.WrappedKey);
        var identity = sections.Open(dataKey);
        return new DeliveryOutcome<IdentityView>.Given(
            new IdentityView(delivery.Id, await pseudonyms.OfSubjectAsync(caller.Organisation, delivery.Purpose, delivery.Subject, ct), identity,
                CorrectionView.Of(delivery, earlier, identity, dataKey)?.Changements));
    }
}

internal static class AfficherIdentiteEndpoint
{
    public static void MapAfficherIdentite(this RouteGroupBuilder reception) =>
        reception.MapPost("/{id:guid}/identite", HandleAsync)
            .WithName("afficherIdentite")
            .WithSummary("Affiche l'identité, avec un motif")
            .Produces<IdentityView>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.NirInterdit, Catalogue.DonneeBancaireInterdite, Catalogue.FinaliteNonEnregistree, Catalogue.Introuvable)
            .RequireAuthorization(Policies.Recevoir)
            .Journalise(LogAction.IdentityDisclosed);

    private static async Task<IResult> HandleAsync(Guid id, IdentityRequest request, HttpContext http, AfficherIdentite afficher, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return (await afficher.RunAsync(Caller.Of(http), id, request, ct)).ToResult(TypedResults.Ok);
    }
}
