using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace ExchangeGateway.Gateway.Pages;

/// <summary>A page for somebody who is signed in: nothing of it stays in a cache, also not in the browser's after signing out.</summary>
internal abstract class PersonPage : PageModel
{
    protected Caller Caller => Caller.Of(HttpContext);

    /// <summary>What the page says at its top: a refusal, or what has just been done.</summary>
    public Notice? Notice { get; protected set; }

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        if (context.HandlerMethod is null && !HttpMethods.IsGet(Request.Method) && !HttpMethods.IsHead(Request.Method))
            context.Result = StatusCode(StatusCodes.Status405MethodNotAllowed);
        // The address of a form that was sent after the session had ended: signing in comes back to the page itself.
        else if (context.HandlerMethod is null && Request.Query.ContainsKey("handler"))
            context.Result = LocalRedirect(Request.Path);
        else if (TempData["fait"] is string done)
            Notice = new Notice(NoticeLevel.Success, done);
    }

    /// <summary>Shows a sentence on the next page.</summary>
    protected void Done(string sentence) => TempData["fait"] = sentence;

    /// <summary>The page again, with what there is to mend in it.</summary>
    protected PageResult Mend()
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    /// <summary>Answers the page with a refusal in words for people, under the refusal's status.</summary>
    protected IActionResult Refused(Refusal refusal, string? detail = null)
    {
        Response.StatusCode = refusal.Status;
        // A missing object has its own page, the same whether it does not exist or is somebody else's.
        if (refusal.Status == StatusCodes.Status404NotFound)
            return StatusCode(refusal.Status);
        Notice = Guidance.Of(refusal, detail);
        return Page();
    }
}

internal enum NoticeLevel
{
    Info,
    Success,
    Warning,
    Error,
}

/// <summary>A message at the top of a page (DSFR alert).</summary>
internal sealed record Notice(NoticeLevel Level, string Title, string? Text = null)
{
    public string Class => Level switch
    {
        NoticeLevel.Success => "success",
        NoticeLevel.Warning => "warning",
        NoticeLevel.Error => "error",
        _ => "info",
    };
}

/// <summary>Who looks at a page, where it matters for what the frame shows.</summary>
internal static class Visitor
{
    public static Caller? Of(HttpContext http) => http.Items[typeof(Caller)] as Caller;

    /// <summary>Recognises a session on a page that is open to anybody, where the policy looks nobody up.</summary>
    public static async Task RecogniseAsync(HttpContext http)
    {
        if (await http.AuthenticateAsync(Schemes.Session) is { Succeeded: true, Principal: { } person })
            http.User = person;
    }

    /// <summary>Where a role works.</summary>
    public static string HomeOf(string role) => role switch
    {
        Roles.Depositaire => "/depot",
        Roles.Secretariat => "/matin",
        Roles.Instructeur or Roles.Autorite => "/reception",
        Roles.Dpo => "/journal",
        _ => "/",
    };
}
