using ExchangeGateway.Consent;

namespace ExchangeGateway.Unit.Consent;

/// <summary>Who may get which right, by the purposes as they are shipped.</summary>
public sealed class RightsRulesTests
{
    private static readonly PurposeRegister Register = PurposeRegister.Load(DataFolder.Shipped("consent/finalites"));

    [Theory]
    [InlineData(RightKind.Effacement, "P1", false, RefusalGround.ObligationLegale, false)]
    [InlineData(RightKind.Effacement, "P2", false, RefusalGround.MissionInteretPublic, false)]
    [InlineData(RightKind.Effacement, "P15", true, null, false)]
    [InlineData(RightKind.Opposition, "P1", false, RefusalGround.ObligationLegale, false)]
    [InlineData(RightKind.Opposition, "P2", true, null, true)]
    [InlineData(RightKind.Opposition, "P15", false, RefusalGround.RetraitDeLAccord, false)]
    [InlineData(RightKind.Acces, "P1", true, null, false)]
    [InlineData(RightKind.Rectification, "P3", true, null, false)]
    [InlineData(RightKind.Limitation, "P1", true, null, false)]
    public void A_right_is_granted_where_the_purpose_allows_it(RightKind kind, string purpose, bool possible, RefusalGround? ground, bool restricts) =>
        RightsRules.Of(kind, Of(purpose)).ShouldBe(new RightAnswer(possible, ground, restricts));

    [Fact]
    public void A_text_that_excludes_the_objection_leaves_the_data_in_use()
    {
        var excluded = Of("P2") with { Rights = Of("P2").Rights with { Objection = false } };
        RightsRules.Of(RightKind.Opposition, excluded).ShouldBe(new RightAnswer(false, RefusalGround.TexteContraire));
    }

    [Theory]
    [InlineData(RightKind.Acces)]
    [InlineData(RightKind.Rectification)]
    [InlineData(RightKind.Limitation)]
    public void A_text_that_excludes_a_right_is_the_ground_of_its_refusal(RightKind kind)
    {
        var excluded = Of("P2") with { Rights = new ExchangeGateway.Consent.Rights(kind != RightKind.Acces, kind != RightKind.Rectification, kind != RightKind.Limitation, true, true, true, "") };
        RightsRules.Of(kind, excluded).ShouldBe(new RightAnswer(false, RefusalGround.TexteContraire));
        foreach (var other in new[] { RightKind.Acces, RightKind.Rectification, RightKind.Limitation, RightKind.Effacement }.Where(k => k != kind))
            RightsRules.Of(other, excluded).ShouldBe(new RightAnswer(true, null), "the other rights stay");
    }

    [Fact]
    public void Each_kind_of_request_has_the_grounds_of_its_articles_and_those_of_every_request()
    {
        Own(RightKind.Acces).ShouldBe([RefusalGround.DroitsDAutrui]);
        Own(RightKind.Rectification).ShouldBe([RefusalGround.DonneesExactes]);
        Own(RightKind.Limitation).ShouldBe([RefusalGround.ConditionsLimitationAbsentes]);
        Own(RightKind.Opposition).ShouldBe([RefusalGround.ObligationLegale, RefusalGround.RetraitDeLAccord, RefusalGround.MotifsLegitimesImperieux, RefusalGround.DroitsEnJustice]);
        Own(RightKind.Effacement).ShouldBe([RefusalGround.ObligationLegale, RefusalGround.MissionInteretPublic, RefusalGround.DroitsEnJustice]);

        static IEnumerable<RefusalGround> Own(RightKind kind)
        {
            var grounds = RightsRules.GroundsOf(kind);
            grounds.TakeLast(4).ShouldBe([RefusalGround.TexteContraire, RefusalGround.IdentiteNonEtablie, RefusalGround.ManifestementInfondee, RefusalGround.Excessive]);
            return grounds.SkipLast(4);
        }
    }

    [Theory]
    [InlineData(RightKind.Acces)]
    [InlineData(RightKind.Rectification)]
    [InlineData(RightKind.Limitation)]
    [InlineData(RightKind.Opposition)]
    [InlineData(RightKind.Effacement)]
    public void Every_refusal_that_the_law_imposes_has_a_ground_that_can_be_given(RightKind kind)
    {
        var grounds = RightsRules.GroundsOf(kind);
        foreach (var purpose in Register.Purposes)
        {
            var answer = RightsRules.Of(kind, purpose);
            answer.Possible.ShouldBe(answer.Ground is null, purpose.Version);
            if (answer.Ground is { } ground)
                grounds.ShouldContain(ground, purpose.Version);
        }
    }

    [Fact]
    public void Codes_are_read_back()
    {
        foreach (var ground in Enum.GetValues<RefusalGround>())
        {
            GroundCodes.TryParse(ground.Code, out var read).ShouldBeTrue();
            read.ShouldBe(ground);
        }

        RightsCodes.TryParse("portabilite", out _).ShouldBeFalse();
    }

    private static Purpose Of(string id) => Register.Purposes.Single(p => p.Id == id);
}
