using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExchangeGateway.Browser.Pages;

public class SignInTests(BrowserRun run)
{
    [Fact]
    public async Task A_role_that_sees_identities_signs_in_with_a_password_and_a_code()
    {
        await using var window = await run.OpenAsync();
        var page = window.Page;

        await page.GotoAsync("/");
        await window.CheckAsync("accueil");
        await page.GotoAsync("/reception");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/connexion\\?retour=", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await window.CheckAsync("connexion");

        await page.GetByLabel("Identifiant").FillAsync(Accounts.Secretariat);
        await page.GetByLabel("Mot de passe").FillAsync("pas le bon mot de passe");
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Se connecter" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Identifiant ou mot de passe incorrect");
        await window.CheckAsync("connexion-erreur");

        await page.GetByLabel("Mot de passe").FillAsync(run.Person(Accounts.Secretariat).Password);
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Se connecter" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Code de connexion" })).ToBeVisibleAsync();
        await window.CheckAsync("connexion-code");
        await page.GetByLabel("Code à six chiffres").FillAsync("000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Valider" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Ce code n’est pas accepté");

        await page.GetByLabel("Code à six chiffres").FillAsync(run.FreshCode(Accounts.Secretariat));
        await page.GetByRole(AriaRole.Button, new() { Name = "Valider" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/reception$", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));

        // Only what the role may do is in the menu; the rest answers a page that says so.
        var menu = page.GetByRole(AriaRole.Navigation, new() { Name = "Menu principal" });
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Dossiers reçus" })).ToBeVisibleAsync();
        (await menu.GetByRole(AriaRole.Link, new() { Name = "Journal" }).CountAsync()).ShouldBe(0);
        await page.GotoAsync("/journal");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Cette page n’est pas ouverte à votre rôle");
        await window.CheckAsync("erreur-403");

        // On a narrow screen the menu holds the ways and the way out.
        await page.SetViewportSizeAsync(360, 740);
        await page.GotoAsync("/reception");
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Dossiers reçus" })).ToBeVisibleAsync();
        await window.CheckAsync("menu");
        await page.GetByRole(AriaRole.Button, new() { Name = "Se déconnecter" }).ClickAsync();
        await page.GotoAsync("/reception");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Connexion" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Signing_in_needs_no_mouse()
    {
        await using var window = await run.OpenAsync();
        var page = window.Page;
        await page.GotoAsync("/connexion");

        await TabToAsync(page, "identifiant");
        await page.Keyboard.TypeAsync(Accounts.Jurist);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(run.Person(Accounts.Jurist).Password);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Code de connexion" })).ToBeVisibleAsync();
        await TabToAsync(page, "code");
        await page.Keyboard.TypeAsync(run.FreshCode(Accounts.Jurist));
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Dossiers reçus" })).ToBeVisibleAsync();
    }

    /// <summary>Presses Tab until an element has the focus; what has it must be seen to have it.</summary>
    private static async Task TabToAsync(IPage page, string id)
    {
        for (var presses = 0; presses < 30; presses++)
        {
            if (await page.EvaluateAsync<string>("document.activeElement.id") == id)
            {
                (await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle")).ShouldNotBe("none");
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Thirty presses of Tab do not reach #{id}.");
    }
}
