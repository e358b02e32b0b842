using System.Diagnostics;
using System.Threading.Channels;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// Runs the lines of a batch through the intake: they are read as they stream in, checked and committed in groups, at most
/// <see cref="GroupsUnderWay"/> at once, and reported in their order. A bad line never stops a good one.
/// </summary>
internal sealed partial class LotRun(IntakePipeline intake, LotRegister register, ILogger<LotRun> logger)
{
    /// <summary>One is checked while another is written and the commit of a third is flushed to disk.</summary>
    private const int GroupsUnderWay = 3;

    /// <summary>Lines of a group together, in bytes, before the last: long lines make small groups, so that a file of them takes no more memory than another.</summary>
    private const int LargestGroupBytes = 2 << 20;

    /// <summary>What a sender who pauses has sent is not held back for longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan ShowProgressEvery = TimeSpan.FromSeconds(1);

    /// <summary>Runs all lines to their end; a client that leaves stops the reading, never what was read.</summary>
    /// <param name="version">Version of the schema that the lines are written in; <see langword="null"/> for the current one.</param>
    /// <param name="packed">Given each chunk of the report, packed, in order.</param>
    /// <param name="ct">The client's patience.</param>
    public async Task<BatchTotals> RunAsync(LotSending sending, MessageType type, SchemaVersion? version, Caller caller, IAsyncEnumerable<BatchLine> lines, Action<byte[]> packed, CancellationToken ct)
    {
        var underWay = Channel.CreateUnbounded<Task<IReadOnlyList<BatchLineReport>>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        using var places = new SemaphoreSlim(GroupsUnderWay);
        string? stopped = null;
        var turn = new LotTurn(Task.CompletedTask);
        var reading = Task.Run(async () => stopped = await ReadAsync(lines, StartAsync, underWay.Writer, ct), CancellationToken.None);
        var totals = BatchTotals.None;
        var chunk = new LotChunk(0);
        var saved = Stopwatch.GetTimestamp();
        await foreach (var group in underWay.Reader.ReadAllAsync(CancellationToken.None))
        {
            var reports = await group;
            places.Release();
            foreach (var done in reports)
            {
                if (LotChunk.Of(done.Ligne) != chunk.Number)
                {
                    if (chunk.Totals.Lignes > 0)
                        await FinishAsync(sending, chunk, whole: true, packed);
                    saved = Stopwatch.GetTimestamp();
                    chunk = new LotChunk(LotChunk.Of(done.Ligne));
                }

                chunk.Add(done);
                totals = totals.With(done);
            }

            if (chunk.Totals.Lignes > 0 && Stopwatch.GetElapsedTime(saved) > ShowProgressEvery)
            {
                await KeepAsync(() => register.SaveAsync(sending, chunk, chunk.Pack(), whole: false, CancellationToken.None));
                saved = Stopwatch.GetTimestamp();
            }
        }

        await reading;
        if (chunk.Totals.Lignes > 0)
            await FinishAsync(sending, chunk, whole: stopped is null, packed);
        await KeepAsync(() => register.EndAsync(sending, stopped, CancellationToken.None));
        return totals with { Erreur = stopped };

        async Task StartAsync(List<BatchLine> group)
        {
            await places.WaitAsync(CancellationToken.None);
            var mine = turn;
            turn = mine.Next();
            underWay.Writer.TryWrite(Task.Run(() => RunGroupAsync(sending, type, version, caller, group, mine), CancellationToken.None));
        }
    }

    /// <returns>Why reading stopped before the end; <see langword="null"/> when it did not.</returns>
    private async Task<string?> ReadAsync(IAsyncEnumerable<BatchLine> lines, Func<List<BatchLine>, Task> start, ChannelWriter<Task<IReadOnlyList<BatchLineReport>>> underWay, CancellationToken ct)
    {
        var group = new List<BatchLine>(DepositCommitter.LargestGroup);
        var bytes = 0;
        try
        {
            await using var each = lines.GetAsyncEnumerator(ct);
            while (await NextAsync(each))
            {
                group.Add(each.Current);
                bytes += each.Current.Json?.Length ?? 0;
                if (group.Count == DepositCommitter.LargestGroup || bytes >= LargestGroupBytes)
                    await FlushAsync();
            }

            return null;
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return "Le fichier dépasse 1 Gio : les lignes listées ont été traitées, les suivantes non. Envoyez le reste dans un autre lot.";
        }
        catch (Exception cut)
        {
            LogCut(cut.GetType().Name);
            return "L'envoi a été interrompu : les lignes listées ont été traitées, les suivantes non. Renvoyez le même fichier sous le même nom de lot.";
        }
        finally
        {
            await FlushAsync();
            underWay.Complete();
        }

        async ValueTask<bool> NextAsync(IAsyncEnumerator<BatchLine> each)
        {
            var next = each.MoveNextAsync();
            if (next.IsCompleted || group.Count == 0)
                return await next;
            var coming = next.AsTask();
            if (await Task.WhenAny(coming, Task.Delay(Patience, CancellationToken.None)) != coming)
                await FlushAsync();
            return await coming;
        }

        async Task FlushAsync()
        {
            if (group.Count == 0)
                return;
            var full = group;
            (group, bytes) = (new List<BatchLine>(DepositCommitter.LargestGroup), 0);
            await start(full);
        }
    }

    private async Task<IReadOnlyList<BatchLineReport>> RunGroupAsync(LotSending sending, MessageType type, SchemaVersion? version, Caller caller, List<BatchLine> lines, LotTurn turn)
    {
        var requests = lines.Where(l => l.Json is not null)
            .Select(l => new IntakeRequest(type, caller, l.Json!.Value) { Version = version, Line = new LotLine(sending.Lot, l.Number) })
            .ToList();
        var outcomes = await intake.RunTogetherAsync(requests, turn);
        var reports = new List<BatchLineReport>(lines.Count);
        var next = 0;
        foreach (var line in lines)
            reports.Add(line.Error is { } error ? new(line.Number, LotCode.Refused, null, Catalogue.SchemaInvalide.Code, [error]) : Report(sending, line.Number, outcomes[next++]));
        return reports;
    }

    private static BatchLineReport Report(LotSending sending, long number, IntakeOutcome outcome) => outcome switch
    {
        IntakeOutcome.Accepted { Replayed: true } a when a.Line?.Lot == sending.Lot =>
            new(number, a.Line.Line == number ? CodeOf(a) : LotCode.Duplicate, a.Deposit, null, null, DejaRecu: a.Line.Line == number || sending.Number > 1 ? true : null),
        IntakeOutcome.Accepted { Replayed: true } a => new(number, LotCode.Duplicate, a.Deposit, null, null),
        IntakeOutcome.Accepted a => new(number, CodeOf(a), a.Deposit, null, null),
        IntakeOutcome.Refused { Refusal.Status: 503 } => new(number, LotCode.Unavailable, null, Catalogue.Indisponible.Code, null),
        IntakeOutcome.Refused r => new(number, LotCode.Refused, null, r.Refusal.Code, r.Errors ?? [new FieldError("", r.Refusal.Code, r.Detail ?? r.Refusal.WhatToDo)]),
        _ => throw new UnreachableException(),
    };

    private static string CodeOf(IntakeOutcome.Accepted accepted) => accepted.Replaces is null ? LotCode.Accepted : LotCode.Updated;

    private async Task FinishAsync(LotSending sending, LotChunk chunk, bool whole, Action<byte[]> packed)
    {
        var report = chunk.Pack();
        packed(report);
        await KeepAsync(() => register.SaveAsync(sending, chunk, report, whole, CancellationToken.None));
    }

    /// <summary>A report that cannot be kept is still answered: the deposits themselves are durable or refused, each by its own transaction.</summary>
    private async Task KeepAsync(Func<Task> keep)
    {
        try
        {
            await keep();
        }
        catch (Exception down) when (down is NpgsqlException or TimeoutException or IOException)
        {
            LogNotKept(down.GetType().Name);
        }
    }

    [LoggerMessage(1202, LogLevel.Information, "The reading of a batch ended before its end: {Cause}")]
    private partial void LogCut(string cause);

    [LoggerMessage(1203, LogLevel.Warning, "A part of a batch's report could not be kept: {Error}")]
    private partial void LogNotKept(string error);
}
