using System.Security.Cryptography;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Gateway.SyntheticYear;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Law;
using ExchangeGateway.Unit.Routing;
using ExchangeGateway.Unit.Schemas;

namespace ExchangeGateway.Unit.SyntheticYear;

/// <summary>The invented year keeps to the published counts, to the law's delays and to itself.</summary>
public sealed class YearTests
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1";
    private static readonly double Scale = Full ? 1 : 0.05;

    private static IReadOnlyList<YearAct> Make(double scale, long seed = 7, int year = 2024) => YearFlow.Make(Distribution.Paris, 2024, year, scale, seed);

    [Theory]
    [InlineData(1, 10782, 998)]
    [InlineData(0.1, 1078, 100)]
    public void The_totals_are_those_of_the_reference_times_the_scale(double scale, int commandements, int evictions)
    {
        var acts = Make(scale);
        foreach (var stage in YearFigures.Stages)
            acts.Count(a => a.Stage == stage).ShouldBe((int)Math.Round(YearFigures.Of(2024, stage) * scale, MidpointRounding.AwayFromZero), stage.ToString());
        acts.Count(a => a.Stage is YearStage.Cdp).ShouldBe(commandements);
        acts.Count(a => a.Stage is YearStage.Expulsion).ShouldBe(evictions);
    }

    [Fact]
    public void Each_month_has_its_share_and_no_eviction_falls_into_the_truce()
    {
        var acts = Make(1);
        foreach (var stage in YearFigures.Stages.Where(s => s is not YearStage.Expulsion))
        {
            for (var month = 1; month <= 12; month++)
            {
                var share = YearFigures.Of(2024, stage) * DateTime.DaysInMonth(2024, month) / 366.0;
                ((double)acts.Count(a => a.Stage == stage && a.Day.Month == month)).ShouldBe(share, 1, $"{stage} {month}");
            }
        }

        acts.Where(a => a.Stage is YearStage.Expulsion).ShouldAllBe(a => a.Day.Month >= 4 && a.Day.Month <= 10);
        acts.Where(a => a.Stage is not YearStage.ImpayeCaf).ShouldAllBe(a => a.Day.DayOfWeek != DayOfWeek.Sunday);
    }

    [Fact]
    public void One_seed_gives_the_same_bytes_and_another_seed_others()
    {
        static string Digest(long seed) => Convert.ToHexStringLower(SHA256.HashData([.. Make(0.05, seed).SelectMany(a => YearMessages.Bytes(a))]));
        Digest(3).ShouldBe(Digest(3));
        Digest(4).ShouldNotBe(Digest(3));
    }

    [Fact]
    public void Households_move_through_the_stages_in_order_with_the_laws_delays_and_stay_themselves()
    {
        var acts = Make(0.2);
        acts.Count(a => a.InYear).ShouldBeGreaterThan(acts.Count / 10);
        foreach (var path in acts.GroupBy(a => a.Household.Number))
        {
            path.Select(a => a.Household).Distinct().Count().ShouldBe(1);
            var steps = path.OrderBy(a => a.Day).ToList();
            foreach (var (before, after) in steps.Zip(steps.Skip(1)))
            {
                ((int)after.Stage).ShouldBe((int)before.Stage + 1);
                after.Previous.ShouldBe(before.Day);
                after.Months.ShouldBeGreaterThanOrEqualTo(before.Months);
                var days = after.Day.DayNumber - before.Day.DayNumber;
                // Six weeks from the commandement (art. 24 I loi 89-462), two months from the commandement de quitter les lieux (L412-1 CPCE).
                days.ShouldBeGreaterThanOrEqualTo(after.Stage switch { YearStage.Assignation => 42, YearStage.Requisition => 59, _ => 5 });
            }
        }
    }

    [Fact]
    public void Every_message_is_valid_against_its_schema_and_its_adapter_says_its_stage()
    {
        var stages = new Dictionary<YearStage, string>
        {
            [YearStage.ImpayeCaf] = "impaye",
            [YearStage.Cdp] = "cdp",
            [YearStage.Assignation] = "assignation",
            [YearStage.Cql] = "cql",
            [YearStage.Requisition] = "rfp",
            [YearStage.OctroiCfp] = "cfp",
            [YearStage.Expulsion] = "expulsion",
        };
        foreach (var act in Make(Scale))
        {
            var (type, body) = (YearMessages.Types[act.Stage], YearMessages.Bytes(act));
            var valid = Exemples.Catalogue.Validate(type, body).ShouldBeOfType<ValidationResult.Valid>(System.Text.Encoding.UTF8.GetString(body));
            PartnerMessages.TryGet(type, out var message).ShouldBeTrue();
            var facts = message!.Adapt(body, new AdaptContext(act.Day, valid.SchemaVersion, Distribution.Paris.Notices, ShippedLaw.France)).Faits;
            facts.Stade.ShouldBe(stages[act.Stage]);
            facts.Motif.ShouldBe("impayes");
        }
    }

    [Fact]
    public void No_two_households_have_one_name_or_one_telephone()
    {
        var households = Make(1).Select(a => a.Household).DistinctBy(h => h.Number).ToList();
        households.Select(h => h.Nom).ShouldBeUnique();
        households.Select(h => h.Telephone).OfType<string>().ShouldBeUnique();
        ((double)households.Count(h => h.Telephone is not null) / households.Count).ShouldBe(0.6, 0.02);
    }

    [Fact]
    public void Every_act_finds_its_own_household_and_no_other()
    {
        var byKey = new Dictionary<long, HashSet<Found>>();
        var decider = new Decider(new MatchWeights());
        var subjects = new Dictionary<int, Found>();
        foreach (var act in Make(Scale, seed: 5).OrderBy(a => a.Stage))
        {
            PartnerMessages.TryGet(YearMessages.Types[act.Stage], out var message);
            var profile = ProfileForms.Of(new byte[32], message!.Adapt(YearMessages.Bytes(act), new AdaptContext(act.Day, "1", Distribution.Paris.Notices, ShippedLaw.France)));
            var candidates = profile.Sought.Select(k => byKey.GetValueOrDefault(k)).OfType<HashSet<Found>>().Where(h => h.Count <= Blocking.MostHolders).SelectMany(h => h).Distinct();
            var found = (decider.Decide(profile.Marks, candidates.Select(c => (c, (IReadOnlyList<Profile>)c.Profiles))) as Decision<Found>.Same)?.Subject;
            found.ShouldBe(subjects.GetValueOrDefault(act.Household.Number), $"{act.Stage} of household {act.Household.Number}");
            found ??= subjects[act.Household.Number] = new Found();
            found.Profiles.Add(profile.Marks);
            foreach (var key in profile.Keys)
                (byKey.TryGetValue(key, out var holders) ? holders : byKey[key] = []).Add(found);
        }

        subjects.Count.ShouldBeGreaterThan(500);
    }

    private sealed class Found
    {
        public List<Profile> Profiles { get; } = [];
    }
}
