using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExchangeGateway.Browser.Pages;

public class ReceptionTests(BrowserRun run)
{
    [Fact]
    public async Task A_jurist_opens_a_received_file_acknowledges_it_and_shows_the_identity_for_a_reason()
    {
        await using var window = await run.OpenAsync(Accounts.Jurist);
        var page = window.Page;
        await run.SendActAsync("Exemple-Reception");
        await page.GotoAsync("/reception");
        await window.CheckAsync("dossiers-recus");
        (await window.TextAsync()).ShouldNotContain("Exemple-Reception");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ouvrir", Exact = false }).Last.ClickAsync();

        // Facts in French, without identity; why the file is here.
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Commandement de payer" })).ToBeVisibleAsync();
        var text = await window.TextAsync();
        text.ShouldContain("3\u202F549,60\u00A0€");
        text.ShouldContain("02/11/2026");
        text.ShouldContain("juillet 2026");
        text.ShouldContain("Aucune notice d'information n'est annexée à l'acte.");
        text.ShouldContain("Commandement de payer du parc privé : lettre et diagnostic juridique de l'ADIL");
        text.ShouldNotContain("Exemple-Reception");
        text.ShouldNotContain("Élodie");
        text.ShouldNotContain("personnePhysique");
        await window.CheckAsync("dossier");

        await page.GetByRole(AriaRole.Button, new() { Name = "Accuser réception" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Réception accusée le");
        (await page.GetByRole(AriaRole.Button, new() { Name = "Accuser réception" }).CountAsync()).ShouldBe(0);

        // Without a reason nothing is shown, also when the browser does not hold the form back.
        await page.EvaluateAsync("document.querySelectorAll('input[name=motif]').forEach(i => i.required = false)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Afficher l’identité" }).ClickAsync();
        await Expect(page.GetByText("Choisissez un motif.")).ToBeVisibleAsync();
        await window.CheckAsync("identite-sans-motif");
        await page.GetByText("Préparer une visite ou un rendez-vous").ClickAsync();
        await page.GetByLabel("Précision (facultative)").FillAsync("visite du 24");
        await page.GetByRole(AriaRole.Button, new() { Name = "Afficher l’identité" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Identité du ménage" })).ToBeVisibleAsync();
        var identity = await window.TextAsync();
        identity.ShouldContain("Mme Élodie Exemple-Reception");
        identity.ShouldContain("06\u00A039\u00A098\u00A001\u00A001");
        identity.ShouldContain("75011 Paris 11e");
        await window.CheckAsync("identite");

        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Retour au dossier" }).ClickAsync();
        await page.GetByLabel("Motif d’ouverture").SelectOptionAsync("instruction");
        var piece = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir : Acte", Exact = false }).ClickAsync());
        (await File.ReadAllBytesAsync(await piece.PathAsync(), TestContext.Current.CancellationToken)).ShouldBe(Samples.Pdf);
    }
}
