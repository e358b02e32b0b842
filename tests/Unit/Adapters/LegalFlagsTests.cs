using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Law;
using ExchangeGateway.Unit.Schemas;

namespace ExchangeGateway.Unit.Adapters;

/// <summary>What the law says of a message is a flag, at the right date, and never a refusal.</summary>
public class LegalFlagsTests
{
    private const string Cdp = "commissaires-de-justice.commandements-de-payer";
    private const string Assignation = "commissaires-de-justice.assignations";
    private static readonly DateOnly Today = new(2026, 11, 20);

    private static List<string> Flags(string folder, byte[] body, DateOnly? today = null)
    {
        PartnerMessages.TryGet(Exemples.TypeOf(folder), out var message).ShouldBeTrue();
        Exemples.Catalogue.Validate(Exemples.TypeOf(folder), body).ShouldBeOfType<ValidationResult.Valid>();
        var context = new AdaptContext(today ?? Today, "1", [new("2024-07", new(2024, 7, 1), null)], ShippedLaw.France);
        return [.. message!.Adapt(body, context).Drapeaux.Select(d => d.Code)];
    }

    private static byte[] With(string folder, string name, params (string Pointer, JsonNode? Value)[] changes) =>
        changes.Aggregate(Exemples.Valid(folder, name), (body, change) => Exemples.With(body, change.Pointer, change.Value?.DeepClone()));

    /// <summary>480 € of a rent of 280 € and charges of 20 €, aid paid to the tenant: under two payments, over the flat amount.</summary>
    private const string Small = """{"loyerHorsCharges":280,"charges":20,"natureAide":"ALS","aideAuLogement":50,"tiersPayant":false,"total":480,"moisImpayes":1,"premierMoisImpaye":"2026-12"}""";

    [Fact]
    public void New_years_day_of_2027_changes_the_threshold_of_the_caf_with_no_code()
    {
        // The landlord gives no date of constitution: the clock decides.
        var landlord = With("bailleurs.impayes", "social-complet", ("/dette", JsonNode.Parse(Small)));
        Flags("bailleurs.impayes", landlord, new(2026, 12, 31)).ShouldContain("seuilNonAtteint");
        Flags("bailleurs.impayes", landlord, new(2027, 1, 1)).ShouldNotContain("seuilNonAtteint");

        // The CAF gives it, and it is stronger than the day of the message.
        var caf = With("caf.impayes", "msa-minimal", ("/dette", JsonNode.Parse(Small)), ("/dette/dateConstitution", "2026-12-31"));
        Flags("caf.impayes", caf, new(2027, 1, 2)).ShouldContain("seuilNonAtteint");
        Flags("caf.impayes", Exemples.With(caf, "/dette/dateConstitution", "2027-01-01"), new(2027, 1, 2)).ShouldNotContain("seuilNonAtteint");
    }

    [Fact]
    public void A_debt_under_the_threshold_of_the_act_is_flagged_for_the_landlords_that_the_duty_binds()
    {
        (string, JsonNode?)[] small = [("/dette", JsonNode.Parse("""{"loyerHorsCharges":850,"charges":90,"total":940,"premierMoisImpaye":"2026-10","moisImpayes":1}"""))];
        Flags(Cdp, With(Cdp, "complet", small)).ShouldContain("seuilNonAtteint");
        Flags(Cdp, With(Cdp, "complet", [.. small, ("/dette/moisImpayes", 2)])).ShouldNotContain("seuilNonAtteint");
        Flags(Cdp, With(Cdp, "complet", [.. small, ("/dette/total", 1700)])).ShouldNotContain("seuilNonAtteint");
        Flags(Cdp, With(Cdp, "complet", [.. small, ("/bailleur/type", "personneMorale")])).ShouldSatisfyAllConditions(f => f.ShouldContain("horsObligation"), f => f.ShouldNotContain("seuilNonAtteint"));
        // Before the law of 2023 the préfet set the threshold: nothing is concluded.
        Flags(Cdp, With(Cdp, "complet", [.. small, ("/acte/signifieLe", "2023-07-28")])).ShouldNotContain("seuilNonAtteint");
    }

    [Fact]
    public void A_duty_claimed_for_a_landlord_whom_it_does_not_bind_is_flagged() =>
        Flags(Cdp, With(Cdp, "complet", ("/acte/fondement", "obligation"), ("/bailleur/type", "bailleurSocial"))).ShouldContain("horsObligation");

    [Theory]
    [InlineData("2026-12-03", false)]
    [InlineData("2026-12-04", true)]
    public void An_act_sent_late_is_flagged_by_the_services_own_goal(string today, bool late) =>
        Flags(Cdp, With(Cdp, "complet", ("/acte/signifieLe", "2026-11-03")), DeadlinesTests.Day(today)).Contains("envoiTardif").ShouldBe(late);

    [Theory]
    [InlineData("2022-05-01", "sixSemaines", true)]
    [InlineData("2022-05-01", "deuxMois", false)]
    [InlineData("2024-02-01", "sixSemaines", false)]
    [InlineData("2024-02-01", "deuxMois", false)]
    [InlineData("2022-05-01", "autre", false)]
    public void A_delay_shorter_than_the_leases_own_is_flagged(string lease, string delay, bool flagged) =>
        Flags(Cdp, With(Cdp, "complet", ("/bail/signeLe", lease), ("/acte/delaiVise", delay))).Contains("delaiViseTropCourt").ShouldBe(flagged);

    [Theory]
    [InlineData("2026-09-18", true)]
    [InlineData("2026-09-21", false)]
    public void A_landlord_who_signals_aided_arrears_late_is_flagged(string constituted, bool late) =>
        Flags("bailleurs.impayes", With("bailleurs.impayes", "social-complet", ("/dette/dateConstitution", constituted))).Contains("signalementTardif").ShouldBe(late);

    [Fact]
    public void A_landlord_without_aid_is_under_no_threshold_of_the_caf()
    {
        var body = With("bailleurs.impayes", "social-complet", ("/dette", JsonNode.Parse("""{"loyerHorsCharges":500,"charges":0,"natureAide":"aucune","total":10,"premierMoisImpaye":"2026-10","dateConstitution":"2025-01-01"}""")));
        Flags("bailleurs.impayes", body).ShouldNotContain("seuilNonAtteint");
        Flags("bailleurs.impayes", body).ShouldNotContain("signalementTardif");
    }

    [Theory]
    [InlineData("2024-08-05", false)]
    [InlineData("2024-08-06", true)]
    [InlineData(null, false)]
    public void An_assignation_notified_too_late_is_flagged(string? notified, bool late)
    {
        var body = With(Assignation, "complet", ("/acte/signifieLe", "2024-06-03"), ("/acte/audienceLe", "2024-09-16"));
        body = notified is null ? Exemples.Without(body, "/acte/notifiePrefetLe") : Exemples.With(body, "/acte/notifiePrefetLe", notified);
        Flags(Assignation, body).Contains("notificationTardive").ShouldBe(late);
    }
}
