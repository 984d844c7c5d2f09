using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Inventory;
using Commerce.Journal;
using static Commerce.Sample;

namespace Commerce.Drops;

/// <summary>
/// A drop and the stock line it draws from, without a silo: what the grain does between them is done here step by step, and
/// any step may be left out or done twice, as by a crash.
/// </summary>
internal sealed class DropWorld
{
    public static readonly DropId Id = EntityId.Derive<DropId>("sample");
    public const string Seed = "5eed";
    private readonly List<(long Version, AllotmentEvent Event)> _told = [];
    private long _stockVersion;

    public DropWorld(DropDefinition definition)
    {
        Change(Stock.Receive(new(Leeds, 100)));
        Change(Drop.Plan(definition, Seed, Time));
        Change(Stock.Allot(definition.Sku, Id, definition.Units, Time));
        Change(Drop.Allotted(Stock.ViewAllotment(Id, _stockVersion)));
    }

    public Drop Drop { get; private set; } = new();

    public StockLine Stock { get; private set; } = new();

    public DateTimeOffset Time { get; set; } = Now;

    /// <summary>Everything that happened to the drop.</summary>
    public List<DropEvent> Events { get; } = [];

    public static DropDefinition Definition(int units = 3, int inCheckout = 10) =>
        new("Sneaker", Mug, units, Now, QuantityMax: 3, HoldSeconds: 60, InCheckoutMax: inCheckout);

    public static TicketId TicketOf(int holder) => EntityId.Derive<TicketId>($"holder {holder}");

    public static CartId CartOf(int holder) => EntityId.Derive<CartId>($"cart {holder}");

    public IEnumerable<TicketId> Admitted => Events.OfType<TicketsAdmitted>().SelectMany(e => e.Tickets).Select(e => e.Ticket);

    public Ticket this[int holder] => Drop.Tickets[TicketOf(holder)];

    public TicketView View(int holder) => Drop.ViewTicket(Id, TicketOf(holder), 1, Time);

    public Rejection? Join(int holder, int quantity = 1)
    {
        var joined = Drop.Join(new(TicketOf(holder), CartOf(holder), quantity), Time);
        Change(joined);
        return joined.Rejection;
    }

    /// <summary>What the grain does when it is nudged; may end early, as a crash would end it.</summary>
    /// <param name="stepsMax">Steps until the crash.</param>
    public void Proceed(int stepsMax = int.MaxValue)
    {
        for (var before = -1; before != Events.Count && stepsMax > 0;)
        {
            before = Events.Count;
            if (Drop.Called.IsEmpty)
            {
                Change(Drop.Proceed(Time));
                stepsMax--;
            }

            if (Drop.Wanted(Id) is { } wanted && stepsMax-- > 0)
            {
                Change(Stock.Draw(wanted, Places, Time));
                if (stepsMax-- > 0)
                {
                    Hear();
                    Change(Drop.Admit(wanted, Stock.ViewDraws(wanted, _stockVersion), Time));
                }
            }
        }
    }

    /// <summary>What the grain does at a deadline.</summary>
    public void Wake()
    {
        Change(Stock.Expire(Time));
        Hear();
        Change(Drop.Overdue(Time));
        Proceed();
    }

    /// <summary>The drop hears what the stock has told; what it has heard before is told again.</summary>
    public void Hear() => Change(Drop.Hear(_told));

    /// <summary>An attempt to check a cart out holds stock.</summary>
    public Rejection? Hold(int holder, int attempt = 1, int quantity = 1)
    {
        var held = Stock.Hold(Mug, new(HoldId.For(CartOf(holder), attempt), quantity, TimeSpan.FromMinutes(20)), Places, Time);
        Change(held);
        return held.Rejection;
    }

    public void Release(int holder, int attempt = 1) => Change(Stock.Release(HoldId.For(CartOf(holder), attempt), Places, Time));

    public Rejection? Commit(int holder, int attempt = 1)
    {
        var committed = Stock.Commit(HoldId.For(CartOf(holder), attempt));
        Change(committed);
        return committed.Rejection;
    }

    /// <summary>Buys, and everybody hears of it.</summary>
    public void Buy(int holder, int quantity = 1)
    {
        Assert.Null(Hold(holder, 1, quantity));
        Assert.Null(Commit(holder));
        Hear();
        Proceed();
    }

    public void Change(Decision<DropEvent> decision)
    {
        foreach (var @event in decision.Events)
        {
            Drop = Drop.Apply(@event);
            Events.Add(@event);
        }
    }

    public void Change(Decision<StockEvent> decision)
    {
        foreach (var @event in decision.Events)
        {
            Stock = Stock.Apply(@event);
            _stockVersion++;
            if (@event is AllotmentSold or AllotmentUnsold or AllotmentReturned)
            {
                _told.Add((_stockVersion, (AllotmentEvent)@event));
            }
        }
    }
}
