using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace ExchangeGateway.Gateway.Access.People;

/// <summary>Wraps authenticator keys by Data Protection: the database and its backups alone make no code.</summary>
internal sealed class AuthenticatorKeys(IDataProtectionProvider protection)
{
    /// <summary>Where Identity's own stores keep the key: its constants, which it does not publish.</summary>
    public const string Provider = "[AspNetUserStore]";

    /// <inheritdoc cref="Provider"/>
    public const string Name = "AuthenticatorKey";

    private readonly IDataProtector _protector = protection.CreateProtector("authenticator-key");

    public string Wrap(string key) => _protector.Protect(key);

    public string Unwrap(string wrapped) => _protector.Unprotect(wrapped);
}

/// <summary>Identity's store, with wrapped authenticator keys.</summary>
internal sealed class PersonStore(PersonContext context, AuthenticatorKeys keys, IdentityErrorDescriber? describer = null)
    : UserOnlyStore<Person, PersonContext, Guid>(context, describer)
{
    public override Task SetAuthenticatorKeyAsync(Person user, string key, CancellationToken cancellationToken) =>
        base.SetAuthenticatorKeyAsync(user, keys.Wrap(key), cancellationToken);

    public override async Task<string?> GetAuthenticatorKeyAsync(Person user, CancellationToken cancellationToken) =>
        await base.GetAuthenticatorKeyAsync(user, cancellationToken) is { } wrapped ? keys.Unwrap(wrapped) : null;
}
