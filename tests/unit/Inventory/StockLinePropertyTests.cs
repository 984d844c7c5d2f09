using System.Collections.Immutable;
using Commerce.Journal;
using CsCheck;
using static Commerce.Sample;

namespace Commerce.Inventory;

/// <summary>Whatever is asked of a stock line, in whatever order: what it must never break.</summary>
public sealed class StockLinePropertyTests
{
    private static readonly string[] Verbs =
        ["receive", "receive", "adjust", "count", "hold", "hold", "commit", "release", "ship", "expire"];

    private static readonly Gen<Command> Commands = Gen.Select(
        Gen.Int[0, Verbs.Length - 1].Select(i => Verbs[i]),
        Gen.Int[0, 2],
        Gen.Int[1, 6],
        Gen.Int[-3, 15],
        Gen.Int[0, 180],
        (verb, location, attempt, units, seconds) =>
            new Command(verb, new($"loc-{location}"), HoldId.For(TheCart, attempt), units, seconds));

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
                        line = line.Apply(@event);
                        AssertInvariants(line);
                    }
                }

                Decisions.Reread(line);
            },
            iter: 1_000);

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
            iter: 300);

    private static void AssertInvariants(StockLine line)
    {
        Assert.True(line.Available >= 0, line.Summary);
        Assert.Equal(line.OnHand, line.Available + line.Held + line.Committed);
        foreach (var there in line.Locations.Values)
        {
            Assert.True(there is { Held: >= 0, Committed: >= 0 } && there.OnHand >= there.Promised, line.Summary);
        }

        Assert.Equal(line.OnHand, line.Locations.Values.Sum(there => there.OnHand));
        Assert.Equal(line.Held, line.Locations.Values.Sum(there => there.Held));
        Assert.Equal(line.Committed, line.Locations.Values.Sum(there => there.Committed));
        Assert.Equal(line.Held, line.Holds.Values.Sum(hold => hold.Quantity));
        Assert.Equal(line.Committed, line.Commitments.Values.Sum(parts => parts.Sum(part => part.Quantity)));
        Assert.All(line.Holds.Values, hold => Assert.Equal(hold.Quantity, hold.Allocations.Sum(part => part.Quantity)));
        Assert.True(line.Expiries.SetEquals(line.Holds.Select(hold => new HoldExpiry(hold.Value.ExpiresAt, hold.Key))));
    }

    /// <summary>Something that is asked of a stock line; not all of it is allowed.</summary>
    private sealed record Command(string Verb, LocationId Location, HoldId Hold, int Units, int SecondsLater)
    {
        private static readonly ImmutableArray<LocationId> Known = [new("loc-1"), new("loc-0")];

        public Decision<StockEvent> Decide(StockLine line, DateTimeOffset now) => Verb switch
        {
            "receive" => line.Receive(new(Location, Units)),
            "adjust" => line.Adjust(new(Location, Units - 6, "found")),
            "count" => line.Count(new(Location, Units)),
            "hold" => line.Hold(Coffee, new(Hold, Units, TimeSpan.FromMinutes(5)), Known, now),
            "commit" => line.Commit(Hold),
            "release" => line.Release(Hold),
            "ship" => line.Ship(new(Hold, Location, Units / 3)),
            _ => line.Expire(now),
        };
    }
}
