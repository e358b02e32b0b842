using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Delivery.Deadlines;
using ExchangeGateway.Gateway.Delivery.Notices;
using ExchangeGateway.Integration.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>Notices by e-mail to a server on a socket that refuses, dies and keeps silent: nothing is lost, and nothing comes twice but what the server did not confirm.</summary>
public sealed class MailTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string First = "a.juriste@adil-75.invalid";
    private const string Second = "b.juriste@adil-75.invalid";

    private SmtpServer _server = null!;
    private TestGateway _gateway = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = new SmtpServer();
        // Its own round every minute is left out: the test makes each.
        _gateway = await TestGateway.StartAsync(
            postgres,
            services => services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(FollowUpService))),
            ("Courriel:Serveur", "127.0.0.1"), ("Courriel:Port", $"{_server.Port}"), ("Courriel:Tls", "false"), ("Courriel:DelaiSecondes", "2"));
        await _gateway.AddPeopleAsync("adil-75", Roles.Instructeur, First, Second);
        await _gateway.DepositAsync("etude-75-001-depositaire", "commissaires-de-justice/commandements-de-payer", Messages.Cdp(Messages.NewHousehold()));
        await _gateway.RouteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Each_reader_gets_one_message_a_day_and_a_refused_address_does_not_make_the_other_get_it_again()
    {
        await NextDayAsync();
        Recipients().ShouldBe([First, Second], "one message a person: nobody reads a colleague's address");
        var mail = _server.Kept.First();
        mail.From.ShouldContain("ne-pas-repondre@passerelle.invalid");
        mail.Header("Auto-Submitted").ShouldBe("auto-generated");
        _server.Kept.Select(m => m.Header("Message-ID")).Distinct().Count().ShouldBe(2);
        await LaterAsync();
        _server.Kept.Count.ShouldBe(2);

        // A permanent refusal of one address (RFC 5321, 4.2.1), then a temporary one.
        foreach (var refusal in new[] { "550 no such user", "450 mailbox busy" })
        {
            _server.Kept.Clear();
            _server.At = (step, argument) => step is "RCPT" && argument.Contains(Second, StringComparison.Ordinal) ? refusal : null;
            await NextDayAsync();
            Recipients().ShouldBe([First]);
            await LaterAsync();
            await LaterAsync();
            Recipients().ShouldBe([First], "tried again for the other only");
            _server.At = (_, _) => null;
            await LaterAsync();
            Recipients().ShouldBe([First, Second], "as soon as the server takes it");
            await LaterAsync();
            _server.Kept.Count.ShouldBe(2);
        }

        // A server that refuses every message, for good or for now: tried seven times, then the next working day brings it.
        foreach (var refusal in new[] { "554 refused", "451 try later" })
        {
            _server.Kept.Clear();
            _server.Steps.Clear();
            _server.At = (step, _) => step is "END" ? refusal : null;
            await NextDayAsync();
            for (var i = 0; i < 10; i++)
                await LaterAsync();
            _server.Steps.Count(s => s is "END").ShouldBe(2 * 7);
            _server.Kept.ShouldBeEmpty();
            (await OpenAsync()).ShouldBe(0);
            _server.At = (_, _) => null;
            await NextDayAsync();
            Recipients().ShouldBe([First, Second], "nothing is lost: what waits is told on the next working day");
        }
    }

    [Fact]
    public async Task A_server_that_dies_or_keeps_silent_loses_nothing_and_only_what_it_kept_without_confirming_comes_again()
    {
        // At each step before it has kept anything: said once, when it lives again.
        foreach (var step in new[] { "CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END" })
        {
            await DiesAsync(step, SmtpServer.Die);
            _server.Kept.ShouldBeEmpty(step);
            await LivesAsync();
            Recipients().ShouldBe([First, Second], step);
        }

        // It keeps silent: the round ends by itself, and the message goes later.
        await DiesAsync("DATA", SmtpServer.Hang);
        _server.Kept.ShouldBeEmpty();
        await LivesAsync();
        Recipients().ShouldBe([First, Second]);

        // It has kept the message and dies before it says so: it comes again under the same Message-ID, as the documentation says.
        await DiesAsync("KEPT", SmtpServer.Die);
        Recipients().ShouldBe([First, Second]);
        await LivesAsync();
        Recipients().ShouldBe([First, First, Second, Second]);
        _server.Kept.Select(m => m.Header("Message-ID")).CountBy(i => i).Select(c => c.Value).ShouldBe([2, 2]);

        // It has confirmed and closes the line at once: it has the message.
        await DiesAsync("CONFIRMED", SmtpServer.Die);
        Recipients().ShouldBe([First, Second]);
        await LivesAsync();
        Recipients().ShouldBe([First, Second]);
    }

    private async Task DiesAsync(string at, string how)
    {
        _server.Kept.Clear();
        _server.At = (step, _) => step == at ? how : null;
        await NextDayAsync();
    }

    private async Task LivesAsync()
    {
        _server.At = (_, _) => null;
        await LaterAsync();
        await LaterAsync();
        (await OpenAsync()).ShouldBe(0);
    }

    private List<string> Recipients() => [.. _server.Kept.Select(m => m.To.ShouldHaveSingleItem()).Order(StringComparer.Ordinal)];

    /// <summary>To the first hour of the next working day at which notices are made.</summary>
    private async Task NextDayAsync()
    {
        var before = await _gateway.ScalarAsync<long>("select count(*) from delivery.mail");
        do
        {
            _gateway.Clock.Advance(TimeSpan.FromHours(1));
            await RoundAsync();
        }
        while (await _gateway.ScalarAsync<long>("select count(*) from delivery.mail") == before);
    }

    private async Task LaterAsync()
    {
        _gateway.Clock.Advance(TimeSpan.FromMinutes(11));
        await RoundAsync();
    }

    private Task<int> RoundAsync() => _gateway.App.Services.GetRequiredService<MailOutbox>().RunDueAsync(Ct);

    private Task<long> OpenAsync() => _gateway.ScalarAsync<long>("select count(*) from delivery.mail where ended_at is null");
}
