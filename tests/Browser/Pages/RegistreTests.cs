using ExchangeGateway.Gateway.Registers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExchangeGateway.Browser.Pages;

public class RegistreTests(BrowserRun run)
{
    [Fact]
    public async Task The_dpo_reads_the_register_sheet_by_sheet_and_takes_it_away_as_csv()
    {
        await using var window = await run.OpenAsync(Accounts.Dpo);
        var page = window.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Registre des traitements" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Registre des activités de traitement" })).ToBeVisibleAsync();
        await Expect(page.Locator("section.fiche")).ToHaveCountAsync(run.Services.GetRequiredService<RegistersInForce>().Current.Purposes.Purposes.Count);
        await window.CheckAsync("registre");

        var diagnosis = page.Locator("#P6-2026-01-01");
        await Expect(diagnosis).ToContainTextAsync("Tribunal : juge et greffe");
        await Expect(diagnosis).ToContainTextAsync("accord de la personne ; sans lui : Identité, Adresse, Acte");
        await Expect(diagnosis).ToContainTextAsync("À fixer");
        await Expect(diagnosis).ToContainTextAsync("À vérifier");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Télécharger (CSV)" }).ClickAsync());
        download.SuggestedFilename.ShouldStartWith("registre-art-30-");
        (await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken)).ShouldContain("P6;REG-P6");
    }
}
