using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Unit.Pseudonyms;

/// <summary>After a rotation the references of before are understood for a time, and no longer.</summary>
public sealed class PseudonymVersionTests
{
    private static readonly DateTimeOffset Since = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromDays(90);

    [Fact]
    public void The_version_before_is_understood_until_the_time_of_grace_is_over()
    {
        var third = new PseudonymVersion(3, Since);
        third.Understood(Since, Grace).ShouldBe([3, 2]);
        third.Understood(Since + Grace - TimeSpan.FromTicks(1), Grace).ShouldBe([3, 2]);
        third.Understood(Since + Grace, Grace).ShouldBe([3]);
        new PseudonymVersion(2, Since).Understood(Since, Grace).ShouldBe([2, 1]);
    }

    [Fact]
    public void Before_the_first_version_there_was_none()
    {
        PseudonymVersion.First.Current.ShouldBe(1);
        new PseudonymVersion(1, Since).Understood(Since, Grace).ShouldBe([1]);
    }

    [Fact]
    public void Each_recipient_purpose_and_version_has_a_secret_of_its_own()
    {
        var (adil, fsl) = (Guid.Parse("0197a000-0000-7000-8000-000000000001"), Guid.Parse("0197a000-0000-7000-8000-000000000002"));
        // Names of rows that exist: another word would make another secret, and every pseudonym another.
        PseudonymVersion.SecretOf(adil, "P2", 1).ShouldBe("pseudonym/0197a000-0000-7000-8000-000000000001/P2/1");
        PseudonymVersion.SecretOf(adil, PseudonymDomains.Dossiers, 2).ShouldBe("dossier/0197a000-0000-7000-8000-000000000001/2");
        new[] { (adil, "P2", 1), (adil, "P2", 2), (adil, "P1", 1), (fsl, "P2", 1), (adil, "dossier", 1), (fsl, "dossier", 1) }
            .Select(d => PseudonymVersion.SecretOf(d.Item1, d.Item2, d.Item3)).Distinct().Count().ShouldBe(6);
    }
}
