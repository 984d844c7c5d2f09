using System.ComponentModel.DataAnnotations;

namespace Commerce.Journal;

/// <summary>Limits and pace of the journal; section <c>Journal</c>. Checked at start-up.</summary>
public sealed class JournalOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Journal";

    /// <summary>
    /// Connections that append, each with one statement in flight. Fewer make larger batches, which is what costs least; more
    /// help where a commit takes long, as over a network.
    /// </summary>
    [Range(1, 16)]
    public int Lanes { get; set; } = 1;

    /// <summary>Events in one statement. Bounds its memory: about 1 kB an event.</summary>
    [Range(1, 20_000)]
    public int BatchEventsMax { get; set; } = 4_000;

    /// <summary>Commands that may wait for the journal in one grain; above, the answer is 503 and try again.</summary>
    [Range(1, 100_000)]
    public int PendingPerActorMax { get; set; } = 8_192;

    /// <summary>Streams that may wait in one lane; above, the answer is 503 and try again.</summary>
    [Range(16, 1_000_000)]
    public int PendingPerLaneMax { get; set; } = 50_000;

    /// <summary>Events after which a grain's state is written down at the least; large states wait longer in proportion.</summary>
    [Range(10, 100_000)]
    public int SnapshotEvery { get; set; } = 500;

    /// <summary>Command ids a grain remembers.</summary>
    [Range(1, 10_000)]
    public int RememberedCommandsMax { get; set; } = 256;

    /// <summary>Events a reader takes at once.</summary>
    [Range(1, 10_000)]
    public int ReadBatchMax { get; set; } = 500;

    /// <summary>
    /// The least time between two looks of a reader: what comes meanwhile is read at once, so that a busy shop has fewer,
    /// larger reads. Each costs a round trip on both sides, which is most of what a reader costs.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan ReadEvery { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a reader that finds nothing it wants may go on without writing down how far it came.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan SaveEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How soon a silo notices what another silo committed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.005", "00:00:10")]
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromMilliseconds(40);

    /// <summary>How long a reader that died keeps its partition from others.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:01:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often due streams are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan WakeEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>When a stream that was woken without effect is woken again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "01:00:00")]
    public TimeSpan WakeAgainAfter { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long one append may take before its outcome counts as unknown, and one read for grains that activate.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan AppendTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
