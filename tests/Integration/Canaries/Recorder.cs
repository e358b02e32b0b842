using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExchangeGateway.Integration.Canaries;

/// <summary>
/// Writes to a file everything that this process says of itself: each log line, each span with its tags,
/// events and baggage, each measure with its tags. Spans of the tests' own HTTP clients are not the gateway's.
/// </summary>
internal sealed class Recorder : ILoggerProvider
{
    private readonly StreamWriter _file;
    private readonly ActivityListener _spans;
    private readonly MeterListener _measures = new();
    private readonly Lock _turn = new();
    private bool _closed;

    public Recorder(string path)
    {
        _file = new StreamWriter(path);
        _spans = new ActivityListener
        {
            ShouldListenTo = source => !source.Name.StartsWith("System.Net.Http", StringComparison.Ordinal),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => Write("span " + Text(span)),
        };
        ActivitySource.AddActivityListener(_spans);
        _measures.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _measures.SetMeasurementEventCallback<long>((i, _, tags, _) => Measure(i, tags));
        _measures.SetMeasurementEventCallback<int>((i, _, tags, _) => Measure(i, tags));
        _measures.SetMeasurementEventCallback<double>((i, _, tags, _) => Measure(i, tags));
        _measures.SetMeasurementEventCallback<float>((i, _, tags, _) => Measure(i, tags));
        _measures.Start();
    }

    /// <summary>Lets every line from debugging level on through, of the gateway's own categories too, as far as the gateway itself does not forbid it.</summary>
    public static void ListenToEverything(IServiceCollection services) =>
        services.Configure<LoggerFilterOptions>(filters =>
        {
            filters.MinLevel = LogLevel.Debug;
            foreach (var category in new[] { null, "ExchangeGateway", "Microsoft", "System", "Npgsql", "MassTransit" })
                filters.Rules.Add(new LoggerFilterRule(null, category, LogLevel.Debug, null));
        });

    public static string Text(Activity span) => string.Join(' ',
        [span.Source.Name, span.DisplayName, span.StatusDescription,
            .. span.TagObjects.Select(t => $"{t.Key}={t.Value}"),
            .. span.Baggage.Select(b => $"{b.Key}={b.Value}"),
            .. span.Events.SelectMany(e => e.Tags.Select(t => $"{e.Name} {t.Key}={t.Value}"))]);

    public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

    public void Flush()
    {
        _measures.RecordObservableInstruments();
        lock (_turn)
            _file.Flush();
    }

    public void Dispose()
    {
        _spans.Dispose();
        _measures.Dispose();
        lock (_turn)
        {
            // The gateway goes on writing until it has stopped.
            _closed = true;
            _file.Dispose();
        }
    }

    private void Measure(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Write($"measure {instrument.Meter.Name} {instrument.Name} {string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}");

    private void Write(string line)
    {
        lock (_turn)
        {
            if (!_closed)
                _file.WriteLine(line);
        }
    }

    private sealed class Line(Recorder recorder, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            recorder.Write($"{logLevel} {category} {formatter(state, exception)} {string.Join(' ', (state as IEnumerable<KeyValuePair<string, object?>> ?? []).Select(p => $"{p.Key}={p.Value}"))} {exception}");
    }
}
