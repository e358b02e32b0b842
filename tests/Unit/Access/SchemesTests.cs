using ExchangeGateway.Gateway.Access;

namespace ExchangeGateway.Unit.Access;

public sealed class SchemesTests
{
    [Theory]
    [InlineData("/v1/caf/impayes", true)]
    [InlineData("/V1/moi", true)]
    [InlineData("/v1", true)]
    [InlineData("/connect/token", true)]
    [InlineData("/journal/checkpoint", true)]
    [InlineData("/journal/tile/0/000", true)]
    [InlineData("/metrics", true)]
    [InlineData("/", false)]
    [InlineData("/journal", false)]
    [InlineData("/journal/entree", false)]
    [InlineData("/v10", false)]
    [InlineData("/connexion", false)]
    [InlineData("/reception", false)]
    public void Tells_what_machines_call_from_pages(string path, bool api) => Schemes.IsApi(path).ShouldBe(api);
}
