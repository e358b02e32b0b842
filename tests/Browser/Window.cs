using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ExchangeGateway.Browser;

/// <summary>One window of one person, and what holds for every page that it shows.</summary>
internal sealed class Window : IAsyncDisposable
{
    private readonly BrowserRun _run;
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    public Window(BrowserRun run, IBrowserContext context, IPage page)
    {
        (_run, _context, Page) = (run, context, page);
        // What the browser refuses because of our own Content-Security-Policy, or a file that is missing, ends up here.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("status of 4", StringComparison.Ordinal))
                _complaints.Add(message.Text);
        };
        page.PageError += (_, error) => _complaints.Add(error);
    }

    public IPage Page { get; }

    public async Task SignInAsync(string account)
    {
        var person = _run.Person(account);
        await Page.GotoAsync("/connexion");
        await Page.GetByLabel("Identifiant").FillAsync(account);
        await Page.GetByLabel("Mot de passe").FillAsync(person.Password);
        await Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Se connecter" }).ClickAsync();
        if (person.AuthenticatorKey is null)
            return;
        await Page.GetByLabel("Code à six chiffres").FillAsync(_run.FreshCode(account));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Valider" }).ClickAsync();
    }

    /// <summary>
    /// Holds the page against axe's rules, the browser's complaints, and a narrow screen that must not scroll sideways.
    /// With EXCHANGE_GATEWAY_SCREENSHOTS set to a folder, keeps what it looks like on both widths.
    /// </summary>
    public async Task CheckAsync(string name)
    {
        (await Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).CountAsync()).ShouldBe(1, name);
        var axe = await Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        axe.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" | ", v.Nodes.Select(n => n.Html))}").ShouldBeEmpty(name);
        _complaints.ShouldBeEmpty(name);
        await KeepAsync(name);
        var size = Page.ViewportSize!;
        await Page.SetViewportSizeAsync(360, 740);
        var overflow = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        await KeepAsync(name + "-etroit");
        await Page.SetViewportSizeAsync(size.Width, size.Height);
        overflow.ShouldBe(0, $"{name} scrolls sideways on a narrow screen");
    }

    /// <summary>Loads the page again until it says something: what happens behind it takes a moment.</summary>
    public async Task ReloadUntilAsync(string text)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(30);
        while (!(await TextAsync()).Contains(text, StringComparison.Ordinal))
        {
            TimeProvider.System.GetUtcNow().ShouldBeLessThan(deadline, $"« {text} » does not appear");
            await Page.ReloadAsync();
        }
    }

    public async Task<string> TextAsync() => await Page.GetByRole(AriaRole.Main).InnerTextAsync();

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private async Task KeepAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }
}
