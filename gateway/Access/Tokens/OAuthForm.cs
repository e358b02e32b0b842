using Microsoft.OpenApi;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>Describes the form of an OAuth endpoint in the OpenAPI document.</summary>
/// <remarks>Not by <c>Accepts</c>: routing would answer another content type with 415 where RFC 6749 §5.2 wants <c>invalid_request</c>.</remarks>
internal static class OAuthForm
{
    extension(RouteHandlerBuilder builder)
    {
        public RouteHandlerBuilder TakesForm(params (string Name, string Description, bool Required)[] fields) =>
            builder.AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                    {
                        ["application/x-www-form-urlencoded"] = new()
                        {
                            Schema = new OpenApiSchema
                            {
                                Type = JsonSchemaType.Object,
                                Required = fields.Where(f => f.Required).Select(f => f.Name).ToHashSet(StringComparer.Ordinal),
                                Properties = fields.ToDictionary(f => f.Name, f => (IOpenApiSchema)new OpenApiSchema { Type = JsonSchemaType.String, Description = f.Description }, StringComparer.Ordinal),
                            },
                        },
                    },
                };
                return Task.CompletedTask;
            });
    }
}
