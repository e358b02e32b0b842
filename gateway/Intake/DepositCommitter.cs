using System.Threading.Channels;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Messaging;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// Accepts messages in groups: whatever waits while one transaction commits goes into the next. Each message is accepted
/// wholly or not at all; a group that fails is replayed one by one, so that one message cannot spoil its neighbours.
/// </summary>
internal sealed partial class DepositCommitter(
    Databases databases, DepositGroup group, AuditLog log, WakeUp wakeUp, ILogger<DepositCommitter> logger) : BackgroundService
{
    /// <summary>Messages of one transaction at the most.</summary>
    public const int LargestGroup = 256;

    /// <summary>Groups under way at once: one seals and signs while the other's commit is flushed to disk.</summary>
    private const int Lanes = 3;

    private readonly Channel<Candidate> _queue = Channel.CreateBounded<Candidate>(
        new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.Wait, SingleReader = false });

    // The files' own lanes: however many there are, they leave the single messages theirs.
    private readonly SemaphoreSlim _together = new(Lanes);

    /// <summary>Durable acceptance, or the refusal. Once queued, the outcome is awaited to its end: a caller that leaves must not leave us unsure.</summary>
    public async Task<IntakeOutcome> CommitAsync(Candidate candidate, CancellationToken ct)
    {
        await _queue.Writer.WriteAsync(candidate, ct);
        return await candidate.Completion.Task;
    }

    /// <summary>Durable acceptance of each, or its refusal; a message whose transaction failed is <see cref="Catalogue.Indisponible"/>.</summary>
    /// <param name="members">The lines of a file that came together, at most <see cref="LargestGroup"/>.</param>
    public async Task<IReadOnlyList<IntakeOutcome>> CommitTogetherAsync(List<Candidate> members)
    {
        if (members.Count == 0)
            return [];
        await _together.WaitAsync();
        try
        {
            await CommitGroupAsync(members);
        }
        finally
        {
            _together.Release();
        }

        return [.. members.Select(m => m.Completion.Task is { IsCompletedSuccessfully: true } done ? done.Result : new IntakeOutcome.Refused(Catalogue.Indisponible))];
    }

    public override void Dispose()
    {
        _together.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(() => RunLaneAsync(stoppingToken), CancellationToken.None)));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        while (_queue.Reader.TryRead(out var left))
            left.Completion.TrySetResult(new IntakeOutcome.Refused(Catalogue.Indisponible));
    }

    private async Task RunLaneAsync(CancellationToken ct)
    {
        var members = new List<Candidate>(LargestGroup);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(ct))
            {
                members.Clear();
                while (members.Count < LargestGroup && _queue.Reader.TryRead(out var candidate))
                    members.Add(candidate);
                if (members.Count > 0)
                    await CommitGroupAsync(members);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping: StopAsync answers whatever is still queued.
        }
    }

    private async Task CommitGroupAsync(List<Candidate> members)
    {
        try
        {
            await CommitOnceAsync(members);
        }
        catch (Exception failure) when (members.Count > 1)
        {
            LogGroupReplayed(logger, members.Count, failure.GetType().Name);
            foreach (var member in members.Where(m => !m.Completion.Task.IsCompleted).ToList())
                await CommitAloneAsync(member);
        }
        catch (Exception failure)
        {
            Fail(members[0], failure);
        }
    }

    private async Task CommitAloneAsync(Candidate member)
    {
        try
        {
            await CommitOnceAsync([member]);
        }
        catch (Exception failure)
        {
            Fail(member, failure);
        }
    }

    private async Task CommitOnceAsync(List<Candidate> members)
    {
        // No cancellation inside: a commit that has begun ends, and its callers learn how.
        await using var connection = await databases.Intake.OpenConnectionAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        var outcomes = await group.WriteAsync(connection, members, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        log.Wake();
        // What is routed later is found when it is due.
        if (members.Exists(m => m.Line is not { RoutingDelay.Ticks: > 0 }))
            wakeUp.WorkIsWaiting();
        for (var i = 0; i < members.Count; i++)
            members[i].Completion.TrySetResult(outcomes[i]);
    }

    private void Fail(Candidate member, Exception failure)
    {
        if (failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "correction" })
        {
            member.Completion.TrySetResult(new IntakeOutcome.Refused(Catalogue.EtatIncompatible, Detail: "Ce dépôt est déjà rectifié ou annulé : consultez-le pour connaître celui qui le remplace."));
            return;
        }

        LogFailed(logger, failure.GetType().Name, (failure as PostgresException)?.SqlState);
        if (failure is NpgsqlException or IOException or TimeoutException or JournalStoppedException)
            member.Completion.TrySetResult(new IntakeOutcome.Refused(Catalogue.Indisponible));
        else
            member.Completion.TrySetException(failure);
    }

    [LoggerMessage(1200, LogLevel.Warning, "A group of {Count} messages is replayed one by one after {Error}")]
    private static partial void LogGroupReplayed(ILogger logger, int count, string error);

    [LoggerMessage(1201, LogLevel.Error, "A message could not be committed: {Error} {SqlState}")]
    private static partial void LogFailed(ILogger logger, string error, string? sqlState);
}
