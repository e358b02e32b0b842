using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Routing;

namespace ExchangeGateway.Gateway.Access.Demo;

/// <summary>
/// The organisations of the demonstration: those that the territories name, each with its machines and a person for each kind
/// of desk; and for each sender a second organisation, its sandbox.
/// </summary>
internal sealed class DemoDirectory(OrganisationDirectory directory)
{
    /// <summary>
    /// Creates what is missing and writes the credentials' file. A second run keeps every secret when the file is there and
    /// renews them all when it is lost. While serving, or before: the log must be open.
    /// </summary>
    /// <param name="catalogue">The territories served.</param>
    /// <param name="path">Where the credentials go, <see cref="DemoCredentials.PathIn"/>.</param>
    /// <param name="url">Where the gateway serves, for the readers of the file.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<DemoCredentials> LoadAsync(TerritoryCatalogue catalogue, string path, string url, CancellationToken ct)
    {
        var known = await DemoCredentials.ReadAsync(path, ct);
        var issued = await directory.EnsureAsync(Organisations(catalogue), renewSecrets: known is null, ct);
        var credentials = DemoCredentials.Merge(known, url, issued);
        credentials.Write(path);
        return credentials;
    }

    /// <summary>One organisation per code that the territories name, and the gateway's own.</summary>
    internal static IReadOnlyList<OrganisationSpec> Organisations(TerritoryCatalogue catalogue) =>
    [
        .. catalogue.All
            .SelectMany(territory => territory.Partners.Values, (territory, partner) => (territory, partner))
            .GroupBy(p => p.partner.Code, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Of([.. group]))
            .SelectMany(organisation => organisation.Deposits.Count > 0 ? (OrganisationSpec[])[organisation, SandboxOf(organisation)] : [organisation]),
        new OrganisationSpec
        {
            Code = "passerelle",
            Nature = "passerelle",
            Name = "Passerelle (démonstration)",
            Territories = [.. catalogue.All.Select(territory => territory.Code)],
            Clients = [new("passerelle-dpo", Roles.Dpo), new("passerelle-exploitant", Roles.Exploitant)],
            People = [new("dpo@passerelle.invalid", "Délégué à la protection des données (démonstration)", Roles.Dpo)],
        },
    ];

    private static OrganisationSpec Of(IReadOnlyList<(Territory Territory, Partner Partner)> places)
    {
        var partner = places[0].Partner;
        var clients = new List<ClientSpec>();
        if (places.Any(place => place.Partner.Sends.Count > 0))
            clients.Add(new($"{partner.Code}-{Roles.Depositaire}", Roles.Depositaire));
        if (ReceivingRole(partner) is { } role)
            clients.Add(new($"{partner.Code}-{role}", role));
        return new()
        {
            Code = partner.Code,
            Nature = partner.Nature,
            Name = partner.Name,
            Territories = [.. places.Select(place => place.Territory.Code)],
            Deposits = [.. places.SelectMany(place => place.Partner.Sends, (place, type) => new DepositSpec(type, place.Territory.Code))],
            Clients = clients,
            People = Person(partner) is { } person ? [person] : [],
        };
    }

    /// <summary>The organisation as which a sender tries its software: same rights to deposit, and nothing goes anywhere.</summary>
    private static OrganisationSpec SandboxOf(OrganisationSpec sender) => sender with
    {
        Code = sender.Code + "-bac-a-sable",
        Name = sender.Name + ", bac à sable",
        Sandbox = true,
        Clients = [new(sender.Code + "-bac-a-sable", Roles.Depositaire)],
        People = [],
    };

    /// <summary>The role in which an organisation's machine fetches its inbox: the secretariat's own, else the social worker's or jurist's.</summary>
    private static string? ReceivingRole(Partner partner) => partner switch
    {
        { Receives: false } => null,
        { Nature: "ccapex" } => Roles.Secretariat,
        _ when partner.Roles.Contains(Roles.Instructeur, StringComparer.Ordinal) => Roles.Instructeur,
        _ => partner.Roles.First(role => role is not Roles.Depositaire),
    };

    private static PersonSpec? Person(Partner partner) => partner.Nature switch
    {
        "commissaire-de-justice" => new($"greffe@{partner.Code}.invalid", "Clerc (démonstration)", Roles.Depositaire),
        "ccapex" => new($"secretariat@{partner.Code}.invalid", "Secrétariat (démonstration)", Roles.Secretariat),
        "adil" => new($"juriste@{partner.Code}.invalid", "Juriste (démonstration)", Roles.Instructeur),
        "departement" => new($"service-social@{partner.Code}.invalid", "Travailleur social (démonstration)", Roles.Instructeur),
        "caf" => new($"action-sociale@{partner.Code}.invalid", "Action sociale (démonstration)", Roles.Instructeur),
        _ => null,
    };
}
