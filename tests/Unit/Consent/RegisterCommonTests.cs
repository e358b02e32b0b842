using System.Text.Json.Nodes;
using ExchangeGateway.Consent;

namespace ExchangeGateway.Unit.Consent;

/// <summary>What holds for every purpose: what the shipped file says, what holds where a file is silent, and what is refused.</summary>
public sealed class RegisterCommonTests
{
    private const string Folder = "consent/finalites";
    private const string File = "commun-2026-01-01.json";
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_shipped_file_is_read_whole()
    {
        var common = PurposeRegister.Load(DataFolder.Shipped(Folder)).CommonInForce(Now)!;
        var file = JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(DataFolder.Shipped(Folder), File)))!;

        common.Version.ShouldBe("commun-2026-01-01");
        common.Established.ShouldBeFalse();
        common.Officer.ShouldBe(((string)file["delegue"]!["nom"]!, (string)file["delegue"]!["contact"]!));
        common.Transfers.ShouldBe((string)file["transfertsHorsUnionEuropeenne"]!);
        common.Sensitive.ShouldBe((string)file["donneesSensibles"]!);
        common.Measures.ShouldBe(file["mesures"]!.AsArray().Select(m => ((string)m!["domaine"]!, (string)m["mesure"]!)));
        common.Processors.ShouldBe(file["sousTraitants"]!.AsArray().Select(p => new Party((string)p!["nom"]!, (string)p["role"]!, (string)p["accord"]!)));
        common.Conflict.ShouldBe((AgreementConflict.PartieObligatoire, (string)file["parametres"]!["accordEtObligationLegale"]!["explication"]!));
        common.LogRetention.ShouldBe((new RetentionPeriod(12, 'M'), (string)file["parametres"]!["conservationJournal"]!["source"]!));
        common.SmallCells.ShouldBe(new SmallCells(11, 15, (string)file["parametres"]!["secretStatistique"]!["source"]!, false));
    }

    [Fact]
    public void A_file_without_parameters_has_the_strictest()
    {
        var common = Load(r => r.Remove("parametres"));
        common.LogRetention.ShouldBe((new RetentionPeriod(12, 'M'), "CNIL, délibération n° 2021-122 du 14 octobre 2021"));
        common.LogRetention.ShouldBe(RegisterCommon.DefaultLog);
        common.SmallCells.ShouldBe(SmallCells.Default);
        (common.SmallCells.Minimum, common.SmallCells.SettlingDays, common.SmallCells.Established).ShouldBe((11, 15, false));
        common.SmallCells.Source.ShouldContain("à vérifier");
        common.Conflict.ShouldBe((AgreementConflict.PartieObligatoire, "Sans l'accord, seule la partie que la finalité prévoit sans lui est transmise."));
        Load(r => { r["parametres"]!.AsObject().Remove("conservationJournal"); r["parametres"]!.AsObject().Remove("secretStatistique"); r["statut"] = "etabli"; })
            .ShouldSatisfyAllConditions(c => c.LogRetention.ShouldBe(RegisterCommon.DefaultLog), c => c.SmallCells.ShouldBe(SmallCells.Default), c => c.Established.ShouldBeTrue());
    }

    [Theory]
    [InlineData("toutTransmettre", AgreementConflict.ToutTransmettre)]
    [InlineData("rienSansAccord", AgreementConflict.RienSansAccord)]
    [InlineData("partieObligatoire", AgreementConflict.PartieObligatoire)]
    public void What_prevails_is_what_the_file_says(string word, AgreementConflict rule) =>
        Load(r => r["parametres"]!["accordEtObligationLegale"]!["regle"] = word).Conflict.Rule.ShouldBe(rule);

    [Fact]
    public void Small_counts_have_the_minimum_of_the_file()
    {
        var cells = Load(r => r["parametres"]!["secretStatistique"] = Cells(2, 0, "etabli")).SmallCells;
        cells.ShouldBe(new SmallCells(2, 0, "texte", true));
        Load(r => r["parametres"]!["secretStatistique"] = Cells(1000, 90, "aVerifier")).SmallCells.ShouldBe(new SmallCells(1000, 90, "texte", false));
        Refused(r => r["parametres"]!["secretStatistique"] = Cells(1, 91, "x")).Select(e => e.Pointer)
            .ShouldBe(["/parametres/secretStatistique/effectifMinimal", "/parametres/secretStatistique/delaiPublicationJours", "/parametres/secretStatistique/statut"]);
    }

    [Theory]
    [InlineData("P6M")]
    [InlineData("P12M")]
    [InlineData("P1Y")]
    public void The_log_is_kept_from_six_months_to_a_year(string duration)
    {
        RetentionPeriod.TryParse(duration, out var period).ShouldBeTrue();
        Load(r => r["parametres"]!["conservationJournal"]!["duree"] = duration).LogRetention.Period.ShouldBe(period);
    }

    [Theory]
    [InlineData("P5M")]
    [InlineData("P13M")]
    [InlineData("P2Y")]
    [InlineData("P365D")]
    [InlineData("un an")]
    public void The_log_is_kept_neither_shorter_nor_longer(string duration)
    {
        var error = Refused(r => r["parametres"]!["conservationJournal"]!["duree"] = duration).ShouldHaveSingleItem();
        error.ToString().ShouldBe($"{File} /parametres/conservationJournal/duree : le journal se conserve de six mois à douze mois. Écrivez une durée en mois ou en années : P12M.");
    }

    [Theory]
    [InlineData("P36M", true)]
    [InlineData("P3Y", true)]
    [InlineData("P37M", false)]
    [InlineData("P5M", false)]
    public void A_purpose_with_a_documented_control_keeps_its_log_up_to_three_years(string duration, bool allowed)
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit("P2-2026-01-01.json", r => r["journal"] = new JsonObject { ["duree"] = duration, ["motif"] = "contrôle interne" });
        if (!allowed)
        {
            Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.ShouldHaveSingleItem().ToString()
                .ShouldBe("P2-2026-01-01.json /journal/duree : le journal se conserve de six mois à trois ans. Écrivez une durée en mois ou en années : P36M.");
            return;
        }

        var kept = PurposeRegister.Load(folder.Path).InForce("P2", Now)!.LogRetention.ShouldNotBeNull();
        kept.ShouldBe((RetentionPeriod.Parse(duration), "contrôle interne"));
    }

    [Fact]
    public void A_purpose_without_a_control_of_its_own_follows_the_common_rule() =>
        PurposeRegister.Load(DataFolder.Shipped(Folder)).InForce("P2", Now)!.LogRetention.ShouldBeNull();

    [Fact]
    public void Every_mistake_is_told_with_its_place()
    {
        Refused(r => r.Remove("titre")).ShouldHaveSingleItem().Pointer.ShouldBe("/titre");
        Refused(r => r["delegue"]!["fax"] = "x").ShouldHaveSingleItem().Pointer.ShouldBe("/delegue/fax");
        Refused(r => r["parametres"]!["autre"] = "x").ShouldHaveSingleItem().Pointer.ShouldBe("/parametres/autre");
        Refused(r => r["parametres"]!["accordEtObligationLegale"]!["autre"] = "x").ShouldHaveSingleItem().Pointer.ShouldBe("/parametres/accordEtObligationLegale/autre");
        Refused(r => r["parametres"]!["conservationJournal"]!["autre"] = "x").ShouldHaveSingleItem().Pointer.ShouldBe("/parametres/conservationJournal/autre");
        Refused(r => r["parametres"]!["conservationJournal"]!["statut"] = "x").ShouldHaveSingleItem().Pointer.ShouldBe("/parametres/conservationJournal/statut");
        Refused(r => r["parametres"]!["secretStatistique"]!["autre"] = "x").ShouldHaveSingleItem().Pointer.ShouldBe("/parametres/secretStatistique/autre");
        Refused(r => r["parametres"] = "x").ShouldNotBeEmpty();
        Refused(r => r["mesures"]![0]!["autre"] = "x").ShouldHaveSingleItem().Pointer.ShouldBe("/mesures/0/autre");
        Refused(r => r["sousTraitants"]![0]!["autre"] = "x").ShouldHaveSingleItem().Pointer.ShouldBe("/sousTraitants/0/autre");
        Refused(r => r["valideDu"] = "2026-01-02").ShouldHaveSingleItem().ToString()
            .ShouldBe($"{File} /valideDu : le nom du fichier ne dit pas son contenu. Nommez le fichier commun-2026-01-02.json, ou corrigez « valideDu ».");
    }

    [Fact]
    public void Two_files_that_follow_each_other_need_a_day_of_their_own()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Write("commun-2026-07-01.json", folder.Read(File)).Edit("commun-2026-07-01.json", r => r["valideDu"] = "2026-07-01").Edit(File, r => r["valideAu"] = "2026-07-01");
        Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path)).Errors.ShouldHaveSingleItem().ToString()
            .ShouldBe("commun-2026-07-01.json /valideDu : la validité recouvre celle de commun-2026-01-01.json. Donnez à commun-2026-01-01.json une date « valideAu » antérieure.");

        folder.Edit(File, r => r["valideAu"] = "2026-06-30");
        var register = PurposeRegister.Load(folder.Path);
        register.CommonInForce(new(2026, 6, 30, 12, 0, 0, TimeSpan.Zero))!.To.ShouldBe(new DateOnly(2026, 6, 30));
        register.CommonInForce(new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero))!.Version.ShouldBe("commun-2026-07-01");
        register.CommonInForce(new(2025, 12, 31, 12, 0, 0, TimeSpan.Zero)).ShouldBeNull();
    }

    private static JsonObject Cells(int minimum, int days, string status) =>
        new() { ["effectifMinimal"] = minimum, ["delaiPublicationJours"] = days, ["source"] = "texte", ["statut"] = status };

    private static RegisterCommon Load(Action<JsonObject> change)
    {
        using var folder = DataFolder.Copy(Folder);
        return PurposeRegister.Load(folder.Edit(File, change).Path).CommonInForce(Now)!;
    }

    private static IReadOnlyList<FileError> Refused(Action<JsonObject> change)
    {
        using var folder = DataFolder.Copy(Folder);
        var path = folder.Edit(File, change).Path;
        return Should.Throw<RegisterException>(() => PurposeRegister.Load(path)).Errors;
    }
}
