namespace ExchangeGateway.Gateway.Refusals;

/// <summary>The refusals of its own that an endpoint answers, for the interface document; those that any endpoint may answer are not repeated.</summary>
internal sealed record RefusesMetadata(IReadOnlyList<Refusal> Refusals);

internal static class RefusesExtensions
{
    extension<TBuilder>(TBuilder builder) where TBuilder : IEndpointConventionBuilder
    {
        public TBuilder Refuses(params Refusal[] refusals) => builder.WithMetadata(new RefusesMetadata(refusals));
    }
}
