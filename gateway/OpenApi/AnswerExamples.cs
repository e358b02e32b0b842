using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.Tokens;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.OpenApi;

/// <summary>Examples of answers, written by the same serialisers as the answers themselves.</summary>
internal static class AnswerExamples
{
    private static readonly Guid Deposit = Guid.Parse("019a7c52-8f3e-7d21-9b64-2f0c5a1e77d0");
    private static readonly DateTimeOffset At = new(2026, 11, 21, 9, 30, 0, TimeSpan.FromHours(1));
    private static readonly string DepositLink = "/v1/depots/" + Deposit;

    /// <summary>Example of each type that an endpoint takes or gives, where one helps.</summary>
    public static IReadOnlyDictionary<Type, JsonNode> ByType { get; } = new Dictionary<Type, JsonNode>
    {
        [typeof(Receipt)] = JsonSerializer.SerializeToNode(
            new Receipt
            {
                Depot = Deposit,
                RecuLe = At,
                Drapeaux = [Drapeaux.TelephoneAbsent],
                Promesse = "eyJhbGciOiJFUzI1NiJ9.eyJkZXBvdCI6IuKApiJ9.c2lnbmF0dXJl",
                Liens = new(DepositLink, DepositLink + "/preuve"),
            },
            IntakeJson.Default.Receipt)!,
        [typeof(DepositStatus)] = JsonSerializer.SerializeToNode(
            new DepositStatus(Deposit, "caf/impayes", DepositState.Transmitted, At, [Drapeaux.TelephoneAbsent.Code], []), IntakeJson.Default.DepositStatus)!,
        [typeof(BatchLineReport)] = JsonValue.Create(Lines(
            JsonSerializer.Serialize(new BatchLineReport(1, "accepte", Deposit, null, null), LotJson.Default.BatchLineReport),
            JsonSerializer.Serialize(
                new BatchLineReport(2, "refuse", null, Catalogue.SchemaInvalide.Code, [new FieldError("/logement/codePostal", "obligatoire", "Le champ « Code postal » est obligatoire.")]),
                LotJson.Default.BatchLineReport),
            JsonSerializer.Serialize(new BatchEnd(new BatchTotals(2, 1, 0, 1, 0, null)), LotJson.Default.BatchEnd)))!,
        [typeof(MyRights)] = JsonSerializer.SerializeToNode(
            new MyRights("caf-75", "caf", Roles.Depositaire, BacASable: false, ["75"], [new MyDepositRight("caf/impayes", ["75"])]), MyRightsJson.Default.MyRights)!,
        [typeof(TokenAnswer)] = JsonSerializer.SerializeToNode(new TokenAnswer(ReferenceToken.Prefix + "…", "Bearer", 3600), OAuthJson.Default.TokenAnswer)!,
        [typeof(IdentityRequest)] = new JsonObject { ["motif"] = DisclosureMotifs.Labels.Keys.First() },
    };

    /// <summary>The problem that a refusal is answered with; field errors where the content is at fault.</summary>
    public static JsonNode Of(Refusal refusal)
    {
        var errors = refusal == Catalogue.SchemaInvalide
            ? (FieldError[])[new("/dette/total", "obligatoire", "Le champ « Dette totale » est obligatoire.")]
            : null;
        return JsonSerializer.SerializeToNode(new RefusalProblem(refusal.Type, refusal.Title, refusal.Status, refusal.WhatToDo, errors), RefusalJson.Readable.RefusalProblem)!;
    }

    private static string Lines(params string[] lines) => string.Concat(lines.Select(line => line + "\n"));
}
