using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>Pulling by cursor never skips and never repeats, whatever happens between two pages.</summary>
public sealed class CursorTests(PostgresFixture postgres)
{
    private const string Caf = "caf/impayes";
    private const string Secretariat = "ccapex-75-secretariat";
    private static readonly int Writers = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") == "1" ? 12 : 4;

    [Fact]
    public async Task A_delivery_whose_smaller_id_commits_later_is_read_once_by_who_paged_in_between()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositAsync(gateway, 1);
        var first = (await gateway.InboxAsync(Secretariat)).ShouldHaveSingleItem();
        var seen = new List<string> { Id(first) };
        var cursor = (await gateway.GetAsync(Secretariat, "/v1/reception"))["reprise"]!.GetValue<string>();

        // Two nodes: the one that made its ids first commits last.
        await using var early = await gateway.Databases.Owner.OpenConnectionAsync(ct);
        await using var late = await gateway.Databases.Owner.OpenConnectionAsync(ct);
        await using var slow = await early.BeginTransactionAsync(ct);
        await CopyAsync(early, Guid.CreateVersion7(gateway.Clock.GetUtcNow().AddSeconds(-5)), "avis", ct);
        var fast = CopyAsync(late, Guid.CreateVersion7(gateway.Clock.GetUtcNow()), "avis", ct);
        await Task.WhenAny(fast, ReadUntilWaitingAsync(gateway, ct));
        cursor = await PullAsync(gateway, cursor, seen);
        await slow.CommitAsync(ct);
        await fast;
        cursor = await PullAsync(gateway, cursor, seen);
        await PullAsync(gateway, cursor, seen);

        seen.Count.ShouldBe(3);
        seen.Distinct(StringComparer.Ordinal).Count().ShouldBe(3);
    }

    [Fact]
    public async Task While_many_nodes_write_and_lines_change_state_a_reader_gets_every_delivery_exactly_once()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositAsync(gateway, 1);
        var each = Writers * 10;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            await using var connection = await gateway.Databases.Owner.OpenConnectionAsync(ct);
            for (var i = 0; i < each; i++)
            {
                // Ids are made before the lock is had, as on a node that is busy.
                var id = Guid.CreateVersion7(gateway.Clock.GetUtcNow());
                await using var transaction = await connection.BeginTransactionAsync(ct);
                await CopyAsync(connection, id, "avis", ct);
                await transaction.CommitAsync(ct);
            }
        }, ct)));
        var (seen, cursor) = (new List<string>(), (string?)null);
        while (!writing.IsCompleted)
        {
            cursor = await PullAsync(gateway, cursor, seen);
            // What is read changes state behind the reader, and a new line comes for a withdrawn one.
            using var acknowledged = await gateway.PostAsync(Secretariat, $"/v1/reception/{seen[^1]}/accuse", new JsonObject());
            acknowledged.EnsureSuccessStatusCode();
        }

        await writing;
        await PullAsync(gateway, cursor, seen);

        seen.Count.ShouldBe(1 + (Writers * each));
        seen.Distinct(StringComparer.Ordinal).Count().ShouldBe(seen.Count);
    }

    [Fact]
    public async Task Acknowledged_sent_back_and_withdrawn_lines_between_two_pages_move_nothing_in_the_list()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        const string Adil = "adil-75-instructeur";
        var receipts = new List<JsonNode>();
        for (var i = 0; i < 6; i++)
            receipts.Add(await gateway.DepositAsync("etude-75-001-depositaire", "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold())));
        await gateway.RouteAsync();

        var page = await gateway.GetAsync(Adil, "/v1/reception?etat=remise&limite=2");
        var seen = page["remises"]!.AsArray().Select(n => Id(n!)).ToList();
        (await gateway.PostAsync(Adil, $"/v1/reception/{seen[0]}/accuse", new JsonObject())).EnsureSuccessStatusCode();
        (await gateway.PostAsync(Adil, $"/v1/reception/{seen[1]}/renvoi", new JsonObject { ["motif"] = "hors-competence" })).EnsureSuccessStatusCode();
        (await gateway.PostAsync("etude-75-001-depositaire", $"/v1/depots/{receipts[5]["depot"]}/annulation", new JsonObject { ["motif"] = "envoiParErreur" })).EnsureSuccessStatusCode();
        await gateway.DepositAsync("etude-75-001-depositaire", "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()));
        await gateway.RouteAsync();
        for (var cursor = page["suivant"]?.GetValue<string>(); cursor is not null; cursor = page["suivant"]?.GetValue<string>())
        {
            page = await gateway.GetAsync(Adil, $"/v1/reception?etat=remise&limite=2&curseur={cursor}");
            seen.AddRange(page["remises"]!.AsArray().Select(n => Id(n!)));
        }

        // Two read before they changed, three that stayed, the news of the withdrawal and the one that came.
        seen.Distinct(StringComparer.Ordinal).Count().ShouldBe(seen.Count);
        seen.Count.ShouldBe(7);
        (await gateway.InboxAsync(Adil)).Count.ShouldBe(8, "the withdrawn one is in the whole list, under its own state");
    }

    [Fact]
    public async Task A_line_that_a_restriction_hid_while_the_cursor_went_by_comes_once_when_it_ends()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositAsync(gateway, 2);
        var lines = await gateway.InboxAsync(Secretariat);
        using (var restricted = await gateway.PostAsync(Secretariat, "/v1/consentements", new JsonObject { ["remise"] = Id(lines[0]), ["acte"] = "limitation" }))
            restricted.EnsureSuccessStatusCode();
        var seen = new List<string>();
        var cursor = await PullAsync(gateway, null, seen);
        seen.ShouldBe([Id(lines[1])]);
        var passedOver = gateway.App.Services.GetRequiredService<PassedOver>();
        (await passedOver.BringBackAsync(TestContext.Current.CancellationToken)).ShouldBe(0, "nothing has changed");
        var person = (await gateway.GetAsync("passerelle-dpo", "/v1/consentements"))["consentements"]![0]!["personne"]!.GetValue<string>();
        using (var lifted = await gateway.PostAsync("passerelle-dpo", "/v1/consentements", new JsonObject { ["personne"] = person, ["acte"] = "leveeLimitation" }))
            lifted.EnsureSuccessStatusCode();
        await passedOver.BringBackAsync(TestContext.Current.CancellationToken);
        cursor = await PullAsync(gateway, cursor, seen);
        await PullAsync(gateway, cursor, seen);

        seen.ShouldBe([Id(lines[1]), Id(lines[0])]);
    }

    [Fact]
    public async Task Lines_that_the_register_hid_while_the_cursor_went_by_come_once_when_it_gives_them_again()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositAsync(gateway, 2);
        var seen = new List<string>();
        var cursor = await PullAsync(gateway, null, seen);
        await gateway.DepositAsync("etude-75-001-depositaire", "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()));
        await DepositAsync(gateway, 2);
        List<string> lines = [.. (await gateway.InboxAsync(Secretariat)).Select(Id)];
        await RegisterAsync(gateway, "instructeur");
        cursor = await PullAsync(gateway, cursor, seen);
        seen.Count.ShouldBe(3, "two of before and the one of another purpose");
        var passedOver = gateway.App.Services.GetRequiredService<PassedOver>();
        (await passedOver.BringBackAsync(TestContext.Current.CancellationToken)).ShouldBe(0, "nothing has changed");

        await RegisterAsync(gateway, "secretariat", "instructeur");
        await passedOver.BringBackAsync(TestContext.Current.CancellationToken);
        cursor = await PullAsync(gateway, cursor, seen);
        await PullAsync(gateway, cursor, seen);

        seen.Count.ShouldBe(5);
        seen.ShouldBe(lines, ignoreOrder: true);
    }

    [Fact]
    public async Task A_list_of_a_state_that_lines_take_on_later_gives_no_cursor_to_go_on_from()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        await DepositAsync(gateway, 3);
        var ids = (await gateway.InboxAsync(Secretariat)).Select(Id).ToList();
        foreach (var id in ids.Skip(1))
            (await gateway.PostAsync(Secretariat, $"/v1/reception/{id}/accuse", new JsonObject())).EnsureSuccessStatusCode();

        var page = await gateway.GetAsync(Secretariat, "/v1/reception?etat=accusee&limite=1");
        page["reprise"].ShouldBeNull("the first line may be acknowledged behind it");
        var next = await gateway.GetAsync(Secretariat, "/v1/reception?etat=accusee&limite=1&curseur=" + page["suivant"]);
        new[] { page, next }.Select(p => Id(p["remises"]!.AsArray().ShouldHaveSingleItem()!)).ShouldBe(ids.Skip(1));
        (await gateway.GetAsync(Secretariat, "/v1/reception?etat=remise"))["reprise"].ShouldNotBeNull("nothing takes this state later");
    }

    /// <summary>Says which roles of the CCAPEX may read what the CAF signals (P3).</summary>
    private static async Task RegisterAsync(TestGateway gateway, params string[] roles)
    {
        var path = Directory.EnumerateFiles(gateway.Purposes, "P3-*.json").Single();
        var file = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        file["destinataires"]![0]!["roles"] = new JsonArray([.. roles.Select(r => (JsonNode)r)]);
        await File.WriteAllTextAsync(path, file.ToJsonString());
        await gateway.ReloadAsync();
    }

    private static string Id(JsonNode line) => line["id"]!.GetValue<string>();

    private static async Task DepositAsync(TestGateway gateway, int count)
    {
        for (var i = 0; i < count; i++)
            await gateway.DepositAsync("caf-75-depositaire", Caf, Messages.CafNotice(Messages.NewHousehold()));
        await gateway.RouteAsync();
    }

    private static async Task<string> PullAsync(TestGateway gateway, string? cursor, List<string> seen)
    {
        while (true)
        {
            var page = await gateway.GetAsync(Secretariat, "/v1/reception?limite=3" + (cursor is null ? "" : "&curseur=" + cursor));
            seen.AddRange(page["remises"]!.AsArray().Select(n => Id(n!)));
            cursor = page["reprise"]!.GetValue<string>();
            if (page["suivant"] is null)
                return cursor;
        }
    }

    /// <summary>Another line of the same inbox, as another node would write it.</summary>
    private static async Task CopyAsync(NpgsqlConnection connection, Guid id, string nature, CancellationToken ct)
    {
        await using var insert = new NpgsqlCommand(
            """
            insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, again, state, created_at)
            select $1, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, 0, $2, nextval('delivery.position'), 'remise', created_at
            from delivery.delivery where nature = 'remise' and recipient_role = 'ccapex' limit 1
            """, connection);
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(nature);
        (await insert.ExecuteNonQueryAsync(ct)).ShouldBe(1);
    }

    private static async Task ReadUntilWaitingAsync(TestGateway gateway, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await gateway.ScalarAsync<long>("select count(*) from pg_locks where locktype = 'advisory' and classid = 1701274725 and objid = 1818850917 and not granted and database = (select oid from pg_database where datname = current_database())") == 0)
            await timer.WaitForNextTickAsync(ct);
    }
}
