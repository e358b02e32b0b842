using System.Reflection;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace ExchangeGateway.Unit.Access;

public sealed class EndpointRulesTests
{
    [Fact]
    public async Task Lets_a_house_start_whose_endpoints_declare_policy_and_log_action()
    {
        await using var app = App();
        app.MapGet("/ok", () => "").RequireAuthorization(Policies.Public).Journalise(LogAction.None);

        await Should.NotThrowAsync(app.CheckEndpointRulesAsync);
    }

    [Fact]
    public async Task Stops_the_start_and_names_every_fault()
    {
        await using var app = App();
        app.MapGet("/sans-politique", () => "").Journalise(LogAction.None);
        app.MapGet("/sans-journal", () => "").RequireAuthorization(Policies.Deposer);
        app.MapGet("/inventee", () => "").RequireAuthorization("inventee").Journalise(LogAction.None);
        app.MapGet("/anonyme", () => "").RequireAuthorization(Policies.Deposer).AllowAnonymous().Journalise(LogAction.None);
        app.MapGet("/sans-nom", () => "").RequireAuthorization().Journalise(LogAction.None);
        app.MapGet("/ok", () => "").RequireAuthorization(Policies.Deposer).Journalise(LogAction.None);

        var error = await Should.ThrowAsync<InvalidOperationException>(app.CheckEndpointRulesAsync);

        var lines = error.Message.Split('\n').Skip(1).ToList();
        lines.Count.ShouldBe(5);
        lines.ShouldContain(line => line.Contains("/sans-politique", StringComparison.Ordinal) && line.Contains("no access policy", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("/sans-journal", StringComparison.Ordinal) && line.Contains("no log action", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("/inventee", StringComparison.Ordinal) && line.Contains("does not exist", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("/anonyme", StringComparison.Ordinal) && line.Contains("AllowAnonymous", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("/sans-nom", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Finds_the_endpoints_of_access_themselves_in_order()
    {
        await using var app = App();

        app.MapAccess();

        await Should.NotThrowAsync(app.CheckEndpointRulesAsync);
    }

    [Theory]
    [InlineData(typeof(DeclaredPage), 0)]
    [InlineData(typeof(ForgottenPage), 2)]
    public async Task Reads_the_attributes_of_a_page_on_its_model(Type model, int errors)
    {
        await using var app = App();
        var page = new CompiledPageActionDescriptor { ModelTypeInfo = model.GetTypeInfo(), DisplayName = "/Page" };
        var endpoint = new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/page"), 0, new EndpointMetadataCollection(page), "/Page");

        (await EndpointRules.ErrorsAsync([endpoint], app.Services)).Count.ShouldBe(errors);
    }

    [Authorize(Policy = Policies.Recevoir)]
    [Journalise(LogAction.InboxListed)]
    private sealed class DeclaredPage;

    private sealed class ForgottenPage;

    private static WebApplication App()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAccess(builder.Configuration);
        return builder.Build();
    }
}
