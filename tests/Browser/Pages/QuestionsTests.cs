using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExchangeGateway.Browser.Pages;

public class QuestionsTests(BrowserRun run)
{
    [Fact]
    public async Task A_social_worker_answers_whether_the_service_knows_a_household_without_any_script()
    {
        await using var window = await run.OpenAsync(Accounts.SocialWorker, javaScript: false);
        var page = window.Page;
        await run.SendAssignationAsync("Exemple-Question");
        await page.GotoAsync("/questions");
        // The worker may hold the message already: it is ours to route, or its to finish.
        await window.ReloadUntilAsync("Ce ménage est-il connu de vos services");
        (await window.TextAsync()).ShouldNotContain("Exemple-Question");

        await page.GetByText("Suivi en cours").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Répondre", Exact = false }).First.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Réponse enregistrée");
        await page.GotoAsync("/questions?etat=repondue");
        (await window.TextAsync()).ShouldContain("Suivi en cours");
    }
}
