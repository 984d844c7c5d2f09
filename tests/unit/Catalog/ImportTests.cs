using Commerce.Inventory;

namespace Commerce.Catalog;

public sealed class ImportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    private static readonly ImportId Id = EntityId.New<ImportId>(Now);
    private static readonly StartImport Command = new(Currency.Parse("GBP", null), LocationId.Parse("main", null), 1_000);
    private static readonly ImportOptions Pace = new();
    private static readonly Import Started = After(new(), import => import.Start(Command, true, Now, Pace));

    [Fact]
    public void An_import_that_was_never_started_cannot_be_found() =>
        Assert.Equal(ImportRejections.NotFound, new Import().View(Id).Rejection);

    [Fact]
    public void An_import_for_a_location_that_does_not_exist_is_refused()
    {
        var decision = new Import().Start(Command, isLocationKnown: false, Now, Pace);

        Assert.Equal("location_unknown", decision.Rejection?.Code);
    }

    [Fact]
    public void A_started_import_runs_and_has_a_deadline()
    {
        Assert.Equal(ImportStatus.Running, Started.View(Id).Required.Status);
        Assert.Equal(Now + Pace.ResumeAfter, Started.WakeAt);
    }

    [Fact]
    public void Starting_again_changes_nothing_even_when_the_location_is_gone()
    {
        Assert.Empty(Started.Start(Command, isLocationKnown: false, Now, Pace).Events);
        Assert.Null(Started.Start(Command, isLocationKnown: false, Now, Pace).Rejection);
    }

    [Fact]
    public void Slices_add_up_and_move_the_checkpoint_and_the_deadline()
    {
        var later = Now.AddMinutes(1);

        var import = After(
            After(Started, import => import.Progress(Slice(default, new(10, 100), products: 8, failed: 2), Now, Pace)),
            import => import.Progress(Slice(new(10, 100), new(25, 300), products: 14, failed: 1), later, Pace));

        Assert.Equal(new ImportCheckpoint(25, 300), import.Checkpoint);
        var view = import.View(Id).Required;
        Assert.Equal((25, 22, 3), (view.Rows, view.Products, view.Failed));
        Assert.Equal(later + Pace.ResumeAfter, import.WakeAt);
    }

    [Fact]
    public void A_slice_from_another_place_than_the_checkpoint_changes_nothing()
    {
        var import = After(Started, import => import.Progress(Slice(default, new(10, 100)), Now, Pace));

        Assert.Empty(import.Progress(Slice(default, new(12, 120)), Now, Pace).Events);
    }

    [Fact]
    public void A_slice_that_was_cut_off_before_its_first_product_changes_nothing() =>
        Assert.Empty(Started.Progress(Slice(default, default), Now, Pace).Events);

    [Fact]
    public void The_first_hundred_errors_are_shown_and_all_failures_counted()
    {
        var import = Started;
        for (var i = 0; i < 4; i++)
        {
            var (from, to) = (import.Checkpoint, new ImportCheckpoint((i + 1) * 40, i + 1));
            var errors = Enumerable.Range(1, 40).Select(row => new ImportError(from.Row + row, null, "malformed_row", "No."));
            var slice = Slice(from, to, failed: 40) with { Errors = [.. errors] };
            import = After(import, current => current.Progress(slice, Now, Pace));
        }

        var view = import.View(Id).Required;
        Assert.Equal(Enumerable.Range(1, 100).Select(row => (long)row), view.Errors.Select(error => error.Row));
        Assert.Equal(160, view.Failed);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(0)]
    public void The_last_slice_completes_the_import_whether_or_not_it_holds_anything(int rows)
    {
        var slice = Slice(default, new(rows, rows * 10), products: rows) with { IsLast = true };

        var import = After(Started, import => import.Progress(slice, Now, Pace));

        var view = import.View(Id).Required;
        Assert.Equal((ImportStatus.Completed, rows, rows), (view.Status, view.Rows, view.Products));
        Assert.Null(import.WakeAt);
    }

    [Fact]
    public void A_file_that_cannot_be_read_ends_the_import_with_the_reason()
    {
        var import = After(Started, import => import.Fail("The header lacks Variant SKU."));

        Assert.Equal((ImportStatus.Failed, "The header lacks Variant SKU."), (import.Status, import.FailureReason));
        Assert.Null(import.WakeAt);
        Assert.Empty(import.Fail("Again.").Events);
        Assert.Empty(import.Progress(Slice(default, new(1, 1)), Now, Pace).Events);
        Assert.Empty(import.Pause(Now, Pace).Events);
    }

    [Fact]
    public void Pauses_grow_up_to_ten_minutes_and_a_checkpoint_ends_them()
    {
        var waits = new List<TimeSpan>();
        var import = Started;
        for (var i = 0; i < 7; i++)
        {
            import = After(import, current => current.Pause(Now, Pace));
            waits.Add(import.WakeAt!.Value - Now);
        }

        Assert.Equal([30, 60, 120, 240, 480, 600, 600], waits.Select(wait => wait.TotalSeconds));
        var on = After(import, current => current.Progress(Slice(default, new(1, 1)), Now, Pace));
        Assert.Equal(0, on.Pauses);
    }

    [Fact]
    public void An_import_that_never_gets_on_is_given_up()
    {
        var import = Started;
        for (var i = 0; i <= Pace.PausesMax; i++)
        {
            Assert.Equal(ImportStatus.Running, import.Status);
            import = After(import, current => current.Pause(Now, Pace));
        }

        Assert.Equal(ImportStatus.Failed, import.Status);
        Assert.Null(import.WakeAt);
    }

    private static ImportSlice Slice(ImportCheckpoint from, ImportCheckpoint to, long products = 0, long failed = 0) =>
        new(from, to, products, failed, [], IsLast: false);

    private static Import After(Import import, Func<Import, Journal.Decision<ImportEvent>> decide)
    {
        var decision = decide(import);
        Assert.Null(decision.Rejection);
        return decision.Events.Aggregate(import, (state, @event) => state.Apply(@event));
    }
}
