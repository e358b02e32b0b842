using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace ExchangeGateway.Gateway.Access;

/// <summary>What a refused authorisation is answered: the challenge of the scheme, or a 403 that the log keeps first.</summary>
internal sealed class AccessAnswers(AuditLog log) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _framework = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Forbidden)
        {
            await _framework.HandleAsync(next, context, policy, authorizeResult);
            return;
        }

        if (context.Items[typeof(Caller)] is Caller caller)
        {
            await log.AppendAsync(new AuditEntry
            {
                Action = LogAction.AccessRefused,
                Organisation = caller.Organisation,
                Agent = caller.Agent,
                Decision = "refuse",
                Details = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["motif"] = Catalogue.HorsHabilitation.Code,
                    ["role"] = caller.Role,
                    // The route's pattern, never the path: a path may hold identifiers.
                    ["route"] = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "",
                },
            }, context.RequestAborted);
        }

        // The refusal plumbing gives a page its French error page from the bare status.
        if (Schemes.IsApi(context.Request.Path))
            await new RefusalResult(Catalogue.HorsHabilitation).ExecuteAsync(context);
        else
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
    }
}
