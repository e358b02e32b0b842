using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Registers;

/// <summary>The agreements that a message declares: to electronic sending (R712-19), of the person, and what the person's names.</summary>
/// <param name="Named">Categories that the person's agreement names.</param>
internal readonly record struct Agreements(bool? Electronic, bool? Person, Categories Named)
{
    public static Agreements Of(Faits faits) => new(faits.AccordElectronique, faits.AccordPersonne, CategoryNames.Of(faits.CategoriesAccord));

    /// <summary>The state of the one agreement that a purpose asks for; unknown when the message cannot declare such a one.</summary>
    public ConsentState For(Purpose? purpose) => State(purpose?.Evidence switch
    {
        "accordElectronique" => Electronic,
        "accordPersonne" => Person,
        _ => null,
    });

    /// <summary>The agreement that counts at an instant, of what the message declares and what the ledger says since or before.</summary>
    /// <param name="declaredAt">When the message was received.</param>
    public (ConsentState State, Categories Named) InForce(Purpose? purpose, SubjectConsents consents, DateTimeOffset declaredAt, DateTimeOffset instant) =>
        purpose is null ? (ConsentState.Unknown, Categories.None) : consents.InForce(purpose.Id, For(purpose), Named, declaredAt, instant);

    public ConsentState OfPerson => State(Person);

    private static ConsentState State(bool? declared) => declared switch
    {
        true => ConsentState.Granted,
        false => ConsentState.Refused,
        null => ConsentState.Unknown,
    };
}
