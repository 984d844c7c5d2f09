using System.Reflection;

namespace Commerce.Journal;

public sealed class NamesTests
{
    [Theory]
    [InlineData("a/", 0)]
    [InlineData("stock-line/COFFEE-250G", 1)]
    [InlineData("fulfillment-order/fo_01jd0000000000000000000000", 1)]
    [InlineData("name/handle:crème", 1)]
    [InlineData("order/ord_01jd0000000000000000000000", 2)]
    [InlineData("name/sku:COFFEE-250G", 2)]
    [InlineData("checkout/cart_01jd0000000000000000000000", 2)]
    [InlineData("product/prod_01jd0000000000000000000001", 4)]
    [InlineData("stock-line/1", 5)]
    [InlineData("order/ord_7zzzzzzzzzzzzzzzzzzzzzzzzz", 5)]
    [InlineData("gift-card/ABCD-EFGH", 6)]
    [InlineData("cart/cart_01jd0000000000000000000000", 7)]
    [InlineData("notification/ord_01jd0000000000000000000000", 7)]
    public void A_streams_partition_is_stored_with_its_events_and_never_changes(string stream, short partition) =>
        Assert.Equal(partition, StreamName.Partition(stream));

    [Fact]
    public void The_number_of_partitions_never_changes() => Assert.Equal(8, JournalPartitions.Count);

    [Fact]
    public void A_stream_names_its_grain_whatever_the_key_contains()
    {
        var grain = GrainId.Create("name", "handle:a/b");

        Assert.Equal("name/handle:a/b", StreamName.Of(grain));
        Assert.Equal(grain, StreamName.Grain(StreamName.Of(grain)));
    }

    [Fact]
    public void Every_event_has_an_alias_of_its_own()
    {
        var events = typeof(IJournalEvent).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(IJournalEvent)))
            .Select(type => (type, alias: type.GetCustomAttribute<AliasAttribute>()?.Alias))
            .ToList();

        Assert.NotEmpty(events);
        Assert.All(events, e => Assert.Matches("^[a-z_]+\\.[a-z_]+(\\.v[0-9]+)?$", e.alias));
        Assert.Empty(events.GroupBy(e => e.alias).Where(same => same.Count() > 1).Select(same => same.Key));
        Assert.Equal(events.Count, EventTypes.All.Count());
        Assert.All(events, e => Assert.Equal(e.type, EventTypes.All.Single(pair => pair.Key == e.alias).Value));
    }
}
