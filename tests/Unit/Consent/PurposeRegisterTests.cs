using System.Text.Json.Nodes;
using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;
using NJsonSchema;
using Kept = ExchangeGateway.Consent.Retention;

namespace ExchangeGateway.Unit.Consent;

public sealed class PurposeRegisterTests
{
    private const string Folder = "consent/finalites";
    private const string P2 = "P2-2026-01-01.json";

    [Fact]
    public void The_shipped_register_holds_every_purpose_and_each_excludes_health()
    {
        var register = PurposeRegister.Load(DataFolder.Shipped(Folder));

        register.Purposes.Select(p => p.Id).Order(StringComparer.Ordinal).ShouldBe(["P1", "P10", "P11", "P12", "P13", "P14", "P15", "P16", "P17", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"]);
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
    public void A_folder_that_is_not_there_is_said_to()
    {
        var missing = Path.Combine(Path.GetTempPath(), "eg-absent");
        var e = Should.Throw<RegisterException>(() => PurposeRegister.Load(missing));
        e.Errors.ShouldHaveSingleItem().ToString().ShouldBe($"{missing} : dossier absent. Indiquez le dossier consent/finalites de la passerelle.");
        e.Message.ShouldBe($"Le registre des finalités est refusé :{Environment.NewLine}- {e.Errors[0]}");
    }

    [Fact]
    public void A_signature_fixes_what_the_file_leaves_open_and_nothing_else()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, r => r["conservation"]!["dette"] = new JsonObject { ["duree"] = "P4Y", ["source"] = "texte" });
        var register = PurposeRegister.Load(folder.Path);
        RetentionSignature signature = new("P2-2026-01-01", "P24M", "A1", "B2", "décision 12", new(2026, 11, 1));
        var signed = register.Signed([signature with { Duration = "P6M" }, signature]);

        var retention = signed.InForce("P2", At("2026-11-20T12:00:00Z"))!.Retention;
        retention[Categories.Dette].ShouldBe(new Kept.Sourced("P4Y", "texte"));
        retention[Categories.Acte].ShouldBe(new Kept.Signed("P24M", "A1", new(2026, 11, 1)) { Reference = "décision 12", ConfirmedBy = "B2" });
        signed.InForce("P1", At("2026-11-20T12:00:00Z"))!.RetentionFixed.ShouldBeFalse();
        (signed.Version, signed.Content, signed.Common).ShouldBe((register.Version, register.Content, register.Common));
        register.Signed([]).ShouldBeSameAs(register);
        (PurposeRegister.IsSignable(retention[Categories.Dette]), PurposeRegister.IsSignable(retention[Categories.Acte]), PurposeRegister.IsSignable(new Kept.ToBeFixed()), PurposeRegister.IsSignable(new Kept.Signed("P1M", "x", default)))
            .ShouldBe((false, true, true, false), "what stands in the file stays, a signature gives way to the next");
    }

    [Fact]
    public void The_registers_day_is_that_of_Paris()
    {
        PurposeRegister.LegalDay(At("2026-11-20T22:59:59Z")).ShouldBe(new(2026, 11, 20));
        PurposeRegister.LegalDay(At("2026-11-20T23:00:00Z")).ShouldBe(new(2026, 11, 21));
        PurposeRegister.LegalDay(At("2026-07-20T22:00:00Z")).ShouldBe(new(2026, 7, 21));
        var register = PurposeRegister.Load(DataFolder.Shipped(Folder));
        register.InForce(At("2026-11-20T12:00:00Z")).Count().ShouldBe(register.Purposes.Count);
        register.InForce(At("2025-12-31T12:00:00Z")).ShouldBeEmpty();
        (register.Knows("P2"), register.Knows("P99")).ShouldBe((true, false));
    }

    [Fact]
    public void Two_versions_need_a_day_of_their_own_in_either_order_of_their_names()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Write("P2-2026-07-01.json", folder.Read(P2)).Edit("P2-2026-07-01.json", r => r["valideDu"] = "2026-07-01");
        folder.Edit(P2, r => r["valideAu"] = "2026-07-01");
        Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.ShouldHaveSingleItem().ToString()
            .ShouldBe("P2-2026-07-01.json /valideDu : la validité de P2 recouvre celle de P2-2026-01-01.json. Donnez à P2-2026-01-01.json une date « valideAu » antérieure.");
        folder.Edit(P2, r => r["valideAu"] = "2026-06-30");
        PurposeRegister.Load(folder.Path).Purposes.Count(p => p.Id == "P2").ShouldBe(2);
    }

    [Fact]
    public void Two_purposes_of_deposit_for_one_type_may_follow_each_other()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit("P1-2026-01-01.json", r => r["valideAu"] = "2026-06-30");
        folder.Edit(P2, r => { r["auTitreDe"] = null; r["valideDu"] = "2026-07-01"; }).Rename(P2, "P2-2026-07-01.json");
        PurposeRegister.Load(folder.Path).Knows("P2").ShouldBeTrue();
        folder.Edit("P1-2026-01-01.json", r => r["valideAu"] = "2026-07-01");
        Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.ShouldHaveSingleItem().ToString()
            .ShouldBe("P2-2026-07-01.json /deposants : commissaires-de-justice/commandements-de-payer est déjà reçu au titre de P1 (P1-2026-01-01.json). Un type n'a qu'une finalité de dépôt : retirez-le d'une des deux, ou écrivez « auTitreDe ».");
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
        files.Length.ShouldBe(17);
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

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
