namespace ExchangeGateway.Gateway.Audit;

/// <summary>Declares which log action an endpoint or page writes; the start-up check refuses an endpoint without one.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
internal sealed class JournaliseAttribute(LogAction action) : Attribute
{
    public LogAction Action => action;
}

internal static class JournaliseExtensions
{
    extension<TBuilder>(TBuilder builder) where TBuilder : IEndpointConventionBuilder
    {
        public TBuilder Journalise(LogAction action) => builder.WithMetadata(new JournaliseAttribute(action));
    }
}
