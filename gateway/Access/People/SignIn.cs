using System.Text;
using ExchangeGateway.Gateway.Access.Tokens;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ExchangeGateway.Gateway.Access.People;

/// <summary>Where a step of signing in leads.</summary>
internal abstract record SignInOutcome
{
    private SignInOutcome() { }

    /// <summary>The session cookie is set on the answer.</summary>
    internal sealed record SignedIn(Caller Caller) : SignInOutcome;

    /// <summary>The password was right; the second step asks for the code.</summary>
    internal sealed record NeedsCode : SignInOutcome;

    /// <summary>Too many failures; also said of an account that does not exist, so that it tells nothing.</summary>
    internal sealed record LockedOut(TimeSpan Wait) : SignInOutcome;

    /// <summary>Wrong account, password or code, disabled, or no second factor where one is needed: one answer for all.</summary>
    internal sealed record Refused : SignInOutcome;
}

/// <summary>Signs people in: password, then the code of their authenticator for every role that sees identities (or who chose to).</summary>
internal sealed class SignIn(UserManager<Person> people, CallerLookup callers, Databases databases, AttemptThrottle throttle, AuditLog log, TimeProvider clock, IOptions<AccessOptions> options)
{
    private static readonly string DecoyHash = new PasswordHasher<Person>().HashPassword(new Person(), Guid.NewGuid().ToString());
    private static readonly Person Nobody = new();

    /// <summary>First step.</summary>
    public async Task<SignInOutcome> WithPasswordAsync(HttpContext http, string account, string password, CancellationToken ct)
    {
        account = account.Trim();
        var key = "compte|" + people.NormalizeName(Printable(account));
        var address = "pages|" + ClientAuthentication.AddressKey(http.Connection.RemoteIpAddress);
        if (throttle.Wait(key) is var wait && wait > TimeSpan.Zero || (wait = throttle.Wait(address)) > TimeSpan.Zero)
            return new SignInOutcome.LockedOut(wait);

        var person = IsAccount(account) && password.Length <= PasswordRules.MaxLength ? await people.FindByNameAsync(account) : null;
        if (person is null)
        {
            // The cost of a wrong password, and the same pause after as many: an account that does not exist looks like one that does.
            people.PasswordHasher.VerifyHashedPassword(Nobody, DecoyHash, password.Length <= PasswordRules.MaxLength ? password : "");
            throttle.Fail(key, options.Value.FailuresBeforePause, options.Value.Pause);
            throttle.Fail(address, options.Value.FailuresBeforePause * 10, options.Value.Pause);
            await RefuseAsync(null, "compte-inconnu", ct);
            return throttle.Wait(key) is var pause && pause > TimeSpan.Zero ? new SignInOutcome.LockedOut(pause) : new SignInOutcome.Refused();
        }

        if (Locked(person) is { } locked)
            return locked;
        if (!await people.CheckPasswordAsync(person, password))
        {
            throttle.Fail(address, options.Value.FailuresBeforePause * 10, options.Value.Pause);
            return await FailAsync(person, "mot-de-passe", ct);
        }

        if (await callers.FindByPersonAsync(person.Id, ct) is not { } bearer)
        {
            await RefuseAsync(person, "compte-desactive", ct);
            return new SignInOutcome.Refused();
        }

        if (!NeedsCode(person))
            return await CompleteAsync(http, person, bearer, ct);
        if (await people.GetAuthenticatorKeyAsync(person) is null)
        {
            await RefuseAsync(person, "second-facteur-absent", ct);
            return new SignInOutcome.Refused();
        }

        await http.SignInAsync(Schemes.SessionStep, SessionEvents.PrincipalOf(bearer));
        return new SignInOutcome.NeedsCode();
    }

    /// <summary>Second step, with the six digits; the first step's cookie says whose. A refusal leaves that cookie: the person may try again.</summary>
    public async Task<SignInOutcome> WithCodeAsync(HttpContext http, string code, CancellationToken ct)
    {
        if (await http.AuthenticateAsync(Schemes.SessionStep) is not { Succeeded: true, Principal: { } step }
            || SessionEvents.IdOf(step) is not { } id
            || await people.FindByIdAsync(id.ToString()) is not { } person
            || await callers.FindByPersonAsync(id, ct) is not { } bearer
            || !SessionEvents.HasStamp(step, bearer.SecurityStamp))
            return new SignInOutcome.Refused();
        if (Locked(person) is { } locked)
            return locked;
        if (await people.GetAuthenticatorKeyAsync(person) is not { } key
            || Totp.Match(key, code, clock.GetUtcNow()) is not { } accepted
            || !await ConsumeAsync(person, accepted, ct))
            return await FailAsync(person, "code", ct);

        var outcome = await CompleteAsync(http, person, bearer, ct);
        await http.SignOutAsync(Schemes.SessionStep);
        return outcome;
    }

    /// <summary>Ends all of the person's sessions: a copied cookie is worth nothing afterwards.</summary>
    public async Task OutAsync(HttpContext http, CancellationToken ct)
    {
        if (await http.AuthenticateAsync(Schemes.Session) is { Succeeded: true, Principal: { } principal } && SessionEvents.IdOf(principal) is { } id)
        {
            var caller = Caller.Of(http);
            await ExecuteAsync("update access.person set security_stamp = $2 where id = $1", ct, id, Guid.NewGuid().ToString("N"));
            await log.AppendAsync(new AuditEntry { Action = LogAction.SignedOut, Organisation = caller.Organisation, Agent = caller.Agent }, ct);
        }

        await http.SignOutAsync(Schemes.Session);
        await http.SignOutAsync(Schemes.SessionStep);
    }

    private static bool NeedsCode(Person person) => Roles.SeesIdentities(person.Role) || person.TwoFactorEnabled;

    private SignInOutcome.LockedOut? Locked(Person person) =>
        person.LockoutEnd - clock.GetUtcNow() is { } wait && wait > TimeSpan.Zero ? new(wait) : null;

    private async Task<SignInOutcome> CompleteAsync(HttpContext http, Person person, SessionBearer bearer, CancellationToken ct)
    {
        // Only a complete sign-in forgets failures: who has the password may not guess codes for ever by repeating the first step.
        await ExecuteAsync("update access.person set access_failed_count = 0, lockout_end = null where id = $1", ct, person.Id);
        await log.AppendAsync(new AuditEntry
        {
            Action = LogAction.SignedIn,
            Organisation = bearer.Caller.Organisation,
            Agent = bearer.Caller.Agent,
            Decision = "permis",
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["facteurs"] = NeedsCode(person) ? "2" : "1" },
        }, ct);
        await http.SignInAsync(Schemes.Session, SessionEvents.PrincipalOf(bearer));
        http.Items[typeof(Caller)] = bearer.Caller;
        return new SignInOutcome.SignedIn(bearer.Caller);
    }

    private async Task<SignInOutcome> FailAsync(Person person, string reason, CancellationToken ct)
    {
        // One statement: attempts in parallel are all counted.
        await using var command = databases.Reader.CreateCommand("""
            update access.person set
              access_failed_count = case when access_failed_count + 1 >= $2 then 0 else access_failed_count + 1 end,
              lockout_end = case when access_failed_count + 1 >= $2 then $3 else lockout_end end
            where id = $1 returning lockout_end
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = options.Value.FailuresBeforePause });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() + options.Value.Pause });
        var until = await command.ExecuteScalarAsync(ct) as DateTime?;
        await RefuseAsync(person, reason, ct);
        return until - clock.GetUtcNow().UtcDateTime is { } wait && wait > TimeSpan.Zero ? new SignInOutcome.LockedOut(wait) : new SignInOutcome.Refused();
    }

    /// <summary>RFC 6238 §5.2: a code is accepted once, even when two requests bring it together.</summary>
    private async Task<bool> ConsumeAsync(Person person, long step, CancellationToken ct) =>
        await ExecuteAsync("update access.person set last_code_step = $2 where id = $1 and (last_code_step is null or last_code_step < $2)", ct, person.Id, step) == 1;

    private async Task<int> ExecuteAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = databases.Reader.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync(ct);
    }

    private async Task RefuseAsync(Person? person, string reason, CancellationToken ct) =>
        await log.AppendAsync(new AuditEntry
        {
            Action = LogAction.SignInRefused,
            Organisation = person?.Organisation,
            Agent = person?.Id.ToString(),
            Decision = "refuse",
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["motif"] = reason },
        }, ct);

    /// <summary>NUL and lone surrogates would be errors of the database: no account of ours has them.</summary>
    private static bool IsAccount(string account) => account.Length is > 0 and <= 256 && account.Length == Printable(account).Length;

    private static string Printable(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune != Rune.ReplacementChar && !Rune.IsControl(rune))
                clean.Append(rune.ToString());
        }

        return clean.ToString();
    }
}
