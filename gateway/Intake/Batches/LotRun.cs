using System.Diagnostics;
using System.Threading.Channels;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// Runs the lines of a batch through the intake: they are read, checked and committed as they stream in, at most
/// <see cref="Window"/> at once, and reported in their order. A bad line never stops a good one.
/// </summary>
internal sealed partial class LotRun(IntakePipeline intake, LotRegister register, ILogger<LotRun> logger)
{
    private const int Window = 640;

    private static readonly TimeSpan ShowProgressEvery = TimeSpan.FromSeconds(1);

    /// <summary>Runs all lines to their end; a client that leaves stops the reading, never what was read.</summary>
    /// <param name="version">Version of the schema that the lines are written in; <see langword="null"/> for the current one.</param>
    /// <param name="packed">Given each chunk of the report, packed, in order.</param>
    /// <param name="ct">The client's patience.</param>
    public async Task<BatchTotals> RunAsync(LotSending sending, MessageType type, SchemaVersion? version, Caller caller, IAsyncEnumerable<BatchLine> lines, Action<byte[]> packed, CancellationToken ct)
    {
        var underWay = Channel.CreateBounded<Task<BatchLineReport>>(new BoundedChannelOptions(Window) { SingleReader = true, SingleWriter = true });
        string? stopped = null;
        var reading = Task.Run(async () => stopped = await ReadAsync(sending, type, version, caller, lines, underWay.Writer, ct), CancellationToken.None);
        var totals = BatchTotals.None;
        var chunk = new LotChunk(0);
        var saved = Stopwatch.GetTimestamp();
        while (await underWay.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (underWay.Reader.TryRead(out var line))
            {
                var done = await line;
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
    }

    /// <returns>Why reading stopped before the end; <see langword="null"/> when it did not.</returns>
    private async Task<string?> ReadAsync(LotSending sending, MessageType type, SchemaVersion? version, Caller caller, IAsyncEnumerable<BatchLine> lines, ChannelWriter<Task<BatchLineReport>> underWay, CancellationToken ct)
    {
        if (!PartnerMessages.TryGet(type, out var message))
            throw new ArgumentException("The type has no adapter.", nameof(type));
        var twins = new TwinLines(message);
        try
        {
            await foreach (var line in lines.WithCancellation(ct))
                await underWay.WriteAsync(twins.Follow(line, earlier => RunLineAsync(sending, type, version, caller, line, earlier)), CancellationToken.None);
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
            underWay.Complete();
        }
    }

    private async Task<BatchLineReport> RunLineAsync(LotSending sending, MessageType type, SchemaVersion? version, Caller caller, BatchLine line, Task earlierTwin)
    {
        if (line.Error is { } error)
            return new(line.Number, LotCode.Refused, null, Catalogue.SchemaInvalide.Code, [error]);
        await Task.Yield(); // the reader goes on while this line is checked
        await earlierTwin.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What was read is carried to its end, whatever the client does: its answer must not be left unsure.
        var request = new IntakeRequest(type, caller, line.Json!.Value) { Version = version, Line = new LotLine(sending.Lot, line.Number) };
        return await intake.RunAsync(request, CancellationToken.None) switch
        {
            IntakeOutcome.Accepted { Replayed: true } a when a.Line?.Lot == sending.Lot =>
                new(line.Number, a.Line.Line == line.Number ? CodeOf(a) : LotCode.Duplicate, a.Deposit, null, null, DejaRecu: a.Line.Line == line.Number || sending.Number > 1 ? true : null),
            IntakeOutcome.Accepted { Replayed: true } a => new(line.Number, LotCode.Duplicate, a.Deposit, null, null),
            IntakeOutcome.Accepted a => new(line.Number, CodeOf(a), a.Deposit, null, null),
            IntakeOutcome.Refused { Refusal.Status: 503 } => new(line.Number, LotCode.Unavailable, null, Catalogue.Indisponible.Code, null),
            IntakeOutcome.Refused r => new(line.Number, LotCode.Refused, null, r.Refusal.Code, r.Errors ?? [new FieldError("", r.Refusal.Code, r.Detail ?? r.Refusal.WhatToDo)]),
            _ => throw new UnreachableException(),
        };
    }

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
