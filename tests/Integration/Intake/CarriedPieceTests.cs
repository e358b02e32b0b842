using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Intake;

/// <summary>A rectified deposit carries the attachments of the one that it replaces, until its sender replaces or removes them.</summary>
public sealed class CarriedPieceTests(PostgresFixture postgres)
{
    private const string Etude = "etude-75-001-depositaire";
    private const string Adil = "adil-75-instructeur";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_recipient_opens_the_same_piece_after_two_rectifications_then_the_one_that_replaces_it_and_none_once_it_is_withdrawn()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var message = Messages.Cdp(Messages.NewHousehold());
        var first = (await gateway.DepositAsync(Etude, "commissaires-de-justice/commandements-de-payer", message))["depot"]!.GetValue<string>();
        var (act, statement) = (TestPdf.WithText("Acte"), TestPdf.WithText("Decompte"));
        (await PutAsync(gateway, first, act, "acte")).ShouldBe(HttpStatusCode.NoContent);
        (await PutAsync(gateway, first, statement, "decompte")).ShouldBe(HttpStatusCode.NoContent);
        await gateway.RouteAsync();
        var before = await LatestAsync(gateway);

        var second = await RectifyAsync(gateway, first, message, 2999.99m);
        (await OpenAsync(gateway, await LatestAsync(gateway), "acte")).ShouldBe(act);
        (await OpenAsync(gateway, before, "acte")).ShouldBeNull(); // the first delivery is read no more
        (await PutAsync(gateway, first, act, "notice")).ShouldBe(HttpStatusCode.Conflict); // nobody would read it

        var third = await RectifyAsync(gateway, second, message, 2888.88m);
        var delivery = await LatestAsync(gateway);
        (await gateway.GetAsync(Adil, "/v1/reception/" + delivery))["pieces"]!.AsArray().Select(p => p!["nom"]!.GetValue<string>()).ShouldBe(["acte", "decompte"]);
        (await OpenAsync(gateway, delivery, "acte")).ShouldBe(act);

        // Replaced and removed: on the third deposit alone.
        var mended = TestPdf.WithText("Acte corrige");
        (await PutAsync(gateway, third, mended, "acte")).ShouldBe(HttpStatusCode.NoContent);
        (await OpenAsync(gateway, delivery, "acte")).ShouldBe(mended);
        (await PutAsync(gateway, third, act, "acte")).ShouldBe(HttpStatusCode.Conflict); // its own is not carried: it stays
        (await RemoveAsync(gateway, third, "decompte")).ShouldBe(HttpStatusCode.NoContent);
        (await OpenAsync(gateway, delivery, "decompte")).ShouldBeNull();
        (await RemoveAsync(gateway, third, "decompte")).ShouldBe(HttpStatusCode.Conflict);
        (await RemoveAsync(gateway, third, "acte")).ShouldBe(HttpStatusCode.Conflict);
        (await RemoveAsync(gateway, third, "acte", "bailleur-75-001-depositaire")).ShouldBe(HttpStatusCode.NotFound);
        (await gateway.ScalarAsync<long>("select count(*) from audit.entry where action = 'PieceRemoved'")).ShouldBe(1);

        using (var cancelled = await gateway.PostAsync(Etude, $"/v1/depots/{third}/annulation", new JsonObject { ["motif"] = "envoiParErreur" }))
            cancelled.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await OpenAsync(gateway, delivery, "acte")).ShouldBeNull();
        await gateway.RouteAsync();
        (await OpenAsync(gateway, await LatestAsync(gateway), "acte")).ShouldBeNull();
    }

    private static async Task<string> RectifyAsync(TestGateway gateway, string deposit, JsonObject message, decimal total)
    {
        var mended = message.DeepClone().AsObject();
        mended["dette"]!["total"] = total;
        using var answer = await gateway.PostAsync(Etude, $"/v1/depots/{deposit}/rectification", mended);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
        await gateway.RouteAsync();
        return JsonNode.Parse(text)!["depot"]!.GetValue<string>();
    }

    private static async Task<string> LatestAsync(TestGateway gateway) => (await gateway.InboxAsync(Adil))[^1]["id"]!.GetValue<string>();

    /// <returns><see langword="null"/> when it is not given.</returns>
    private static async Task<byte[]?> OpenAsync(TestGateway gateway, string delivery, string name)
    {
        using var answer = await gateway.SendAsync(Adil, HttpMethod.Get, $"/v1/reception/{delivery}/pieces/{name}?motif=instruction");
        if (answer.StatusCode is HttpStatusCode.NotFound)
            return null;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Ct));
        return await answer.Content.ReadAsByteArrayAsync(Ct);
    }

    private static async Task<HttpStatusCode> PutAsync(TestGateway gateway, string deposit, byte[] pdf, string name)
    {
        using var content = new ByteArrayContent(pdf) { Headers = { ContentType = new("application/pdf") } };
        using var answer = await gateway.SendAsync(Etude, HttpMethod.Put, $"/v1/depots/{deposit}/pieces/{name}", content);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> RemoveAsync(TestGateway gateway, string deposit, string name, string client = Etude)
    {
        using var answer = await gateway.SendAsync(client, HttpMethod.Delete, $"/v1/depots/{deposit}/pieces/{name}");
        return answer.StatusCode;
    }
}
