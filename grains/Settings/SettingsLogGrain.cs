using Commerce.Journal;

namespace Commerce.Settings;

/// <summary>How often a settings document was written.</summary>
internal sealed record SettingsLog : IJournaledState<SettingsLog, SettingsEvent>
{
    // A price list of thousands of prices would fill the journal with each change; its length says that it was one.
    private const int ContentLengthMax = 64 * 1024;

    public long Changes { get; init; }

    public string Summary => $"{Changes} changes";

    public static Decision<SettingsEvent> Record(string content) =>
        new SettingsSet(content.Length <= ContentLengthMax ? content : null, content.Length);

    public SettingsLog Apply(SettingsEvent @event) => this with { Changes = Changes + 1 };
}

/// <summary>What can happen to a settings document.</summary>
internal abstract record SettingsEvent : IJournalEvent;

/// <param name="Content">What was asked for, as JSON text; null when it is longer than 65,536 characters.</param>
/// <param name="Length">Characters of it.</param>
[Alias("settings.set")]
internal sealed record SettingsSet(string? Content, int Length) : SettingsEvent;

/// <summary>Runs <see cref="SettingsLog"/>.</summary>
[GrainType("settings")]
internal sealed class SettingsLogGrain : JournaledActor<SettingsLog, SettingsEvent>, ISettingsLogGrain
{
    public Task Record(string content) => Commit(_ => SettingsLog.Record(content), log => log.Changes);
}
