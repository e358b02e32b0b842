using System.Text.Json.Serialization;
using ExchangeGateway.Gateway.Audit;

namespace ExchangeGateway.Gateway.Access;

/// <summary>What this credential may do.</summary>
internal sealed record MyRights(string Organisation, string Nature, string Role, bool BacASable, IReadOnlyList<string> Territoires, IReadOnlyList<MyDepositRight> Depots);

/// <summary>One message type and where it may be deposited.</summary>
/// <param name="Type">Message type as its URL names it: <c>caf/impayes</c>.</param>
/// <param name="Territoires">Codes of the territories where the dwelling may be.</param>
internal sealed record MyDepositRight(string Type, IReadOnlyList<string> Territoires);

internal static class ShowMyRights
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/v1/moi", static (HttpContext http) => TypedResults.Json(Of(Caller.Of(http)), MyRightsJson.Default.MyRights))
            .RequireAuthorization(Policies.Partenaire)
            .Journalise(LogAction.None)
            .WithName("lireMesDroits")
            .Produces<MyRights>()
            .WithTags("Accès")
            .WithSummary("Ce que cet identifiant permet : organisation, rôle, types et territoires de dépôt");

    internal static MyRights Of(Caller caller) => new(
        caller.OrganisationCode,
        caller.Nature,
        caller.Role,
        caller.Sandbox,
        [.. caller.Territories.Order(StringComparer.Ordinal)],
        [.. caller.Deposits.Each()
            .GroupBy(right => right.Type, right => right.Territory, StringComparer.Ordinal)
            .OrderBy(type => type.Key, StringComparer.Ordinal)
            .Select(type => new MyDepositRight(type.Key, [.. type.Order(StringComparer.Ordinal)]))]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MyRights))]
internal sealed partial class MyRightsJson : JsonSerializerContext;
