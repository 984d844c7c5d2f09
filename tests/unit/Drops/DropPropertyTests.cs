using Commerce.Inventory;
using CsCheck;
using static Commerce.Drops.DropWorld;
using static Commerce.Sample;

namespace Commerce.Drops;

/// <summary>Whatever buyers, operators, clocks and crashes do, in whatever order.</summary>
public sealed class DropPropertyTests
{
    private static readonly string[] Verbs =
    [
        "join", "join", "join", "join", "proceed", "proceed", "crash", "hear", "wake", "hold", "hold", "commit", "commit", "release",
        "leave", "later", "pause", "open", "units", "close", "stranger",
    ];

    private static readonly Gen<(string Verb, int Holder, int Units)[]> Stories = Gen.Select(
        Gen.Int[0, Verbs.Length - 1].Select(i => Verbs[i]), Gen.Int[1, 8], Gen.Int[1, 4]).Array[1, 80];

    [Fact]
    public void Nobody_is_passed_over_nothing_is_oversold_and_whoever_is_admitted_can_buy() =>
        Gen.Select(Stories, Gen.Int[0, 1]).Sample(
            (story, lottery) =>
            {
                var world = new DropWorld(Definition(units: 4, inCheckout: 3) with
                {
                    Order = (DropOrder)lottery, LotterySeconds = lottery * 30,
                });
                foreach (var (verb, holder, units) in story)
                {
                    if (verb == "close" && units != 1)
                    {
                        continue;
                    }

                    Do(world, verb, holder, units);
                    AssertBooks(world);
                    AssertOrder(world);
                }

                AssertEnds(world);
                Decisions.Reread(world.Drop);
                Decisions.Reread(world.Stock);
            },
            iter: 1_500);

    private static void Do(DropWorld world, string verb, int holder, int units)
    {
        switch (verb)
        {
            case "join":
                world.Join(holder, Math.Min(units, 3));
                break;
            case "proceed":
                world.Proceed();
                break;
            case "crash":
                world.Proceed(units);
                break;
            case "hear":
                world.Hear();
                break;
            case "wake":
                world.Wake();
                break;
            case "hold":
                Hold(world, holder, units);
                break;
            case "commit":
                world.Commit(holder, units % 2 + 1);
                break;
            case "release":
                world.Release(holder, units % 2 + 1);
                break;
            case "leave" when world.Drop.Called.IsEmpty:
                world.Change(world.Drop.Leave(TicketOf(holder)));
                world.Release(holder, attempt: 0);
                break;
            case "later":
                world.Time = world.Time.AddSeconds(units * 15);
                break;
            case "pause":
                world.Change(world.Drop.Pause());
                break;
            case "open":
                world.Change(world.Drop.Open(world.Time));
                break;
            case "units" when world.Drop.Want(units + 2, world.Time) is { Rejection: null } wanted:
                world.Change(wanted);
                var allotted = world.Stock.Allot(Mug, Id, units + 2, world.Time);
                world.Change(allotted);
                world.Change(world.Drop.Allotted(allotted.Rejection is null ? world.Stock.ViewAllotment(Id, 0) : null));
                break;
            case "close":
                world.Change(world.Drop.Close(world.Time));
                world.Change(world.Stock.CloseAllotment(Id));
                world.Change(world.Drop.Released());
                break;
            case "stranger":
                world.Change(world.Stock.Hold(
                    Mug, new(new($"hold_stranger{holder}"), 100 - 4 * units, TimeSpan.FromSeconds(20)), Places, world.Time));
                break;
        }
    }

    /// <summary>Whoever is told that he is admitted, and is in time, can hold what he was granted, whatever others do.</summary>
    private static void Hold(DropWorld world, int holder, int units)
    {
        var isAdmitted = world.Drop.Tickets.TryGetValue(TicketOf(holder), out var ticket)
            && ticket.Stage == TicketStage.Admitted && ticket.Until > world.Time;
        var isAtIt = world.Stock.Drawn.TryGetValue(HoldId.For(CartOf(holder), 0), out var draw) && draw.Attempt is not null;
        if (isAdmitted && !isAtIt && draw is not null)
        {
            Assert.Null(world.Hold(holder, units % 2 + 1, draw.Rest));
        }
        else
        {
            world.Hold(holder, units % 2 + 1);
        }

        if (isAdmitted)
        {
            Assert.True(draw is not null || HasBought(world, holder), "An admitted buyer has no hold.");
        }
    }

    private static bool HasBought(DropWorld world, int holder) =>
        world.Stock.Allotments.Values.Any(there => there.Sold.ContainsKey(HoldId.For(CartOf(holder), 0)))
        || world.Stock.Sales.Keys.Any(sale => sale.Cart == CartOf(holder));

    private static void AssertBooks(DropWorld world)
    {
        var (drop, line) = (world.Drop, world.Stock);
        Assert.True(line.OnHand - line.Damaged - line.Held - line.Committed - line.Safety >= line.SetAside, line.Summary);
        Assert.Equal(line.Allotments.Values.Sum(there => there.Left), line.SetAside);
        foreach (var (id, there) in line.Allotments)
        {
            Assert.True(there is { Left: >= 0, Held: >= 0, SoldUnits: >= 0 }, $"{there}");
            Assert.Equal(there.Held, line.Drawn.Values.Where(draw => draw.Drop == id).Sum(draw => draw.Quantity));
            Assert.Equal(there.SoldUnits, there.Sold.Values.Sum(sold => sold.Quantity));
        }

        foreach (var (ticket, draw) in line.Drawn)
        {
            Assert.Equal(draw.Rest, line.Holds.GetValueOrDefault(ticket)?.Quantity ?? 0);
            Assert.True(draw.Attempt is null ? draw.Taken == 0 : line.Holds[draw.Attempt.Value].Quantity >= draw.Taken);
        }

        Assert.Equal(
            line.Holds.Keys.Sum(hold => line.Drawn.TryGetValue(hold, out var draw)
                ? draw.Rest
                : line.Drawn.Values.Where(other => other.Attempt == hold).Sum(other => other.Taken)),
            line.Due.Values.Sum(due => due.Allotted));
        Assert.True(drop.Sold <= drop.Units && drop.InCheckout <= 3 + 8, drop.Summary);
        Assert.Equal(drop.Tickets.Values.Sum(ticket => ticket.Held), drop.Held);
        Assert.Equal(drop.Tickets.Values.Sum(ticket => ticket.Bought), drop.Sold);
        Assert.Equal(drop.Tickets.Values.Count(ticket => ticket.Held > 0), drop.InCheckout);
        Assert.Equal(drop.Tickets.Count, drop.Counts.Values.Sum());
        Assert.Equal(drop.Tickets.Values.Count(ticket => ticket.Stage == TicketStage.Waiting), drop.Line.Count);
    }

    /// <summary>In the order of arrival, or of the draw; nobody is called while somebody before him waits.</summary>
    private static void AssertOrder(DropWorld world)
    {
        foreach (var called in world.Events.OfType<TicketsCalled>().TakeLast(1))
        {
            var places = called.Tickets.Select(one => Place.Of(one.Ticket, world.Drop.Tickets[one.Ticket])).ToList();
            Assert.Equal(places.Order(), places);
        }

        foreach (var admitted in world.Events.OfType<TicketsAdmitted>().TakeLast(1))
        {
            var last = admitted.Tickets.Max(one => Place.Of(one.Ticket, world.Drop.Tickets[one.Ticket]));
            var joinedBefore = world.Events.TakeWhile(e => !ReferenceEquals(e, admitted)).OfType<TicketJoined>().Select(e => e.Ticket).ToHashSet();
            Assert.DoesNotContain(world.Drop.Line, place => place.CompareTo(last) < 0 && joinedBefore.Contains(place.Ticket));
        }
    }

    /// <summary>When nothing is done any more, every hold ends, and what the drop thinks is what the stock has.</summary>
    private static void AssertEnds(DropWorld world)
    {
        for (var round = 0; round < 12; round++)
        {
            world.Time = world.Time.AddHours(1);
            world.Wake();
        }

        if (world.Stock.Allotments.TryGetValue(Id, out var there))
        {
            Assert.Equal((there.Units, there.SoldUnits, there.Held), (world.Drop.Units, world.Drop.Sold, world.Drop.Held));
        }

        Assert.True(world.Stock.Available + world.Stock.SetAside + world.Stock.Committed == world.Stock.OnHand, world.Stock.Summary);
    }
}
