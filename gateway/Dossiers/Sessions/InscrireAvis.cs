using System.Text.Json.Nodes;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;


namespace ExchangeGateway.Gateway.Dossiers.Sessions;

/// <param name="Motif">A code of <see cref="CcapexWords.Motives"/>.</param>
internal sealed record AdviceRequest(string? Motif, IReadOnlyList<Advice>? Avis);

/// <param name="Decision">maintien, suspension, ajournement.</param>
/// <param name="MotifCode">A code of <c>motifsAide</c> in <c>ccapex.json</c>.</param>
internal sealed record AidRequest(string? Decision, string? MotifCode);

/// <param name="Issue">toujoursDansLogement, reloge, aQuitte, expulse.</param>
internal sealed record OutcomeRequest(string? Issue);

internal sealed record ItemRecorded(Guid Id);

/// <summary>Records what the commission says of a file: advice by addressee, the decision on the aid (which goes back to the paying body), the outcome at twelve months.</summary>
internal sealed class InscrireAvis(
    Databases databases, SubjectKeys keys, ConsulterSeance sessions, ConsulterDossier dossiers, DeliveryAudit audit, AuditLog log, RegistersInForce registers, RegisterOptions options, TimeProvider clock)
{
    private const string Purpose = "P13";
    private const string Referral = "caf/saisines-ccapex";

    public async Task<DeliveryOutcome<ItemRecorded>> AdviseAsync(Caller caller, Guid session, Guid item, AdviceRequest request, CancellationToken ct)
    {
        if (request.Motif is null || !CcapexWords.Motives.ContainsKey(request.Motif))
            return Invalid($"Le motif vaut {string.Join(", ", CcapexWords.Motives.Keys)}.");
        var advices = request.Avis ?? [];
        if (advices.Count is 0 or > 20 || advices.Any(a => a is null || CcapexWords.Target(a.Destinataire)?.LabelOf(a.Avis) is null))
            return Invalid("Chaque avis a un destinataire et un avis de la liste : " + string.Join(" ; ", CcapexWords.Targets.Select(t => $"{t.Code} ({string.Join(", ", t.Advices.Select(a => a.Code))})")) + ".");
        return await WriteAsync(caller, session, item, content => content with { Motif = request.Motif, Avis = [.. advices.Distinct()] }, null, [("objet", "avis")], ct);
    }

    public Task<DeliveryOutcome<ItemRecorded>> OutcomeAsync(Caller caller, Guid session, Guid item, OutcomeRequest request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return request.Issue is { } outcome && CcapexWords.Outcomes.ContainsKey(outcome)
            ? WriteAsync(caller, session, item, content => content with { Issue = outcome, IssueLe = Pages.French.Day(now) }, now, [("objet", "reexamen")], ct)
            : Task.FromResult(Invalid($"L'issue vaut {string.Join(", ", CcapexWords.Outcomes.Keys)}."));
    }

    /// <summary>Decides on the aid: recorded and told to the paying body in one transaction. Reference, decision, date and reason code, nothing else (L824-2 CCH).</summary>
    public async Task<DeliveryOutcome<ItemRecorded>> DecideAidAsync(Caller caller, Guid session, Guid item, AidRequest request, CancellationToken ct)
    {
        if (request.Decision is not { } word || !CcapexWords.AidDecisions.ContainsKey(word))
            return Invalid($"La décision vaut {string.Join(", ", CcapexWords.AidDecisions.Keys)}.");
        var settings = CcapexSettings.Load(options);
        if (!settings.MotifsAide.Any(m => m.Code == request.MotifCode))
            return Invalid($"Le motif vaut {string.Join(", ", settings.MotifsAide.Select(m => m.Code))}.");
        if (await sessions.RunAsync(caller, session, ct) is not DeliveryOutcome<SessionView>.Given { Value: var view } || view.OrdreDuJour.FirstOrDefault(i => i.Id == item) is not { Dossier: { } reference }
            || await dossiers.ReadAsync(caller, reference, "seance", ct) is not DeliveryOutcome<ReadDossier>.Given { Value: var file })
            return new DeliveryOutcome<ItemRecorded>.Refused(Catalogue.Introuvable);
        if (file.Events.LastOrDefault(e => e.Delivery.IsReadable && e.Delivery.Type.ToString() == Referral) is not { Delivery: var referral } saisie)
            return new DeliveryOutcome<ItemRecorded>.Refused(Catalogue.EtatIncompatible, Detail: "Aucune saisine de la CAF ou de la MSA n'est dans ce dossier : il n'y a pas de décision sur l'aide à lui rendre.");

        var now = clock.GetUtcNow();
        var purposes = registers.Current.Purposes;
        var decision = PurposeDecision.MayDisclose(purposes, new DisclosureRequest(
            Purpose, referral.SenderNature, referral.Type, caller.Nature, referral.SenderNature, RecipientRole: null, referral.Territory, Categories.Decision,
            referral.Restricted || referral.Consents.Restricts(Purpose), ConsentState.Unknown, now, registers.Mode));
        if (decision is not DisclosureDecision.Permit)
            return new DeliveryOutcome<ItemRecorded>.Refused(Catalogue.FinaliteNonEnregistree, DecisionCodes.Of(decision));

        var aid = new AidDecision(word, request.MotifCode!, Pages.French.Day(now), saisie.Bail?.Saisine?.ReferenceSaisine);
        var notice = Guid.CreateVersion7(now);
        return await WriteAsync(
            caller, session, item, content => content with { Aide = aid }, null, [("objet", "decisionAide"), ("decision", word)], ct,
            async (connection, key) =>
            {
                var told = new JsonObject { ["referenceSaisine"] = aid.Saisine, ["decisionAide"] = aid.Decision, ["prisLe"] = aid.PrisLe.ToString("O", System.Globalization.CultureInfo.InvariantCulture), ["motifCode"] = aid.MotifCode };
                var box = key.Seal(Notices.Table, notice, Categories.Decision, System.Text.Encoding.UTF8.GetBytes(told.ToJsonString()));
                var nature = word == "ajournement" ? DeliveryNature.AidPostponed : DeliveryNature.AidDecision;
                return await Notices.TellAsync(connection, new(notice, referral.Deposit, caller.Nature, Purpose, purposes.Version, "ccapex", nature, null, (Categories.Decision, box)), now, ct)
                    ? await log.PrepareAsync(
                        audit.Entry(caller, LogAction.InformationDelivered, referral, ("decision", word)) with { Delivery = notice, Purpose = Purpose }, now, ct)
                    : null;
            });
    }

    /// <param name="tell">What else goes out with it, and its entry; <see langword="null"/> from it means that it was said already, and changes nothing.</param>
    private async Task<DeliveryOutcome<ItemRecorded>> WriteAsync(
        Caller caller, Guid session, Guid item, Func<ItemContent, ItemContent> change, DateTimeOffset? reviewedAt, (string, string)[] details, CancellationToken ct,
        Func<Npgsql.NpgsqlConnection, DataKey, Task<PreparedEntry?>>? tell = null)
    {
        if (PreparerSeance.Forbidden(caller) is { } forbidden)
            return new DeliveryOutcome<ItemRecorded>.Refused(forbidden);
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await SessionRows.ItemAsync(connection, caller, session, item, ct) is not { } row)
        {
            await transaction.RollbackAsync(ct);
            await audit.RefusedAsync(caller, null, "seance", Catalogue.Introuvable.Code, ct);
            return new DeliveryOutcome<ItemRecorded>.Refused(Catalogue.Introuvable);
        }

        using var key = keys.Unwrap(row.Subject, row.VaultKey, row.WrappedKey);
        await SessionRows.UpdateItemAsync(connection, item, change(ItemContent.Open(key, row)).Seal(key, item), reviewedAt, ct);
        var told = tell is null ? null : await tell(connection, key);
        if (tell is not null && told is null)
        {
            await transaction.RollbackAsync(ct);
            return new DeliveryOutcome<ItemRecorded>.Refused(Catalogue.EtatIncompatible, Detail: "Cette décision a déjà été rendue pour cette saisine : la CAF ou la MSA doit saisir de nouveau la commission.");
        }

        await audit.CommitAsync(connection, transaction, PreparerSeance.Entry(caller, registers, LogAction.AdviceRecorded, [row.Subject], details), told is null ? [] : [told], ct);
        return new DeliveryOutcome<ItemRecorded>.Given(new(item));
    }

    private static DeliveryOutcome<ItemRecorded> Invalid(string detail) => new DeliveryOutcome<ItemRecorded>.Refused(Catalogue.DemandeInvalide, Detail: detail);
}
