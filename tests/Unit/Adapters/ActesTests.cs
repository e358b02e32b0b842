using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Law;
using ExchangeGateway.Unit.Schemas;

namespace ExchangeGateway.Unit.Adapters;

/// <summary>What the acts after the commandement de payer, and the seizings of the CCAPEX, become.</summary>
public class ActesTests
{
    private const string Assignation = "commissaires-de-justice.assignations", Cql = "commissaires-de-justice.commandements-de-quitter-les-lieux",
        Rfp = "commissaires-de-justice.requisitions-force-publique", Pv = "commissaires-de-justice.proces-verbaux-expulsion",
        CafSaisine = "caf.saisines-ccapex", BailleurSaisine = "bailleurs.saisines-ccapex";

    private static Signalement Adapt(string folder, byte[] body)
    {
        var type = Exemples.TypeOf(folder);
        Exemples.Catalogue.Validate(type, body).ShouldBeOfType<ValidationResult.Valid>();
        PartnerMessages.TryGet(type, out var message).ShouldBeTrue();
        return message.Adapt(body, new AdaptContext(new(2026, 11, 20), "1", [], ShippedLaw.France));
    }

    private static Signalement Adapt(string folder, string name, string? pointer = null, JsonNode? value = null) =>
        Adapt(folder, pointer is null ? Exemples.Valid(folder, name) : Exemples.With(Exemples.Valid(folder, name), pointer, value));

    private static List<string> Flags(Signalement signalement) => [.. signalement.Drapeaux.Select(d => d.Code)];

    [Theory]
    [InlineData(Assignation, "complet", "assignation", "assignation")]
    [InlineData(Cql, "complet", "cql", "commandementDeQuitterLesLieux")]
    [InlineData(Rfp, "complet", "rfp", "requisitionForcePublique")]
    [InlineData(Pv, "complet", "expulsion", "procesVerbalExpulsion")]
    [InlineData(Pv, "reprise", "expulsion", "procesVerbalExpulsion")]
    [InlineData(Pv, "tentative-minimale", "cql", "procesVerbalExpulsion")]
    public void Each_act_says_its_stage_and_its_nature(string folder, string name, string stade, string nature)
    {
        var signalement = Adapt(folder, name);
        signalement.Faits.Stade.ShouldBe(stade);
        signalement.Acte!.Nature.ShouldBe(nature);
        signalement.Faits.ConnuDesServices.ShouldBeNull();
        signalement.Menage.ShouldBeNull();
    }

    [Fact]
    public void A_whole_act_has_no_weakness()
    {
        foreach (var folder in new[] { Assignation, Cql, Rfp, Pv })
            Flags(Adapt(folder, "complet")).ShouldBeEmpty(folder);
    }

    [Fact]
    public void An_assignation_keeps_its_hearing_its_adjournment_and_the_act_before_it()
    {
        var acte = Adapt(Assignation, "complet").Acte!;
        (acte.ReferenceActePrecedent, acte.NumeroRG, acte.AudienceLe, acte.AudienceHeure).ShouldBe(("CDP-2026-000123", "26/09758", new DateOnly(2027, 3, 15), "09:30"));
        acte.ObjetDemandes.ShouldBe(["constatResiliation", "paiement", "expulsion"]);
        Adapt(Assignation, "minimal-pv659-renvoyee").Acte!.RenvoiAu.ShouldBe(new DateOnly(2027, 2, 24));
        Flags(Adapt(Assignation, "minimal-pv659-renvoyee")).ShouldBe(
            ["actePrecedentAbsent", "notificationPrefetAbsente", "detteAbsente", "telephoneAbsent", "remisePv659", "formaliteNonProuvee"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(Assignation, "/acte/audienceLe", "2026-11-11", "datesIncoherentes")]
    [InlineData(Assignation, "/acte/renvoiAu", "2027-03-14", "datesIncoherentes")]
    [InlineData(Assignation, "/acte/notifiePrefetLe", "2026-11-21", "dateFuture")]
    [InlineData(Cql, "/acte/liberationLe", "2026-11-02", "datesIncoherentes")]
    [InlineData(Cql, "/decision/signifieeLe", "2026-06-09", "datesIncoherentes")]
    [InlineData(Cql, "/acte/modaliteRemise", "pv659", "remisePv659")]
    [InlineData(Rfp, "/acte/requisLe", "2026-06-09", "datesIncoherentes")]
    [InlineData(Pv, "/acte/dresseLe", "2026-11-21", "dateFuture")]
    [InlineData(Rfp, "/acte/diligences", "Dossier 2 85 05 78 006 084, vu le 3.", "nirPossible")]
    [InlineData(Rfp, "/decision/dispositif", "n° 185052A006084", "nirPossible")]
    public void A_weakness_of_an_act_is_a_flag_never_a_refusal(string folder, string pointer, string value, string flag) =>
        Flags(Adapt(folder, "complet", pointer, value)).ShouldBe([flag]);

    [Fact]
    public void An_order_to_leave_without_title_court_or_date_is_taken_and_flagged()
    {
        Flags(Adapt(Cql, "minimal-outre-mer")).ShouldBe(
            ["actePrecedentAbsent", "titreAbsent", "mentionsIncompletes", "notificationPrefetAbsente", "telephoneAbsent", "remisePv659", "formaliteNonProuvee"], ignoreOrder: true);
        Flags(Adapt(Rfp, "minimal")).ShouldContain("diligencesAbsentes");
        Flags(Adapt(Rfp, Exemples.Without(Exemples.Valid(Rfp, "complet"), "/decision/dispositif"))).ShouldBe(["dispositifAbsent"]);
    }

    [Fact]
    public void The_acts_of_execution_carry_the_title_and_no_debt_and_do_not_say_that_there_is_none()
    {
        foreach (var folder in new[] { Cql, Rfp, Pv })
        {
            var signalement = Adapt(folder, "complet");
            signalement.Decision!.NumeroRG.ShouldBe("26/01234");
            signalement.Dette.ShouldBeNull();
            signalement.Faits.TrancheDette.ShouldBeNull("unknown is not none");
            signalement.Faits.Parc.ShouldBe("prive");
            signalement.Bail!.Bailleur.ShouldBeNull();
        }
        Adapt(Cql, "sans-droit-ni-titre").Decision!.ShouldSatisfyAllConditions(d => d.VoiesDeFait.ShouldBe(true), d => d.ClauseSuspendue.ShouldBeNull());
        Adapt(Cql, "complet").Identite.Personnes.Count(p => p.Qualite == "occupant").ShouldBe(1);
        // An assignation without debt is one whose motive is none: there the band says so.
        Adapt(Assignation, "conge-vente-sans-dette").Faits.TrancheDette.ShouldBe("aucune");
    }

    [Fact]
    public void A_free_text_keeps_its_lines()
    {
        Adapt(Rfp, "complet").Acte!.Diligences!.Split('\n').Length.ShouldBe(2);
        Adapt(Rfp, "complet").Decision!.Dispositif!.ShouldContain("expulsion, au besoin");
    }

    [Fact]
    public void A_seizing_says_its_object_its_stage_and_what_was_signalled()
    {
        var caf = Adapt(CafSaisine, "complet");
        caf.Bail!.Saisine.ShouldBe(new Saisine { ReferenceSaisine = "SAI-2026-0042", SaisieLe = new(2026, 11, 6), ObjetSaisine = "decisionAide", SignaleOrganismeLe = new(2026, 10, 5) });
        caf.Faits.Stade.ShouldBe("impaye");
        caf.Identite.NumeroAllocataire.ShouldBe("1234567");
        caf.Ressources.ShouldNotBeNull();
        Flags(caf).ShouldBeEmpty();
        Flags(Adapt(CafSaisine, "complet", "/saisine/saisieLe", "2026-11-21")).ShouldBe(["dateFuture"]);

        var bailleur = Adapt(BailleurSaisine, "complet");
        bailleur.Faits.Stade.ShouldBe("cdp");
        bailleur.Bail!.Siren.ShouldBe("123456782");
        bailleur.Bail.Saisine!.ObjetSaisine.ShouldBe("prealableAssignation");
        Flags(bailleur).ShouldBeEmpty();
        Adapt(BailleurSaisine, "troubles-sans-dette").ShouldSatisfyAllConditions(s => s.Dette.ShouldBeNull(), s => s.Faits.TrancheDette.ShouldBe("aucune"), s => s.Faits.Stade.ShouldBe("impaye"));
    }

    [Theory]
    [InlineData("APL", null, null, true)]
    [InlineData("APL", 0.0, null, true)]
    [InlineData("aucune", null, null, false)]
    [InlineData("aucune", 0.0, null, false)]
    [InlineData("aucune", 12.5, null, null)]
    [InlineData("aucune", null, true, null)]
    [InlineData(null, 12.5, null, true)]
    [InlineData(null, 0.0, null, null)]
    [InlineData(null, null, null, null)]
    public void Unknown_nothing_paid_and_no_right_are_three_things_for_every_sender_who_speaks_of_aid(string? nature, double? montant, bool? tiersPayant, bool? expected)
    {
        foreach (var folder in new[] { Assignation, CafSaisine, BailleurSaisine, "caf.impayes", "bailleurs.impayes", "commissaires-de-justice.commandements-de-payer" })
        {
            var message = JsonNode.Parse(Exemples.Valid(folder, folder == "bailleurs.impayes" ? "social-complet" : "complet"))!;
            var dette = message["dette"]!.AsObject();
            Set(dette, "natureAide", nature);
            Set(dette, "aideAuLogement", montant is { } euros ? (decimal)euros : null);
            Set(dette, "tiersPayant", tiersPayant);
            var signalement = Adapt(folder, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(message));
            signalement.Faits.AideAuLogement.ShouldBe(expected, folder);
            signalement.Dette!.NatureAide.ShouldBe(nature);
            signalement.Dette.AideAuLogement.ShouldBe((decimal?)montant, folder);
            Flags(signalement).Contains("aideIncoherente").ShouldBe(nature == "aucune" && (montant > 0 || tiersPayant == true), folder);
        }
    }

    public static TheoryData<string, string, string> Amounts() => new()
    {
        { CafSaisine, "/ressources/quotientFamilial", "ressources" },
        { CafSaisine, "/ressources/ressourcesMensuelles", "ressources" },
        { CafSaisine, "/dette/aideAuLogement", "dette" },
        { CafSaisine, "/dette/charges", "dette" },
        { CafSaisine, "/dette/loyerHorsCharges", "dette" },
        { CafSaisine, "/dette/reductionLoyerSolidarite", "dette" },
        { BailleurSaisine, "/dette/reductionLoyerSolidarite", "dette" },
        { BailleurSaisine, "/dette/decompte/0/aideRecue", "dette" },
        { Assignation, "/dette/decompte/1/versements", "dette" },
        { Assignation, "/acte/coutActe", "acte" },
        { Cql, "/acte/coutActe", "acte" },
        { Rfp, "/acte/coutActe", "acte" },
        { Pv, "/acte/coutActe", "acte" },
    };

    /// <summary>An amount that is absent stays absent, one that is zero stays zero: no section turns one into the other.</summary>
    [Theory, MemberData(nameof(Amounts))]
    public void Zero_is_kept_and_unknown_is_left_out(string folder, string pointer, string section)
    {
        var steps = pointer.Split('/').Skip(2).ToList();
        JsonNode? Kept(byte[] body)
        {
            var (_, json) = Adapt(folder, body).Sections().Single(s => s.Category.Name() == section);
            return steps.Aggregate(JsonNode.Parse(json), (node, step) => node is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node?[step]);
        }
        var body = Exemples.With(Exemples.Valid(folder, "complet"), pointer, 0);
        Kept(body)!.GetValue<decimal>().ShouldBe(0m);
        Kept(Exemples.Without(body, pointer)).ShouldBeNull();
    }

    private static void Set(JsonObject node, string name, JsonNode? value)
    {
        node.Remove(name);
        if (value is not null)
            node[name] = value;
    }
}
