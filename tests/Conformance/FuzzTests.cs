#pragma warning disable RS0030 // A seeded generator: a failure prints its seed, and the seed replays it.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Partners.Messages;

namespace ExchangeGateway.Conformance;

/// <summary>No input of any format gives a 5xx or a hang, and what is accepted comes out to the letter. The seed is printed; set EXCHANGE_GATEWAY_SEED to replay.</summary>
public sealed class FuzzTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Cdp = "/v1/commissaires-de-justice/commandements-de-payer";
    private static readonly int Turns = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 6_000 : 250;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(2);

    private static readonly byte[][] Pieces =
    [
        "\0"u8.ToArray(), [0xFF], [0xC3], [0xED, 0xA0, 0x80], "\uFEFF"u8.ToArray(), "\r\n"u8.ToArray(), "\""u8.ToArray(), ";"u8.ToArray(), "\\ud800"u8.ToArray(), "{"u8.ToArray(), "]"u8.ToArray(),
        "<"u8.ToArray(), "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///dev/zero\">]>"u8.ToArray(), "&b;"u8.ToArray(), "]]>"u8.ToArray(), "<![CDATA["u8.ToArray(), "1e999"u8.ToArray(), "stream\n"u8.ToArray(),
        "/ObjStm/Filter/FlateDecode>>stream\n"u8.ToArray(), "/J#53"u8.ToArray(), "="u8.ToArray(), "🏠"u8.ToArray(), "\u202E"u8.ToArray(), "99999999999999999999"u8.ToArray(),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_is_sent_gives_a_5xx_or_a_hang()
    {
        var dice = Dice();
        await using var gateway = await TestGateway.StartAsync(postgres);
        var deposit = (await gateway.DepositAsync(Etude, Cdp[4..], Messages.Cdp(Messages.NewHousehold())))["depot"]!.GetValue<string>();
        var statuses = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var turn = 0; turn < Turns; turn++)
        {
            var message = Messages.Cdp(Messages.NewHousehold());
            var (method, path, mediaType, whole) = (turn % 5) switch
            {
                0 => (HttpMethod.Post, Cdp, "application/json", MessageWriter.Bytes(message)),
                1 => (HttpMethod.Post, Cdp, "application/xml", Xml(message)),
                2 => (HttpMethod.Post, Cdp + "/lots", "application/x-ndjson", [.. MessageWriter.Bytes(message), (byte)'\n', .. MessageWriter.Bytes(Messages.Cdp(Messages.NewHousehold()))]),
                3 => (HttpMethod.Post, Cdp + "/lots", "text/csv", new CsvWriter("commandements-de-payer").File([message, Messages.Cdp(Messages.NewHousehold())])),
                _ => (HttpMethod.Put, $"/v1/depots/{deposit}/pieces/acte", "application/pdf", dice.Next(2) == 0 ? TestPdf.WithText("Acte") : TestPdf.WithObjectStream("4 0 <</S/JavaScript>>"u8.ToArray())),
            };
            var body = dice.Next(10) == 0 ? whole : Spoil(dice, whole);
            var status = await SendAsync(gateway, method, path, mediaType, body, $"turn {turn}");
            statuses[$"{mediaType} {status}"] = statuses.GetValueOrDefault($"{mediaType} {status}") + 1;
        }

        output.WriteLine(string.Join(", ", statuses.Select(s => $"{s.Key}: {s.Value}")));
        statuses.Keys.ShouldContain("application/json 202");
        statuses.Keys.ShouldContain("application/xml 202");
        (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit d where not exists (select 1 from exchange.part p where p.deposit = d.id)")).ShouldBe(0);
    }

    [Fact]
    public async Task Whatever_is_accepted_is_read_by_its_recipient_to_the_letter()
    {
        var dice = Dice();
        await using var gateway = await TestGateway.StartAsync(postgres);
        var accepted = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var turn = 0; turn < 30; turn++)
        {
            var name = Name(dice);
            var message = Messages.Cdp(Messages.NewHousehold());
            message["personnes"]![0]!["nom"] = name;
            var (path, mediaType, body) = (turn % 4) switch
            {
                0 => (Cdp, "application/json", MessageWriter.Bytes(message)),
                1 => (Cdp, "application/xml", Xml(message)),
                2 => (Cdp + "/lots", "application/x-ndjson", MessageWriter.Bytes(message)),
                _ => (Cdp + "/lots", "text/csv", new CsvWriter("commandements-de-payer").File([message])),
            };
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
            using var answer = await gateway.SendAsync(Etude, HttpMethod.Post, path, content);
            var report = JsonNode.Parse((await answer.Content.ReadAsStringAsync(Ct)).Split('\n')[0])!;
            if ((string?)report["depot"] is { } deposit)
                accepted[deposit] = name;
        }

        accepted.Count.ShouldBeGreaterThan(10);
        await gateway.RouteAsync();
        await using var deliveries = gateway.Databases.Owner.CreateCommand("select d.id, d.deposit from delivery.delivery d join access.organisation o on o.id = d.recipient where o.code = 'adil-75'");
        var found = new List<(Guid Delivery, Guid Deposit)>();
        await using (var reader = await deliveries.ExecuteReaderAsync(Ct))
        {
            while (await reader.ReadAsync(Ct))
                found.Add((reader.GetGuid(0), reader.GetGuid(1)));
        }

        found.Count.ShouldBe(accepted.Count);
        foreach (var (delivery, deposit) in found)
        {
            using var given = await gateway.PostAsync("adil-75-instructeur", $"/v1/reception/{delivery}/identite", new JsonObject { ["motif"] = "courrier" });
            ((string?)JsonNode.Parse(await given.Content.ReadAsStringAsync(Ct))!["identite"]!["identite"]!["personnes"]![0]!["nom"]).ShouldBe(accepted[deposit.ToString()]);
        }
    }

    private Random Dice()
    {
        var seed = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    /// <summary>Sends one input. A slow answer is asked for again: a hang comes back, a busy machine does not.</summary>
    private static async Task<int> SendAsync(TestGateway gateway, HttpMethod method, string path, string mediaType, byte[] body, string what)
    {
        for (var attempt = 1; ; attempt++)
        {
            var clock = Stopwatch.StartNew();
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
            using var answer = await gateway.SendAsync(Etude, method, path, content);
            var text = await answer.Content.ReadAsStringAsync(Ct);
            ((int)answer.StatusCode).ShouldBeLessThan(500, $"{what}, {mediaType}: {text} {Convert.ToBase64String(body)}");
            if (answer.StatusCode is HttpStatusCode.OK)
                text.ShouldNotContain("\"indisponible\"", Case.Sensitive, $"{what}, {mediaType}: {Convert.ToBase64String(body)}");
            if (clock.Elapsed < Hang)
                return (int)answer.StatusCode;
            attempt.ShouldBeLessThan(4, $"{what}, {mediaType} took {clock.Elapsed}: {Convert.ToBase64String(body)}");
        }
    }

    private static byte[] Spoil(Random dice, byte[] whole)
    {
        var bytes = whole.ToList();
        for (var times = dice.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            var at = dice.Next(bytes.Count);
            switch (dice.Next(5))
            {
                case 0:
                    bytes[at] = (byte)dice.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(dice.Next(1, 40), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(dice.Next(1, 200), bytes.Count - at)));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, Pieces[dice.Next(Pieces.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    private static string Name(Random dice)
    {
        string[] marks = ["'", "’", "-", " ", "e\u0301", "ʼ", "Œ", "ß", "ı", "İ"];
        return "N" + string.Concat(Enumerable.Range(0, dice.Next(3, 20)).Select(_ => dice.Next(4) == 0 ? marks[dice.Next(marks.Length)] : ((char)dice.Next(0xC0, 0x250)).ToString())) + "x";
    }

    /// <summary>The message as XML, element by element.</summary>
    private static byte[] Xml(JsonObject message)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        Add(text, "commandements-de-payer", message);
        return Encoding.UTF8.GetBytes(text.ToString());

        static void Add(StringBuilder text, string name, JsonNode? node)
        {
            text.Append('<').Append(name).Append('>');
            switch (node)
            {
                case JsonObject o:
                    foreach (var (field, value) in o)
                        Add(text, field, value);
                    break;
                case JsonArray a:
                    foreach (var item in a)
                        Add(text, name.EndsWith('s') ? name[..^1] : "ligne", item);
                    break;
                default:
                    text.Append(WebUtility.HtmlEncode(node!.GetValueKind() is System.Text.Json.JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString()));
                    break;
            }

            text.Append("</").Append(name).Append('>');
        }
    }
}
