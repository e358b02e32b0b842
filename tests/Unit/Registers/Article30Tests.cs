using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Consent;

namespace ExchangeGateway.Unit.Registers;

/// <summary>What the DPO is shown is what the decision enforces: the register of art. 30 against the files and against the decision.</summary>
public sealed class Article30Tests
{
    private const string Folder = "consent/finalites";
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
    private static readonly PurposeRegister Purposes = PurposeRegister.Load(DataFolder.Shipped(Folder));
    private static readonly Article30 Register = Article30.Of(Purposes, Now);

    [Fact]
    public void Every_file_appears_as_a_sheet_also_one_that_is_not_in_force()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit("P2-2026-01-01.json", r => r["valideAu"] = "2026-06-30");
        folder.Write("P2-2027-01-01.json", folder.Read("P2-2026-01-01.json")).Edit("P2-2027-01-01.json", r => { r["valideDu"] = "2027-01-01"; r["valideAu"] = null; });
        var register = Article30.Of(PurposeRegister.Load(folder.Path), Now);

        register.Traitements.Select(t => t.Fichier + ".json").ShouldBe(Directory.GetFiles(folder.Path, "P*.json").Select(f => Path.GetFileName(f)), ignoreOrder: true);
        register.Traitements.Where(t => !t.EnVigueur).Select(t => t.Fichier).ShouldBe(["P2-2026-01-01", "P2-2027-01-01"]);
        register.Traitements.Select(t => t.Finalite).Distinct(StringComparer.Ordinal).ShouldBe(register.Traitements.Select(t => t.Finalite).Distinct(StringComparer.Ordinal).OrderBy(id => int.Parse(id[1..])));
    }

    [Fact]
    public void Each_sheet_says_what_article_30_asks_for()
    {
        foreach (var sheet in Register.Traitements)
        {
            sheet.Responsable.ShouldNotBeEmpty(sheet.Fichier);
            sheet.PersonnesConcernees.ShouldNotBeEmpty(sheet.Fichier);
            sheet.Destinataires.ShouldNotBeEmpty(sheet.Fichier);
            sheet.Textes.ShouldNotBeEmpty(sheet.Fichier);
            sheet.Donnees.Select(d => d.Categorie).ShouldBe(sheet.Destinataires.SelectMany(d => d.Categories).Distinct(StringComparer.Ordinal), ignoreOrder: true, sheet.Fichier);
        }

        Register.Commun.ShouldNotBeNull().MesuresDeSecurite.ShouldNotBeEmpty();
        Register.Commun.TransfertsHorsUnionEuropeenne.ShouldNotBeEmpty();
        Register.Version.ShouldBe(Purposes.Version);
    }

    /// <summary>Recipients × categories of the register equal what the decision permits, for every purpose, sender, type, title, recipient, role and state of the agreement.</summary>
    [Fact]
    public void What_the_register_shows_is_what_the_decision_permits_and_nothing_else_is_permitted()
    {
        string[] natures = [.. PartnerNatures.All];
        var types = Register.Traitements.SelectMany(t => t.Deposants).SelectMany(d => d.Types).Distinct(StringComparer.Ordinal).ToList();
        var permitted = 0;
        foreach (var sheet in Register.Traitements)
        {
            var titles = sheet.Destinataires.Select(d => d.AuTitreDe).Append("barreau").Distinct(StringComparer.Ordinal).ToList();
            foreach (var sender in natures)
                foreach (var type in types)
                    foreach (var title in titles)
                        foreach (var recipient in Sent(sheet, sender, type) ? natures : [.. sheet.Destinataires.Select(d => d.Nature).Distinct(StringComparer.Ordinal)])
                            foreach (var role in AgentRoles.All)
                                foreach (var agreed in new[] { true, false })
                                {
                                    var shown = Shown(sheet, sender, type, title, recipient, role, agreed);
                                    var decided = Permitted(sheet.Finalite, sender, type, title, recipient, role, agreed);
                                    if (!shown.SequenceEqual(decided, StringComparer.Ordinal))
                                        decided.ShouldBe(shown, $"{sheet.Fichier} {sender} {type} {title} {recipient} {role} {agreed}");
                                    permitted += decided.Count;
                                }
        }

        permitted.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void The_csv_has_one_line_per_sheet_and_no_code_of_ours()
    {
        var csv = Article30Words.Csv(Register);

        csv.Split("\r\n").Length.ShouldBe(Register.Traitements.Count + 2, "a heading, and the end of the last line");
        csv[0].ShouldBe('\uFEFF');
        foreach (var sheet in Register.Traitements)
            csv.ShouldContain($"\r\n{sheet.Finalite};{sheet.Reference};{sheet.Fichier};01/01/2026;;oui;À vérifier;");
        csv.ShouldContain("Contrôle d'accès : ");
        csv.ShouldContain("sans lui : Identité, Adresse, Acte");
        foreach (var code in (string[])["dureeAFixer", "accordPersonne", "6-1-e;", "organisme-dsf (", "equipe-mobile ("])
            csv.ShouldNotContain(code, Case.Sensitive);
    }

    [Fact]
    public void A_duration_is_said_with_where_it_comes_from()
    {
        Article30Words.Duration(new("dette", "P24M", "art. 9 du décret")).ShouldBe("24 mois (art. 9 du décret)");
        Article30Words.Duration(new("dette", "P1Y", "responsable, 2026-02-01")).ShouldBe("1\u00A0an (responsable, 2026-02-01)");
        Article30Words.Duration(new("dette", "dureeAFixer", null)).ShouldStartWith("À fixer");
    }

    [Fact]
    public void The_json_keeps_the_files_words()
    {
        var json = JsonNode.Parse(JsonSerializer.Serialize(Register, RegisterJson.Default.Article30))!;
        var dsf = json["traitements"]!.AsArray().Single(t => t!["finalite"]!.GetValue<string>() == "P6")!;

        dsf["statut"]!.GetValue<string>().ShouldBe("aVerifier");
        dsf["destinataires"]!.AsArray().Single(d => d!["nature"]!.GetValue<string>() == "tribunal")!["sansAccord"]!.AsArray().Select(c => c!.GetValue<string>()).ShouldBe(["identite", "adresse", "acte"]);
    }

    /// <summary>Reads the sheet as a person would.</summary>
    private static List<string> Shown(Treatment sheet, string sender, string type, string? title, string recipient, string role, bool agreed)
    {
        if (!Sent(sheet, sender, type))
            return [];
        var lines = sheet.Destinataires.Where(d =>
            d.AuTitreDe == title && (d.Types is null || d.Types.Contains(type, StringComparer.Ordinal)) && d.Roles.Contains(role, StringComparer.Ordinal)
            && (d.Nature == "deposant" ? recipient == sender : d.Nature == recipient));
        return [.. CategoryNames.All.ToNames().Intersect(lines.SelectMany(d => d.Accord is null || agreed ? d.Categories : d.SansAccord), StringComparer.Ordinal)];
    }

    private static bool Sent(Treatment sheet, string sender, string type) =>
        sheet.Deposants.Any(d => d.Nature == sender && d.Types.Contains(type, StringComparer.Ordinal));

    private static IReadOnlyList<string> Permitted(string purpose, string sender, string type, string? title, string recipient, string role, bool agreed) =>
        PurposeDecision.MayDisclose(Purposes, new DisclosureRequest(
            purpose, sender, MessageType.Parse(type), title, recipient, role, "75", CategoryNames.All, false,
            agreed ? ConsentState.Granted : ConsentState.Refused, Now, OperatingMode.Demonstration, CategoryNames.All)) is DisclosureDecision.Permit permit
            ? permit.Categories.ToNames()
            : [];
}
