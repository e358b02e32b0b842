using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Tokens;

namespace ExchangeGateway.Unit.Access;

public sealed class ClientSecretTests
{
    [Fact]
    public void Opens_its_own_hash_and_no_other()
    {
        var secret = ClientSecret.New();
        var stored = ClientSecret.Hash(secret);

        ClientSecret.Verify(secret, stored).ShouldBeTrue();
        ClientSecret.Verify(secret + "x", stored).ShouldBeFalse();
        ClientSecret.Verify("", stored).ShouldBeFalse();
        ClientSecret.Verify(secret, ClientSecret.Decoy).ShouldBeFalse();
    }

    [Fact]
    public void Keeps_salt_and_iterations_in_the_stored_text()
    {
        var parts = ClientSecret.Hash("secret").Split('$');

        parts.Length.ShouldBe(4);
        parts[0].ShouldBe("pbkdf2-sha256");
        int.Parse(parts[1]).ShouldBeGreaterThanOrEqualTo(1_000);
        Convert.FromBase64String(parts[2]).Length.ShouldBe(16);
        Convert.FromBase64String(parts[3]).Length.ShouldBe(32);
        string.Equals(ClientSecret.Hash("secret").Split('$')[2], parts[2], StringComparison.Ordinal).ShouldBeFalse();
    }

    [Fact]
    public void Makes_the_decoy_of_an_unknown_client_as_dear_as_a_real_hash() =>
        string.Join('$', ClientSecret.Decoy.Split('$')[..2]).ShouldBe(string.Join('$', ClientSecret.Hash("x").Split('$')[..2]));

    [Fact]
    public void Refuses_to_read_a_hash_of_another_form() =>
        Should.Throw<FormatException>(() => ClientSecret.Verify("x", "clear-text"));
}
