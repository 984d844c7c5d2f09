using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.Catalog;

/// <summary>What an import remembers of how far it has come. No clock, no I/O, no Orleans runtime.</summary>
internal sealed record Import : IJournaledState<Import, ImportEvent>
{
    private const int ErrorsShownMax = 100;
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(10);

    /// <summary>What is imported; null until started.</summary>
    public StartImport? Source { get; init; }

    public ImportStatus Status { get; init; }

    /// <summary>Up to here everything is taken over or explained.</summary>
    public ImportCheckpoint Checkpoint { get; init; }

    public long Products { get; init; }

    public long Failed { get; init; }

    /// <summary>The first errors.</summary>
    public ImmutableArray<ImportError> Errors { get; init; } = [];

    public string? FailureReason { get; init; }

    /// <summary>Pauses since the last checkpoint.</summary>
    public int Pauses { get; init; }

    /// <summary>When to look whether the work goes on; null when there is none.</summary>
    public DateTimeOffset? ResumeAt { get; init; }

    public bool IsRunning => Source is not null && Status == ImportStatus.Running;

    public DateTimeOffset? WakeAt => ResumeAt;

    public string Summary => Source is null
        ? "not started"
        : $"{Status}, {Checkpoint.Row} rows, {Products} products, {Failed} rows failed";

    /// <summary>Begins, once.</summary>
    public Decision<ImportEvent> Start(StartImport command, bool isLocationKnown, DateTimeOffset now, ImportOptions pace)
    {
        if (Source is not null)
        {
            return Decision<ImportEvent>.Nothing;
        }

        return isLocationKnown
            ? new ImportStarted(command, now + pace.ResumeAfter)
            : Inventory.StockRejections.LocationUnknown(command.Location);
    }

    /// <summary>Remembers a slice of the file, unless another one was worked through from the same place.</summary>
    public Decision<ImportEvent> Progress(ImportSlice slice, DateTimeOffset now, ImportOptions pace)
    {
        if (!IsRunning || slice.From != Checkpoint)
        {
            return Decision<ImportEvent>.Nothing;
        }

        var shown = slice.Errors.Length <= ErrorsShownMax - Errors.Length
            ? slice.Errors
            : slice.Errors[..(ErrorsShownMax - Errors.Length)];
        var progressed = new ImportProgressed(slice.To, slice.Products, slice.Failed, shown, now + pace.ResumeAfter);
        return (slice.To != slice.From, slice.IsLast) switch
        {
            (true, true) => Decision<ImportEvent>.Of(progressed, new ImportCompleted()),
            (true, false) => progressed,
            (false, true) => new ImportCompleted(),
            (false, false) => Decision<ImportEvent>.Nothing,
        };
    }

    /// <summary>Ends without the file.</summary>
    public Decision<ImportEvent> Fail(string reason) =>
        IsRunning ? new ImportFailed(reason) : Decision<ImportEvent>.Nothing;

    /// <summary>Waits after a failure that may pass, longer each time; in the end gives up.</summary>
    public Decision<ImportEvent> Pause(DateTimeOffset now, ImportOptions pace)
    {
        if (!IsRunning)
        {
            return Decision<ImportEvent>.Nothing;
        }

        if (Pauses >= pace.PausesMax)
        {
            return new ImportFailed($"The rows after row {Checkpoint.Row} could not be taken over, in {Pauses} attempts.");
        }

        var pause = pace.ResumeAfter * Math.Pow(2, Math.Min(Pauses, 10));
        return new ImportPaused(now + (pause < PauseMax ? pause : PauseMax));
    }

    public Import Apply(ImportEvent @event) => @event switch
    {
        ImportStarted e => this with { Source = e.Source, Status = ImportStatus.Running, ResumeAt = e.ResumeAt },
        ImportProgressed e => this with
        {
            Checkpoint = e.Checkpoint,
            Products = Products + e.Products,
            Failed = Failed + e.Failed,
            Errors = Errors.AddRange(e.Errors),
            Pauses = 0,
            ResumeAt = e.ResumeAt,
        },
        ImportPaused e => this with { Pauses = Pauses + 1, ResumeAt = e.ResumeAt },
        ImportCompleted => this with { Status = ImportStatus.Completed, ResumeAt = null },
        ImportFailed e => this with { Status = ImportStatus.Failed, FailureReason = e.Reason, ResumeAt = null },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    /// <summary>How far it has come.</summary>
    public Result<ImportView> View(ImportId id) => Source is null
        ? ImportRejections.NotFound
        : new ImportView(id, Status, Checkpoint.Row, Products, Failed, Errors, FailureReason)
        {
            Bytes = Source.Bytes, BytesDone = Status == ImportStatus.Completed ? Source.Bytes : Checkpoint.Offset,
        };
}

/// <summary>A place in the file where a product begins.</summary>
/// <param name="Row">Rows before it, the header not counted.</param>
/// <param name="Offset">Bytes before it; 0 for the beginning, header included.</param>
internal readonly record struct ImportCheckpoint(long Row, long Offset);

/// <summary>A part of the file that was worked through.</summary>
/// <param name="Products">Products saved.</param>
/// <param name="Failed">Rows that could not be taken over.</param>
/// <param name="Errors">Why; by row.</param>
/// <param name="IsLast">Whether the file ends here.</param>
internal sealed record ImportSlice(
    ImportCheckpoint From,
    ImportCheckpoint To,
    long Products,
    long Failed,
    ImmutableArray<ImportError> Errors,
    bool IsLast);

/// <summary>What can happen to an import.</summary>
internal abstract record ImportEvent : IJournalEvent;

[Alias("import.started")]
internal sealed record ImportStarted(StartImport Source, DateTimeOffset ResumeAt) : ImportEvent;

/// <param name="Products">Products saved since the checkpoint before.</param>
/// <param name="Failed">Rows failed since the checkpoint before.</param>
/// <param name="Errors">Of those, the ones that are shown.</param>
[Alias("import.progressed")]
internal sealed record ImportProgressed(
    ImportCheckpoint Checkpoint, long Products, long Failed, ImmutableArray<ImportError> Errors, DateTimeOffset ResumeAt)
    : ImportEvent;

[Alias("import.paused")]
internal sealed record ImportPaused(DateTimeOffset ResumeAt) : ImportEvent;

[Alias("import.completed")]
internal sealed record ImportCompleted : ImportEvent;

[Alias("import.failed")]
internal sealed record ImportFailed(string Reason) : ImportEvent;
