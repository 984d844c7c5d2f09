namespace Commerce.Journal;

public sealed class StreamLaneTests(JournalDatabase database) : IClassFixture<JournalDatabase>
{
    [Fact]
    public async Task Streams_that_are_asked_for_at_once_come_each_with_its_own_events()
    {
        await using var journal = database.Source.NewReading(new() { Lanes = 1 }).NewJournal();
        var streams = Enumerable.Range(0, 300).Select(_ => NewStream()).ToArray();
        await Task.WhenAll(streams.Select((stream, i) =>
            journal.Append(stream, 0, JournalParts.AnyEvent($"first of {i}"), JournalParts.AnyEvent($"second of {i}")).Committed));

        // Each twice: two activations of one grain may ask at the same time.
        var loaded = await Task.WhenAll(streams.Concat(streams).Select(stream => journal.LoadAsync(stream, schema: 1)));

        Assert.All(loaded.Select((known, i) => (known, i: i % streams.Length)), one =>
        {
            Assert.Null(one.known.Snapshot);
            Assert.Equal([1L, 2L], one.known.Events.Select(e => e.Version));
            Assert.All(one.known.Events, e => Assert.Equal(streams[one.i], e.Stream));
            Assert.Contains($"\"first of {one.i}\"", one.known.Events[0].Data, StringComparison.Ordinal);
        });
        Assert.Empty((await journal.LoadAsync(NewStream(), schema: 1)).Events);
    }

    [Fact]
    public async Task A_snapshot_in_the_wanted_schema_comes_with_what_happened_since()
    {
        await using var journal = database.Source.NewReading().NewJournal();
        var stream = NewStream();
        await journal.Append(stream, 0, JournalParts.AnyEvent("1"), JournalParts.AnyEvent("2"), JournalParts.AnyEvent("3")).Committed;
        await journal.SaveSnapshotAsync(stream, version: 2, schema: 1, "{\"known\":true}"u8.ToArray());

        var known = await journal.LoadAsync(stream, schema: 1);
        var other = await journal.LoadAsync(stream, schema: 2);

        Assert.Equal(("{\"known\":true}", 2), (System.Text.Encoding.UTF8.GetString(known.Snapshot!.Value.State), known.Snapshot.Value.Version));
        Assert.Equal([3L], known.Events.Select(e => e.Version));
        Assert.Null(other.Snapshot);
        Assert.Equal([1L, 2L, 3L], other.Events.Select(e => e.Version));
    }

    [Fact]
    public async Task A_stream_comes_in_order_however_long_it_is_and_no_more_of_it_than_a_page()
    {
        await using var journal = database.Source.NewReading().NewJournal();
        var stream = NewStream();
        for (var version = 0; version < StreamLane.EventsMax + 50; version += 50)
        {
            await journal.Append(stream, version, [.. Enumerable.Range(0, 50).Select(_ => JournalParts.AnyEvent())]).Committed;
        }

        var known = await journal.LoadAsync(stream, schema: 1);

        Assert.Equal(Enumerable.Range(1, StreamLane.EventsMax).Select(version => (long)version), known.Events.Select(e => e.Version));
    }

    private static string NewStream() => $"stock-line/{Guid.NewGuid():n}";
}
