using System.Text.Json.Nodes;
using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;
using NJsonSchema;

namespace ExchangeGateway.Unit.Consent;

public sealed class PurposeRegisterTests
{
    private const string Folder = "consent/finalites";
    private const string P2 = "P2-2026-01-01.json";

    [Fact]
    public void The_shipped_register_holds_every_purpose_and_each_excludes_health()
    {
        var register = PurposeRegister.Load(DataFolder.Shipped(Folder));

        register.Purposes.Select(p => p.Id).Order(StringComparer.Ordinal).ShouldBe(["P1", "P10", "P11", "P12", "P13", "P14", "P15", "P16", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"]);
        register.Purposes.ShouldAllBe(p => p.Excluded.HasFlag(Categories.Sante) && !p.Reachable.HasFlag(Categories.Sante));
        register.Version.Length.ShouldBe(16);
    }

    [Fact]
    public void Each_purpose_names_its_controllers_its_persons_and_who_informs_them()
    {
        var register = PurposeRegister.Load(DataFolder.Shipped(Folder));

        register.Purposes.ShouldAllBe(p => p.JointControllers.Count > 0 && p.Subjects.Count > 0 && p.Information.By.Length > 0 && p.Information.Text.Length > 0);
        register.Purposes.ShouldAllBe(p => !p.Established, "nobody has checked a shipped file yet");
        var common = register.CommonInForce(At("2026-11-20T12:00:00Z")).ShouldNotBeNull();
        common.Measures.Count.ShouldBeGreaterThan(5);
        common.Processors.ShouldHaveSingleItem().Agreement.ShouldContain("art. 28");
        register.CommonInForce(At("2025-11-20T12:00:00Z")).ShouldBeNull();
    }

    [Fact]
    public void A_new_version_of_what_holds_for_all_purposes_takes_over_on_its_day_and_two_at_once_are_refused()
    {
        const string common = "commun-2026-01-01.json";
        using var folder = DataFolder.Copy(Folder);
        folder.Write("commun-2026-07-01.json", folder.Read(common)).Edit("commun-2026-07-01.json", r => r["valideDu"] = "2026-07-01");
        Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.ShouldHaveSingleItem().Problem.ShouldContain("recouvre celle de commun-2026-01-01.json");

        folder.Edit(common, r => r["valideAu"] = "2026-06-30");
        var register = PurposeRegister.Load(folder.Path);

        register.CommonInForce(At("2026-06-30T12:00:00Z"))!.Version.ShouldBe("commun-2026-01-01");
        register.CommonInForce(At("2026-07-01T12:00:00Z"))!.Version.ShouldBe("commun-2026-07-01");
    }

    [Fact]
    public void A_mistake_in_what_holds_for_all_purposes_is_refused_too()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit("commun-2026-01-01.json", r => { r["mesures"] = new JsonArray(); r["delegue"]!.AsObject().Remove("contact"); r["dpo"] = "x"; });

        Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.Select(e => e.Pointer).ShouldBe(["/delegue/contact", "/mesures", "/dpo"], ignoreOrder: true);
    }

    [Fact]
    public void No_shipped_purpose_that_keeps_data_claims_a_retention_that_no_text_gives()
    {
        var register = PurposeRegister.Load(DataFolder.Shipped(Folder));

        register.Purposes.Where(p => p.RetentionFixed).Select(p => p.Id).ShouldBe(["P10", "P11"]);
    }

    [Fact]
    public void The_version_ignores_layout_and_order_but_not_content()
    {
        using var folder = DataFolder.Copy(Folder);
        var before = PurposeRegister.Load(folder.Path);

        folder.Edit(P2, root =>
        {
            var reversed = root.Reverse().Select(p => (p.Key, Value: p.Value?.DeepClone())).ToList();
            root.Clear();
            reversed.ForEach(p => root.Add(p.Key, p.Value));
        });
        var reordered = PurposeRegister.Load(folder.Path);
        folder.Edit(P2, root => root["titre"] = "Autre titre");
        var changed = PurposeRegister.Load(folder.Path);

        reordered.Version.ShouldBe(before.Version);
        changed.Version.ShouldNotBe(before.Version, StringComparer.Ordinal);
        changed.Content.ShouldContain("Autre titre");
    }

    [Fact]
    public void A_purpose_begins_and_ends_at_midnight_of_legal_time()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, root => root["valideAu"] = "2026-06-30");
        var register = PurposeRegister.Load(folder.Path);

        register.InForce("P2", At("2025-12-31T22:59:59Z")).ShouldBeNull();
        register.InForce("P2", At("2025-12-31T23:00:00Z")).ShouldNotBeNull();
        register.InForce("P2", At("2026-06-30T21:59:59Z")).ShouldNotBeNull();
        register.InForce("P2", At("2026-06-30T22:00:00Z")).ShouldBeNull();
        register.Knows("P2").ShouldBeTrue();
    }

    [Fact]
    public void A_successor_takes_over_on_its_day()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, root => root["valideAu"] = "2026-06-30");
        folder.Write("P2-2026-07-01.json", folder.Read(P2)).Edit("P2-2026-07-01.json", root =>
        {
            root["valideDu"] = "2026-07-01";
            root["valideAu"] = null;
        });
        var register = PurposeRegister.Load(folder.Path);

        register.InForce("P2", At("2026-06-30T12:00:00Z"))!.Version.ShouldBe("P2-2026-01-01");
        register.InForce("P2", At("2026-07-01T12:00:00Z"))!.Version.ShouldBe("P2-2026-07-01");
    }

    [Fact]
    public void An_empty_folder_is_a_register_that_permits_nothing()
    {
        using var folder = DataFolder.Copy(Folder);
        foreach (var file in Directory.GetFiles(folder.Path))
            File.Delete(file);

        PurposeRegister.Load(folder.Path).Purposes.ShouldBeEmpty();
    }

    [Fact]
    public void A_signed_retention_counts_as_fixed()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, Sign);

        PurposeRegister.Load(folder.Path).InForce("P2", At("2026-03-01T12:00:00Z"))!.RetentionFixed.ShouldBeTrue();
    }

    public static TheoryData<string, Action<JsonObject>, string, string> Mistakes() => new()
    {
        { "mot mal écrit", r => Rename(r, "destinataires", "destinataire"), "/destinataire", "propriété inconnue" },
        { "titre absent", r => r.Remove("titre"), "/titre", "propriété absente" },
        { "titre vide", r => r["titre"] = "  ", "/titre", "vide" },
        { "id d'une autre forme", r => r["id"] = "finalite-2", "/id", "mal formé" },
        { "date impossible", r => r["valideAu"] = "2026-02-30", "/valideAu", "date" },
        { "statut inventé", r => r["statut"] = "valide", "/statut", "hors vocabulaire" },
        { "nature inconnue", r => r["destinataires"]![0]!["nature"] = "mairie", "/destinataires/0/nature", "hors vocabulaire" },
        { "rôle sans lecture", r => r["destinataires"]![0]!["roles"] = new JsonArray("administrateur"), "/destinataires/0/roles/0", "hors vocabulaire" },
        { "catégorie inconnue", r => r["destinataires"]![0]!["categories"] = new JsonArray("religion"), "/destinataires/0/categories/0", "catégorie inconnue" },
        { "déposant sans type", r => r["deposants"]![0]!["types"] = new JsonArray(), "/deposants/0/types", "trop courte" },
        { "type mal écrit", r => r["deposants"]![0]!["types"] = new JsonArray("CDP"), "/deposants/0/types/0", "type de message" },
        { "base légale hors liste", r => r["baseLegale"]!["article"] = "6-1-f", "/baseLegale/article", "hors vocabulaire" },
        { "accord ni oui ni non", r => r["consentement"]!["requis"] = "non", "/consentement/requis", "true" },
        { "durée en toutes lettres", r => r["conservation"]!["dette"] = new JsonObject { ["duree"] = "deux ans" }, "/conservation/dette/duree", "mal formé" },
        { "consentement absent", r => r.Remove("consentement"), "/consentement", "propriété absente" },
        { "personnes concernées absentes", r => r.Remove("personnesConcernees"), "/personnesConcernees", "propriété absente" },
        { "responsable conjoint sans accord", r => r["responsablesConjoints"]![0]!.AsObject().Remove("accord"), "/responsablesConjoints/0/accord", "propriété absente" },
        { "titre d'un destinataire hors liste", r => r["destinataires"]![0]!["auTitreDe"] = "mairie", "/destinataires/0/auTitreDe", "hors vocabulaire" },
        { "types d'un destinataire vides", r => r["destinataires"]![0]!["types"] = new JsonArray(), "/destinataires/0/types", "trop courte" },
        { "accord d'un destinataire mal écrit", r => r["destinataires"]![0]!["accord"] = new JsonObject { ["requis"] = true, ["preuve"] = "accordPersonne", ["sauf"] = new JsonArray() }, "/destinataires/0/accord/sauf", "inconnue" },
        { "territoires vides", r => r["territoires"] = new JsonArray(), "/territoires", "trop courte" },
    };

    [Theory, MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public async Task A_mistake_of_form_is_refused_by_the_register_and_by_the_schema(string what, Action<JsonObject> spoil, string pointer, string problem)
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, spoil);
        var schema = await JsonSchema.FromFileAsync(DataFolder.Shipped("consent/finalite.schema.json"), TestContext.Current.CancellationToken);

        var errors = Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path), what).Errors;

        errors.ShouldContain(e => e.File == P2 && e.Pointer == pointer && (e.Problem + e.Fix).Contains(problem, StringComparison.Ordinal), what);
        errors.ShouldAllBe(e => e.Fix.Length > 0);
        if (problem != "date") // the schema's pattern knows no calendar
            schema.Validate(folder.Read(P2)).ShouldNotBeEmpty(what);
    }

    public static TheoryData<string, Action<JsonObject>, string, string> Contradictions() => new()
    {
        { "permis et exclu", r => r["destinataires"]![0]!["categories"]!.AsArray().Add("sante"), "/destinataires/0/categories", "à la fois permis et exclu : sante" },
        { "fin avant le début", r => r["valideAu"] = "2025-12-31", "/valideAu", "précède" },
        { "nom de fichier d'une autre date", r => r["valideDu"] = "2026-02-01", "/id", "P2-2026-02-01.json" },
        { "accord requis sans preuve", r => r["consentement"]!["requis"] = true, "/consentement/preuve", "aucune preuve" },
        { "durée absente", r => r["conservation"]!.AsObject().Remove("dette"), "/conservation/dette", "absente" },
        { "durée sans objet", r => r["conservation"]!["social"] = new JsonObject { ["duree"] = "P24M", ["source"] = "texte" }, "/conservation/social", "aucun destinataire" },
        { "durée sans source ni signature", r => r["conservation"]!["dette"] = new JsonObject { ["duree"] = "P24M" }, "/conservation/dette", "source ou une signature" },
        { "durée à fixer mais signée", r => r["conservation"]!["dette"] = new JsonObject { ["duree"] = "dureeAFixer", ["source"] = "texte" }, "/conservation/dette", "ni source ni signature" },
        { "sans accord, plus qu'avec", r => r["destinataires"]![0]!["accord"] = new JsonObject { ["requis"] = true, ["preuve"] = "accordPersonne", ["sinon"] = new JsonArray("menage") }, "/destinataires/0/accord", "plus que l'accord" },
        { "catégories sans déposant", r => r["deposants"] = new JsonArray(), "/deposants", "sans déposant" },
        { "deux preuves pour une finalité", r => TwoEvidences(r), "/destinataires", "deux preuves" },
        { "destinataire en double", r => r["destinataires"]!.AsArray().Add(r["destinataires"]![0]!.DeepClone()), "/destinataires/1/roles", "déjà" },
    };

    [Theory, MemberData(nameof(Contradictions), DisableDiscoveryEnumeration = true)]
    public void A_contradiction_within_a_file_is_refused(string what, Action<JsonObject> spoil, string pointer, string problem)
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, spoil);

        var errors = Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path), what).Errors;

        errors.ShouldContain(e => e.File == P2 && e.Pointer == pointer && (e.Problem + e.Fix).Contains(problem, StringComparison.Ordinal), what);
    }

    [Fact]
    public void Two_files_of_one_purpose_in_force_together_are_refused()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Write("P2-2026-07-01.json", folder.Read(P2)).Edit("P2-2026-07-01.json", root => root["valideDu"] = "2026-07-01");

        var error = Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.ShouldHaveSingleItem();

        error.File.ShouldBe("P2-2026-07-01.json");
        error.Problem.ShouldContain("recouvre celle de P2-2026-01-01.json");
    }

    [Fact]
    public void Two_purposes_of_deposit_for_one_message_type_are_refused()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, root => root["auTitreDe"] = null);

        var error = Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.ShouldHaveSingleItem();

        error.Problem.ShouldContain("commissaires-de-justice/commandements-de-payer est déjà reçu au titre de P1");
    }

    [Fact]
    public void Every_error_of_every_file_is_told_at_once()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit("P1-2026-01-01.json", r => { r["statut"] = "x"; r["titre"] = 3; })
            .Edit("P3-2026-01-01.json", r => r.Remove("droits"))
            .Write("P4-2026-01-01.json", "{ \"id\": \"P4\", \"id\": \"P5\" }")
            .Write("P7-2026-01-01.json", "{ \"titre\": \"\\ud800\" }");

        var e = Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path));

        e.Errors.Select(x => x.File).Distinct(StringComparer.Ordinal).ShouldBe(["P1-2026-01-01.json", "P3-2026-01-01.json", "P4-2026-01-01.json", "P7-2026-01-01.json"]);
        e.Errors.Count(x => x.File.StartsWith("P1-", StringComparison.Ordinal)).ShouldBe(2);
        e.Message.ShouldContain("P3-2026-01-01.json /droits");
    }

    [Fact]
    public async Task The_shipped_files_keep_to_their_schema()
    {
        var schema = await JsonSchema.FromFileAsync(DataFolder.Shipped("consent/finalite.schema.json"), TestContext.Current.CancellationToken);
        var files = Directory.GetFiles(DataFolder.Shipped(Folder), "P*.json");
        var common = await JsonSchema.FromFileAsync(DataFolder.Shipped("consent/commun.schema.json"), TestContext.Current.CancellationToken);

        common.Validate(await File.ReadAllTextAsync(DataFolder.Shipped(Folder + "/commun-2026-01-01.json"), TestContext.Current.CancellationToken)).ShouldBeEmpty();
        files.Length.ShouldBe(16);
        foreach (var file in files)
            schema.Validate(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldBeEmpty(file);
    }

    internal static void Sign(JsonObject purpose)
    {
        foreach (var (_, entry) in purpose["conservation"]!.AsObject())
        {
            entry!["duree"] = "P24M";
            entry["signature"] = new JsonObject { ["par"] = "responsable d'exploitation", ["le"] = "2026-02-01" };
        }
    }

    private static void TwoEvidences(JsonObject purpose)
    {
        purpose["consentement"] = new JsonObject { ["requis"] = true, ["preuve"] = "accordElectronique" };
        var other = purpose["destinataires"]![0]!.DeepClone();
        other["nature"] = "association";
        other["accord"] = new JsonObject { ["requis"] = true, ["preuve"] = "accordPersonne" };
        purpose["destinataires"]!.AsArray().Add(other);
    }

    private static void Rename(JsonObject root, string from, string to)
    {
        root[to] = root[from]!.DeepClone();
        root.Remove(from);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
