using System.Text;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExchangeGateway.Browser.Pages;

public class DepotTests(BrowserRun run)
{
    [Fact]
    public async Task A_clerk_sends_an_act_by_form_with_its_pdf()
    {
        await using var window = await run.OpenAsync(Accounts.Office);
        var page = window.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Envois" })).ToBeVisibleAsync();
        await window.CheckAsync("envois");
        await page.GetByRole(AriaRole.Link, new() { Name = "Un commandement de payer" }).ClickAsync();
        await window.CheckAsync("commandement");

        // Everything that is wrong comes at once, each at its field, and nothing typed is lost.
        await page.GetByLabel("Date de signification").FillAsync("2026-11-03");
        await page.GetByLabel("Coût de l’acte, en euros").FillAsync("cent euros");
        await page.GetByLabel("Acte en PDF").SetInputFilesAsync(Samples.File("acte.pdf", "application/pdf", Samples.PdfWithScript));
        await SendAsync(page);
        var summary = page.GetByRole(AriaRole.Alert);
        await Expect(summary).ToContainTextAsync("points à corriger");
        await Expect(summary).ToContainTextAsync("Le PDF contient du JavaScript.");
        await Expect(page.GetByLabel("Coût de l’acte, en euros")).ToHaveValueAsync("cent euros");
        await Expect(page.GetByText("Donnez un montant en euros", new() { Exact = false }).Last).ToBeVisibleAsync();
        await window.CheckAsync("commandement-erreurs");
        await summary.GetByRole(AriaRole.Link, new() { Name = "Nom de naissance : Ce champ est obligatoire." }).ClickAsync();
        (await page.EvaluateAsync<string>("location.hash")).ShouldBe("#personnes-0-nom");

        await FillAsync(page, "Exemple-Formulaire");
        await page.GetByLabel("Coût de l’acte, en euros").FillAsync("142,35");
        await page.GetByLabel("Acte en PDF").SetInputFilesAsync(Samples.File("acte.pdf", "application/pdf", Samples.Pdf));
        await SendAsync(page);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Récépissé d’envoi" })).ToBeVisibleAsync();
        var text = await window.TextAsync();
        text.ShouldContain("Ce récépissé ne vaut pas transmission par EXPLOC/Alexi.");
        text.ShouldContain("La référence EXPLOC ou Alexi n'est pas transmise");
        text.ShouldContain("Acte");
        await window.CheckAsync("recepisse");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "La promesse signée", Exact = false }).ClickAsync());
        (await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken)).Split('.').Length.ShouldBe(3);

        // The office's own particulars are there for the next act; the household's are not.
        await page.GetByRole(AriaRole.Link, new() { Name = "Envoyer un autre commandement" }).ClickAsync();
        await Expect(page.GetByLabel("Ville", new() { Exact = true })).ToHaveValueAsync("Paris");
        await Expect(page.GetByLabel("Nom de naissance")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task An_act_without_its_pdf_is_kept_and_the_pdf_joined_later()
    {
        await using var window = await run.OpenAsync(Accounts.Office);
        var page = window.Page;
        await page.GotoAsync("/depot/commandement");
        await FillAsync(page, "Exemple-Sans-Acte");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ajouter une personne" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Personne 2" })).ToBeVisibleAsync();
        await SendAsync(page);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Joindre l’acte" })).ToBeVisibleAsync();
        await page.GetByLabel("Acte en PDF").SetInputFilesAsync(Samples.File("acte.pdf", "application/pdf", "du texte"u8.ToArray()));
        await page.GetByRole(AriaRole.Button, new() { Name = "Joindre l’acte" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Le signalement est enregistré, l’acte en PDF n’est pas joint");
        await window.CheckAsync("recepisse-piece-refusee");
        await page.GetByLabel("Acte en PDF").SetInputFilesAsync(Samples.File("acte.pdf", "application/pdf", Samples.Pdf));
        await page.GetByRole(AriaRole.Button, new() { Name = "Joindre l’acte" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("L’acte est joint à l’envoi.");
        (await page.GetByRole(AriaRole.Heading, new() { Name = "Joindre l’acte" }).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_comes_back_line_by_line()
    {
        PartnerMessages.TryGet(new MessageType("commissaires-de-justice", "commandements-de-payer"), out var message).ShouldBeTrue();
        var template = Encoding.UTF8.GetString(ColumnFiles.Template(message.Columns!)).Split("\r\n");
        var good = template[1];
        var csv = string.Join("\r\n", template[0], good, good.Replace("03/11/2026", "31/02/2026", StringComparison.Ordinal), good, good.Replace("CDP-2026-000123", "CDP-2026-000124", StringComparison.Ordinal), "");

        await using var window = await run.OpenAsync(Accounts.Office);
        var page = window.Page;
        await page.GotoAsync("/depot/lot");
        await window.CheckAsync("lot");
        var model = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Commandement de payer", Exact = false }).ClickAsync());
        (await File.ReadAllTextAsync(await model.PathAsync(), TestContext.Current.CancellationToken)).ShouldContain("signifie_le");
        await page.GetByLabel("Fichier CSV").SetInputFilesAsync(Samples.File("lot.csv", "text/csv", Encoding.UTF8.GetBytes(csv)));
        await page.GetByRole(AriaRole.Button, new() { Name = "Envoyer le fichier" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Compte rendu du lot" })).ToBeVisibleAsync();
        var row = page.Locator("#a-corriger tbody tr");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync("signifie_le");
        await Expect(page.Locator("#recues tbody tr")).ToHaveCountAsync(3);
        await Expect(page.Locator("#recues")).ToContainTextAsync("Déjà reçue");
        await window.CheckAsync("lot-compte-rendu");

        var report = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Télécharger le compte rendu (CSV)" }).ClickAsync());
        var lines = (await File.ReadAllTextAsync(await report.PathAsync(), TestContext.Current.CancellationToken)).TrimEnd().Split("\r\n");
        lines.Length.ShouldBe(6);
        lines[2].ShouldStartWith("2;refuse;schema-invalide;");
    }

    internal static async Task FillAsync(IPage page, string name)
    {
        await page.GetByLabel("Date de signification").FillAsync("2026-11-03");
        await page.GetByLabel("L’acte a été signifié").SelectOptionAsync("domicile");
        await page.GetByLabel("Référence de l’acte à l’étude").FillAsync("CDP-" + name);
        await page.GetByLabel("Ville", new() { Exact = true }).FillAsync("Paris");
        await page.GetByLabel("Nom de naissance").First.FillAsync(name);
        await page.GetByLabel("Prénoms").First.FillAsync("Anne-Sophie");
        await page.GetByLabel("Numéro", new() { Exact = true }).FillAsync("12 bis");
        await page.GetByLabel("Voie").FillAsync("rue de la Folie-Méricourt");
        await page.GetByLabel("Code postal").FillAsync("75 011");
        await page.GetByLabel("Commune", new() { Exact = false }).First.FillAsync("Paris 11e");
        await page.GetByLabel("Un téléphone est connu").SelectOptionAsync("oui");
        await page.GetByLabel("Numéro de téléphone").FillAsync("06 39 98 01 01");
        await page.GetByLabel("Type de bailleur").SelectOptionAsync("personnePhysique");
        await page.GetByLabel("Parc").SelectOptionAsync("prive");
        await page.GetByLabel("Total de la dette, en euros").FillAsync("2 820,00");
        await page.GetByLabel("Loyer mensuel hors charges, en euros").FillAsync("850");
        await page.GetByLabel("Premier mois impayé").FillAsync("08/2026");
        await page.GetByLabel("Nombre de mois impayés").FillAsync("3");
        await page.GetByLabel("Mois, ligne 1").FillAsync("08/2026");
        await page.GetByLabel("Loyer, ligne 1").FillAsync("850,00");
    }

    internal static Task SendAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Envoyer", Exact = true }).ClickAsync();
}
