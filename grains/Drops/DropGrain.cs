using System.Collections.Immutable;
using System.Security.Cryptography;
using Commerce.Inventory;
using Commerce.Journal;

namespace Commerce.Drops;

/// <summary>
/// Runs <see cref="Drop"/>. Reentrant: places are given out in the order in which joining is decided, which is one
/// synchronous step, and nothing depends on what is awaited after it. Whoever changes something nudges <see cref="Proceed"/>,
/// of which one runs at a time: it draws units for who is called, again and again until the outcome is journaled.
/// </summary>
[GrainType("drop"), Reentrant]
internal sealed class DropGrain(EventJournal journal, TimeProvider time)
    : JournaledActor<Drop, DropEvent>, IDropGrain, IDropListener, IDisposable
{
    private const int HeardMax = 500;

    private static readonly string[] Heard =
        ["stock.allotment_sold", "stock.allotment_unsold", "stock.allotment_returned"];

    private readonly SemaphoreSlim _units = new(1);
    private readonly SemaphoreSlim _hearing = new(1);
    private Task _proceeding = Task.CompletedTask;
    private bool _isNudged;
    private Rejection? _refused;
    private long _heard;

    private DropId Id => new(this.GetPrimaryKeyString());

    private IAllottedStockGrain Stock => GrainFactory.GetAllottedStock(State.Definition!.Sku);

    public async Task<Result<DropView>> Create(
        DropDefinition definition, CommandHeader header, CancellationToken cancellation)
    {
        var seed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var planned = await Commit(drop => drop.Plan(definition, seed, time.GetUtcNow()), View, header);
        if (planned.IsRepeated && State.Phase == DropPhase.None)
        {
            // There were not enough units then: there may be now.
            planned = await Commit(drop => drop.Plan(definition, seed, time.GetUtcNow()), View);
        }

        var refused = planned.Rejection ?? await SettleUnits();
        return Shown(planned, refused ?? (State.Phase == DropPhase.None ? _refused : null));
    }

    public async Task<Result<DropView>> SetUnits(int units, CommandHeader header, CancellationToken cancellation)
    {
        await _units.WaitAsync(cancellation);
        try
        {
            // Not under its id: what is remembered would be the wish, whatever came of it. Saying it twice is harmless.
            var wanted = await Commit(drop => drop.Want(units, time.GetUtcNow()), View, header with { Id = null, Fingerprint = null });
            return Shown(wanted, wanted.Rejection ?? await Allot());
        }
        finally
        {
            _units.Release();
            Nudge();
        }
    }

    public Task<Result<DropView>> Open(CommandHeader header, CancellationToken cancellation) =>
        Operate(drop => drop.Open(time.GetUtcNow()), header);

    public Task<Result<DropView>> Pause(CommandHeader header, CancellationToken cancellation) =>
        Operate(drop => drop.Pause(), header);

    public Task<Result<DropView>> Close(CommandHeader header, CancellationToken cancellation) =>
        Operate(drop => drop.Close(time.GetUtcNow()), header, isOver: true);

    public Task<Result<DropView>> Read(CancellationToken cancellation) =>
        Read<Result<DropView>>(drop => drop.Status == DropStatus.None ? DropRejections.NotFound : View(drop));

    public async Task<Result<TicketView>> Join(JoinDrop command, CancellationToken cancellation)
    {
        var isKnown = State.Known(command) is not null;
        var joined = await Commit(
            drop => drop.Join(command, time.GetUtcNow()), drop => View(drop, drop.Known(command)!.Value));
        if (isKnown)
        {
            return joined.IsAccepted ? Result<TicketView>.Repeated(joined.Value!) : joined;
        }

        Nudge();
        return joined;
    }

    public Task<Result<TicketView>> ReadTicket(TicketId ticket, CancellationToken cancellation) =>
        Read<Result<TicketView>>(drop => drop.Tickets.ContainsKey(ticket) ? View(drop, ticket) : DropRejections.TicketNotFound);

    public Task<ImmutableArray<TicketView>> ReadTickets(ImmutableArray<TicketId> tickets, CancellationToken cancellation) =>
        Read<ImmutableArray<TicketView>>(
            drop => [.. tickets.Take(IDropGrain.TicketsReadMax).Where(drop.Tickets.ContainsKey).Select(ticket => View(drop, ticket))]);

    public async Task<Result<TicketView>> Leave(TicketId ticket, CancellationToken cancellation)
    {
        var left = await Commit(drop => drop.Leave(ticket), drop => View(drop, ticket));
        if (left.IsAccepted && State.Tickets[ticket] is { Stage: TicketStage.Left, Held: > 0, Cart: var cart })
        {
            // If this does not come to pass, the hold ends with its deadline.
            await GrainFactory.GetStockLine(State.Definition!.Sku).Release(HoldId.For(cart, 0), CancellationToken.None);
        }

        return left;
    }

    public async Task Hear(long stockVersion)
    {
        await Listen(stockVersion);
        Nudge();
    }

    public void Dispose()
    {
        _units.Dispose();
        _hearing.Dispose();
    }

    protected override async Task OnWake()
    {
        await SettleUnits();
        if (State.Phase == DropPhase.Closed)
        {
            await GiveBack();
        }

        if (State.IsDue(time.GetUtcNow()))
        {
            // A few hundred end each time.
            for (var (held, before) = (0, -1); held != before && State.IsDue(time.GetUtcNow());)
            {
                var ended = (await Stock.EndDue(Id)).Required;
                await Listen(ended.Version);
                (before, held) = (held, ended.Held);
            }

            await Commit(drop => drop.Overdue(time.GetUtcNow()), drop => drop.Phase);
        }

        // Not awaited: in a crowd it goes on for as long as there are places to give.
        Nudge();
    }

    private async Task<Result<DropView>> Operate(
        Func<Drop, Decision<DropEvent>> decide, CommandHeader header, bool isOver = false)
    {
        var done = await Commit(decide, View, header);
        if (isOver && done.IsAccepted)
        {
            await GiveBack();
        }

        Nudge();
        return done;
    }

    /// <summary>Ends the allotment of a drop that is closed, after whatever is being set aside, and however often it is asked.</summary>
    private async Task GiveBack()
    {
        await _units.WaitAsync();
        try
        {
            await Stock.CloseAllotment(Id);
            await Commit(drop => drop.Released(), drop => drop.Phase);
        }
        finally
        {
            _units.Release();
        }
    }

    /// <summary>Sets aside what is to be; null when that is so.</summary>
    private async Task<Rejection?> SettleUnits()
    {
        if (State.Phase != DropPhase.Planned && State.UnitsWanted is null)
        {
            return null;
        }

        await _units.WaitAsync();
        try
        {
            return await Allot();
        }
        finally
        {
            _units.Release();
        }
    }

    private async Task<Rejection?> Allot()
    {
        if ((State.Phase == DropPhase.Planned ? State.Definition!.Units : State.UnitsWanted) is not { } wanted)
        {
            return null;
        }

        var allotted = await Stock.Allot(Id, wanted);
        await Commit(drop => drop.Allotted(allotted.Value), drop => drop.Units);
        return _refused = allotted.Rejection;
    }

    /// <summary>Takes in what the stock line has told up to a version; all there is for the largest.</summary>
    private async Task Listen(long stockVersion)
    {
        if (State.Definition is null)
        {
            return;
        }

        await _hearing.WaitAsync();
        try
        {
            // Many are told of at once: whoever comes later finds it done.
            for (var isMore = Math.Max(_heard, State.StockVersion) < stockVersion; isMore;)
            {
                var told = new List<(long Version, AllotmentEvent Event)>();
                await foreach (var stored in journal.ReadStreamAsync(
                    $"stock-line/{State.Definition.Sku}", Math.Max(_heard, State.StockVersion), HeardMax, CancellationToken.None, Heard))
                {
                    if (stored.Decode() is AllotmentEvent @event)
                    {
                        told.Add((stored.Version, @event));
                    }
                }

                await Commit(drop => drop.Hear(told.Where(one => one.Event.Drop == Id)), drop => drop.Sold);
                isMore = told.Count == HeardMax;
                _heard = isMore ? told[^1].Version
                    : stockVersion < long.MaxValue ? Math.Max(_heard, stockVersion)
                    : Math.Max(_heard, told.Count > 0 ? told[^1].Version : 0);
            }
        }
        finally
        {
            _hearing.Release();
        }
    }

    /// <summary>Goes on in the background; should that fail, the journaled deadline goes on.</summary>
    private void Nudge()
    {
        _isNudged = true;
        if (_proceeding.IsCompleted)
        {
            _proceeding = Proceed();
            _proceeding.Ignore();
        }
    }

    private async Task Proceed()
    {
        // It goes on for many, and on behalf of none of them.
        RequestContext.Clear();
        while (_isNudged)
        {
            _isNudged = false;
            long before;
            do
            {
                before = Version;
            }
            while (await Step() && before != Version);
        }
    }

    /// <summary>Opens, draws the lottery, or calls who is next and admits them; false when it is better to wait.</summary>
    private async Task<bool> Step()
    {
        if (State.Called.IsEmpty)
        {
            await Commit(drop => drop.Proceed(time.GetUtcNow()), drop => drop.Phase);
        }

        if (State.Wanted(Id) is not { } wanted)
        {
            return true;
        }

        var drawn = (await Stock.Draw(wanted)).Required;
        await Listen(drawn.Version);
        await Commit(drop => drop.Admit(wanted, drawn, time.GetUtcNow()), drop => drop.Phase);
        return drawn.Draws.All(draw => draw.Outcome != DrawOutcome.Short);
    }

    private Result<DropView> Shown(Result<DropView> command, Rejection? refused) =>
        refused is not null ? refused : command.IsRepeated ? Result<DropView>.Repeated(View(State)) : View(State);

    private DropView View(Drop drop) => drop.View(Id, Version, time.GetUtcNow());

    private TicketView View(Drop drop, TicketId ticket) => drop.ViewTicket(Id, ticket, Version, time.GetUtcNow());
}
