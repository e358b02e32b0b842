using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Dossiers;
using ExchangeGateway.Unit.Consent;

namespace ExchangeGateway.Unit.Dossiers;

/// <summary>Who may know which kind of service accompanies a household: by the register, and never a sender of acts.</summary>
public class OrientationsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly PurposeRegister Register = PurposeRegister.Load(DataFolder.Shipped("consent/finalites"));

    [Theory]
    [InlineData("ccapex", "secretariat", "P9", true)]
    [InlineData("ccapex", "secretariat", "P2", true)]
    [InlineData("departement", "instructeur", "P4", true)]
    [InlineData("departement", "instructeur", "P9", false)]
    [InlineData("adil", "instructeur", "P4", false)]
    [InlineData("equipe-mobile", "instructeur", "P4", false)]
    [InlineData("tribunal", "autorite", "P4", false)]
    [InlineData("ccapex", "dpo", "P4", false)]
    public void The_register_says_who_may_know(string nature, string role, string purpose, bool known) => MayKnow(nature, role, purpose).ShouldBe(known);

    [Fact]
    public void No_sender_of_acts_no_landlord_and_no_bank_is_ever_told()
    {
        foreach (var nature in (string[])["commissaire-de-justice", "bailleur", "banque-de-france"])
        {
            foreach (var role in AgentRoles.All)
            {
                foreach (var purpose in Register.InForce(Now).Where(p => p.Support is not null))
                    MayKnow(nature, role, purpose.Id).ShouldBeFalse($"{nature} {role} {purpose.Id}");
            }
        }
    }

    private static bool MayKnow(string nature, string role, string purpose) => Orientations.MayKnow(Register, nature, role, new(Guid.NewGuid(), "x", purpose, Now, null), Now);
}
