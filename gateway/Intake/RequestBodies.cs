using System.Net.Http.Headers;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ExchangeGateway.Gateway.Intake;

internal static class RequestBodies
{
    extension(RouteHandlerBuilder endpoint)
    {
        /// <summary>
        /// Documents the media types of the body. Not by <c>Accepts</c>: routing would answer another type with a 415 of its
        /// own, before authentication and without an entry in the log.
        /// </summary>
        public RouteHandlerBuilder TakesBody(params string[] mediaTypes) => endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = mediaTypes.ToDictionary(type => type, type => new OpenApiMediaType { Schema = SchemaOf(type) }, StringComparer.Ordinal),
            };
            return Task.CompletedTask;
        });
    }

    private static OpenApiSchema SchemaOf(string mediaType) => mediaType switch
    {
        "application/json" => new OpenApiSchema { Type = JsonSchemaType.Object },
        "application/pdf" => new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
        _ => new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
