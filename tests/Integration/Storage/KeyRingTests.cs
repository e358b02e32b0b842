using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Gateway.Storage.Protection;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExchangeGateway.Integration.Storage;

/// <summary>The Data Protection key ring: in the database, sealed by a certificate that is not.</summary>
public sealed class KeyRingTests(PostgresFixture postgres) : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_start_makes_one_key_that_protects_at_once_and_the_next_starts_keep_it()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        string secret;
        Guid key;
        using (var first = await StartAsync(database, Certificate("a")))
        {
            secret = Protector(first).Protect("essai");
            key = Keys(first).ShouldHaveSingleItem().KeyId;
        }

        using var second = await StartAsync(database, Certificate("a"));
        Keys(second).ShouldHaveSingleItem().KeyId.ShouldBe(key);
        Protector(second).Unprotect(secret).ShouldBe("essai");
    }

    [Fact]
    public async Task Nodes_that_start_together_make_one_key()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync(database, Certificate("a"))));
        Keys(hosts[0]).Count.ShouldBe(1);
        Protector(hosts[3]).Unprotect(Protector(hosts[0]).Protect("essai")).ShouldBe("essai");
        foreach (var host in hosts)
            host.Dispose();
    }

    [Fact]
    public async Task What_the_database_holds_opens_nothing_without_the_certificate()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        using var host = await StartAsync(database, Certificate("a"));
        var xml = host.Services.GetRequiredService<KeyRepository>().GetAllElements().ShouldHaveSingleItem().ToString();
        xml.ShouldContain("certificateSealedKey");
        xml.ShouldNotContain("masterKey");
    }

    [Fact]
    public async Task The_start_fails_with_another_certificate_and_makes_no_key()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        using (await StartAsync(database, Certificate("a")))
        {
        }

        var refused = await Should.ThrowAsync<StartRefusedException>(() => StartAsync(database, Certificate("b")));
        refused.Message.ShouldContain("DataProtection:OldCertificates");
        await using var count = database.Databases.Owner.CreateCommand("select count(*) from access.data_protection_key");
        (await count.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(1L);
    }

    [Fact]
    public async Task An_old_certificate_still_opens_what_it_sealed()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        string secret;
        using (var before = await StartAsync(database, Certificate("a")))
            secret = Protector(before).Protect("essai");
        var settings = Certificate("b");
        settings["DataProtection:OldCertificates:0:Path"] = Path.Combine(_folder.Path, "a.pfx");
        settings["DataProtection:OldCertificates:0:Password"] = "mot-de-passe";
        using var after = await StartAsync(database, settings);
        Protector(after).Unprotect(secret).ShouldBe("essai");
    }

    [Theory]
    [InlineData("update access.data_protection_key set xml = replace(xml, 'descriptor', 'autre')")]
    [InlineData("update access.data_protection_key set xml = regexp_replace(xml, '<sealed>......', '<sealed>AAAAAA')")]
    public async Task The_start_fails_with_a_key_that_was_altered(string alteration)
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        using (await StartAsync(database, Certificate("a")))
        {
        }

        await using (var alter = database.Databases.Owner.CreateCommand(alteration))
            (await alter.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
        await Should.ThrowAsync<StartRefusedException>(() => StartAsync(database, Certificate("a")));
    }

    [Fact]
    public async Task A_certificate_with_a_wrong_password_is_named_and_the_password_is_not()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var settings = Certificate("a");
        settings["DataProtection:CertificatePassword"] = "pas-celui-la";
        var refused = await Should.ThrowAsync<StartRefusedException>(() => StartAsync(database, settings));
        refused.Message.ShouldContain("a.pfx");
        refused.Message.ShouldNotContain("pas-celui-la");
    }

    [Fact]
    public async Task The_next_key_is_made_a_week_before_the_last_ends_and_waits_48_hours()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var clock = new SettableClock(TimeProvider.System.GetUtcNow());
        using var host = await StartAsync(database, Certificate("a"), clock);
        var ring = host.Services.GetRequiredService<KeyRing>();
        var first = Keys(host).Single();

        clock.Now = first.ExpirationDate.AddDays(-8);
        await ring.MakeDueKeyAsync(TestContext.Current.CancellationToken);
        Keys(host).Count.ShouldBe(1);
        clock.Now = first.ExpirationDate.AddDays(-6);
        await ring.MakeDueKeyAsync(TestContext.Current.CancellationToken);
        await ring.MakeDueKeyAsync(TestContext.Current.CancellationToken);

        var next = Keys(host).Where(k => k.KeyId != first.KeyId).ShouldHaveSingleItem();
        (next.ActivationDate - clock.Now).ShouldBe(TimeSpan.FromHours(48), TimeSpan.FromSeconds(1));
        next.ActivationDate.ShouldBeLessThan(first.ExpirationDate);
        // Meanwhile, what is protected can be read by nodes that have not seen the new key.
        Protector(host).Protect([1]).Length.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Only_what_was_chosen_is_deleted_from_the_ring()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        using var host = await StartAsync(database, Certificate("a"));
        var extra = host.Services.GetRequiredService<IKeyManager>().CreateNewKey(TimeProvider.System.GetUtcNow().AddDays(1), TimeProvider.System.GetUtcNow().AddDays(2));
        var repository = host.Services.GetRequiredService<KeyRepository>();
        repository.DeleteElements(all => all.Single(e => e.Element.ToString().Contains(extra.KeyId.ToString(), StringComparison.Ordinal)).DeletionOrder = 0).ShouldBeTrue();
        Keys(host).ShouldHaveSingleItem().KeyId.ShouldNotBe(extra.KeyId);
    }

    [Fact]
    public async Task The_certificate_of_the_embedded_default_is_made_once_for_its_user_only()
    {
        await using var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["DataProtection:SelfSigned"] = "true" };
        var path = Path.Combine(_folder.Path, "state", "keys", "protection.pfx");
        byte[] made;
        using (await StartAsync(database, settings))
            made = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        using (await StartAsync(database, settings))
            (await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).ShouldBe(made);
        File.GetUnixFileMode(path).ShouldBe(Posix.PrivateFile);
        using var certificate = X509CertificateLoader.LoadPkcs12(made, null);
        using var key = certificate.GetRSAPrivateKey();
        key!.KeySize.ShouldBe(3072);
    }

    private int _starts;

    private async Task<IHost> StartAsync(TestDatabase database, Dictionary<string, string?> settings, TimeProvider? clock = null)
    {
        var state = settings.ContainsKey("DataProtection:SelfSigned") ? "state" : "state-" + Interlocked.Increment(ref _starts);
        var host = TestHost.Build(new(database.Configuration.Where(s => s.Key.StartsWith("Database:", StringComparison.Ordinal)).Concat(settings), StringComparer.Ordinal) { ["State:Folder"] = Path.Combine(_folder.Path, state) }, "Production", clock);
        try
        {
            await host.Services.StartStorageAsync(TestContext.Current.CancellationToken);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    private Dictionary<string, string?> Certificate(string name)
    {
        var path = Path.Combine(_folder.Path, name + ".pfx");
        if (!File.Exists(path))
        {
            using var key = RSA.Create(3072);
            using var certificate = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
            File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, "mot-de-passe"));
        }

        return new(StringComparer.Ordinal) { ["DataProtection:Certificate"] = path, ["DataProtection:CertificatePassword"] = "mot-de-passe" };
    }

    private static IReadOnlyCollection<IKey> Keys(IHost host) => host.Services.GetRequiredService<IKeyManager>().GetAllKeys();

    private static IDataProtector Protector(IHost host) => host.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("essai");

    private sealed class SettableClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
