using System.Collections.Immutable;
using Commerce.Inventory;

namespace Commerce.Catalog;

/// <summary>
/// The import of one catalogue file, keyed by <see cref="ImportId"/>: a process that works through the stored file and
/// goes on where it was after any crash.
/// </summary>
[Alias("commerce.IImport")]
public interface IImportGrain : IGrainWithStringKey
{
    /// <summary>Starts working through the file stored under this id. Repeating it changes nothing.</summary>
    [Alias("Start")]
    Task<Result<ImportView>> Start(StartImport command);

    /// <summary>How far it has come; refused with 404 when it was never started.</summary>
    [Alias("Read"), Orleans.Concurrency.AlwaysInterleave]
    Task<Result<ImportView>> Read();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Currency">Of the file's prices, which name none.</param>
/// <param name="Location">Where the file's stock counts are for.</param>
/// <param name="Bytes">Size of the stored file.</param>
[GenerateSerializer, Immutable, Alias("commerce.StartImport")]
public sealed record StartImport(
    [property: Id(0)] Currency Currency, [property: Id(1)] LocationId Location, [property: Id(2)] long Bytes);

/// <summary>How far an import has come.</summary>
/// <param name="Rows">Data rows read so far.</param>
/// <param name="Products">Products saved so far.</param>
/// <param name="Failed">Rows that could not be taken over so far.</param>
/// <param name="Errors">Why, the first 100; all are kept and can be paged through.</param>
/// <param name="FailureReason">Why the file as a whole could not be read; null unless it failed.</param>
[GenerateSerializer, Immutable, Alias("commerce.ImportView")]
public sealed record ImportView(
    [property: Id(0)] ImportId Id,
    [property: Id(1)] ImportStatus Status,
    [property: Id(2)] long Rows,
    [property: Id(3)] long Products,
    [property: Id(4)] long Failed,
    [property: Id(5)] ImmutableArray<ImportError> Errors,
    [property: Id(6)] string? FailureReason)
{
    /// <summary>Size of the file.</summary>
    [Id(7)]
    public long Bytes { get; init; }

    /// <summary>Of these: worked through so far, all of them at the end.</summary>
    [Id(8)]
    public long BytesDone { get; init; }
}

/// <summary>Where an import stands.</summary>
[GenerateSerializer, Alias("commerce.ImportStatus")]
public enum ImportStatus
{
    /// <summary>Under way.</summary>
    Running = 0,

    /// <summary>Worked through; single rows may have failed.</summary>
    Completed = 1,

    /// <summary>The file as a whole cannot be read.</summary>
    Failed = 2,
}

/// <summary>Why one row was not taken over.</summary>
/// <param name="Row">1 for the first row after the header.</param>
/// <param name="Column">The column at fault; null when it is the row as a whole.</param>
/// <param name="Code">Stable and public.</param>
/// <param name="Detail">One English sentence.</param>
[GenerateSerializer, Immutable, Alias("commerce.ImportError")]
public sealed record ImportError(
    [property: Id(0)] long Row,
    [property: Id(1)] string? Column,
    [property: Id(2)] string Code,
    [property: Id(3)] string Detail);

/// <summary>Every way an import can say no. Codes are public API: add, never rename.</summary>
public static class ImportRejections
{
    /// <summary>It was never started.</summary>
    public static readonly Rejection NotFound = new(RejectionKind.NotFound, "import_not_found", "There is no such import.");
}
