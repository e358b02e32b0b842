using ExchangeGateway.Gateway.Dossiers;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Dossiers;

/// <summary>Where a procedure stands, whatever the order in which its messages came.</summary>
public class DossierStageTests
{
    private static readonly DateOnly Today = new(2026, 11, 21);

    private static readonly StageEvent[] Whole =
    [
        Event("caf/impayes", "2026-01-31"),
        Event("commissaires-de-justice/commandements-de-payer", "2026-02-10"),
        Event("commissaires-de-justice/assignations", "2026-04-20") with { Hearing = new(2026, 6, 15) },
        Event("instances/decisions-justice", "2026-07-15") with { EvictionOrdered = true },
        Event("commissaires-de-justice/commandements-de-quitter-les-lieux", "2026-08-01"),
        Event("commissaires-de-justice/requisitions-force-publique", "2026-10-05"),
        Event("instances/decisions-cfp", "2026-11-01") with { PoliceForce = "octroi" },
        Event("commissaires-de-justice/proces-verbaux-expulsion", "2026-11-20") with { Report = "expulsion" },
    ];

    [Theory]
    [InlineData(1, "impaye")]
    [InlineData(2, "cdp")]
    [InlineData(3, "audience")]
    [InlineData(4, "decision")]
    [InlineData(5, "cql")]
    [InlineData(6, "rfp")]
    [InlineData(7, "cfp")]
    [InlineData(8, "expulsion")]
    public void Each_message_brings_its_stage_in_every_order_of_arrival(int messages, string stage)
    {
        // Every order of up to six messages, and a thousand orders of the longer ones.
        foreach (var order in messages <= 6 ? Permutations([.. Whole.Take(messages)]) : Shuffles([.. Whole.Take(messages)], 1000))
            DossierStage.Of(order, Today).ShouldNotBeNull().Code.ShouldBe(stage);
    }

    [Fact]
    public void Without_a_withdrawn_act_the_stage_is_that_of_what_remains()
    {
        for (var gone = 0; gone < Whole.Length; gone++)
        {
            var left = Whole.Where((_, i) => i != gone).ToList();
            DossierStage.Of(left, Today)!.Code.ShouldBe(gone == Whole.Length - 1 ? "cfp" : "expulsion");
        }

        DossierStage.Of([], Today).ShouldBeNull();
        DossierStage.Of([Event("banque-de-france/orientations", "2026-05-01") with { Declared = "surendettement" }], Today).ShouldBeNull("over-indebtedness is possible at every stage and is none");
    }

    [Fact]
    public void A_hearing_is_reached_on_its_day_and_a_renvoi_puts_it_off()
    {
        StageEvent Assignation(DateOnly hearing) => Event("commissaires-de-justice/assignations", "2026-10-01") with { Hearing = hearing };
        DossierStage.Of([Assignation(Today)], Today)!.Code.ShouldBe("audience");
        DossierStage.Of([Assignation(Today.AddDays(1))], Today)!.Code.ShouldBe("assignation");
        DossierStage.Of([Event("commissaires-de-justice/assignations", "2026-10-01")], Today)!.Code.ShouldBe("assignation", "a date that may not be read is not past");
    }

    [Fact]
    public void A_referral_only_states_a_stage_and_an_attempt_is_no_eviction()
    {
        DossierStage.Of([Event("instances/saisines-ccapex", "2026-10-01") with { Declared = "cql" }, Whole[1]], Today).ShouldBe(new CurrentStage("cql", Etabli: false, null));
        DossierStage.Of([Event("instances/saisines-ccapex", "2026-10-01") with { Declared = "cql" }, Whole[4]], Today).ShouldBe(new CurrentStage("cql", Etabli: true, null));
        DossierStage.Of([Event("commissaires-de-justice/proces-verbaux-expulsion", "2026-10-01") with { Report = "tentative" }], Today)!.Code.ShouldBe("cql");
        DossierStage.Of(Whole[..7], Today)!.Precision.ShouldBe("octroi");
    }

    [Fact]
    public void A_decision_that_orders_no_eviction_ends_a_procedure_and_a_later_act_opens_another()
    {
        StageEvent[] ended = [Whole[0], Whole[1], Whole[2], Event("instances/decisions-justice", "2026-07-15") with { EvictionOrdered = false }];
        DossierStage.Of(ended, Today)!.Code.ShouldBe("decision");
        foreach (var order in Permutations([.. ended, Event("commissaires-de-justice/commandements-de-payer", "2026-11-10")]))
            DossierStage.Of(order, Today)!.Code.ShouldBe("cdp");
    }

    private static StageEvent Event(string type, string on) => new(MessageType.Parse(type), null, DateOnly.Parse(on, System.Globalization.CultureInfo.InvariantCulture));

    private static IEnumerable<IReadOnlyList<StageEvent>> Permutations(StageEvent[] items)
    {
        if (items.Length <= 1)
        {
            yield return items;
            yield break;
        }

        for (var i = 0; i < items.Length; i++)
        {
            foreach (var rest in Permutations([.. items[..i], .. items[(i + 1)..]]))
                yield return [items[i], .. rest];
        }
    }

    /// <summary>Orders drawn by a small generator of its own: the same ones in every run.</summary>
    private static IEnumerable<IReadOnlyList<StageEvent>> Shuffles(StageEvent[] items, int count)
    {
        var state = 20261121u;
        for (var i = 0; i < count; i++)
        {
            var order = items.ToArray();
            for (var at = order.Length - 1; at > 0; at--)
            {
                state = (state * 1664525u) + 1013904223u;
                var other = (int)(state >> 8) % (at + 1);
                (order[at], order[other]) = (order[other], order[at]);
            }

            yield return order;
        }
    }
}
