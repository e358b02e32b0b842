using System.Net;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ExchangeGateway.Integration.Access;

public sealed class SignInTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Clerk = "greffe@etude-75-001.invalid";
    private const string Jurist = "juriste@adil-75.invalid";
    private AccessHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AccessHost.StartAsync(postgres);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Lets_a_clerk_in_by_password_and_shows_the_organisation_of_the_session()
    {
        (await Password(Clerk)).ShouldBe("SignedIn");

        (await _host.GetAsync("/depot", null).Text()).ShouldBe("etude-75-001");
        (await _host.EntriesAsync(LogAction.SignedIn)).ShouldBe(1);
    }

    [Fact]
    public async Task Asks_a_second_factor_of_whoever_sees_identities()
    {
        (await Password(Jurist)).ShouldBe("NeedsCode");
        (await _host.GetAsync("/reception", null)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        (await Code(CodeOf(Jurist))).ShouldBe("SignedIn");

        (await _host.GetAsync("/reception", null).Text()).ShouldBe("adil-75|Juriste");
    }

    [Fact]
    public async Task Refuses_a_role_that_sees_identities_when_no_second_factor_is_registered()
    {
        await _host.ExecuteAsync("delete from access.person_token");
        await _host.ExecuteAsync("update access.person set two_factor_enabled = false");

        (await Password(Jurist)).ShouldBe("Refused");
    }

    [Fact]
    public async Task Accepts_a_code_once()
    {
        await Password(Jurist);
        var code = CodeOf(Jurist);
        (await Code(code)).ShouldBe("SignedIn");

        await Password(Jurist);

        (await Code(code)).ShouldBe("Refused");
        _host.Clock.Advance(TimeSpan.FromSeconds(60));
        (await Code(CodeOf(Jurist))).ShouldBe("SignedIn");
    }

    [Fact]
    public async Task Takes_no_code_without_the_password_before_it() => (await Code(CodeOf(Jurist))).ShouldBe("Refused");

    [Fact]
    public async Task Forgets_the_first_step_after_five_minutes()
    {
        await Password(Jurist);
        _host.Clock.Advance(TimeSpan.FromMinutes(6));

        (await Code(CodeOf(Jurist))).ShouldBe("Refused");
    }

    [Theory]
    [InlineData(Clerk, "wrong")]
    [InlineData("personne@ailleurs.invalid", "wrong")]
    [InlineData("nul\0nul", "wrong")]
    [InlineData("", "")]
    public async Task Refuses_and_then_locks_a_known_and_an_unknown_account_alike(string account, string password)
    {
        for (var i = 0; i < 4; i++)
            (await Password(account, password)).ShouldBe("Refused");

        (await Password(account, password)).ShouldStartWith("LockedOut 89"); // 899 s of 15 min
        (await _host.EntriesAsync(LogAction.SignInRefused)).ShouldBe(5);
    }

    [Fact]
    public async Task Keeps_a_locked_account_locked_for_the_right_password_and_lets_it_in_when_the_pause_is_over()
    {
        for (var i = 0; i < 5; i++)
            await Password(Clerk, "wrong");

        (await Password(Clerk)).ShouldStartWith("LockedOut");

        _host.Clock.Advance(TimeSpan.FromMinutes(15));
        (await Password(Clerk)).ShouldBe("SignedIn");
    }

    [Fact]
    public async Task Locks_who_guesses_codes_even_by_giving_the_password_again()
    {
        for (var i = 0; i < 4; i++)
        {
            (await Password(Jurist)).ShouldBe("NeedsCode");
            (await Code("000000")).ShouldBe("Refused");
        }

        (await Password(Jurist)).ShouldBe("NeedsCode");
        (await Code("000000")).ShouldStartWith("LockedOut");
    }

    [Fact]
    public async Task Counts_wrong_passwords_that_arrive_together()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Password(Clerk, "wrong")));

        (await Password(Clerk)).ShouldStartWith("LockedOut");
    }

    [Fact]
    public async Task Ends_a_session_after_thirty_idle_minutes_and_prolongs_one_in_use()
    {
        await Password(Clerk);
        for (var i = 0; i < 3; i++)
        {
            _host.Clock.Advance(TimeSpan.FromMinutes(20));
            (await _host.GetAsync("/depot", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        _host.Clock.Advance(TimeSpan.FromMinutes(31));

        (await _host.GetAsync("/depot", null)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Theory]
    [InlineData("update access.person set disabled_at = '2026-01-01'")]
    [InlineData("update access.organisation set disabled_at = '2026-01-01'")]
    [InlineData("update access.person set security_stamp = 'another'")]
    public async Task Ends_a_session_at_once_when_the_account_is_no_longer_what_it_was(string change)
    {
        await Password(Clerk);
        await _host.ExecuteAsync(change);

        (await _host.GetAsync("/depot", null)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Gives_a_session_the_role_that_the_person_has_now()
    {
        await Password(Clerk);
        await _host.ExecuteAsync($"update access.person set role = 'dpo' where user_name = '{Clerk}'");

        using var answer = await _host.GetAsync("/depot", null);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await _host.EntriesAsync(LogAction.AccessRefused)).ShouldBe(1);
    }

    [Fact]
    public async Task Makes_a_copied_cookie_worthless_when_its_owner_signs_out()
    {
        using var answer = await _host.PostAsync(PasswordUri(Clerk, _host.Person(Clerk).Password), null);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("session=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        (await Replay()).ShouldBe(HttpStatusCode.OK);

        await _host.PostAsync(new Uri("/deconnexion", UriKind.Relative), null);

        (await Replay()).ShouldBe(HttpStatusCode.Redirect);
        (await _host.EntriesAsync(LogAction.SignedOut)).ShouldBe(1);

        async Task<HttpStatusCode> Replay()
        {
            using var thief = _host.NewClient();
            thief.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
            return (await _host.GetAsync("/depot", null, client: thief)).StatusCode;
        }
    }

    [Fact]
    public async Task Marks_the_cookie_secure_over_https()
    {
        using var answer = await _host.PostAsync(new Uri(_host.Https, PasswordUri(Clerk, _host.Person(Clerk).Password)), null);

        answer.Headers.GetValues("Set-Cookie").Single().ShouldContain("secure", Case.Insensitive);
    }

    [Fact]
    public async Task Keeps_the_authenticator_key_wrapped()
    {
        await using var command = _host.Databases.Owner.CreateCommand("select value from access.person_token");

        ((string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).ShouldNotContain(_host.Person(Jurist).AuthenticatorKey!);
    }

    [Fact]
    public async Task Lets_Identity_change_a_password_by_the_rules_and_nothing_else_of_the_person()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var clerk = (await people.FindByNameAsync(Clerk))!;
        clerk.Role = Roles.Instructeur;

        (await people.ChangePasswordAsync(clerk, _host.Person(Clerk).Password, "short")).Succeeded.ShouldBeFalse();
        (await people.ChangePasswordAsync(clerk, _host.Person(Clerk).Password, "cheval lune fenêtre tasse orage bouton sapin")).Succeeded.ShouldBeTrue();

        await using var command = _host.Databases.Owner.CreateCommand("select role from access.person where user_name = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = Clerk });
        (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(Roles.Depositaire);
        (await Password(Clerk, "cheval lune fenêtre tasse orage bouton sapin")).ShouldBe("SignedIn");
    }

    private Task<string> Password(string account, string? password = null) =>
        _host.PostAsync(PasswordUri(account, password ?? _host.Person(account).Password), null).Text();

    private Task<string> Code(string code) => _host.PostAsync(new Uri("/connexion/code?code=" + code, UriKind.Relative), null).Text();

    private string CodeOf(string account) => Totp.Code(_host.Person(account).AuthenticatorKey!, _host.Clock.GetUtcNow());

    private static Uri PasswordUri(string account, string password) =>
        new($"/connexion?compte={Uri.EscapeDataString(account)}&motDePasse={Uri.EscapeDataString(password)}", UriKind.Relative);
}
