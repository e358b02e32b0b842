using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExchangeGateway.Browser.Pages;

public class DossiersTests(BrowserRun run)
{
    [Fact]
    public async Task A_secretariat_reads_its_morning_opens_a_file_and_holds_a_session_without_JavaScript()
    {
        await using var window = await run.OpenAsync(Accounts.Secretariat, javaScript: false);
        var page = window.Page;
        await run.SendActAsync("Exemple-Dossiers");
        await page.GotoAsync("/matin");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Ma journée" })).ToBeVisibleAsync();
        var morning = await window.TextAsync();
        foreach (var word in (string[])["À répartir", "Attente CAF/CD", "À rapprocher", "Échéances ≤ 10 j", "Renvoyés", "Quotas"])
            morning.ShouldContain(word);

        await page.GotoAsync("/reception");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ouvrir", Exact = false }).Last.ClickAsync();
        await page.Locator("a.empreinte").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Historique du dossier" })).ToBeVisibleAsync();
        var file = await window.TextAsync();
        file.ShouldContain("Commandement de payer (stade actuel)");
        file.ShouldContain("14/12/2026");
        file.ShouldNotContain("Exemple-Dossiers");
        var reference = await page.Locator("main span.empreinte").First.InnerTextAsync();

        await page.GotoAsync("/seances");
        await page.GetByLabel("Date").FillAsync("24/11/2026");
        await page.GetByLabel("Lieu").FillAsync("Salle de la commission");
        await page.GetByLabel("Membres").FillAsync("DRIHL, Coprésidence\nCAF, Action sociale");
        await page.GetByRole(AriaRole.Button, new() { Name = "Créer la séance" }).ClickAsync();
        await page.GetByLabel("Référence du dossier").FillAsync(reference);
        await page.GetByRole(AriaRole.Button, new() { Name = "Inscrire à l’ordre du jour" }).ClickAsync();
        await page.GetByText("Inscrire les avis").First.ClickAsync();
        await page.GetByText("Payer le loyer courant").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Inscrire les avis" }).ClickAsync();
        (await window.TextAsync()).ShouldContain("Payer le loyer courant");

        await page.GetByRole(AriaRole.Link, new() { Name = "Fiche du dossier 1" }).ClickAsync();
        (await window.TextAsync()).ShouldContain("Commandement de payer");
        (await window.TextAsync()).ShouldNotContain("Exemple-Dossiers");
        await page.GetByRole(AriaRole.Link, new() { Name = "Retour à la séance" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Courriers à imprimer" }).ClickAsync();
        (await window.TextAsync()).ShouldContain("75011 PARIS 11E");
    }

    [Fact]
    public async Task The_pages_of_files_and_sessions_hold_to_the_rules_of_access()
    {
        await using var window = await run.OpenAsync(Accounts.Secretariat);
        var page = window.Page;
        await run.SendActAsync("Exemple-Acces");
        foreach (var (path, name) in new[] { ("/matin", "matin"), ("/rapprochements", "rapprochements"), ("/seances", "seances") })
        {
            await page.GotoAsync(path);
            await window.CheckAsync(name);
        }

        await page.GotoAsync("/reception");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ouvrir", Exact = false }).Last.ClickAsync();
        await page.Locator("a.empreinte").First.ClickAsync();
        await window.CheckAsync("historique");
    }
}
