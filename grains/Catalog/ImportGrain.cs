using Commerce.Journal;
using Microsoft.Extensions.Options;

namespace Commerce.Catalog;

/// <summary>
/// Runs <see cref="Import"/>: works through the file slice by slice on a timer of the activation, so that it can be asked
/// how far it is all the while, and commits a checkpoint after each. Whatever ends the activation, the journaled
/// deadline wakes another one, which goes on from the last checkpoint.
/// </summary>
/// <remarks>
/// The timer interleaves with calls, and safely so: a slice is committed only onto the checkpoint that it began at.
/// </remarks>
[GrainType("import")]
internal sealed partial class ImportGrain(
    ImportFile files, IOptions<ImportOptions> options, TimeProvider time, ILogger<ImportGrain> log)
    : JournaledActor<Import, ImportEvent>, IImportGrain
{
    private const int ErrorsPerSliceMax = 10_000;

    private readonly ImportOptions _pace = options.Value;
    private IGrainTimer? _timer;
    private ShopifyFile? _file;
    private ImportWriter? _writer;

    private ImportId Id => new(this.GetPrimaryKeyString());

    public async Task<Result<ImportView>> Start(StartImport command)
    {
        var locations = await GrainFactory.GetLocations().Read();
        var isKnown = locations.Any(location => location.Id == command.Location);
        var started = await Commit(
            import => import.Start(command, isKnown, time.GetUtcNow(), _pace), import => import.View(Id).Required);
        Continue();
        return started;
    }

    public Task<Result<ImportView>> Read() => Read(import => import.View(Id));

    protected override Task OnWake()
    {
        Continue();
        return Task.CompletedTask;
    }

    private void Continue()
    {
        if (State.IsRunning && _timer is null)
        {
            var pace = new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1))
            {
                Interleave = true,
                KeepAlive = true,
            };
            _timer = this.RegisterGrainTimer(WorkAsync, pace);
        }
    }

    private async Task StopAsync()
    {
        _timer?.Dispose();
        _timer = null;
        if (_file is { } file)
        {
            _file = null;
            await file.DisposeAsync();
        }
    }

    /// <summary>Works through one slice. On a failure the import pauses, and begins again at the last checkpoint.</summary>
    private async Task WorkAsync(CancellationToken cancellation)
    {
        try
        {
            if (await OpenAsync(cancellation) is { } unreadable)
            {
                await Commit(import => import.Fail(unreadable.Detail), import => import.Status);
            }
            else
            {
                var slice = await WriteSliceAsync(_file!, _writer!, cancellation);
                await files.SaveErrorsAsync(Id, slice.Errors);
                await Commit(import => import.Progress(slice, time.GetUtcNow(), _pace), import => import.Status);
            }
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogPaused(failure, Id, State.Checkpoint.Row);
            await StopAsync();
            await Commit(import => import.Pause(time.GetUtcNow(), _pace), import => import.Status);
        }

        if (!State.IsRunning)
        {
            LogEnded(Id, State.Status, State.Checkpoint.Row, State.Products, State.Failed);
            await StopAsync();
            await files.DeleteAsync(Id);
        }
    }

    /// <summary>Opens the file at the checkpoint, if it is not open.</summary>
    /// <returns>Why it cannot be read as a whole.</returns>
    private async Task<Rejection?> OpenAsync(CancellationToken cancellation)
    {
        if (_file is not null)
        {
            return null;
        }

        var (currency, location, bytes) = State.Source!;
        if (await files.OpenAsync(Id, bytes, cancellation) is not { } stream)
        {
            return Rejection.Invalid("", "The file was not stored in full; upload it again.", "import_unreadable");
        }

        var opened = await ShopifyFile.OpenAsync(stream, currency, State.Checkpoint, _pace.RowBytesMax, cancellation);
        var categories = await GrainFactory.GetCategories().Read();
        _writer = new(GrainFactory, Id, location, [.. categories.Select(category => category.Handle)]);
        _file = opened.Value;
        return opened.Rejection;
    }

    private async Task<ImportSlice> WriteSliceAsync(ShopifyFile file, ImportWriter writer, CancellationToken cancellation)
    {
        var (from, to, isLast, errors) = (State.Checkpoint, State.Checkpoint, false, 0);
        var window = new ImportWindow(_pace.ProductsAtOnce, product => WriteAsync(writer, product));
        var began = time.GetTimestamp();
        try
        {
            for (var products = 0; products < _pace.ProductsPerSlice && errors < ErrorsPerSliceMax
                && time.GetElapsedTime(began) < _pace.SliceDuration && !cancellation.IsCancellationRequested; products++)
            {
                if (await file.ReadAsync(CancellationToken.None) is not { } product)
                {
                    isLast = true;
                    break;
                }

                (to, errors) = (product.End, errors + product.Errors.Length);
                await window.AddAsync(await files.ClaimNamesAsync(Id, product));
            }

            var outcomes = await window.FinishAsync();
            return new(
                from,
                to,
                outcomes.Sum(outcome => outcome.Products),
                outcomes.Sum(outcome => outcome.Failed),
                [.. outcomes.SelectMany(outcome => outcome.Errors).OrderBy(error => error.Row)],
                isLast);
        }
        finally
        {
            // After a failure nothing may go on behind the back of the next attempt.
            await window.SettleAsync();
        }
    }

    /// <summary>Writes one product, a few times if need be: all it does may be repeated.</summary>
    private async Task<ImportOutcome> WriteAsync(ImportWriter writer, ShopifyProduct product)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await writer.WriteAsync(product);
            }
            catch (Exception failure) when (attempt < _pace.AttemptsMax)
            {
                LogRepeated(Id, product.Row, failure.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100 << (2 * attempt)), time);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{ImportId} is {Status}: {Rows} rows, {Products} products, {Failed} rows failed")]
    private partial void LogEnded(ImportId importId, ImportStatus status, long rows, long products, long failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ImportId} pauses after row {Row}")]
    private partial void LogPaused(Exception exception, ImportId importId, long row);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{ImportId} repeats the product of row {Row}: {Reason}")]
    private partial void LogRepeated(ImportId importId, long row, string reason);
}
