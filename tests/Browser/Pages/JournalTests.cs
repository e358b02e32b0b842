using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExchangeGateway.Browser.Pages;

public class JournalTests(BrowserRun run)
{
    [Fact]
    public async Task The_dpo_finds_who_saw_a_family_and_sees_the_proof_checked()
    {
        await ShowAnIdentityAsync();
        await using var window = await run.OpenAsync(Accounts.Dpo);
        var page = window.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Journal", Exact = true })).ToBeVisibleAsync();
        await window.CheckAsync("journal");

        await page.GetByLabel("Personne").FillAsync("Madame Exemple");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rechercher" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Donnez un pseudonyme du journal");
        await window.CheckAsync("journal-erreur");

        await page.GetByLabel("Personne").FillAsync("");
        await page.GetByLabel("Organisation").FillAsync("adil-75");
        await page.GetByLabel("Action").SelectOptionAsync("Identité affichée");
        await page.GetByLabel("Du", new() { Exact = true }).FillAsync("2026-01-01");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rechercher" }).ClickAsync();
        var rows = page.Locator("tbody tr");
        await Expect(rows.First).ToContainTextAsync("Instruire le dossier");
        await Expect(rows.First).ToContainTextAsync("adil-75");
        await Expect(rows.First).ToContainTextAsync("Permis");
        await window.CheckAsync("journal-resultats");

        // From one entry to all that concerns the same household.
        await page.GetByLabel("Organisation").FillAsync("");
        await rows.First.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.GetByLabel("Personne")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^[0-9a-f]{32}$", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await rows.First.GetByRole(AriaRole.Link, new() { Name = "Vérifier", Exact = false }).ClickAsync();
        await window.ReloadUntilAsync("Preuve vérifiée");
        await window.CheckAsync("inscription");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "La preuve", Exact = false }).ClickAsync());
        TlogProof.TryParse(await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken), out var proof).ShouldBeTrue();
        Checkpoint.TryParse(proof.Note.Text, out var head).ShouldBeTrue();
        proof.Proves(proof.Extra, run.Services.GetRequiredService<JournalKey>().For(head.Origin)).ShouldBeTrue();

        // Addresses that nothing links to are no errors of ours.
        await page.GotoAsync(page.Url + "?handler=Rien");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Preuve d’inscription" })).ToBeVisibleAsync();
        await page.GotoAsync("/journal?organisation=%00adil-75");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Résultats" })).ToBeVisibleAsync();
        await page.GotoAsync("/journal/00000000-0000-0000-0000-000000000000");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Page introuvable" })).ToBeVisibleAsync();
        await window.CheckAsync("erreur-404");
    }

    private async Task ShowAnIdentityAsync()
    {
        await using var window = await run.OpenAsync(Accounts.Jurist);
        await run.SendActAsync("Exemple-Journal");
        await window.Page.GotoAsync("/reception");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Ouvrir", Exact = false }).Last.ClickAsync();
        await window.Page.GetByText("Instruire le dossier").First.ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Afficher l’identité" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Identité du ménage" })).ToBeVisibleAsync();
    }
}
