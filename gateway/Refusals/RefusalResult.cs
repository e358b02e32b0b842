using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
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
        return response.WriteAsJsonAsync(problem, RefusalJson.Readable.RefusalProblem, "application/problem+json", httpContext.RequestAborted);
    }
}

/// <summary>The body of a refusal (RFC 9457).</summary>
internal sealed record RefusalProblem(string Type, string Title, int Status, string Detail, IReadOnlyList<FieldError>? Errors);

[JsonSerializable(typeof(RefusalProblem))]
internal sealed partial class RefusalJson : JsonSerializerContext
{
    /// <summary>Accents and apostrophes as they are: a person reads these bodies in a terminal.</summary>
    public static RefusalJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
