using static Commerce.Sample;

namespace Commerce.Shipping;

public sealed class ShippingChoiceTests
{
    [Fact]
    public void The_zone_that_names_the_country_serves_it_and_the_zone_of_all_the_rest()
    {
        Assert.Equal(["standard", "express"], ShippingChoice.For(Zones, "GB", Gbp(100)).Select(option => option.Id));
        Assert.Equal(["post"], ShippingChoice.For(Zones, "JP", Gbp(100)).Select(option => option.Id));
        Assert.Empty(ShippingChoice.For([Zones[0]], "JP", Gbp(100)));
    }

    [Fact]
    public void A_currency_without_a_price_does_not_offer_the_rate() =>
        Assert.Empty(ShippingChoice.For(Zones, "GB", new(100, Euros)));

    [Theory]
    [InlineData(4999, 395)]
    [InlineData(5000, 0)]
    public void A_rate_is_free_from_its_threshold(long items, long price) =>
        Assert.Equal(price, ShippingChoice.For(Zones, "GB", Gbp(items))[0].Price.MinorUnits);
}
