using System.Collections.Immutable;
using Commerce.Journal;
using CsCheck;
using static Commerce.Sample;

namespace Commerce.Inventory;

/// <summary>Whatever is asked of a stock line, in whatever order: what it must never break.</summary>
public sealed class StockLinePropertyTests
{
    private static readonly Gen<StockCommand> Commands = Gen.Select(
        Gen.Int[0, StockCommand.Verbs.Length - 1].Select(i => StockCommand.Verbs[i]),
        Gen.Int[0, 2],
        Gen.Int[1, 6],
        Gen.Int[-3, 15],
        Gen.Int[0, 180],
        (verb, location, attempt, units, seconds) =>
            new StockCommand(verb, new($"loc-{location}"), HoldId.For(TheCart, attempt), units, seconds));

    [Fact]
    public void Stock_is_never_promised_twice_and_always_adds_up() =>
        Commands.Array[0, 60].Sample(
            commands =>
            {
                var (line, now) = (new StockLine(), Now);
                foreach (var command in commands)
                {
                    now = now.AddSeconds(command.SecondsLater);
                    foreach (var @event in command.Decide(line, now).Events)
                    {
                        var before = line;
                        line = line.Apply(@event);
                        AssertInvariants(line);
                        if (@event is StockHeld)
                        {
                            Assert.True(line.Available >= -Math.Max(line.Policy.BackorderFloor, line.Policy.PreorderCap), line.Summary);
                        }

                        AssertTablesFollow(before, @event, line);
                    }
                }

                Decisions.Reread(line);
            },
            iter: 2_000);

    [Fact]
    public void What_is_read_from_a_snapshot_decides_as_the_original() =>
        Gen.Select(Commands.Array[0, 40], Commands).Sample(
            (commands, last) =>
            {
                var line = commands.Aggregate(new StockLine(), (before, command) =>
                    before.After([.. command.Decide(before, Now).Events]));

                var (expected, actual) = (last.Decide(line, Now), last.Decide(Decisions.Reread(line), Now));

                Assert.Equal(expected.Rejection?.Code, actual.Rejection?.Code);
                Assert.Equal(
                    expected.Events.Select(e => EventTypes.Encode(e)), actual.Events.Select(e => EventTypes.Encode(e)));
            },
            iter: 500);

    [Fact]
    public void A_stock_line_answers_as_plain_bookkeeping_would() =>
        Commands.Array[0, 60].Sample(
            commands =>
            {
                var (line, books, now) = (new StockLine(), new StockBooks(), Now);
                foreach (var command in commands)
                {
                    now = now.AddSeconds(command.SecondsLater);
                    var decision = command.Decide(line, now);
                    line = line.After([.. decision.Events]);

                    var isAccepted = books.Take(command, decision.Events, now);

                    Assert.True(isAccepted == decision.Rejection is null, $"{command}: {decision.Rejection?.Detail} {line.Summary}");
                    Assert.Equal(books.PromisableAt(now), line.Availability(Coffee, null, now).Promisable);
                    Assert.Equal(books.OnHand, line.OnHand);
                }
            },
            iter: 2_000);

    private static void AssertInvariants(StockLine line)
    {
        Assert.True(line.Free >= 0 && line.Damaged >= 0 && line.Safety >= 0, line.Summary);
        Assert.True(line.Held + line.Committed - line.Backordered + line.Damaged <= line.OnHand, line.Summary);
        foreach (var there in line.Locations.Values)
        {
            Assert.True(there is { Held: >= 0, Committed: >= 0, Damaged: >= 0, Safety: >= 0, Loose: >= 0 }, line.Summary);
        }

        Assert.Equal(line.OnHand, line.Locations.Values.Sum(there => there.OnHand));
        Assert.Equal(line.Damaged, line.Locations.Values.Sum(there => there.Damaged));
        Assert.Equal(line.Safety, line.Locations.Values.Sum(there => there.Safety));
        Assert.Equal(
            line.Held + line.Committed - line.Backordered, line.Locations.Values.Sum(there => there.Held + there.Committed));
        Assert.Equal(line.Held, line.Holds.Values.Sum(hold => hold.Quantity));
        Assert.Equal(line.Committed, line.Sales.Values.Sum(sale => sale.Quantity));
        Assert.Equal(
            line.Backordered,
            line.Holds.Values.Sum(hold => hold.Backordered) + line.Sales.Values.Sum(sale => sale.Backordered));
        Assert.Equal(line.Withheld, line.Sales.Values.Sum(sale => sale.Withheld));
        Assert.All(line.Sales.Values, sale => Assert.InRange(sale.Withheld, 0, sale.Backordered));
        Assert.All(line.Holds.Values, hold => AssertParts(hold.Allocations, hold.Quantity));
        Assert.All(line.Sales.Values, sale => AssertParts(sale.Allocations, sale.Quantity));
        AssertIndexes(line);
    }

    private static void AssertParts(ImmutableArray<Allocation> parts, int quantity)
    {
        Assert.Equal(quantity, parts.Sum(part => part.Quantity));
        Assert.Equal(parts.Length, parts.DistinctBy(part => (part.Location, part.Part)).Count());
        Assert.All(parts, part => Assert.True(part.Quantity > 0));
    }

    private static void AssertIndexes(StockLine line)
    {
        Assert.Equal(
            line.Holds.Select(hold => (hold.Value.ExpiresAt, hold.Key)).Order(),
            line.Due.SelectMany(due => due.Value.Holds.Select(id => (due.Key, id))).Order());
        Assert.All(line.Due, due => Assert.Equal(
            (due.Value.Holds.Sum(id => line.Holds[id].Quantity), due.Value.Holds.Sum(id => line.Holds[id].Backordered)),
            (due.Value.Units, due.Value.Backordered)));
        Assert.Equal(
            line.Holds.Where(hold => hold.Value.Backordered > 0).Select(hold => (hold.Value.Place!.Value, hold.Key))
                .Concat(line.Sales.Where(sale => sale.Value.Backordered > 0).Select(sale => (sale.Value.Place!.Value, sale.Key)))
                .Order(),
            line.Waiting.Select(waiting => (waiting.Key, waiting.Value)));
    }

    private static void AssertTablesFollow(StockLine before, StockEvent @event, StockLine after) => Assert.Equal(
        (after.OnHand - before.OnHand, after.Held - before.Held, after.Committed - before.Committed,
            after.Backordered - before.Backordered, after.Damaged - before.Damaged, after.Safety - before.Safety),
        StockReader.DeltasOf(@event));
}
