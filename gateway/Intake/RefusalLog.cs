using System.Diagnostics;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Refusals;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Writes the log entry of a refusal, and answers 503 instead when that entry cannot be made durable.</summary>
internal sealed class RefusalLog(AuditLog log)
{
    /// <param name="details">Stable codes only.</param>
    public async Task<RefusalResult> RefuseAsync(Caller caller, LogAction action, IntakeOutcome.Refused refused, IReadOnlyDictionary<string, string> details, CancellationToken ct)
    {
        if (refused.Refusal.Fault == Refusal.Partner)
        {
            await log.AppendAsync(
                new AuditEntry
                {
                    Action = action,
                    Organisation = caller.Organisation,
                    Agent = caller.Agent,
                    Decision = "refuse",
                    Details = new Dictionary<string, string>(details, StringComparer.Ordinal) { ["refus"] = refused.Refusal.Code },
                    TraceId = Activity.Current?.TraceId.ToString(),
                },
                ct);
        }

        return new RefusalResult(refused.Refusal, refused.Errors, refused.Detail);
    }
}
