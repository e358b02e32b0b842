using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Retention;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Consent;

namespace ExchangeGateway.Unit.Retention;

/// <summary>Until when a category of a deposit is kept.</summary>
public sealed class RetentionRuleTests
{
    private static readonly DateTimeOffset Received = new(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] Units = ["D", "M", "Y"];

    [Fact]
    public void The_longest_of_the_purposes_under_which_a_category_is_held_decides()
    {
        using var folder = Register(("P1", "P12M"), ("P2", "P24M"));
        var register = PurposeRegister.Load(folder.Path);
        var alone = Deposit("P1");
        var delivered = alone with { Deliveries = [("P2", Categories.Identite | Categories.Dette)] };

        RetentionRule.Of(register, Categories.Identite, alone).ShouldBe(new Keeping.Until(new(2027, 3, 10), "P1"));
        RetentionRule.Of(register, Categories.Identite, delivered).ShouldBe(new Keeping.Until(new(2028, 3, 10), "P2"));
        RetentionRule.Of(register, Categories.Bail, delivered).ShouldBe(new Keeping.Until(new(2027, 3, 10), "P1"), "the recipient was not granted it");
    }

    [Fact]
    public void It_runs_from_the_last_activity_of_the_dossier_to_the_same_day_of_the_month_in_legal_time()
    {
        using var folder = Register(("P1", "P1M"));
        var register = PurposeRegister.Load(folder.Path);

        // 23:30 UTC on the 30th is the 31st in Paris.
        var late = Deposit("P1") with { LastActivity = new(2027, 1, 30, 23, 30, 0, TimeSpan.Zero) };
        RetentionRule.Of(register, Categories.Acte, late).ShouldBe(new Keeping.Until(new(2027, 2, 28), "P1"));
        RetentionRule.Expired(register, late, new(2027, 2, 28)).ShouldBe(Categories.None, "kept on its last day");
        RetentionRule.Expired(register, late, new(2027, 3, 1)).ShouldBe(late.Held);
    }

    [Fact]
    public void A_duration_that_nobody_has_fixed_has_no_end_and_a_signature_gives_it_one_from_its_version_on()
    {
        var shipped = PurposeRegister.Load(DataFolder.Shipped("consent/finalites"));
        RetentionRule.Of(shipped, Categories.Dette, Deposit("P1")).ShouldBe(new Keeping.Open("P1"));
        RetentionRule.NotBefore(shipped, new(2030, 1, 1)).ShouldBeNull();

        var signed = shipped.Signed([Signature("P1-2026-01-01", "P36M"), Signature("P1-2026-01-01", "P24M"), Signature("P2-2027-01-01", "P1M")]);
        RetentionRule.Of(signed, Categories.Dette, Deposit("P1")).ShouldBe(new Keeping.Until(new(2028, 3, 10), "P1"), "the last signature counts");
        RetentionRule.Of(signed, Categories.Dette, Deposit("P1") with { Deliveries = [("P2", Categories.Dette)] }).ShouldBe(new Keeping.Open("P2"), "signed for another version");
        signed.Version.ShouldBe(shipped.Version);
        signed.Signed([Signature("P1-2026-01-01", "P12M")]).InForce("P1", Received)!.Retention[Categories.Dette].Period.ShouldBe(new RetentionPeriod(12, 'M'));
    }

    [Fact]
    public void The_version_in_force_on_the_day_of_the_deposit_counts()
    {
        using var folder = Register(("P1", "P12M"));
        folder.Edit("P1-2026-01-01.json", p => p["valideAu"] = "2026-12-31");
        folder.Write("P1-2027-01-01.json", folder.Read("P1-2026-01-01.json"));
        folder.Edit("P1-2027-01-01.json", p =>
        {
            (p["valideDu"], p["valideAu"]) = ("2027-01-01", null);
            Fix(p, "P5Y");
        });
        var register = PurposeRegister.Load(folder.Path);

        RetentionRule.Of(register, Categories.Dette, Deposit("P1")).ShouldBe(new Keeping.Until(new(2027, 3, 10), "P1"));
        RetentionRule.Of(register, Categories.Dette, Deposit("P1") with { ReceivedAt = Received.AddYears(1), LastActivity = Received.AddYears(1) })
            .ShouldBe(new Keeping.Until(new(2032, 3, 10), "P1"));
    }

    [Fact]
    public void What_no_purpose_holds_is_kept_and_reported_and_a_restriction_suspends()
    {
        using var folder = Register(("P1", "P12M"));
        var register = PurposeRegister.Load(folder.Path);

        RetentionRule.Of(register, Categories.Sante, Deposit("P1")).ShouldBe(new Keeping.Open("P1"));
        RetentionRule.Of(register, Categories.Dette, Deposit("P99")).ShouldBe(new Keeping.Open("P99"));
        RetentionRule.Expired(register, Deposit("P1") with { Suspended = true }, new(2040, 1, 1)).ShouldBe(Categories.None);
    }

    [Fact]
    public void It_agrees_with_an_oracle_that_counts_the_days_one_by_one()
    {
        var random = 20261121u;
        int Next(int below)
        {
            random = (random * 1664525) + 1013904223;
            return (int)((random >> 8) % (uint)below);
        }

        for (var round = 0; round < 12; round++)
        {
            var durations = new[] { "P1", "P2", "P4", "P9" }.ToDictionary(p => p, _ => $"P{1 + Next(40)}{Units[Next(2)]}", StringComparer.Ordinal);
            using var folder = Register([.. durations.Select(d => (d.Key, d.Value))]);
            var register = PurposeRegister.Load(folder.Path);
            for (var n = 0; n < 60; n++)
            {
                var received = Received.AddDays(Next(300)).AddMinutes(Next(1440));
                var deposit = Deposit("P1") with
                {
                    ReceivedAt = received,
                    LastActivity = received.AddDays(Next(200)),
                    Deliveries = [.. new[] { "P2", "P4", "P9" }.Where(_ => Next(2) == 0).Select(p => (p, (Categories)Next(1 << 12)))],
                };
                foreach (var category in (Categories.Identite | Categories.Contact | Categories.Dette).Each())
                {
                    var expected = Oracle(deposit, category, durations);
                    RetentionRule.Of(register, category, deposit).ShouldBeOfType<Keeping.Until>().LastDay.ShouldBe(expected);
                    // A day on which it has expired is never one on which the run would not even look at it.
                    if (RetentionRule.Expired(register, deposit, expected.AddDays(1)).HasFlag(category))
                        PurposeRegister.LegalDay(deposit.ReceivedAt).ShouldBeLessThan(RetentionRule.NotBefore(register, expected.AddDays(1))!.Value);
                }
            }
        }
    }

    [Theory]
    [InlineData("P0M")]
    [InlineData("P1W")]
    [InlineData("P1Y6M")]
    [InlineData("24M")]
    [InlineData("dureeAFixer")]
    [InlineData("")]
    public void A_duration_of_another_form_is_none(string text) => RetentionPeriod.TryParse(text, out _).ShouldBeFalse();

    /// <summary>Day after day from the last activity: kept while some purpose that holds the category has not run out.</summary>
    private static DateOnly Oracle(HeldDeposit deposit, Categories category, Dictionary<string, string> durations)
    {
        var paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        var start = TimeZoneInfo.ConvertTime(deposit.LastActivity, paris).Date;
        // P2, P4 and P9 hold all three categories that are asked for.
        var holders = deposit.Deliveries.Where(d => d.Granted.HasFlag(category)).Select(d => d.Purpose).Append("P1").ToList();
        var day = start;
        while (holders.Exists(p => IsKept(durations[p], start, day.AddDays(1))))
            day = day.AddDays(1);
        return DateOnly.FromDateTime(day);
    }

    private static bool IsKept(string duration, DateTime start, DateTime day)
    {
        var number = int.Parse(duration[1..^1], System.Globalization.CultureInfo.InvariantCulture);
        if (duration[^1] == 'D')
            return (day - start).TotalDays <= number;
        var months = ((day.Year - start.Year) * 12) + day.Month - start.Month;
        return months < number || (months == number && day.Day <= start.Day);
    }

    private static HeldDeposit Deposit(string purpose) => new(
        Guid.NewGuid(), Guid.NewGuid(), purpose, Received, Received,
        Categories.Identite | Categories.Adresse | Categories.Contact | Categories.Dette | Categories.Bail | Categories.Acte, []);

    private static RetentionSignature Signature(string version, string duration) => new(version, duration, "A1", "B2", "Décision du comité", new(2026, 11, 20));

    private static DataFolder Register(params (string Purpose, string Duration)[] durations)
    {
        var folder = DataFolder.Copy("consent/finalites");
        foreach (var (purpose, duration) in durations)
            folder.Edit(purpose + "-2026-01-01.json", p => Fix(p, duration));
        return folder;
    }

    private static void Fix(System.Text.Json.Nodes.JsonObject purpose, string duration)
    {
        foreach (var (_, entry) in purpose["conservation"]!.AsObject().ToList())
        {
            entry!["duree"] = duration;
            entry["source"] = "texte d'essai";
        }
    }
}
