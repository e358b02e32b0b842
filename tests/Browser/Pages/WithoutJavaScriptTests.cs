using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExchangeGateway.Browser.Pages;

/// <summary>Each job is done in a browser that runs no script at all, also on a narrow screen.</summary>
public class WithoutJavaScriptTests(BrowserRun run)
{
    [Fact]
    public async Task An_act_is_sent()
    {
        await using var window = await run.OpenAsync(Accounts.Office, javaScript: false);
        var page = window.Page;
        await page.SetViewportSizeAsync(360, 740);
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Menu principal" }).GetByRole(AriaRole.Link, new() { Name = "Envois" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Un commandement de payer" }).ClickAsync();
        await DepotTests.FillAsync(page, "Exemple-Sans-Script");
        await page.GetByLabel("Acte en PDF").SetInputFilesAsync(Samples.File("acte.pdf", "application/pdf", Samples.Pdf));
        await DepotTests.SendAsync(page);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Récépissé d’envoi" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_file_is_opened_acknowledged_and_its_identity_shown()
    {
        await using var window = await run.OpenAsync(Accounts.Secretariat, javaScript: false);
        var page = window.Page;
        await run.SendActAsync("Exemple-Sans-Script-2");
        await page.GotoAsync("/reception");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ouvrir", Exact = false }).Last.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Accuser réception" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Réception accusée le");
        await page.GetByText("Préparer une séance de la CCAPEX").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Afficher l’identité" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("Exemple-Sans-Script-2");
        await page.SetViewportSizeAsync(360, 740);
        await page.GetByRole(AriaRole.Button, new() { Name = "Se déconnecter" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Se connecter" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_log_is_searched()
    {
        await using var window = await run.OpenAsync(Accounts.Dpo, javaScript: false);
        var page = window.Page;
        await page.GetByLabel("Action").SelectOptionAsync("Connexion");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rechercher" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Vérifier", Exact = false }).First.ClickAsync();
        await window.ReloadUntilAsync("Preuve vérifiée");
    }
}
