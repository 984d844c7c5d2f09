using System.Collections.Immutable;
using Commerce.Drops;
using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>
/// Runs <see cref="StockLine"/>. Reentrant: decide + apply + enqueue is one synchronous step on the newest state, so
/// however calls interleave, no more is promised than is there and the policy allows; only answers wait for the commit.
/// </summary>
[GrainType("stock-line"), Reentrant]
internal sealed class StockLineGrain(TimeProvider time)
    : JournaledActor<StockLine, StockEvent>, IStockLineGrain, IStockOperationsGrain, IAllottedStockGrain, IBackorderedStockGrain
{
    private static readonly TimeSpan LocationsStaleAfter = TimeSpan.FromSeconds(15);
    private ImmutableArray<Location> _places = [];
    private DateTimeOffset _placesReadAt;

    private Sku? _sku;

    private Sku Sku => _sku ??= new(this.GetPrimaryKeyString());

    public async Task<Result<HoldView>> Hold(HoldStock command, CancellationToken cancellation)
    {
        await GatherLocations();
        return await Commit(
            line => line.Hold(Sku, command, _places, time.GetUtcNow()), line => line.ViewHold(command.Hold));
    }

    public Task<Result<HoldView>> Extend(ExtendHold command, CancellationToken cancellation) =>
        Commit(line => line.Extend(command, time.GetUtcNow()), line => line.ViewHold(command.Hold));

    public Task<Result<HoldView>> Commit(HoldId hold, CancellationToken cancellation) =>
        Commit(line => line.Commit(hold), line => line.ViewHold(hold));

    public Task<Result<StockView>> Release(HoldId hold, CancellationToken cancellation) =>
        Commit(line => line.Release(hold, _places, time.GetUtcNow()), View);

    public Task<Result<StockView>> CancelHold(HoldId hold, CancellationToken cancellation) =>
        Commit(line => line.Cancel(hold, _places, time.GetUtcNow()), View);

    public Task<Result<StockView>> Ship(ShipStock command, CancellationToken cancellation) =>
        Commit(line => line.Ship(command), View);

    public Task<Result<StockView>> ReleaseCommitted(ReleaseCommittedStock command, CancellationToken cancellation) =>
        Commit(line => line.ReleaseCommitted(command), View);

    public Task<Result<StockView>> Receive(ReceiveStock command, CommandHeader header, CancellationToken cancellation) =>
        AtLocations(line => line.Once(command.Feed, now => now.Receive(command)), header, command.Location);

    public Task<Result<StockView>> Adjust(AdjustStock command, CommandHeader header, CancellationToken cancellation) =>
        AtLocations(line => line.Once(command.Feed, now => now.Adjust(command)), header, command.Location);

    public Task<Result<StockView>> Count(CountStock command, CommandHeader header, CancellationToken cancellation) =>
        AtLocations(line => line.Once(command.Feed, now => now.Count(command)), header, command.Location);

    public Task<Result<StockView>> Transfer(TransferStock command, CommandHeader header, CancellationToken cancellation) =>
        AtLocations(line => line.Transfer(command), header, command.From, command.To);

    public Task<Result<StockView>> MoveDamaged(DamageStock command, CommandHeader header, CancellationToken cancellation) =>
        AtLocations(line => line.MoveDamaged(command), header, command.Location);

    public Task<Result<StockView>> Expect(ExpectStock command, CommandHeader header, CancellationToken cancellation) =>
        AtLocations(line => line.Expect(command), header, command.Location);

    public Task<Result<StockView>> SetSafety(SetSafetyStock command, CommandHeader header, CancellationToken cancellation) =>
        AtLocations(line => line.SetSafety(command), header, command.Location);

    public Task<Result<StockView>> SetPolicy(StockPolicy policy, CommandHeader header, CancellationToken cancellation) =>
        Commit(line => line.SetPolicy(policy), View, header);

    public Task<StockView> Read(CancellationToken cancellation) => Read(View);

    public Task<Result<HoldView>> ReadHold(HoldId hold, CancellationToken cancellation) =>
        Read<Result<HoldView>>(line => line.FindHold(hold) is { } found ? found : StockRejections.HoldNotFound);

    public Task<SkuAvailability> Availability(HoldId? own) =>
        Task.FromResult(State.Availability(Sku, own, time.GetUtcNow()));

    public Task<int> Available() => Task.FromResult(State.Availability(Sku, own: null, time.GetUtcNow()).Promisable);

    public Task<Result<BackorderView>> Withhold(WithholdBackorder command, CancellationToken cancellation) =>
        Commit(line => line.Withhold(command), line => line.ViewBackorder(command.Hold));

    public Task<Result<BackorderView>> Reduce(HoldId hold, int change, CancellationToken cancellation) =>
        Commit(line => line.Reduce(hold, change), line => line.ViewBackorder(hold));

    public Task<Result<BackorderView>> Resume(HoldId hold, int change, CancellationToken cancellation) =>
        Commit(line => line.Resume(hold, change), line => line.ViewBackorder(hold));

    public Task<Result<AllotmentView>> Allot(DropId drop, int units, CancellationToken cancellation) =>
        Commit(line => line.Allot(Sku, drop, units, time.GetUtcNow()), line => line.ViewAllotment(drop, Version));

    public async Task<Result<DrawnStock>> Draw(DrawStock command, CancellationToken cancellation)
    {
        await GatherLocations();
        return await Commit(
            line => line.Draw(command, _places, time.GetUtcNow()), line => line.ViewDraws(command, Version));
    }

    public Task<Result<AllotmentView>> EndDue(DropId drop, CancellationToken cancellation) =>
        Commit(line => line.Expire(time.GetUtcNow()), line => line.ViewAllotment(drop, Version));

    public Task<Result<AllotmentView>> CloseAllotment(DropId drop, CancellationToken cancellation) =>
        Commit(line => line.CloseAllotment(drop), line => line.ViewAllotment(drop, Version));

    protected override async Task OnWake()
    {
        await Commit(line => line.Expire(time.GetUtcNow()), line => line.Available);
        await GatherLocations();
        await Commit(line => line.AllocateBackorders(_places, time.GetUtcNow()), line => line.Available);
    }

    private StockView View(StockLine line) => line.View(Sku, Version);

    private async Task<Result<StockView>> AtLocations(
        Func<StockLine, Decision<StockEvent>> decide, CommandHeader header, params LocationId[] locations)
    {
        foreach (var location in locations)
        {
            await GatherLocations(isKnown: location);
            if (!IsKnown(location))
            {
                return StockRejections.LocationUnknown(location);
            }
        }

        return await Commit(decide, View, header);
    }

    private bool IsKnown(LocationId wanted) => _places.Any(location => location.Id == wanted);

    private async Task GatherLocations(LocationId? isKnown = null)
    {
        var now = time.GetUtcNow();
        if (now - _placesReadAt > LocationsStaleAfter || (isKnown is { } wanted && !IsKnown(wanted)))
        {
            _places = await GrainFactory.GetLocations().Read();
            _placesReadAt = now;
        }
    }
}
