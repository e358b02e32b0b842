using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExchangeGateway.Browser.Pages;

public class DroitsTests(BrowserRun run)
{
    [Fact]
    public async Task The_dpo_records_a_request_prints_its_report_puts_it_off_and_decides()
    {
        await using var window = await run.OpenAsync(Accounts.Dpo);
        await run.SendActAsync("Exemple-Droits");
        var page = window.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Droits des personnes" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Droits des personnes" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Enregistrer une demande" }).ClickAsync();
        await window.CheckAsync("droits-nouvelle");

        await RecordAsync(page, "Inconnue");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Aucune donnée de cette personne");
        await Expect(page.GetByLabel("Prénoms")).ToHaveValueAsync("Élodie");
        await window.CheckAsync("droits-nouvelle-erreur");
        await RecordAsync(page, "Exemple-Droits");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Réponse due le");
        await window.CheckAsync("droits-demande");

        await page.GetByLabel("Personne avertie le").FillAsync(Today());
        await page.GetByRole(AriaRole.Button, new() { Name = "Prolonger" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Délai prolongé");

        await page.GetByRole(AriaRole.Link, new() { Name = "Établir le rapport d’accès" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Rapport d’accès à vos données" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("Exemple-Droits");
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("Rapport d’accès d’une personne établi");
        await window.CheckAsync("droits-rapport");

        await page.GetByRole(AriaRole.Link, new() { Name = "Revenir à la demande" }).ClickAsync();
        foreach (var choice in await page.Locator("select[name^='decision-']").AllAsync())
            await choice.SelectOptionAsync("Accorder");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer la décision" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Décision enregistrée");
        await page.GetByRole(AriaRole.Link, new() { Name = "Toutes les demandes" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Toutes", Exact = true }).ClickAsync();
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("Close");
        await window.CheckAsync("droits");
    }

    private static async Task RecordAsync(IPage page, string name)
    {
        await page.GetByLabel("Identité vérifiée par").SelectOptionAsync("pieceIdentite");
        await page.GetByLabel("Nom", new() { Exact = true }).FillAsync(name);
        await page.GetByLabel("Prénoms").FillAsync("Élodie");
        await page.GetByLabel("Date de naissance").FillAsync("1985-05-07");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer", Exact = true }).ClickAsync();
    }

    /// <summary>The day as a date field takes it.</summary>
    private static string Today() =>
        ExchangeGateway.Gateway.Pages.French.Day(TimeProvider.System.GetUtcNow()).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
