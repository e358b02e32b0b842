using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Dossiers;
using ExchangeGateway.Gateway.Dossiers.Sessions;
using ExchangeGateway.Gateway.Routing.Quotas;
using Microsoft.AspNetCore.Authorization;

namespace ExchangeGateway.Gateway.Pages.Dossiers;

/// <summary>What awaits an office in the morning, counted from what it received itself; the alerts stand below.</summary>
[Authorize(Policy = Policies.Recevoir)]
[Journalise(LogAction.DossiersListed)]
internal sealed class MatinModel(CompterMatin compter, ListerDossiers lister, ConsulterSeance sessions, ListQuotas quotas) : PersonPage
{
    public MorningCounts Counts { get; private set; } = new(0, 0, 0, 0);

    public DueDossiers Due { get; private set; } = new([], true);

    /// <summary>Files of the commission whose review at twelve months is due.</summary>
    public int Reviews { get; private set; }

    /// <summary>The rules with a quota of the commission's territories; nobody when it has none.</summary>
    public IReadOnlyList<QuotaLine> Quotas { get; private set; } = [];

    public bool IsCcapex => Caller is { Role: Roles.Secretariat, Nature: "ccapex" };

    public async Task OnGetAsync(CancellationToken ct)
    {
        Counts = await compter.RunAsync(Caller, ct);
        Due = await lister.RunAsync(Caller, DossierDeadlines.AlertDays, ct);
        if (IsCcapex)
        {
            Quotas = (await quotas.ReadAsync(Caller, ct)).Quotas;
            Reviews = await sessions.ToReviewAsync(Caller, ct) switch
            {
                DeliveryOutcome<IReadOnlyList<SessionItem>>.Given given => given.Value.Count,
                DeliveryOutcome<IReadOnlyList<SessionItem>>.Refused => 0,
                _ => throw new UnreachableException(),
            };
        }
    }
}
