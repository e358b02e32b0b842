using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Law;
using ExchangeGateway.Unit.Schemas;

namespace ExchangeGateway.Unit.Adapters;

public class AdaptationTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly AdaptContext Context = new(Today, "1",
        [new("2019-01", new(2019, 1, 1), new(2024, 6, 30)), new("2024-07", new(2024, 7, 1), null), new("2027-01", new(2027, 1, 1), null)], ShippedLaw.France);

    private const string Cdp = "commissaires-de-justice.commandements-de-payer";

    private static Signalement Adapt(string folder, byte[] body)
    {
        var type = Exemples.TypeOf(folder);
        Exemples.Catalogue.Validate(type, body).ShouldBeOfType<ValidationResult.Valid>();
        PartnerMessages.TryGet(type, out var message).ShouldBeTrue();
        return message!.Adapt(body, Context);
    }

    private static Signalement Adapt(string folder, string name, string? pointer = null, JsonNode? value = null) =>
        Adapt(folder, pointer is null ? Exemples.Valid(folder, name) : Exemples.With(Exemples.Valid(folder, name), pointer, value));

    private static List<string> Flags(Signalement signalement) => [.. signalement.Drapeaux.Select(d => d.Code)];

    [Fact]
    public void Has_an_adapter_for_each_schema() =>
        PartnerMessages.All.Select(m => m.Type).ShouldBe(Exemples.Catalogue.Types, ignoreOrder: true);

    [Fact]
    public void Every_canonical_content_is_valid_against_the_canonical_schema()
    {
        var canonical = SchemaCatalogue.Load(new Dictionary<string, ReadOnlyMemory<byte>> { ["canon/signalement"] = Exemples.Catalogue.Documents[SchemaCatalogue.Canonical] });
        foreach (var (type, name, body) in Exemples.Valid())
        {
            PartnerMessages.TryGet(type, out var message).ShouldBeTrue();
            var signalement = message!.Adapt(body, Context);
            var wire = new JsonObject
            {
                ["faits"] = JsonSerializer.SerializeToNode(signalement.Faits, SignalementJson.Default.Faits),
                ["drapeaux"] = new JsonArray([.. signalement.Drapeaux.Select(d => new JsonObject { ["code"] = d.Code, ["message"] = d.Message })]),
            };
            foreach (var (category, json) in signalement.Sections())
                wire[category.Name()] = JsonNode.Parse(json);
            canonical.Validate(new("canon", "signalement"), JsonSerializer.SerializeToUtf8Bytes(wire)).ShouldBe(new ValidationResult.Valid("1"), $"{type} {name}");
        }
    }

    [Fact]
    public void A_commandement_tells_what_the_etude_knows_and_leaves_the_rest_unknown()
    {
        var signalement = Adapt(Cdp, "complet");
        signalement.Faits.ShouldBe(new Faits
        {
            Stade = "cdp",
            Motif = "impayes",
            TypeMessage = "commissaires-de-justice/commandements-de-payer",
            Commune = "75111",
            Parc = "prive",
            TypeBailleur = "sciFamiliale",
            Gestion = "directe",
            AideAuLogement = null,
            Composition = null,
            TrancheDette = "2000a5000",
            MoisImpayes = 3,
            ConnuDesServices = null,
            TelephoneConnu = true,
        });
        signalement.Menage.ShouldBeNull();
        signalement.Ressources.ShouldBeNull();
        signalement.Identite.Personnes.Select(p => (p.Rang, p.Qualite, p.Nom)).ShouldBe([(1, "titulaire", "D'Alembert-Lévêque"), (2, "conjoint", "N'Guyen")]);
        signalement.Acte!.Fondement.ShouldBe("obligation");
        signalement.Acte.Formalite.ShouldBe("nonProuvee");
        signalement.Dette!.Total.ShouldBe(2679.5m);
        Flags(signalement).ShouldBe(["formaliteNonProuvee"]);
    }

    [Theory]
    [InlineData("/acte/versionNotice", "2019-01", "noticeAncienne")]
    [InlineData("/acte/versionNotice", "2027-01", "noticeInconnue")]
    [InlineData("/acte/versionNotice", "jamais vue", "noticeInconnue")]
    [InlineData("/acte/noticeAnnexee", "non", "noticeAbsente")]
    [InlineData("/acte/noticeAnnexee", "illisible", "noticeIllisible")]
    [InlineData("/acte/modaliteRemise", "pv659", "remisePv659")]
    [InlineData("/acte/signifieLe", "2026-11-21", "dateFuture")]
    [InlineData("/personnes/1/dateNaissance", "2030-01-01", "dateFuture")]
    [InlineData("/telephoneConnu", "non", "telephoneIncoherent")]
    [InlineData("/bailleur/type", "personneMorale", "horsObligation")]
    public void A_weakness_is_a_flag_never_a_refusal(string pointer, string value, string flag) =>
        Flags(Adapt(Cdp, "complet", pointer, value)).ShouldBe([flag, "formaliteNonProuvee"], ignoreOrder: true);

    [Fact]
    public void An_old_notice_is_judged_at_the_date_of_the_act()
    {
        var body = Exemples.With(Exemples.Valid(Cdp, "complet"), "/acte/versionNotice", "2019-01");
        Flags(Adapt(Cdp, Exemples.With(body, "/acte/signifieLe", "2024-06-30"))).ShouldNotContain("noticeAncienne");
        Flags(Adapt(Cdp, Exemples.With(body, "/acte/signifieLe", "2024-07-01"))).ShouldContain("noticeAncienne");
    }

    [Fact]
    public void A_clause_that_the_act_or_the_lease_lacks_is_flagged()
    {
        Flags(Adapt(Cdp, "complet", "/acte/clauseResolutoireVisee", false)).ShouldContain("clauseResolutoireAbsente");
        Flags(Adapt(Cdp, "complet", "/bail/clauseResolutoire", false)).ShouldContain("clauseResolutoireAbsente");
    }

    [Fact]
    public void Costs_are_out_of_the_debt()
    {
        Flags(Adapt(Cdp, "complet", "/dette/decompte/2/frais", 9999)).ShouldNotContain("detteIncoherente");
        Flags(Adapt(Cdp, "complet", "/dette/decompte/2/versements", 0.01)).ShouldContain("detteIncoherente");
        Flags(Adapt(Cdp, "complet", "/dette/total", 2679.51)).ShouldContain("detteIncoherente");
    }

    [Fact]
    public void A_case_without_debt_says_so_and_has_no_debt_band_but_none()
    {
        var signalement = Adapt(Cdp, "troubles-sans-dette");
        signalement.Faits.TrancheDette.ShouldBe("aucune");
        signalement.Acte!.Formalite.ShouldBe("prouvee");
        Flags(signalement).ShouldBe(["noticeInconnue", "telephoneAbsent", "sansDette", "horsObligation"], ignoreOrder: true);
        // Arrears without an amount are unknown, not nothing.
        var unknown = Adapt(Cdp, "public-minimal");
        unknown.Faits.TrancheDette.ShouldBeNull();
        Flags(unknown).ShouldContain("detteAbsente");
    }

    [Theory]
    [InlineData("APL", null, true)]
    [InlineData("aucune", null, false)]
    [InlineData("aucune", 0.0, false)]
    [InlineData(null, 12.5, true)]
    [InlineData(null, 0.0, null)]
    [InlineData(null, null, null)]
    public void Unknown_nothing_paid_and_no_right_are_three_things(string? nature, double? amount, bool? expected)
    {
        var body = Exemples.Valid("caf.impayes", "msa-minimal");
        if (nature is not null)
            body = Exemples.With(body, "/dette/natureAide", nature);
        if (amount is not null)
            body = Exemples.With(body, "/dette/aideAuLogement", JsonValue.Create((decimal)amount));
        Adapt("caf.impayes", body).Faits.AideAuLogement.ShouldBe(expected);
    }

    [Theory]
    [InlineData("{}", null, false)]
    [InlineData("""{"composition":"coupleSansEnfant"}""", "coupleSansEnfant", false)]
    [InlineData("""{"enfantsACharge":1}""", "familleAvecEnfants", false)]
    [InlineData("""{"enfantsACharge":0}""", null, false)]
    [InlineData("""{"enfantsACharge":0,"nombrePersonnes":1}""", "personneSeule", false)]
    [InlineData("""{"enfantsACharge":0,"nombrePersonnes":2}""", null, false)]
    [InlineData("""{"composition":"familleAvecEnfants","enfantsACharge":0}""", null, true)]
    [InlineData("""{"composition":"personneSeule","enfantsACharge":2}""", null, true)]
    [InlineData("""{"composition":"coupleSansEnfant","nombrePersonnes":1}""", null, true)]
    public void The_composition_is_what_the_caf_says_or_proves_and_unknown_when_it_contradicts_itself(string menage, string? composition, bool flagged)
    {
        var signalement = Adapt("caf.impayes", "complet", "/menage", JsonNode.Parse(menage));
        signalement.Faits.Composition.ShouldBe(composition);
        Flags(signalement).Contains("compositionIncoherente").ShouldBe(flagged);
    }

    [Fact]
    public void A_caf_notice_carries_the_household_its_resources_and_its_number()
    {
        var signalement = Adapt("caf.impayes", "complet");
        signalement.Identite.NumeroAllocataire.ShouldBe("1234567");
        signalement.Ressources!.QuotientFamilial.ShouldBe(642.00m);
        signalement.Dette!.PlanApurement.ShouldBe(new PlanApurement("propose", new DateOnly(2027, 4, 30)));
        signalement.Acte.ShouldBeNull();
        Flags(signalement).ShouldBeEmpty();
    }

    [Fact]
    public void A_landlord_with_third_party_payment_shows_that_he_pursues_recovery()
    {
        Flags(Adapt("bailleurs.impayes", "social-complet")).ShouldBeEmpty();
        Flags(Adapt("bailleurs.impayes", "social-complet", "/dette/poursuites", "aucune")).ShouldBe(["recouvrementNonProuve"]);
    }

    [Fact]
    public void An_orientation_keeps_its_procedures_and_knows_nothing_of_lease_phone_or_aid()
    {
        var signalement = Adapt("banque-de-france.orientations", "complet");
        signalement.Surendettement!.Procedures!.Select(p => p.Nature).ShouldBe(["jugementExpulsion", "commandementDeQuitterLesLieux"]);
        signalement.Faits.ShouldSatisfyAllConditions(f => f.Stade.ShouldBe("surendettement"), f => f.Parc.ShouldBeNull(), f => f.TelephoneConnu.ShouldBeNull(), f => f.AideAuLogement.ShouldBeNull(), f => f.AccordElectronique.ShouldBe(true));
        signalement.Contact.ShouldBeNull();
        Flags(signalement).ShouldBeEmpty();
        // Not declared is unknown, declared missing is a no (R712-19).
        Adapt("banque-de-france.orientations", "depot-minimal").Faits.AccordElectronique.ShouldBeNull();
        Adapt("banque-de-france.orientations", "conge-vente").Faits.AccordElectronique.ShouldBe(false);
        Flags(Adapt("banque-de-france.orientations", "depot-minimal")).ShouldBe(["sansDette", "accordElectroniqueAbsent"], ignoreOrder: true);
    }

    [Fact]
    public void The_commune_is_read_alone_from_every_message()
    {
        foreach (var (type, name, body) in Exemples.Valid())
            Dwelling.CommuneOf(body).ShouldBe(JsonNode.Parse(body)!["logement"]!["codeCommune"]!.GetValue<string>(), $"{type} {name}");
    }

    [Fact]
    public void Every_flag_has_a_code_of_its_own_and_a_french_sentence()
    {
        Drapeaux.Tous.Select(d => d.Code).ShouldBeUnique();
        Drapeaux.Tous.ShouldAllBe(d => d.Message.EndsWith('.') && d.Message.Length < 300);
    }

    [Fact]
    public void A_byte_order_mark_does_not_stop_the_adaptation()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. Exemples.Valid(Cdp, "complet")];
        Adapt(Cdp, body).Faits.Commune.ShouldBe("75111");
        Dwelling.CommuneOf(body).ShouldBe("75111");
    }
}
