using System.Collections.Immutable;
using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>
/// Runs <see cref="StockLine"/>. Reentrant: decide + apply + enqueue is one synchronous step on the newest state, so
/// however calls interleave, available never goes below zero; only answers wait for the commit.
/// </summary>
[GrainType("stock-line"), Reentrant]
internal sealed class StockLineGrain(TimeProvider time) : JournaledActor<StockLine, StockEvent>, IStockLineGrain
{
    private static readonly TimeSpan LocationsStaleAfter = TimeSpan.FromSeconds(15);
    private ImmutableArray<LocationId> _byPriority = [];
    private DateTimeOffset _locationsReadAt;

    private Sku Sku => new(this.GetPrimaryKeyString());

    public async Task<Result<HoldView>> Hold(HoldStock command, CancellationToken cancellation)
    {
        await GatherLocations();
        return await Commit(
            line => line.Hold(Sku, command, _byPriority, time.GetUtcNow()),
            line => line.ViewHold(command.Hold));
    }

    public Task<Result<HoldView>> Commit(HoldId hold, CancellationToken cancellation) =>
        Commit(line => line.Commit(hold), line => line.ViewHold(hold));

    public Task<Result<StockView>> Release(HoldId hold, CancellationToken cancellation) =>
        Commit(line => line.Release(hold), View);

    public Task<Result<StockView>> Ship(ShipStock command, CancellationToken cancellation) =>
        Commit(line => line.Ship(command), View);

    public Task<Result<StockView>> Receive(ReceiveStock command, CommandHeader header, CancellationToken cancellation) =>
        AtLocation(command.Location, line => line.Receive(command), header);

    public Task<Result<StockView>> Adjust(AdjustStock command, CommandHeader header, CancellationToken cancellation) =>
        AtLocation(command.Location, line => line.Adjust(command), header);

    public Task<Result<StockView>> Count(CountStock command, CommandHeader header, CancellationToken cancellation) =>
        AtLocation(command.Location, line => line.Count(command), header);

    public Task<StockView> Read(CancellationToken cancellation) => Read(View);

    public Task<int> Available() => Task.FromResult(State.Available);

    protected override Task OnWake() => Commit(line => line.Expire(time.GetUtcNow()), line => line.Available);

    private StockView View(StockLine line) => line.View(Sku, Version);

    private async Task<Result<StockView>> AtLocation(
        LocationId location, Func<StockLine, Decision<StockEvent>> decide, CommandHeader header)
    {
        await GatherLocations(isKnown: location);
        return _byPriority.Contains(location)
            ? await Commit(decide, View, header)
            : StockRejections.LocationUnknown(location);
    }

    private async Task GatherLocations(LocationId? isKnown = null)
    {
        var now = time.GetUtcNow();
        if (now - _locationsReadAt > LocationsStaleAfter || (isKnown is { } wanted && !_byPriority.Contains(wanted)))
        {
            _byPriority = [.. (await GrainFactory.GetLocations().Read()).Select(location => location.Id)];
            _locationsReadAt = now;
        }
    }
}
