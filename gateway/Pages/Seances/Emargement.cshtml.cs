using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Dossiers.Sessions;
using Microsoft.AspNetCore.Authorization;

namespace ExchangeGateway.Gateway.Pages.Seances;

/// <summary>The attendance sheet, to be printed and signed: it recalls professional secrecy (226-13 CP) and names no household.</summary>
[Authorize(Policy = Policies.Seances)]
[Journalise(LogAction.SessionConsulted)]
internal sealed class EmargementModel(ConsulterSeance sessions) : PrintedPage<SessionView>
{
    protected override Task<DeliveryOutcome<SessionView>> ReadAsync(CancellationToken ct) => sessions.RunAsync(Caller, Id, ct);
}
