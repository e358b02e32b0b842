using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Retention;
using ExchangeGateway.Unit.Consent;

namespace ExchangeGateway.Unit.Retention;

/// <summary>How long an entry of the log can be read.</summary>
public sealed class LogRetentionTests
{
    private static readonly DateTimeOffset Now = new(2028, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_action_has_its_class() =>
        Enum.GetValues<LogAction>().Except([LogAction.None]).Except(LogRetention.Classes.Keys).ShouldBeEmpty("say in LogRetention how long such an entry can be read");

    [Fact]
    public void A_consultation_is_kept_twelve_months_and_three_years_where_the_register_says_so()
    {
        using var folder = DataFolder.Copy("consent/finalites");
        folder.Edit("P7-2026-01-01.json", p => p["journal"] = new System.Text.Json.Nodes.JsonObject { ["duree"] = "P3Y", ["motif"] = "Contrôle interne documenté" });
        var register = PurposeRegister.Load(folder.Path);

        LogRetention.Ripe(register, "P1", Now.AddMonths(-12), Now).ShouldBeFalse();
        LogRetention.Ripe(register, "P1", Now.AddMonths(-12).AddDays(-1), Now).ShouldBeTrue();
        LogRetention.Ripe(register, null, Now.AddMonths(-13), Now).ShouldBeTrue();
        LogRetention.Ripe(register, "P7", Now.AddMonths(-35), Now).ShouldBeFalse();
        LogRetention.Ripe(register, "P7", Now.AddMonths(-36).AddDays(-1), Now).ShouldBeTrue();
    }

    [Theory]
    [InlineData("P5M")]
    [InlineData("P37M")]
    [InlineData("P400D")]
    public void A_purpose_keeps_its_log_from_six_months_to_three_years(string duration)
    {
        using var folder = DataFolder.Copy("consent/finalites");
        folder.Edit("P7-2026-01-01.json", p => p["journal"] = new System.Text.Json.Nodes.JsonObject { ["duree"] = duration, ["motif"] = "essai" });

        Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.ShouldContain(e => e.Pointer == "/journal/duree");
    }

    [Fact]
    public void The_common_rule_goes_no_further_than_twelve_months()
    {
        using var folder = DataFolder.Copy("consent/finalites");
        folder.Edit("commun-2026-01-01.json", p => p["parametres"]!["conservationJournal"]!["duree"] = "P13M");

        Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.ShouldContain(e => e.Pointer == "/parametres/conservationJournal/duree");
    }
}
