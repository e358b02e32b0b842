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
        var rows = new DepositRows();
        var entries = new List<PreparedEntry>(members.Count);
        var outcomes = new IntakeOutcome[members.Count];
        for (var i = 0; i < members.Count; i++)
        {
            var member = members[i];
            if (found.Earlier(member) is { } earlier)
            {
                outcomes[i] = earlier.KeyedBody.AsSpan().SequenceEqual(member.KeyedBody)
                    ? new IntakeOutcome.Accepted(earlier.Deposit, AesGcmSeal.Open(receiptKey, earlier.SealedReceipt, ReceiptContext(earlier.Deposit)), Replayed: true)
                    : new IntakeOutcome.Refused(Catalogue.CleReutilisee);
                continue;
            }

            outcomes[i] = await AddAsync(member, found, receiptKey, rows, entries, ct);
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

    private async Task<IntakeOutcome> AddAsync(
        Candidate member, DepositLookup found, byte[] receiptKey, DepositRows rows, List<PreparedEntry> entries, CancellationToken ct)
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
                Details = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["type"] = member.Path,
                    ["territoire"] = member.Territory,
                    ["rapprochement"] = attribution.Code,
                    ["elements"] = attribution.Findings,
                },
                TraceId = member.TraceId,
            },
            member.ReceivedAt,
            ct);
        entries.Add(entry);

        var receipt = JsonSerializer.SerializeToUtf8Bytes(MakeReceipt(member, deposit, entry), IntakeJson.Default.Receipt);
        rows.AddDeposit(deposit, subject, dossier, entry.Id, member);
        var sealedReceipt = AesGcmSeal.Seal(receiptKey, receipt, ReceiptContext(deposit));
        rows.AddIdempotency(member, deposit, sealedReceipt);
        foreach (var (category, json) in member.Signalement.Sections())
        {
            if ((category & member.Kept) == Categories.None)
                continue;
            var table = (category & CategoryNames.Identifying) != Categories.None ? PartTable.Vault : PartTable.Exchange;
            rows.AddPart(table, deposit, subject, category, dataKey.Seal(table, deposit, category, json));
        }

        rows.AddWork(Guid.CreateVersion7(member.ReceivedAt), deposit, clock.GetUtcNow());
        var outcome = new IntakeOutcome.Accepted(deposit, receipt, Replayed: false);
        found.Remember(member, deposit, sealedReceipt);
        return outcome;
    }

    private (Attribution Attribution, DataKey DataKey) FindOrCreateSubject(Candidate member, DepositLookup found, byte[] dossierKey, DepositRows rows)
    {
        var attribution = attributions.Of(member, found.Candidates(member), subject => DossierId(dossierKey, subject, member.Dwelling));
        if (attribution.NewKey is { } key)
        {
            rows.AddSubject(attribution.Subject, member.Territory, member.ReceivedAt);
            found.Hold(attribution.Subject.Id, key);
        }

        if (attribution.NewDossier)
            rows.AddDossier(attribution.Dossier, attribution.Subject.Id, member);
        found.Learn(attribution.Subject, member.Profile.Keys, new KnownProfile(attribution.Subject.Id, attribution.Dossier, member.Profile.Marks));
        return (attribution, attribution.NewKey ?? found.DataKey(attribution.Subject, subjectKeys));
    }

    private Receipt MakeReceipt(Candidate member, Guid deposit, PreparedEntry entry) => new()
    {
        Depot = deposit,
        RecuLe = member.ReceivedAt,
        Drapeaux = member.Signalement.Drapeaux,
        Promesse = signer.Sign(new Promise
        {
            Depot = deposit,
            Empreinte = System.Buffers.Text.Base64Url.EncodeToString(member.BodyDigest),
            Expediteur = member.Sender.OrganisationCode,
            Type = member.Path,
            RecuLe = member.ReceivedAt,
            Feuille = Convert.ToBase64String(entry.Leaf),
            Origine = log.Origin,
        }),
        Liens = new($"/v1/depots/{deposit}", $"/v1/depots/{deposit}/preuve"),
    };

    /// <summary>The id of the dossier of a subject in a dwelling: derived, so that two nodes that open the same one agree without a look-up.</summary>
    private static Guid DossierId(byte[] secret, Guid subject, byte[] dwelling) =>
        new(HMACSHA256.HashData(secret, (byte[])[.. "dossier|"u8, .. subject.ToByteArray(), .. dwelling]).AsSpan(0, 16));

    /// <summary>What binds a sealed receipt to its deposit.</summary>
    public static byte[] ReceiptContext(Guid deposit) => Encoding.ASCII.GetBytes("exchange.idempotency|" + deposit);
}
