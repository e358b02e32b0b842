using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Http.Metadata;

namespace ExchangeGateway.Gateway.Refusals;

/// <summary>Writes a refusal as an RFC 9457 problem, with <c>ExchangeGateway-Erreur</c> saying whose fault it is.</summary>
internal sealed class RefusalResult(Refusal refusal, IReadOnlyList<FieldError>? errors = null, string? detail = null, TimeSpan? retryAfter = null) : IResult
{
    public Refusal Refusal => refusal;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = refusal.Status;
        response.Headers["ExchangeGateway-Erreur"] = refusal.Fault;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } delay || refusal.Status is 503 or 429)
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling((retryAfter ?? TimeSpan.FromSeconds(5)).TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var problem = new RefusalProblem(refusal.Type, refusal.Title, refusal.Status, detail ?? refusal.WhatToDo, errors);
        return response.WriteAsJsonAsync(problem, RefusalJson.Default.RefusalProblem, "application/problem+json", httpContext.RequestAborted);
    }
}

/// <summary>The body of a refusal (RFC 9457).</summary>
internal sealed record RefusalProblem(string Type, string Title, int Status, string Detail, IReadOnlyList<FieldError>? Errors);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
[System.Text.Json.Serialization.JsonSerializable(typeof(RefusalProblem))]
internal sealed partial class RefusalJson : System.Text.Json.Serialization.JsonSerializerContext;
