using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using ExchangeGateway.Partners.Messages;

namespace ExchangeGateway.Partners.Demonstration;

/// <summary>What became of one message.</summary>
/// <param name="Code">accepte, doublon, refuse, or <c>dejaRecu</c> when a run before this one had sent it.</param>
public sealed record Sent(Sending Sending, DemoMessage Message, string Code, string? Refusal, string? Deposit)
{
    public bool AsExpected => Code == "dejaRecu" ? Message.Expected.Code != "refuse" : Code == Message.Expected.Code && Refusal == Message.Expected.Refusal;
}

/// <summary>What the run showed; <see cref="Failures"/> is empty when everything expected happened and nothing else.</summary>
public sealed record DemoResult(
    IReadOnlyList<Sent> Sent, IReadOnlyList<(Arrival Arrival, string Type, string Rules, int Expected, int Received)> Deliveries,
    int Held, string Proof, string Identity, string Quotas, IReadOnlyList<string> Failures);

/// <summary>Plays a scenario over HTTP as strangers would: senders send, recipients read their inboxes until all is there.</summary>
public sealed class DemoRun(Uri gateway, Credentials credentials, TimeProvider clock) : IDisposable
{
    private const int Connections = 8;

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { BaseAddress = gateway, Timeout = TimeSpan.FromMinutes(10) };
    private readonly Dictionary<string, PartnerClient> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _deposits = new(StringComparer.Ordinal);

    /// <param name="patience">How long routing may take after the last message.</param>
    public async Task<DemoResult> RunAsync(IReadOnlyList<Sending> scenario, TimeSpan patience, CancellationToken ct)
    {
        var inboxes = scenario.SelectMany(s => s.Messages).SelectMany(m => m.Expected.Arrivals).Select(a => a.Recipient).Distinct().Order(StringComparer.Ordinal)
            .Select(recipient => new Inbox(recipient, ClientsOf(recipient, receives: true))).ToList();
        foreach (var inbox in inboxes)
            await inbox.ReadAsync(ct);
        var before = Count(inboxes);

        var start = clock.GetUtcNow();
        var sent = new List<Sent>();
        foreach (var sending in scenario)
            sent.AddRange(await SendAsync(sending, start, ct));

        // What a run before this one sent is there already; what is new must come on top of it.
        var all = Expected(sent, "accepte", "dejaRecu");
        var expected = Expected(sent, "accepte").ToDictionary(e => e.Key, e => e.Value + before.GetValueOrDefault(e.Key));
        foreach (var (key, count) in all)
            expected[key] = Math.Max(expected.GetValueOrDefault(key, before.GetValueOrDefault(key)), count);
        await WaitAsync(inboxes, expected, patience, ct);

        var failures = sent.Where(s => !s.AsExpected).Take(20)
            .Select(s => $"{s.Sending.Organisation} {s.Sending.Type} ({s.Message.Fault}) : {s.Code} {s.Refusal} au lieu de {s.Message.Expected.Code} {s.Message.Expected.Refusal}").ToList();
        var deliveries = Compare(inboxes, expected, before, failures);
        CheckDossiers(sent, inboxes, before, failures);
        var proof = await ProofAsync(sent, failures, ct);
        var identity = await IdentityAsync(inboxes, failures, ct);
        var quotas = await QuotasAsync(sent, inboxes, failures, ct);
        return new(sent, deliveries, sent.Count(s => s.Code == "accepte" && s.Message.Expected.Held), proof, identity, quotas, failures);
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
        _http.Dispose();
    }

    private async Task<IReadOnlyList<Sent>> SendAsync(Sending sending, DateTimeOffset start, CancellationToken ct)
    {
        var client = ClientsOf(sending.Organisation, receives: false) is [var first, ..] ? first : throw new InvalidOperationException($"Aucun identifiant pour {sending.Organisation}.");
        if (sending.Channel != Channel.OneByOne)
            return await SendBatchAsync(sending, client, ct);
        var sent = new Sent[sending.Messages.Count];
        // A message sent twice waits for the first: what is tried here is the repetition, not the race.
        foreach (var turn in sending.Messages.Index().GroupBy(m => m.Item.Expected.Code == "doublon").OrderBy(g => g.Key))
        {
            await Parallel.ForEachAsync(turn, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = ct }, async (message, stop) =>
            {
                var body = MessageWriter.Bytes(message.Item.Content);
                var answer = await client.DepositAsync(sending.Type, body, Key(body), stop);
                var deposit = answer.Body?["depot"]?.GetValue<string>();
                var code = !answer.Succeeded ? "refuse"
                    : !_deposits.TryAdd(deposit!, true) ? "doublon"
                    : DateTimeOffset.Parse(answer.Body!["recuLe"]!.GetValue<string>(), CultureInfo.InvariantCulture) < start ? "dejaRecu"
                    : "accepte";
                sent[message.Index] = new(sending, message.Item, code, answer.Succeeded ? null : answer.Refusal ?? ((int)answer.Status).ToString(CultureInfo.InvariantCulture), deposit);
            });
        }
        return sent;
    }

    private async Task<List<Sent>> SendBatchAsync(Sending sending, PartnerClient client, CancellationToken ct)
    {
        var (content, media) = sending.Channel == Channel.Csv
            ? (new CsvWriter(sending.Type.Split('/')[1]).File(sending.Messages.Select(m => m.Content)), "text/csv")
            : (sending.Messages.SelectMany(m => (byte[])[.. MessageWriter.Bytes(m.Content), (byte)'\n']).ToArray(), "application/x-ndjson");
        var sent = new List<Sent>();
        using var stream = new MemoryStream(content);
        await foreach (var line in client.DepositBatchAsync(sending.Type, stream, media, ct))
        {
            if (line["ligne"]?.GetValue<long>() is not { } number || number < 1 || number > sending.Messages.Count)
                continue;
            var message = sending.Messages[(int)number - 1];
            var deposit = line["depot"]?.GetValue<string>();
            var code = line["code"]!.GetValue<string>();
            if (deposit is not null && _deposits.TryAdd(deposit, true) && code == "doublon")
                code = "dejaRecu";
            sent.Add(new(sending, message, code, code == "refuse" ? line["refus"]?.GetValue<string>() : null, deposit));
        }
        sent.AddRange(sending.Messages.Except(sent.Select(s => s.Message)).Select(m => new Sent(sending, m, "sansReponse", null, null)));
        return sent;
    }

    private async Task WaitAsync(List<Inbox> inboxes, Dictionary<(Arrival, string), int> expected, TimeSpan patience, CancellationToken ct)
    {
        var end = clock.GetUtcNow() + patience;
        for (var turn = 1; ; turn++)
        {
            foreach (var inbox in inboxes)
                await inbox.ReadAsync(ct);
            var now = Count(inboxes);
            var complete = expected.All(e => now.GetValueOrDefault(e.Key) >= e.Value);
            if (complete || clock.GetUtcNow() > end)
                return;
            if (turn % 8 == 0)
                inboxes.ForEach(i => i.StartOver());
            await Task.Delay(TimeSpan.FromMilliseconds(250), clock, ct);
        }
    }

    private static List<(Arrival, string, string, int, int)> Compare(
        List<Inbox> inboxes, Dictionary<(Arrival Arrival, string Type), int> expected, Dictionary<(Arrival, string), int> before, List<string> failures)
    {
        var now = Count(inboxes);
        var rules = inboxes.SelectMany(i => i.Received.Select(r => (Key: (new Arrival(i.Organisation, r.Purpose), r.Type), r.Rule)))
            .GroupBy(r => r.Key).ToDictionary(g => g.Key, g => string.Join(", ", g.Select(r => r.Rule).Distinct().Order(StringComparer.Ordinal)));
        var rows = new List<(Arrival, string, string, int, int)>();
        foreach (var key in expected.Keys.Union(now.Keys).OrderBy(k => k.Item1.Recipient, StringComparer.Ordinal).ThenBy(k => k.Item2, StringComparer.Ordinal).ThenBy(k => k.Item1.Purpose, StringComparer.Ordinal))
        {
            var (due, got) = (expected.GetValueOrDefault(key, before.GetValueOrDefault(key)), now.GetValueOrDefault(key));
            rows.Add((key.Item1, key.Item2, rules.GetValueOrDefault(key, ""), due, got));
            // More than expected is as grave as less: somebody sees what is not meant for them.
            if (due != got)
                failures.Add($"{key.Item1.Recipient}, {key.Item2}, {key.Item1.Purpose} : {got} remises au lieu de {due}");
        }
        return rows;
    }

    /// <summary>A household that several senders write about is one dossier at the secretariat. Judged on the first run only, when the inbox holds nothing else.</summary>
    private static void CheckDossiers(IReadOnlyList<Sent> sent, List<Inbox> inboxes, Dictionary<(Arrival, string), int> before, List<string> failures)
    {
        foreach (var inbox in inboxes.Where(i => i.Organisation.StartsWith("ccapex-", StringComparison.Ordinal) && !before.Keys.Any(k => k.Item1.Recipient == i.Organisation)))
        {
            var households = sent.Where(s => s.Code == "accepte" && s.Message.Expected.Arrivals.Any(a => a.Recipient == inbox.Organisation)).Select(s => s.Message.Household).Distinct().Count();
            var dossiers = inbox.Received.Select(r => r.Dossier).Distinct().Count();
            if (households != dossiers)
                failures.Add($"{inbox.Organisation} : {dossiers} dossiers pour {households} ménages");
        }
    }

    private async Task<string> ProofAsync(IReadOnlyList<Sent> sent, List<string> failures, CancellationToken ct)
    {
        var firsts = sent.Where(s => s.Code is "accepte" or "dejaRecu" && s.Deposit is not null).DistinctBy(s => s.Sending.Organisation).ToList();
        foreach (var one in firsts)
        {
            if (!await ClientsOf(one.Sending.Organisation, receives: false)[0].HasProofAsync(one.Deposit!, ct))
                failures.Add($"{one.Sending.Organisation} : pas de preuve pour le dépôt {one.Deposit}");
        }
        return $"{firsts.Count} preuves d'inscription au journal demandées, une par expéditeur";
    }

    private static async Task<string> IdentityAsync(List<Inbox> inboxes, List<string> failures, CancellationToken ct)
    {
        if (inboxes.FirstOrDefault(i => i.Received.Count > 0 && i.Organisation.StartsWith("ccapex-", StringComparison.Ordinal)) is not { Reader: { } reader } inbox)
            return "aucune identité affichée";
        var delivery = inbox.Received.First().Id;
        var identity = await reader.IdentityAsync(delivery, "instruction", ct);
        if (identity.Body?["identite"]?["identite"]?["personnes"] is not JsonArray { Count: > 0 })
            failures.Add($"{inbox.Organisation} : identité non affichée ({(int)identity.Status} {identity.Refusal})");
        var acknowledged = await reader.AcknowledgeAsync(delivery, ct);
        if (!acknowledged.Succeeded)
            failures.Add($"{inbox.Organisation} : accusé refusé ({(int)acknowledged.Status} {acknowledged.Refusal})");
        return $"{inbox.Organisation} a affiché une identité (motif : instruction) et accusé réception d'une remise";
    }

    /// <summary>What the secretariat reads of the rules with a quota: whoever was sent to one waits for its draw.</summary>
    private static async Task<string> QuotasAsync(IReadOnlyList<Sent> sent, List<Inbox> inboxes, List<string> failures, CancellationToken ct)
    {
        var waits = sent.Count(s => s.Code == "accepte" && s.Message.Expected.Drawn);
        if (inboxes.Find(i => i.Organisation == "ccapex-75") is not { Reader: { } reader })
            return "aucun quota consulté";
        var answer = await reader.GetAsync("v1/quotas", ct);
        var lines = answer.Succeeded ? answer.Body!["quotas"]!.AsArray() : [];
        long Sum(string field) => lines.Sum(l => l![field]!.GetValue<long>());
        if (!answer.Succeeded || Sum("enAttente") + Sum("retenus") < waits)
            failures.Add($"quotas : {Sum("enAttente")} en attente du tirage au lieu de {waits} ({(int)answer.Status} {answer.Refusal})");
        return string.Join('\n', lines.Select(l => string.Create(CultureInfo.InvariantCulture,
            $"Quota de la règle {l!["regle"]} : {l["quota"]} ménages par {(l["periode"]!.GetValue<string>() == "annee" ? "an" : l["periode"])}{(l["aVerifier"]!.GetValue<bool>() ? " (nombre à vérifier)" : "")}, {l["enAttente"]} en attente du tirage, {l["placesRestantes"]} places restantes")));
    }

    private static Dictionary<(Arrival, string), int> Expected(IEnumerable<Sent> sent, params string[] codes) =>
        sent.Where(s => codes.Contains(s.Code)).SelectMany(s => s.Message.Expected.Arrivals.Select(a => (a, s.Sending.Type))).CountBy(k => k).ToDictionary();

    private static Dictionary<(Arrival, string), int> Count(IEnumerable<Inbox> inboxes) =>
        inboxes.SelectMany(i => i.Received.Select(r => (new Arrival(i.Organisation, r.Purpose), r.Type))).CountBy(k => k).ToDictionary();

    private List<PartnerClient> ClientsOf(string organisation, bool receives) =>
    [
        .. credentials.Clients.Where(c => c.Organisation == organisation)
            .OrderBy(c => c.Role is null ? 1 : (c.Role == "depositaire") == receives ? 2 : 0)
            .Select(c => _clients.TryGetValue(c.ClientId, out var known) ? known : _clients[c.ClientId] = new PartnerClient(_http, c.ClientId, c.ClientSecret, clock)),
    ];

    /// <summary>The sender's own key: derived from the content, so that a repetition after a lost answer is the same call.</summary>
    private static string Key(byte[] body) => "demo-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body))[..32];
}
