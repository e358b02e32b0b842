using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExchangeGateway.Adapters;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing.Questions;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>What the controls say of a message: it may be accepted, or it is refused. One of the two is there.</summary>
internal readonly record struct Checked(Candidate? Candidate, IntakeOutcome.Refused? Refused)
{
    public static implicit operator Checked(IntakeOutcome.Refused refused) => new(null, refused);
}

/// <summary>
/// The controls of one message, in order; none can be skipped: right to send the type, strict JSON and schema, territory,
/// right in that territory, registered purpose. Refusals keep nothing.
/// </summary>
internal sealed class IntakeControls(SchemaCatalogue schemas, RegistersInForce registers, Secrets secrets, NamedQuestion named, TimeProvider clock)
{
    public async ValueTask<Checked> CheckAsync(IntakeRequest request, CancellationToken ct)
    {
        if (!request.Sender.Deposits.AllowAnywhere(request.Type))
            return new IntakeOutcome.Refused(Catalogue.HorsHabilitation);

        var receivedAt = clock.GetUtcNow();
        switch (schemas.Validate(request.Type, request.Body, request.Version))
        {
            case ValidationResult.NotJson refused:
                return new IntakeOutcome.Refused(Catalogue.JsonInvalide, [refused.Error]);
            case ValidationResult.Invalid refused:
                return new IntakeOutcome.Refused(Catalogue.SchemaInvalide, refused.Errors);
            case ValidationResult.ContainsNir refused:
                return new IntakeOutcome.Refused(Catalogue.NirInterdit, refused.Errors);
            case ValidationResult.ContainsBankData refused:
                return new IntakeOutcome.Refused(Catalogue.DonneeBancaireInterdite, refused.Errors);
            case ValidationResult.Valid valid:
                return await PrepareAsync(request, valid.SchemaVersion, receivedAt, ct);
            case var other:
                throw new UnreachableException(other.GetType().Name);
        }
    }

    private async ValueTask<Checked> PrepareAsync(IntakeRequest request, string schemaVersion, DateTimeOffset receivedAt, CancellationToken ct)
    {
        var (type, sender, body) = request;
        if (!PartnerMessages.TryGet(type, out var message))
            return new IntakeOutcome.Refused(Catalogue.Introuvable);

        // One reading of the registers: a reload in between must not mix two versions in one decision.
        var inForce = registers.Current;
        var commune = Dwelling.CommuneOf(body.Span);
        if (!inForce.Territories.TryFindByCommune(commune, out var territory))
            return new IntakeOutcome.Refused(Catalogue.TerritoireNonServi, Detail: Unserved(commune));
        if (!sender.Deposits.Allow(type, territory.Code))
            return new IntakeOutcome.Refused(Catalogue.HorsHabilitation);

        var today = territory.Today(receivedAt);
        var adapted = message.Adapt(body, new AdaptContext(today, schemaVersion, territory.Notices, inForce.Law)).WithBands(today);
        var signalement = HealthScreen.Apply(adapted, inForce.Health.Words);
        var sections = signalement.Sections();
        var categories = sections.Aggregate(Categories.None, (all, s) => all | s.Category);
        var agreements = Agreements.Of(signalement.Faits);
        // A message that rests on an agreement rests on the person's own: no purpose takes the electronic one for ground.
        var decision = PurposeDecision.MayDeposit(
            inForce.Purposes, new DepositRequest(sender.Nature, type, categories, receivedAt, registers.ModeOf(sender), agreements.OfPerson, agreements.Named));
        if (decision is not DepositDecision.Permit permit)
            return new IntakeOutcome.Refused(Catalogue.FinaliteNonEnregistree, Detail: decision is DepositDecision.Deny { Reason: DenialReason.ConservationAFixer } ? SignedDurations.Unsigned : null);
        if (await named.RefusalAsync(sender, territory.Code, signalement, request.Corrects is not null, ct) is { } unknown)
            return unknown;

        // A sandbox matches among its own trials only: under its own secret an invented household never meets a real one.
        var tokenKey = await secrets.GetAsync(sender.Sandbox ? $"tokens/bac-a-sable/{sender.OrganisationCode}/{territory.Code}" : "tokens/" + territory.Code, ct);
        var dwelling = KeyedDigests.Dwelling(tokenKey, signalement.Adresse);
        var keyedBody = KeyedHash.Of(await secrets.GetAsync("idempotency", ct), body.Span);
        return new Checked(new Candidate
        {
            Sender = sender,
            Path = type.ToString(),
            Key = Scoped(request.Corrects, request.IdempotencyKey is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : keyedBody),
            Corrects = request.Corrects,
            KeyedBody = keyedBody,
            BodyDigest = SHA256.HashData((request.Sent ?? body).Span),
            SchemaVersion = schemaVersion,
            Facts = JsonSerializer.SerializeToUtf8Bytes(signalement.Faits, SignalementJson.Default.Faits),
            Flags = signalement.Drapeaux,
            Sections = [.. sections.Where(s => (s.Category & permit.Categories) != Categories.None)],
            Deadlines = Dossiers.DeadlineRows.Of(inForce.Law, signalement, permit.Categories),
            Territory = territory.Code,
            Profile = ProfileForms.Of(tokenKey, signalement),
            Dwelling = dwelling,
            Debt = KeyedDigests.Debt(tokenKey, sender.Organisation, signalement, dwelling),
            DebtEnded = signalement.Dette?.EtatImpaye == Dette.Ended,
            Purpose = permit.PurposeId,
            RegisterVersion = inForce.Purposes.Version,
            ReceivedAt = receivedAt,
            TraceId = Activity.Current?.TraceId.ToString(),
            Line = request.Line,
        }, null);
    }

    /// <summary>A correction's keys are its own: the same body may have been the first message.</summary>
    private static byte[] Scoped(CorrectedDeposit? corrects, byte[] key) =>
        corrects is null ? key : SHA256.HashData((byte[])[.. "rectification|"u8, .. corrects.Deposit.ToByteArray(), .. key]);

    /// <summary>Who to write to instead: the CCAPEX of the dwelling's département (the first two characters of the INSEE code, three overseas).</summary>
    private static string Unserved(string commune)
    {
        var departement = commune.StartsWith("97", StringComparison.Ordinal) ? commune[..3] : commune[..2];
        return $"Le logement est dans le département {departement}, que cette passerelle ne dessert pas. Adressez l'acte au secrétariat de la CCAPEX du département {departement}, à la préfecture.";
    }
}
