using ExchangeGateway.Gateway.Refusals;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>The way of a message in: the controls, the claim of its keys, the commit that accepts it.</summary>
internal sealed partial class IntakePipeline(IntakeControls controls, InFlightKeys inFlight, DepositCommitter committer, ILogger<IntakePipeline> logger)
{
    public async Task<IntakeOutcome> RunAsync(IntakeRequest request, CancellationToken ct)
    {
        var (candidate, refused) = await controls.CheckAsync(request, ct);
        if (candidate is null)
            return refused!;
        using var claim = inFlight.TryClaim(candidate);
        return claim is null
            ? new IntakeOutcome.Refused(Catalogue.EnCours)
            : await committer.CommitAsync(candidate, ct);
    }

    /// <summary>
    /// The messages of one file that came together: each accepted or refused as if it were alone, in one transaction. Of two
    /// about one household the first in the file is the first in the records.
    /// </summary>
    /// <param name="requests">At most <see cref="DepositCommitter.LargestGroup"/>, in the order of the file.</param>
    /// <param name="turn">Keeps the groups of the file in their order.</param>
    /// <returns>One outcome for each request, in order; a message that could not be recorded is refused as <see cref="Catalogue.Indisponible"/>.</returns>
    public async Task<IReadOnlyList<IntakeOutcome>> RunTogetherAsync(IReadOnlyList<IntakeRequest> requests, LotTurn turn)
    {
        try
        {
            var outcomes = new IntakeOutcome[requests.Count];
            var candidates = new List<Candidate>(requests.Count);
            var places = new List<int>(requests.Count);
            for (var i = 0; i < outcomes.Length; i++)
            {
                var (candidate, refused) = await CheckAsync(requests[i]);
                if (candidate is null)
                {
                    outcomes[i] = refused!;
                    continue;
                }

                candidates.Add(candidate);
                places.Add(i);
            }

            await turn.Before;
            using var claim = await inFlight.ClaimAsync(candidates);
            turn.Pass();
            var committed = await committer.CommitTogetherAsync(candidates);
            for (var i = 0; i < places.Count; i++)
                outcomes[places[i]] = committed[i];
            return outcomes;
        }
        finally
        {
            turn.Pass();
        }
    }

    /// <summary>A message that cannot be checked, because a secret or a question cannot be read, spoils none of its neighbours.</summary>
    private async ValueTask<Checked> CheckAsync(IntakeRequest request)
    {
        try
        {
            // What was read is carried to its end, whatever the client does: its answer must not be left unsure.
            return await controls.CheckAsync(request, CancellationToken.None);
        }
        catch (Exception failure)
        {
            LogUnchecked(failure.GetType().Name);
            return new IntakeOutcome.Refused(Catalogue.Indisponible);
        }
    }

    [LoggerMessage(1206, LogLevel.Error, "A line of a batch could not be checked: {Error}")]
    private partial void LogUnchecked(string error);
}

/// <summary>The place of a group among those of its file: it claims its keys after the groups before it, whichever was checked first.</summary>
internal sealed class LotTurn(Task before)
{
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when all groups before have claimed.</summary>
    public Task Before => before;

    /// <summary>The turn of the group after this one.</summary>
    public LotTurn Next() => new(_passed.Task);

    public void Pass() => _passed.TrySetResult();
}
