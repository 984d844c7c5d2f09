using System.Collections.Immutable;
using CsCheck;
using static Commerce.Sample;

namespace Commerce.Inventory;

public sealed class AllocationPlanTests
{
    [Fact]
    public void One_location_that_has_everything_beats_two_that_are_preferred()
    {
        var plan = AllocationPlan.For(5, [new(Leeds, 4), new(Rotterdam, 5)]);

        Assert.Equal([new(Rotterdam, 5)], plan);
    }

    [Fact]
    public void The_preferred_location_comes_first()
    {
        Assert.Equal([new(Leeds, 5)], AllocationPlan.For(5, [new(Leeds, 5), new(Rotterdam, 9)]));
        Assert.Equal([new(Leeds, 4), new(Rotterdam, 3)], AllocationPlan.For(7, [new(Leeds, 4), new(Rotterdam, 5)]));
    }

    [Fact]
    public void Empty_and_overdrawn_locations_send_nothing() =>
        Assert.Equal([new(Rotterdam, 2)], AllocationPlan.For(2, [new(Leeds, 0), new(new("loft"), -3), new(Rotterdam, 2)]));

    [Fact]
    public void Promising_more_than_there_is_is_a_bug() =>
        Assert.Throws<InvalidOperationException>(() => AllocationPlan.For(3, [new(Leeds, 2)]));

    [Fact]
    public void As_few_parcels_as_possible_beat_preferred_locations() =>
        Assert.Equal(
            [new(new LocationId("loft"), 4), new(Rotterdam, 4)],
            AllocationPlan.For(8, [new(Leeds, 1), new(new LocationId("loft"), 4), new(Rotterdam, 5)]));

    [Fact]
    public void Of_plans_with_as_many_parcels_the_best_locations_win() =>
        Assert.Equal(
            [new(Leeds, 3), new(Rotterdam, 4)],
            AllocationPlan.For(7, [new(Leeds, 3), new(new("loft"), 3), new(Rotterdam, 5), new(new("shed"), 5)]));

    [Fact]
    public void The_nearest_location_comes_first_by_country_and_then_by_the_beginning_of_the_postal_code()
    {
        ImmutableArray<Location> places =
        [
            new(new("york"), "York", "GB", "YO1 7HH", 1), new(Rotterdam, "Rotterdam", "NL", "3011 AA", 2),
            new(Leeds, "Leeds", "GB", "LS1 4DY", 3), new(new("bradford"), "Bradford", "GB", null, 4),
        ];

        Assert.Equal(["york", "rotterdam", "leeds", "bradford"], Order(null));
        Assert.Equal(["leeds", "york", "bradford", "rotterdam"], Order(new("GB", "ls12ab")));
        Assert.Equal(["york", "leeds", "bradford", "rotterdam"], Order(new("GB")));
        Assert.Equal(["rotterdam", "york", "leeds", "bradford"], Order(new("NL", "9999")));
        Assert.Equal(["york", "rotterdam", "leeds", "bradford"], Order(new("FR", "LS1 4DY")));

        IEnumerable<string> Order(Destination? destination) =>
            AllocationPlan.InOrder(places, destination).Select(location => location.Value);
    }

    [Fact]
    public void The_parts_add_up_and_no_location_sends_more_than_it_has_and_no_parcel_is_one_too_many() =>
        Gen.Select(Gen.Int[0, 9].Array[1, 6], Gen.Int[1, 54])
            .Where(x => x.Item1.Sum() >= x.Item2)
            .Sample((available, quantity) =>
            {
                ImmutableArray<Allocation> places = [.. available.Select((units, i) => new Allocation(new LocationId($"loc-{i}"), units))];

                var plan = AllocationPlan.For(quantity, places);

                Assert.Equal(quantity, plan.Sum(part => part.Quantity));
                Assert.All(plan, part => Assert.InRange(
                    part.Quantity, 1, places.Single(place => place.Location == part.Location).Quantity));
                Assert.Equal(plan.Length, plan.DistinctBy(part => part.Location).Count());
                Assert.True(available.OrderDescending().Take(plan.Length - 1).Sum() < quantity);
            });
}
