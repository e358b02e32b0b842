using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Routing.Quotas;
using Microsoft.AspNetCore.Authorization;

namespace ExchangeGateway.Gateway.Pages.Quotas;

/// <summary>The rules with a quota: who waits, when the draw is held, what the last one gave. Numbers only.</summary>
[Authorize(Policy = Policies.Rapprocher)]
[Journalise(LogAction.QuotasConsulted)]
internal sealed class IndexModel(ListQuotas list) : PersonPage
{
    public IReadOnlyList<QuotaLine> Lines { get; private set; } = [];

    /// <summary>What counts are rounded to; 1 for who holds the files.</summary>
    public int Rounded { get; private set; } = 1;

    public async Task OnGetAsync(CancellationToken ct) => (Rounded, Lines) = await list.RunAsync(Caller, ct);
}
