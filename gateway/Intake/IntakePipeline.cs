using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// The controls of one message, in order; none can be skipped: right to send the type, strict JSON and schema, territory,
/// right in that territory, registered purpose; then the commit. Refusals keep nothing.
/// </summary>
internal sealed class IntakePipeline(
    SchemaCatalogue schemas, RegistersInForce registers, Secrets secrets, InFlightKeys inFlight, DepositCommitter committer, TimeProvider clock)
{
    /// <param name="idempotencyKey">The sender's key; <see langword="null"/> makes the body its own key.</param>
    /// <param name="waitForTwin">What an equal message under way does: true waits for its receipt (lines of a batch), false refuses with 409.</param>
    public async Task<IntakeOutcome> RunAsync(MessageType type, Caller sender, string? idempotencyKey, ReadOnlyMemory<byte> body, bool waitForTwin, CancellationToken ct)
    {
        if (!sender.Deposits.AllowAnywhere(type))
            return new IntakeOutcome.Refused(Catalogue.HorsHabilitation);

        var receivedAt = clock.GetUtcNow();
        switch (schemas.Validate(type, body))
        {
            case ValidationResult.NotJson refused:
                return new IntakeOutcome.Refused(Catalogue.JsonInvalide, [refused.Error]);
            case ValidationResult.Invalid refused:
                return new IntakeOutcome.Refused(Catalogue.SchemaInvalide, refused.Errors);
            case ValidationResult.ContainsNir refused:
                return new IntakeOutcome.Refused(Catalogue.NirInterdit, refused.Errors);
            case ValidationResult.Valid valid:
                return await AcceptAsync(type, sender, idempotencyKey, body, valid.SchemaVersion, receivedAt, waitForTwin, ct);
            case var other:
                throw new UnreachableException(other.GetType().Name);
        }
    }

    private async Task<IntakeOutcome> AcceptAsync(
        MessageType type, Caller sender, string? idempotencyKey, ReadOnlyMemory<byte> body, string schemaVersion,
        DateTimeOffset receivedAt, bool waitForTwin, CancellationToken ct)
    {
        if (!PartnerMessages.TryGet(type, out var message))
            return new IntakeOutcome.Refused(Catalogue.Introuvable);

        // One reading of the registers: a reload in between must not mix two versions in one decision.
        var inForce = registers.Current;
        var commune = Dwelling.CommuneOf(body.Span);
        if (!inForce.Territories.TryFindByCommune(commune, out var territory))
            return new IntakeOutcome.Refused(Catalogue.TerritoireNonServi, Detail: Unserved(commune));
        if (!sender.Deposits.Allow(type, territory.Code))
            return new IntakeOutcome.Refused(Catalogue.HorsHabilitation);

        var signalement = message.Adapt(body, new AdaptContext(territory.Today(receivedAt), schemaVersion, territory.Notices));
        var categories = signalement.Sections().Aggregate(Categories.None, (all, s) => all | s.Category);
        var decision = PurposeDecision.MayDeposit(inForce.Purposes, new DepositRequest(sender.Nature, type, categories, receivedAt, registers.Mode));
        if (decision is not DepositDecision.Permit permit)
            return new IntakeOutcome.Refused(Catalogue.FinaliteNonEnregistree);

        var tokenKey = await secrets.GetAsync("tokens/" + territory.Code, ct);
        var dwelling = MatchTokens.Dwelling(tokenKey, signalement.Adresse);
        var keyedBody = HMACSHA256.HashData(await secrets.GetAsync("idempotency", ct), body.Span);
        var candidate = new Candidate
        {
            Sender = sender,
            Path = type.ToString(),
            Key = idempotencyKey is null ? keyedBody : SHA256.HashData(Encoding.UTF8.GetBytes(idempotencyKey)),
            KeyedBody = keyedBody,
            BodyDigest = SHA256.HashData(body.Span),
            Signalement = signalement,
            Territory = territory.Code,
            Tokens = MatchTokens.Of(tokenKey, signalement.Identite, dwelling),
            Profile = ProfileForms.Of(tokenKey, signalement),
            Dwelling = dwelling,
            Kept = permit.Categories,
            Purpose = permit.PurposeId,
            RegisterVersion = inForce.Purposes.Version,
            ReceivedAt = receivedAt,
            TraceId = Activity.Current?.TraceId.ToString(),
        };

        using var claim = waitForTwin ? await inFlight.ClaimAsync(candidate, ct) : inFlight.TryClaim(candidate);
        return claim is null
            ? new IntakeOutcome.Refused(Catalogue.EnCours)
            : await committer.CommitAsync(candidate, ct);
    }

    /// <summary>Who to write to instead: the CCAPEX of the dwelling's département (the first two characters of the INSEE code, three overseas).</summary>
    private static string Unserved(string commune)
    {
        var departement = commune.StartsWith("97", StringComparison.Ordinal) ? commune[..3] : commune[..2];
        return $"Le logement est dans le département {departement}, que cette passerelle ne dessert pas. Adressez l'acte au secrétariat de la CCAPEX du département {departement}, à la préfecture.";
    }
}
