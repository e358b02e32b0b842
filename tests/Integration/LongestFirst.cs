using ExchangeGateway.Integration.Access;
using ExchangeGateway.Integration.Audit;
using ExchangeGateway.Integration.Canaries;
using ExchangeGateway.Integration.Delivery;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Intake;
using ExchangeGateway.Integration.Matching;
using ExchangeGateway.Integration.Pseudonyms;
using ExchangeGateway.Integration.Quotas;
using ExchangeGateway.Integration.Storage;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(ExchangeGateway.Integration.LongestFirst))]

namespace ExchangeGateway.Integration;

/// <summary>
/// Starts the classes that take longest first: one that begins when the others have ended keeps a single processor busy to the
/// end of the run. It only sets when a class begins; its tests keep their random order.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        .. new[]
        {
            typeof(EmbeddedPostgresTests), typeof(CrashTests), typeof(CanaryTests), typeof(DemonstrationTests), typeof(CrowdedDrawTests), typeof(WebhookCrashTests),
            typeof(SignInTests), typeof(DemoTests), typeof(JournalEndpointsTests), typeof(RapprochementTests), typeof(VaultRotationTests), typeof(PseudonymRotationTests),
        }.Select(type => type.FullName!),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(Place)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection =>
        // A class alone in its collection gives it its name: « Test collection for Namespace.Class (id: …) ».
        Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name + " ", StringComparison.Ordinal)) is >= 0 and var place ? place : Long.Length;
}
