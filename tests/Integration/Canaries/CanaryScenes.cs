using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Partners.Messages;

namespace ExchangeGateway.Integration.Canaries;

/// <summary>
/// Pushes canaries through a gateway: every type and form that is accepted, every kind of refusal, corrections, readings,
/// pieces, and each operation of the interface document with a canary wherever a caller may write.
/// </summary>
/// <param name="send">Sends as a client of the demonstration; without a token when there is no client.</param>
internal sealed class CanaryScenes(Func<string?, HttpRequestMessage, Task<HttpResponseMessage>> send)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Adil = "adil-75-instructeur";
    private const string Caf = "caf-75-depositaire";
    private const string Cdp = "/v1/commissaires-de-justice/commandements-de-payer";
    private const string Notices = "/v1/caf/impayes";
    private const int LotLines = 15;

    private readonly ConcurrentQueue<string> _answers = new();
    private readonly ConcurrentDictionary<string, int> _statuses = new(StringComparer.Ordinal);

    /// <summary>Bodies of every refusal: what is said to a caller who has the right to nothing.</summary>
    public IEnumerable<string> Refusals => _answers;

    /// <summary>How many answers of each kind.</summary>
    public IReadOnlyDictionary<string, int> Statuses => _statuses;

    public async Task RunAsync(IReadOnlyList<Canary> canaries, CancellationToken ct)
    {
        var left = new Queue<Canary>(canaries);
        var work = new List<Func<Task>>();
        foreach (var operation in await OperationsAsync(ct))
            Take(1, c => OperationAsync(operation, c[0]));
        while (left.Count > 0)
        {
            foreach (var (number, scene) in Scenes())
                Take(number, scene);
        }

        await Parallel.ForEachAsync(work, new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = ct }, async (scene, _) => await scene());

        void Take(int number, Func<Canary[], Task> scene)
        {
            if (left.Count == 0)
                return;
            Canary[] taken = [.. Enumerable.Range(0, Math.Min(number, left.Count)).Select(_ => left.Dequeue())];
            work.Add(() => scene(taken));
        }
    }

    private IEnumerable<(int Takes, Func<Canary[], Task> Scene)> Scenes() =>
    [
        (1, c => AcceptAsync(Etude, Cdp, c[0].In(Messages.Cdp(c[0].Household)))),
        (1, c => AcceptAsync(Etude, "/v1/commissaires-de-justice/assignations", c[0].In(Messages.Assignation(c[0].Household)))),
        (1, c => AcceptAsync(Caf, Notices, c[0].In(Messages.CafNotice(c[0].Household)))),
        (1, c => AcceptAsync("dsf-75-depositaire", "/v1/instances/dsf", Messages.Dsf(c[0].Household, agreed: true))),
        (1, c => AcceptAsync("bdf-75-depositaire", "/v1/banque-de-france/orientations", Messages.DebtReferral(c[0].Household, agreed: true))),
        (1, c => AcceptAsync("equipe-mobile-75-depositaire", "/v1/instances/suivis", Messages.FollowUp(c[0].Household))),
        (1, c => XmlAsync(c[0])),
        (LotLines, NdjsonAsync),
        (LotLines, CsvAsync),
        (LotLines, BadLotAsync),
        (3, c => CorrectAsync(c[0], c[1 % c.Length], c[^1])),
        (1, c => PieceAsync(c[0])),
        (1, c => StateFileAsync(c[0])),
        (1, c => NamedFieldAsync(c[0])),
        .. Refused().Select(r => (1, (Func<Canary[], Task>)(c => r(c[0])))),
    ];

    /// <summary>One way each in which a message is wrong.</summary>
    private IEnumerable<Func<Canary, Task>> Refused()
    {
        Task<string> Bad(Canary c, Action<JsonObject> spoil)
        {
            var message = c.In(Messages.Cdp(c.Household));
            spoil(message);
            return RefuseAsync(Etude, Post(Cdp, message.ToJsonString()));
        }

        yield return c => Bad(c, m => m["acte"]!["signifieLe"] = c.Name);
        yield return c => Bad(c, m => m["motif"] = c.GivenName + " " + c.Name);
        yield return c => Bad(c, m => m["logement"]!["codePostal"] = c.Mail);
        yield return c => Bad(c, m => m["champInvente"] = new JsonObject { ["x"] = c.Name, ["y"] = new JsonArray(c.Phone, c.Number) });
        yield return c => Bad(c, m => m["personnes"]![0]!["nomUsage"] = $"{c.Name} {c.Nir}");
        yield return c => Bad(c, m => m["acte"]!["requerant"] = $"{c.Name} 4111 1111 1111 1111");
        yield return c => Bad(c, m => m["logement"]!["codeCommune"] = "13055");
        yield return c => RefuseAsync(Etude, Post(Cdp, $"{{\"personnes\":[{{\"nom\":\"{c.Name}\",\"nom\":\"{c.GivenName}\"}}]}}"));
        yield return c => RefuseAsync(Etude, Post(Cdp, $"{{\"personnes\":[{{\"nom\":\"{c.Name}"));
        yield return c => RefuseAsync(Etude, Post(Cdp, $"{{\"personnes\":\"{string.Concat(Enumerable.Repeat(c.Name + " ", 60_000))}\"}}"));
        yield return c => RefuseAsync(Etude, Post(Cdp, c.Name + ";" + c.Mail, "text/plain"));
        yield return c => RefuseAsync(Etude, With(Post(Cdp, c.In(Messages.Cdp(c.Household)).ToJsonString()), ("Content-Digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"), ("Idempotency-Key", c.Street.Replace(' ', '-'))));
        yield return c => RefuseAsync("bailleur-75-001-depositaire", Post(Cdp, c.In(Messages.Cdp(c.Household)).ToJsonString()));
        yield return c => RefuseAsync(null, With(Post(Cdp, c.In(Messages.Cdp(c.Household)).ToJsonString()), ("Authorization", "Bearer " + c.GivenName), ("User-Agent", c.GivenName)));
        yield return c => RefuseAsync(Etude, Post("/v1/" + c.GivenName.ToLowerInvariant() + "/" + c.Street[4..].ToLowerInvariant() + "?nom=" + Uri.EscapeDataString(c.Name), "{}"));
        yield return c => RefuseAsync(null, new(HttpMethod.Get, $"/{Uri.EscapeDataString(c.Name)}/{c.Street[4..]}?courriel={Uri.EscapeDataString(c.Mail)}&telephone={Uri.EscapeDataString(c.Phone)}"));
        yield return c => RefuseAsync(null, With(new(HttpMethod.Get, "/depot/" + c.GivenName), ("Accept", "text/html"), ("Cookie", "x=" + c.GivenName), ("Referer", "https://canari.invalid/" + c.GivenName), ("traceparent", c.GivenName)));
        yield return c => RefuseAsync(null, new(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", c.Name), new("client_secret", c.Mail)]) });
        yield return c => RefuseAsync(Adil, new(HttpMethod.Get, $"/v1/reception?etat={Uri.EscapeDataString(c.Name)}&curseur={c.Street[4..]}&depuis={c.GivenName}"));
        yield return c => RefuseAsync(Etude, Put($"/v1/depots/{Guid.NewGuid()}/pieces/{c.GivenName}", TestPdf.WithText(c.Name)));
        yield return c => RefuseAsync(Etude, Post(Cdp, $"<commandements-de-payer><personnes><personne><nom>{c.Name}</nom><{c.GivenName}>{c.Mail}</{c.GivenName}>", "application/xml"));
    }

    /// <summary>A field whose name is the canary's: its sender reads that name again, and nobody else.</summary>
    private async Task NamedFieldAsync(Canary c)
    {
        var message = c.In(Messages.Cdp(c.Household));
        message[c.GivenName] = c.Mail;
        using var request = Post(Cdp, message.ToJsonString());
        using var answer = await SendAsync(Etude, request);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    private async Task XmlAsync(Canary c) =>
        await AcceptAsync(Etude, Post(Cdp, ToXml("commandements-de-payer", c.In(Messages.Cdp(c.Household))).ToString(), "application/xml"));

    private Task NdjsonAsync(Canary[] canaries) =>
        LotAsync("/v1/commissaires-de-justice/commandements-de-payer/lots", string.Join('\n', canaries.Select(c => c.In(Messages.Cdp(c.Household)).ToJsonString())), "application/x-ndjson", Etude);

    private Task CsvAsync(Canary[] canaries) =>
        LotAsync(Notices + "/lots", Encoding.UTF8.GetString(new CsvWriter("impayes").File(canaries.Select(c => c.In(Messages.CafNotice(c.Household))))), "text/csv", Caf);

    /// <summary>Lines that are refused, each for another reason, a cut one, and a header that nobody knows.</summary>
    private async Task BadLotAsync(Canary[] canaries)
    {
        var lines = canaries.Select((c, i) =>
        {
            var message = c.In(Messages.CafNotice(c.Household));
            message["dette"]!["total"] = i % 3 == 0 ? c.Name : 1840m;
            message["motif"] = i % 3 == 1 ? c.GivenName : "impayes";
            return i % 3 == 2 ? message.ToJsonString()[..^40] : message.ToJsonString();
        });
        await LotAsync(Notices + "/lots", string.Join('\n', lines), "application/x-ndjson", Caf);
        await LotAsync(Notices + "/lots", $"{canaries[0].Name};{canaries[0].Mail}\r\n{string.Join("\r\n", canaries.Select(c => $"{c.Name};{c.Mail};{c.Phone}"))}", "text/csv", Caf);
    }

    private async Task LotAsync(string path, string body, string type, string client)
    {
        using var answer = await SendAsync(client, Post(path, body, type));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var name = answer.Headers.GetValues("ExchangeGateway-Lot").Single();
        _answers.Enqueue(await answer.Content.ReadAsStringAsync());
        foreach (var part in new[] { "compte-rendu", "retour" })
        {
            using var report = await SendAsync(client, new(HttpMethod.Get, $"/v1/lots/{name}/{part}"));
            report.StatusCode.ShouldBe(HttpStatusCode.OK);
            _answers.Enqueue(await report.Content.ReadAsStringAsync());
        }
    }

    private async Task CorrectAsync(Canary first, Canary second, Canary note)
    {
        var deposit = await AcceptAsync(Etude, Cdp, first.In(Messages.Cdp(first.Household)));
        var delivery = await DeliveryAsync(deposit);
        await GivenAsync(Adil, new(HttpMethod.Get, "/v1/reception/" + delivery));
        await GivenAsync(Adil, Post($"/v1/reception/{delivery}/identite", new JsonObject { ["motif"] = "instruction", ["note"] = note.Name + " " + note.Mail }.ToJsonString()));
        await RefuseAsync(Adil, Post($"/v1/reception/{delivery}/identite", new JsonObject { ["motif"] = note.Name }.ToJsonString()));
        await GivenAsync(Adil, Post($"/v1/reception/{delivery}/accuse", "{}"));
        var mended = await AcceptAsync(Etude, Post($"/v1/depots/{deposit}/rectification", second.In(Messages.Cdp(second.Household)).ToJsonString()));
        await RefuseAsync(Etude, Post($"/v1/depots/{mended}/annulation", new JsonObject { ["motif"] = note.GivenName }.ToJsonString()));
        await GivenAsync(Etude, Post($"/v1/depots/{mended}/annulation", """{"motif":"doublon"}"""));
    }

    private async Task PieceAsync(Canary c)
    {
        var deposit = await AcceptAsync(Etude, Cdp, c.In(Messages.Cdp(c.Household)));
        await GivenAsync(Etude, With(Put($"/v1/depots/{deposit}/pieces/acte", TestPdf.WithText($"{c.GivenName} {c.Mail} {c.Street}")), ("Content-Disposition", $"attachment; filename=\"{c.GivenName}.pdf\"")));
        await GivenAsync(Etude, Put($"/v1/depots/{deposit}/pieces/decompte", TestPdf.WithText($"{c.GivenName} {c.Nir}")));
        await RefuseAsync(Etude, Put($"/v1/depots/{deposit}/pieces/notice", TestPdf.Minimal($"/OpenAction<</S/JavaScript/JS({c.GivenName})>>")));
        await RefuseAsync(Etude, Post($"/v1/depots/{deposit}/pieces/notice", c.Name, "text/plain", HttpMethod.Put));
        var delivery = await DeliveryAsync(deposit);
        await GivenAsync(Adil, new(HttpMethod.Get, $"/v1/reception/{delivery}/pieces/acte?motif=instruction"));
        await RefuseAsync(Adil, new(HttpMethod.Get, $"/v1/reception/{delivery}/pieces/acte?motif={Uri.EscapeDataString(c.Name)}"));
    }

    private async Task StateFileAsync(Canary c)
    {
        await GivenAsync(Etude, Post(Cdp + "/fichier-etat", c.In(Messages.Cdp(c.Household)).ToJsonString()));
        await RefuseAsync(Etude, Post(Cdp + "/fichier-etat", $"{{\"motif\":\"{c.Name}\"}}"));
    }

    /// <summary>Method and path of each operation that the gateway publishes.</summary>
    private async Task<IReadOnlyList<(HttpMethod Method, string Path)>> OperationsAsync(CancellationToken ct)
    {
        using var answer = await send(null, new(HttpMethod.Get, "/openapi/v1.json"));
        var paths = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))!["paths"]!.AsObject();
        return [.. paths.SelectMany(p => p.Value!.AsObject().Where(o => o.Key is "get" or "post" or "put" or "delete").Select(o => (HttpMethod.Parse(o.Key), p.Key)))];
    }

    /// <summary>One operation as several callers, with the canary in its path, its query, its headers and its body.</summary>
    private async Task OperationAsync((HttpMethod Method, string Path) operation, Canary c)
    {
        var path = string.Concat(operation.Path.Split('{').Select((part, i) => i == 0 ? part : (part.StartsWith("id", StringComparison.Ordinal) && i == 1 ? Guid.NewGuid().ToString() : c.GivenName) + part[(part.IndexOf('}', StringComparison.Ordinal) + 1)..]));
        foreach (var client in new[] { null, Etude, Adil, "ccapex-75-secretariat" })
        {
            using var request = With(
                new(operation.Method, $"{path}?nom={Uri.EscapeDataString(c.Name)}&telephone={Uri.EscapeDataString(c.Phone)}&q={c.Street[4..]}"), ("X-Nom", c.GivenName), ("User-Agent", c.GivenName));
            if (operation.Method != HttpMethod.Get)
                request.Content = new StringContent(new JsonObject { ["nom"] = c.Name, ["motif"] = c.GivenName, ["note"] = c.Mail, ["numero"] = c.Number }.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await SendAsync(client, request);
            if ((int)answer.StatusCode >= 400)
                _answers.Enqueue(await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>The delivery of a deposit at the ADIL, as soon as it is routed.</summary>
    private async Task<string> DeliveryAsync(string deposit)
    {
        var known = "";
        for (var waited = 0; waited < 600; waited++)
        {
            using var answer = await SendAsync(Etude, new(HttpMethod.Get, "/v1/depots/" + deposit));
            known = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["etat"]!.GetValue<string>();
            if (known != "recu")
                break;
            await Task.Delay(50);
        }

        known.ShouldBe("transmis");
        return await Delivered(deposit);
    }

    /// <summary>Tells the delivery of a deposit at the ADIL: inboxes do not say it, the database does.</summary>
    public required Func<string, Task<string>> Delivered { private get; init; }

    private Task<string> AcceptAsync(string client, string path, JsonObject message) => AcceptAsync(client, Post(path, message.ToJsonString()));

    private async Task<string> AcceptAsync(string client, HttpRequestMessage request)
    {
        using (request)
        using (var answer = await SendAsync(client, request))
        {
            var text = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
            return JsonNode.Parse(text)!["depot"]!.GetValue<string>();
        }
    }

    private async Task GivenAsync(string client, HttpRequestMessage request)
    {
        using (request)
        using (var answer = await SendAsync(client, request))
            answer.IsSuccessStatusCode.ShouldBeTrue($"{request.RequestUri} {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task<string> RefuseAsync(string? client, HttpRequestMessage request)
    {
        using (request)
        using (var answer = await SendAsync(client, request))
        {
            var text = await answer.Content.ReadAsStringAsync();
            ((int)answer.StatusCode).ShouldBeInRange(300, 499, $"{request.RequestUri} {text}");
            _answers.Enqueue(text);
            return text;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string? client, HttpRequestMessage request)
    {
        var answer = await send(client, request);
        _statuses.AddOrUpdate($"{request.Method} {(int)answer.StatusCode}", 1, (_, n) => n + 1);
        ((int)answer.StatusCode).ShouldBeLessThan(500, request.RequestUri?.ToString());
        return answer;
    }

    private static HttpRequestMessage Post(string path, string body, string type = "application/json", HttpMethod? method = null) =>
        new(method ?? HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, type) };

    private static HttpRequestMessage Put(string path, byte[] pdf) => new(HttpMethod.Put, path) { Content = new ByteArrayContent(pdf) { Headers = { ContentType = new("application/pdf") } } };

    private static HttpRequestMessage With(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static XElement ToXml(string name, JsonNode? node) => node switch
    {
        JsonObject fields => new XElement(name, fields.Select(f => ToXml(f.Key, f.Value))),
        JsonArray items => new XElement(name, items.Select(i => ToXml(ItemName(name), i))),
        null => new XElement(name),
        _ => new XElement(name, node.GetValueKind() is System.Text.Json.JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString()),
    };

    private static string ItemName(string list) => list.EndsWith('s') ? list[..^1] : "ligne";
}
