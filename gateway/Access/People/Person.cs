using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ExchangeGateway.Gateway.Access.People;

/// <summary>Somebody who signs in. Organisation and role are columns: there are no role tables, and only the owner writes them.</summary>
internal sealed class Person : IdentityUser<Guid>
{
    public Guid Organisation { get; set; }
    public string Role { get; set; } = "";
    public string DisplayName { get; set; } = "";
    public DateTimeOffset? DisabledAt { get; set; }
    /// <summary>The last 30-second step whose code was accepted (RFC 6238 §5.2).</summary>
    public long? LastCodeStep { get; set; }
}

/// <summary>The tables of <c>0002_access.sql</c> as ASP.NET Core Identity's stores want them.</summary>
internal sealed class PersonContext(DbContextOptions<PersonContext> options)
    : IdentityUserContext<Person, Guid, IdentityUserClaim<Guid>, IdentityUserLogin<Guid>, IdentityUserToken<Guid>>(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDefaultSchema("access");
        builder.Entity<Person>(person =>
        {
            person.ToTable("person");
            person.Property(p => p.Id).HasColumnName("id");
            person.Property(p => p.UserName).HasColumnName("user_name");
            person.Property(p => p.NormalizedUserName).HasColumnName("normalized_user_name");
            person.Property(p => p.Email).HasColumnName("email");
            person.Property(p => p.NormalizedEmail).HasColumnName("normalized_email");
            person.Property(p => p.EmailConfirmed).HasColumnName("email_confirmed");
            person.Property(p => p.PasswordHash).HasColumnName("password_hash");
            person.Property(p => p.SecurityStamp).HasColumnName("security_stamp");
            person.Property(p => p.ConcurrencyStamp).HasColumnName("concurrency_stamp");
            person.Property(p => p.PhoneNumber).HasColumnName("phone_number");
            person.Property(p => p.PhoneNumberConfirmed).HasColumnName("phone_number_confirmed");
            person.Property(p => p.TwoFactorEnabled).HasColumnName("two_factor_enabled");
            // Counted by SignIn in one atomic statement: a stale copy must never be written back.
            ReadOnly(person.Property(p => p.LockoutEnd).HasColumnName("lockout_end").Metadata);
            ReadOnly(person.Property(p => p.AccessFailedCount).HasColumnName("access_failed_count").Metadata);
            ReadOnly(person.Property(p => p.LastCodeStep).HasColumnName("last_code_step").Metadata);
            person.Property(p => p.LockoutEnabled).HasColumnName("lockout_enabled");
            // The owner's to write.
            ReadOnly(person.Property(p => p.Organisation).HasColumnName("organisation").Metadata);
            ReadOnly(person.Property(p => p.Role).HasColumnName("role").Metadata);
            ReadOnly(person.Property(p => p.DisplayName).HasColumnName("display_name").Metadata);
            ReadOnly(person.Property(p => p.DisabledAt).HasColumnName("disabled_at").Metadata);
        });
        builder.Entity<IdentityUserClaim<Guid>>(claim =>
        {
            claim.ToTable("person_claim");
            claim.Property(c => c.Id).HasColumnName("id").UseIdentityAlwaysColumn();
            claim.Property(c => c.UserId).HasColumnName("user_id");
            claim.Property(c => c.ClaimType).HasColumnName("claim_type");
            claim.Property(c => c.ClaimValue).HasColumnName("claim_value");
        });
        builder.Entity<IdentityUserLogin<Guid>>(login =>
        {
            login.ToTable("person_login");
            login.Property(l => l.LoginProvider).HasColumnName("login_provider");
            login.Property(l => l.ProviderKey).HasColumnName("provider_key");
            login.Property(l => l.ProviderDisplayName).HasColumnName("provider_display_name");
            login.Property(l => l.UserId).HasColumnName("user_id");
        });
        builder.Entity<IdentityUserToken<Guid>>(token =>
        {
            token.ToTable("person_token");
            token.Property(t => t.UserId).HasColumnName("user_id");
            token.Property(t => t.LoginProvider).HasColumnName("login_provider");
            token.Property(t => t.Name).HasColumnName("name");
            token.Property(t => t.Value).HasColumnName("value");
        });
    }

    private static void ReadOnly(IMutableProperty property) => property.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
}
