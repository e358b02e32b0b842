using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Access;

public sealed class DepositRightsTests
{
    private static readonly DepositRights Rights = new(["caf/impayes@75", "caf/impayes@2A", "bailleurs/impayes@38"]);

    [Theory]
    [InlineData("caf", "impayes", "75", true)]
    [InlineData("caf", "impayes", "2A", true)]
    [InlineData("bailleurs", "impayes", "38", true)]
    [InlineData("caf", "impayes", "38", false)]
    [InlineData("bailleurs", "impayes", "75", false)]
    [InlineData("caf", "impaye", "75", false)]
    [InlineData("caf", "impayes", "5", false)]
    [InlineData("ca", "f/impayes", "75", false)]
    [InlineData("caf", "impayes@75", "", false)]
    [InlineData("", "", "", false)]
    public void Allows_exactly_what_is_granted(string partner, string name, string territory, bool allowed) =>
        Rights.Allow(new MessageType(partner, name), territory).ShouldBe(allowed);

    [Theory]
    [InlineData("caf", "impayes", true)]
    [InlineData("caf", "impaye", false)]
    [InlineData("caf", "saisines-ccapex", false)]
    public void Knows_whether_a_type_is_granted_anywhere(string partner, string name, bool allowed) =>
        Rights.AllowAnywhere(new MessageType(partner, name)).ShouldBe(allowed);

    [Fact]
    public void Allows_nothing_by_default()
    {
        default(DepositRights).Allow(new MessageType("caf", "impayes"), "75").ShouldBeFalse();
        DepositRights.None.AllowAnywhere(new MessageType("caf", "impayes")).ShouldBeFalse();
        DepositRights.None.Each().ShouldBeEmpty();
    }
}
