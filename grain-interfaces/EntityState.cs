namespace Commerce;

/// <summary>Where an entity stands in the journal.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">The version of its last event, durable or on its way.</param>
/// <param name="WakeAt">When it next has something to do; null: it waits for nothing.</param>
/// <param name="Pending">Commands that wait for the journal.</param>
/// <param name="Summary">One line about what it is doing.</param>
[GenerateSerializer, Immutable, Alias("commerce.EntityState")]
public sealed record EntityState(
    [property: Id(0)] string Stream,
    [property: Id(1)] long Version,
    [property: Id(2)] DateTimeOffset? WakeAt,
    [property: Id(3)] int Pending,
    [property: Id(4)] string Summary);
