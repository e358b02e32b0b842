using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Writes one group of candidates in the committer's transaction: finds or creates subjects, seals, signs the promises, inserts.</summary>
internal sealed class DepositGroup(SubjectKeys subjectKeys, Attributions attributions, Secrets secrets, AuditLog log, PromiseSigner signer, TimeProvider clock)
{
    /// <returns>One outcome for each member, in order; true only once the transaction commits.</returns>
    public async Task<IReadOnlyList<IntakeOutcome>> WriteAsync(NpgsqlConnection connection, IReadOnlyList<Candidate> members, CancellationToken ct)
    {
        using var found = await DepositLookup.ReadAsync(connection, members, ct);
        var receiptKey = await secrets.GetAsync("receipts", ct);
        using var receipts = new AesGcm(receiptKey, AesGcmSeal.TagSize);
        var rows = new DepositRows(members.Count);
        var entries = new List<PreparedEntry>(members.Count);
        var outcomes = new IntakeOutcome[members.Count];
        for (var i = 0; i < members.Count; i++)
        {
            var member = members[i];
            if (found.Earlier(member) is { } earlier)
            {
                outcomes[i] = earlier.KeyedBody.AsSpan().SequenceEqual(member.KeyedBody) ? Replay(member, earlier, receipts) : new IntakeOutcome.Refused(Catalogue.CleReutilisee);
                continue;
            }

            outcomes[i] = await AddAsync(member, found, receiptKey, receipts, rows, entries, ct);
        }

        if (entries.Count > 0)
        {
            await using var batch = new NpgsqlBatch(connection);
            rows.AddTo(batch);
            log.AddTo(batch, entries);
            await batch.ExecuteNonQueryAsync(ct);
        }

        return outcomes;
    }

    private IntakeOutcome.Accepted Replay(Candidate member, EarlierDeposit earlier, AesGcm receipts)
    {
        var kept = AesGcmSeal.Open(receipts, earlier.SealedReceipt, ReceiptContext(earlier.Deposit));
        if (earlier.Line is null && member.Line is null)
            return new(earlier.Deposit, kept, Replayed: true); // byte for byte
        var receipt = Receipt.Read(kept, signer);
        return new(earlier.Deposit, member.Line is null ? JsonSerializer.SerializeToUtf8Bytes(receipt, IntakeJson.Default.Receipt) : [], Replayed: true, earlier.Line, receipt.Remplace);
    }

    private async Task<IntakeOutcome> AddAsync(
        Candidate member, DepositLookup found, byte[] receiptKey, AesGcm receipts, DepositRows rows, List<PreparedEntry> entries, CancellationToken ct)
    {
        var deposit = Guid.CreateVersion7(member.ReceivedAt);
        var (attribution, dataKey) = FindOrCreateSubject(member, found, receiptKey, rows);
        var (subject, dossier) = (attribution.Subject.Id, attribution.Dossier);
        rows.AddMatch(attribution, deposit, member);
        var entry = await log.PrepareAsync(
            new AuditEntry
            {
                Action = LogAction.DepositReceived,
                Organisation = member.Sender.Organisation,
                Agent = member.Sender.Agent,
                Subjects = [subject],
                Deposit = deposit,
                Purpose = member.Purpose,
                RegisterVersion = member.RegisterVersion,
                Decision = "permis",
                Details = Details(member, attribution),
                TraceId = member.TraceId,
            },
            member.ReceivedAt,
            ct);
        entries.Add(entry);

        var sameDebt = found.Replace(member, deposit);
        // A rectified notice is no news of the debt: the correction says what it takes the place of.
        var replaces = member.Corrects is null ? sameDebt : null;
        var receipt = MakeReceipt(member, deposit, replaces, entry);
        rows.AddDeposit(deposit, subject, dossier, entry.Id, replaces, member, found.IsKept(member.Debt));
        var sealedReceipt = AesGcmSeal.Seal(receipts, receipt, ReceiptContext(deposit));
        rows.AddIdempotency(member, deposit, sealedReceipt);
        foreach (var (category, json) in member.Sections)
        {
            var table = (category & CategoryNames.Identifying) != Categories.None ? PartTable.Vault : PartTable.Exchange;
            rows.AddPart(table, deposit, subject, category, dataKey.Seal(table, deposit, category, json));
        }

        if (member.Corrects is { } corrected)
            rows.AddRectification(corrected.Deposit, deposit, member.ReceivedAt);
        // A trial ends here: without a work item nothing is routed, so nobody receives it.
        if (!member.Sender.Sandbox)
            rows.AddWork(Guid.CreateVersion7(member.ReceivedAt), deposit, clock.GetUtcNow() + (member.Line?.RoutingDelay ?? TimeSpan.Zero));
        var outcome = new IntakeOutcome.Accepted(deposit, receipt, Replayed: false, Replaces: replaces);
        found.Remember(member, deposit, sealedReceipt);
        return outcome;
    }

    private (Attribution Attribution, DataKey DataKey) FindOrCreateSubject(Candidate member, DepositLookup found, byte[] dossierKey, DepositRows rows)
    {
        var attribution = attributions.Of(member, found.Candidates(member), subject => DossierId(dossierKey, subject, member.Dwelling), found.ToldApart);
        if (attribution.NewKey is { } key)
        {
            rows.AddSubject(attribution.Subject, member.Territory, member.ReceivedAt);
            found.Hold(attribution.Subject.Id, key);
        }

        if (attribution.NewDossier)
            rows.AddDossier(attribution, member);
        found.Learn(attribution.Subject, new KnownProfile(attribution.Subject.Id, attribution.Dossier, member.Profile.Keys, member.Profile.Profile));
        return (attribution, attribution.NewKey ?? found.DataKey(attribution.Subject, subjectKeys));
    }

    /// <summary>The receipt as it is kept and answered; that of a line waits for its signature.</summary>
    private byte[] MakeReceipt(Candidate member, Guid deposit, Guid? replaces, PreparedEntry entry)
    {
        var promise = new Promise
        {
            Depot = deposit,
            Empreinte = System.Buffers.Text.Base64Url.EncodeToString(member.BodyDigest),
            Expediteur = member.Sender.OrganisationCode,
            Type = member.Path,
            RecuLe = member.ReceivedAt,
            Feuille = Convert.ToBase64String(entry.Leaf),
            Origine = log.Origin,
            BacASable = member.Sender.Sandbox ? true : null,
        };
        var receipt = new Receipt
        {
            Depot = deposit,
            Remplace = replaces,
            RecuLe = member.ReceivedAt,
            Drapeaux = member.Flags,
            BacASable = promise.BacASable,
            Promesse = member.Line is null ? signer.Sign(promise) : "",
            Liens = new($"/v1/depots/{deposit}", $"/v1/depots/{deposit}/preuve"),
        };
        return member.Line is null
            ? JsonSerializer.SerializeToUtf8Bytes(receipt, IntakeJson.Default.Receipt)
            : JsonSerializer.SerializeToUtf8Bytes(new LineReceipt(receipt, promise), IntakeJson.Default.LineReceipt);
    }

    private static Dictionary<string, string> Details(Candidate member, Attribution attribution)
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = member.Path,
            ["territoire"] = member.Territory,
            ["rapprochement"] = attribution.Code,
            ["elements"] = attribution.Findings,
        };
        if (member.Sender.Sandbox)
            details["bacASable"] = "oui";
        if (member.Corrects is { } corrected)
            details["rectifie"] = corrected.Deposit.ToString();
        return details;
    }

    /// <summary>The id of the dossier of a subject in a dwelling: derived, so that two nodes that open the same one agree without a look-up.</summary>
    public static Guid DossierId(byte[] secret, Guid subject, byte[] dwelling) =>
        new(KeyedHash.Of(secret, (byte[])[.. "dossier|"u8, .. subject.ToByteArray(), .. dwelling]).AsSpan(0, 16));

    /// <summary>What binds a sealed receipt to its deposit.</summary>
    public static byte[] ReceiptContext(Guid deposit) => Encoding.ASCII.GetBytes("exchange.idempotency|" + deposit);
}
