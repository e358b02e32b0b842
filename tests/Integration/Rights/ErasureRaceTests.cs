using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeGateway.Integration.Rights;

/// <summary>Messages about a person that arrive while it is erased: each is wholly before the erasure, and goes with it, or wholly after, and finds nobody.</summary>
public sealed class ErasureRaceTests(RightsGateway rights) : IClassFixture<RightsGateway>
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 200 : 15;

    [Fact]
    public async Task No_message_is_left_of_an_erased_person()
    {
        var gateway = rights.Gateway;
        for (var round = 0; round < Rounds; round++)
        {
            var household = Messages.NewHousehold();
            await gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household));
            var subject = await gateway.ScalarAsync<Guid>("select subject from exchange.deposit order by id desc limit 1");
            var messages = Enumerable.Range(0, 8).Select(_ => gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(household))).ToList();
            var erasure = gateway.App.Services.GetRequiredService<EffacerSujet>().RunAsync(subject, "droitEffacement", null, TestContext.Current.CancellationToken);
            await Task.WhenAll(messages);
            (await erasure).ShouldBe(new ErasureOutcome.Erased(1));
            (await gateway.ScalarAsync<long>("select count(*) from exchange.deposit d where d.facts <> '{}' and not exists (select 1 from vault.subject s where s.id = d.subject)"))
                .ShouldBe(0, $"round {round}");
        }
    }

    [Fact]
    public async Task An_erasure_waits_for_the_message_that_has_found_its_person()
    {
        var gateway = rights.Gateway;
        await gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(Messages.NewHousehold()));
        var subject = await gateway.ScalarAsync<Guid>("select subject from exchange.deposit order by id desc limit 1");
        await using var connection = await gateway.Databases.Intake.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var message = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var found = new Npgsql.NpgsqlCommand("select pg_advisory_xact_lock_shared(hashtextextended('vault.erase', 0))", connection))
            await found.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var erasure = gateway.App.Services.GetRequiredService<EffacerSujet>().RunAsync(subject, "droitEffacement", null, TestContext.Current.CancellationToken);
        await rights.WaitingAsync("vault.erase", "ExclusiveLock", erasure);
        await message.CommitAsync(TestContext.Current.CancellationToken);

        (await erasure).ShouldBe(new ErasureOutcome.Erased(1));
    }

    [Fact]
    public async Task An_attachment_that_arrives_after_an_erasure_has_begun_finds_nobody_and_leaves_nothing()
    {
        var gateway = rights.Gateway;
        var deposit = (await gateway.DepositAsync(RightsGateway.Etude, RightsGateway.Cdp, Messages.Cdp(Messages.NewHousehold())))["depot"]!.GetValue<string>();
        var subject = await gateway.ScalarAsync<Guid>($"select subject from exchange.deposit where id = '{deposit}'");
        await using var connection = await gateway.Databases.Intake.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var message = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var found = new Npgsql.NpgsqlCommand("select pg_advisory_xact_lock_shared(hashtextextended('vault.erase', 0))", connection))
            await found.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        // The erasure waits for the message; the attachment waits for the erasure.
        var erasure = gateway.App.Services.GetRequiredService<EffacerSujet>().RunAsync(subject, "droitEffacement", null, TestContext.Current.CancellationToken);
        await rights.WaitingAsync("vault.erase", "ExclusiveLock", erasure);
        using var content = new ByteArrayContent(TestPdf.WithText("Acte")) { Headers = { ContentType = new("application/pdf") } };
        var joining = gateway.SendAsync(RightsGateway.Etude, HttpMethod.Put, $"/v1/depots/{deposit}/pieces/acte", content);
        await rights.WaitingAsync("vault.erase", "ShareLock", joining);
        await message.CommitAsync(TestContext.Current.CancellationToken);

        (await erasure).ShouldBe(new ErasureOutcome.Erased(1));
        using var answer = await joining;
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await gateway.ScalarAsync<long>($"select count(*) from exchange.piece where deposit = '{deposit}'")).ShouldBe(0);
        Directory.EnumerateFiles(Path.Combine(gateway.State, "payloads"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }
}
