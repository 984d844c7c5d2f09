using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Commerce.Journal;

/// <summary>Meter <c>Commerce.Journal</c>: how much is appended, how fast, and how far readers are behind.</summary>
internal sealed class JournalMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Commerce.Journal";

    private readonly Histogram<double> _commitSeconds;
    private readonly Histogram<int> _batchStreams;
    private readonly Histogram<int> _batchEvents;
    private readonly Counter<long> _events;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _parked;
    private readonly ConcurrentDictionary<string, double> _lag = new(StringComparer.Ordinal);

    public JournalMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _commitSeconds = meter.CreateHistogram<double>("commerce.journal.commit.duration", "s", "One batch, sent to durable");
        _batchStreams = meter.CreateHistogram<int>("commerce.journal.batch.streams", "{stream}", "Streams in one batch");
        _batchEvents = meter.CreateHistogram<int>("commerce.journal.batch.events", "{event}", "Events in one batch");
        _events = meter.CreateCounter<long>("commerce.journal.events", "{event}", "Events appended");
        _dropped = meter.CreateCounter<long>("commerce.journal.activations.dropped", "{activation}", "Activations dropped in doubt");
        _parked = meter.CreateCounter<long>("commerce.journal.parked", "{stream}", "Streams parked by a subscriber");
        meter.CreateObservableGauge(
            "commerce.journal.reader.lag",
            () => _lag.Select(pair => new Measurement<double>(pair.Value, KeyValuePair.Create<string, object?>("reader", pair.Key))),
            "s",
            "Age of the newest event when a reader got it");
    }

    /// <summary>A batch is durable.</summary>
    public void Committed(List<PendingAppend> batch, TimeSpan elapsed)
    {
        var events = batch.Sum(append => append.Events);
        _commitSeconds.Record(elapsed.TotalSeconds);
        _batchStreams.Record(batch.Count);
        _batchEvents.Record(events);
        _events.Add(events);
    }

    /// <summary>An activation was dropped because the journal did not confirm what it decided.</summary>
    public void Dropped(string category) => _dropped.Add(1, KeyValuePair.Create<string, object?>("grain", category));

    /// <summary>A subscriber could not handle an event.</summary>
    public void Parked(string subscriber) => _parked.Add(1, KeyValuePair.Create<string, object?>("grain", subscriber));

    /// <summary>A reader has read as far as an event of this age.</summary>
    public void ReaderLag(string reader, TimeSpan age) => _lag[reader] = Math.Max(0, age.TotalSeconds);
}
