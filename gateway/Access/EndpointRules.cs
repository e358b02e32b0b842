using System.Reflection;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;

namespace ExchangeGateway.Gateway.Access;

/// <summary>
/// Every endpoint and page declares its access policy and its log action. Static assets are no exception: they are mapped
/// with <see cref="Policies.Public"/> and <see cref="LogAction.None"/>, so that what is open is open on purpose.
/// </summary>
internal static class EndpointRules
{
    extension(WebApplication app)
    {
        /// <summary>Stops the start when an endpoint breaks a rule; call it when everything is mapped, before the server runs.</summary>
        /// <exception cref="InvalidOperationException">Names every endpoint that breaks a rule, and what to add.</exception>
        public async Task CheckEndpointRulesAsync()
        {
            var errors = await ErrorsAsync(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints), app.Services);
            if (errors.Count > 0)
                throw new InvalidOperationException("Endpoints break the rules of access:" + string.Concat(errors.Select(error => "\n- " + error)));
        }
    }

    /// <summary>What is wrong with each endpoint, one sentence each; empty when all is well.</summary>
    public static async Task<IReadOnlyList<string>> ErrorsAsync(IEnumerable<Endpoint> endpoints, IServiceProvider services)
    {
        var errors = new List<string>();
        foreach (var endpoint in endpoints)
        {
            var name = (endpoint as RouteEndpoint)?.RoutePattern.RawText is { } pattern ? $"{pattern} ({endpoint.DisplayName})" : endpoint.DisplayName ?? "?";
            var metadata = await MetadataAsync(endpoint, services);
            if (metadata.OfType<IAllowAnonymous>().Any())
                errors.Add($"{name}: AllowAnonymous would silence every policy; name Policies.Public instead.");

            var policies = metadata.OfType<IAuthorizeData>().Select(data => data.Policy).OfType<string>().ToList();
            if (policies.Count == 0 && !metadata.OfType<AuthorizationPolicy>().Any())
                errors.Add($"{name}: no access policy; add RequireAuthorization(Policies.…) or [Authorize(Policy = Policies.…)].");
            foreach (var unknown in policies.Where(policy => !Policies.All.Contains(policy)))
                errors.Add($"{name}: the policy {unknown} does not exist.");

            if (!metadata.OfType<JournaliseAttribute>().Any())
                errors.Add($"{name}: no log action; add Journalise(LogAction.…) or [Journalise(LogAction.…)].");
        }

        return errors;
    }

    /// <summary>The endpoint's metadata; for a page that is not compiled yet, those of its compiled form, where its attributes are.</summary>
    private static async Task<IReadOnlyList<object>> MetadataAsync(Endpoint endpoint, IServiceProvider services)
    {
        if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not { } page)
            return endpoint.Metadata;
        var compiled = page as CompiledPageActionDescriptor ?? await services.GetRequiredService<PageLoader>().LoadAsync(page, endpoint.Metadata);
        return
        [
            .. endpoint.Metadata,
            .. compiled.Endpoint?.Metadata ?? EndpointMetadataCollection.Empty,
            .. compiled.ModelTypeInfo?.GetCustomAttributes() ?? [],
        ];
    }
}
