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
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Envois", Exact = true })).ToBeVisibleAsync();
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
        await page.GetByLabel("Acte en PDF").SetInputFilesAsync(Samples.File("acte.pdf", "application/pdf", Samples.PdfOf(11 << 20)));
        await SendAsync(page);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Ce fichier dépasse 10 Mo.");
        await page.GetByLabel("Acte en PDF").SetInputFilesAsync(Samples.File("acte.pdf", "application/pdf", Samples.PdfOf(9 << 20)));
        await SendAsync(page);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Récépissé d’envoi" })).ToBeVisibleAsync();
        var text = await window.TextAsync();
        text.ShouldContain("Ce récépissé ne vaut pas transmission par EXPLOC/Alexi.");
        text.ShouldContain("La référence EXPLOC ou Alexi n'est pas transmise");
        (await page.GetByRole(AriaRole.Heading, new() { Name = "Joindre l’acte" }).CountAsync()).ShouldBe(0);
        await window.CheckAsync("recepisse");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "La promesse signée", Exact = false }).ClickAsync());
        (await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken)).Split('.').Length.ShouldBe(3);

        // The office's own particulars are there for the next act; the household's are not.
        await page.GetByRole(AriaRole.Link, new() { Name = "Envoyer un autre commandement" }).ClickAsync();
        await Expect(page.Locator("#etude-ville")).ToHaveValueAsync("Paris");
        await Expect(page.Locator("#personnes-0-nom")).ToHaveValueAsync("");
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
        await page.GetByLabel("Nature des signalements").SelectOptionAsync(new SelectOptionValue { Label = "Commandement de payer" });
        await page.GetByLabel("Fichier CSV").SetInputFilesAsync(Samples.File("lot.csv", "text/csv", Encoding.UTF8.GetBytes(csv)));
        await page.GetByRole(AriaRole.Button, new() { Name = "Envoyer le fichier" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Compte rendu du lot" })).ToBeVisibleAsync();
        var row = page.Locator("#a-corriger tbody tr");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync("signifie_le");
        await Expect(page.Locator("#recues tbody tr")).ToHaveCountAsync(3);
        await Expect(page.Locator("#recues")).ToContainTextAsync("Déjà reçue");
        await window.CheckAsync("lot-compte-rendu");

        var report = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Télécharger le compte rendu (CSV)" }).ClickAsync());
        var lines = (await File.ReadAllTextAsync(await report.PathAsync(), TestContext.Current.CancellationToken)).TrimEnd().Split("\r\n");
        lines.Length.ShouldBe(6);
        lines[2].ShouldStartWith("2;refuse;schema-invalide;");
    }

    [Fact]
    public async Task A_clerk_sees_how_good_the_offices_deposits_were()
    {
        await using var window = await run.OpenAsync(Accounts.Office);
        var page = window.Page;
        await page.GotoAsync("/depot/commandement");
        await FillAsync(page, "Exemple-Qualite");
        await SendAsync(page);
        await page.GotoAsync("/depot");
        await page.GetByRole(AriaRole.Link, new() { Name = "Qualité de vos envois" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Qualité de vos envois" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Points relevés" })).ToBeVisibleAsync();
        (await window.TextAsync()).ShouldContain("La référence EXPLOC ou Alexi n'est pas transmise");
        await window.CheckAsync("qualite");
        await page.GetByRole(AriaRole.Link, new() { Name = "Voir par mois" }).ClickAsync();
        await Expect(page.Locator("table").First.Locator("tbody tr")).ToHaveCountAsync(13);
        var sheet = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Télécharger le tableau (CSV)" }).ClickAsync());
        (await File.ReadAllTextAsync(await sheet.PathAsync(), TestContext.Current.CancellationToken)).ShouldContain("telephones");
    }

    internal static async Task FillAsync(IPage page, string name)
    {
        await FillFieldAsync(page, "acte-signifieLe", "2026-11-03");
        await ChooseAsync(page, "acte-modaliteRemise", "À domicile");
        await FillFieldAsync(page, "acte-referenceEtude", "CDP-" + name);
        await FillFieldAsync(page, "etude-ville", "Paris");
        await FillFieldAsync(page, "personnes-0-nom", name);
        await FillFieldAsync(page, "personnes-0-prenoms", "Anne-Sophie");
        await FillFieldAsync(page, "logement-numero", "12 bis");
        await FillFieldAsync(page, "logement-voie", "rue de la Folie-Méricourt");
        await FillFieldAsync(page, "logement-codePostal", "75 011");
        await FillFieldAsync(page, "logement-commune", "Paris 11e");
        await ChooseAsync(page, "telephoneConnu", "Oui");
        await FillFieldAsync(page, "telephones-0-numero", "06 39 98 01 01");
        await ChooseAsync(page, "bailleur-type", "Personne physique");
        await ChooseAsync(page, "bailleur-parc", "Parc privé");
        await FillFieldAsync(page, "dette-total", "2 820,00");
        await FillFieldAsync(page, "dette-loyerHorsCharges", "850");
        await FillFieldAsync(page, "dette-premierMoisImpaye", "08/2026");
        await FillFieldAsync(page, "dette-moisImpayes", "3");
        await page.GetByLabel("Mois, ligne 1").FillAsync("08/2026");
        await page.GetByLabel("Loyer, ligne 1").FillAsync("850,00");
    }

    private static Task FillFieldAsync(IPage page, string id, string value) => page.Locator("#" + id).FillAsync(value);

    private static Task<IReadOnlyList<string>> ChooseAsync(IPage page, string id, string label) => page.Locator("#" + id).SelectOptionAsync(new SelectOptionValue { Label = label });

    internal static Task SendAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Envoyer", Exact = true }).ClickAsync();
}
