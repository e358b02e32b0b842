using System.Net;
using System.Text.RegularExpressions;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Integration.Delivery;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Pages;

/// <summary>Somebody who reads the pages without a browser: signs in with password and second factor, follows links, sends forms.</summary>
internal sealed partial class PageVisitor : IDisposable
{
    private readonly HttpClient _http;

    private PageVisitor(Uri address)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address };
    }

    /// <summary>Nobody: no session.</summary>
    public static PageVisitor Stranger(TestGateway gateway) => new(gateway.Http.BaseAddress!);

    /// <summary>A new person of an organisation, signed in.</summary>
    public static async Task<PageVisitor> SignInAsync(TestGateway gateway, string organisation, string role)
    {
        var account = $"{role}.{Guid.NewGuid().ToString("N")[..8]}@{organisation}.invalid";
        var person = (await gateway.AddPeopleAsync(organisation, role, account)).Single();
        var visitor = new PageVisitor(gateway.Http.BaseAddress!);
        (await visitor.PostAsync("/connexion", "", ("identifiant", account), ("mot-de-passe", person.Password))).Status.ShouldBe(HttpStatusCode.Redirect);
        if (person.AuthenticatorKey is { } key)
            (await visitor.PostAsync("/connexion/code", "", ("code", Totp.Code(key, gateway.Clock.GetUtcNow())))).Status.ShouldBe(HttpStatusCode.Redirect);
        return visitor;
    }

    public async Task<Visit> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await VisitAsync(answer);
    }

    /// <summary>Sends a form of a page.</summary>
    /// <param name="handler">Name of the page's handler; empty for its only one.</param>
    public Task<Visit> PostAsync(string path, string handler, params (string Name, string Value)[] fields) => SubmitAsync(path, path, handler, fields);

    /// <summary>Sends to a page what the form of another was made for.</summary>
    public async Task<Visit> SubmitAsync(string form, string path, string handler, params (string Name, string Value)[] fields)
    {
        var token = Token().Match((await GetAsync(form)).Html).Groups["token"].Value;
        using var content = new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var answer = await _http.PostAsync(new Uri(handler.Length == 0 ? path : $"{path}?handler={handler}", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await VisitAsync(answer);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Visit> VisitAsync(HttpResponseMessage answer) => new(
        answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer.Headers.Location?.OriginalString, answer.Headers.CacheControl?.NoStore is true);

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}

/// <param name="Location">Where a redirection leads.</param>
internal sealed partial record Visit(HttpStatusCode Status, string Html, string? Location, bool NoStore)
{
    /// <summary>What is read of it: no tags, one space between words.</summary>
    public string Text => Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(Html, " ")), " ");

    [GeneratedRegex("<[^>]*>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tags();

    [GeneratedRegex("\\s+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Spaces();
}
