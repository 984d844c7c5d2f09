using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Pricing;
using Commerce.Tax;
using CsCheck;
using static Commerce.Sample;

namespace Commerce.Orders;

/// <summary>However an order is taken apart, no cent is lost and none is made.</summary>
public sealed class OrderAmountsTests
{
    private static readonly Gen<(long Price, int Quantity, int TaxPermille)> Line =
        Gen.Select(Gen.Long[0, 100_000], Gen.Int[1, 12], Gen.Int[0, 250]);

    [Fact]
    public void What_units_take_along_adds_up_in_whatever_steps_they_go() =>
        Gen.Select(Gen.Long[0, 1_000_000], Gen.Int[0, 250], Gen.Int[1, 50].Array[1, 8]).Sample((total, permille, steps) =>
        {
            var of = steps.Sum();
            var tax = Gbp(total * permille / 1000);
            var whole = new OrderAmounts(Gbp(total), Gbp(total / 3), tax, Gbp(0), [new("A", 0.1m, false, tax)]);
            var (left, taken) = (of, Gbp(0));
            foreach (var step in steps)
            {
                var (before, after) = (whole.Share(left, of), whole.Share(left - step, of));
                taken += before.Payable(taxIncluded: false) - after.Payable(taxIncluded: false);
                Assert.True(after.Payable(taxIncluded: false).MinorUnits >= 0);
                Assert.Equal(after.Tax, after.TaxLines[0].Amount);
                left -= step;
            }

            Assert.Equal(whole.Payable(taxIncluded: false), taken);
        });

    [Fact]
    public void What_is_returned_and_what_is_left_of_an_order_are_always_what_it_came_to() =>
        Gen.Select(Line.Array[1, 6], Gen.Int[0, 60], Gen.Bool, Gen.Bool, Gen.Select(Gen.Int[0, 5], Gen.Int[1, 6]).Array[0, 30]).Sample(
            (bought, discountPercent, taxIncluded, isFree, cancels) =>
            {
                var order = Placed(bought, discountPercent, taxIncluded, isFree);
                var (first, returned) = (order.Totals.Total, Gbp(0));
                AssertAddsUp(order);
                foreach (var (index, units) in cancels)
                {
                    if (index < order.Lines.Length)
                    {
                        returned += Cancel(ref order, [new(order.Lines[index].Bought.Id, Math.Min(units, order.Lines[index].Open))]);
                    }

                    Assert.Equal(first, returned + order.Totals.Total);
                    AssertAddsUp(order);
                }

                returned += order.Status == OrderStatus.Canceled ? Gbp(0) : Cancel(ref order, []);

                Assert.Equal((first, Gbp(0), OrderStatus.Canceled), (returned, order.Totals.Total, order.Status));
                Assert.Equal((Gbp(0), Gbp(0), Gbp(0)), (order.Totals.Items, order.Totals.Shipping, order.Totals.Tax));
            },
            iter: 1_000);

    private static void AssertAddsUp(Order order)
    {
        var totals = order.Totals;
        Money Sum(Func<OrderAmounts, Money> of) =>
            order.Lines.Select(line => line.Amounts).Append(order.Shipping!).Aggregate(Gbp(0), (sum, part) => sum + of(part));

        Assert.Equal(totals.Items + totals.Shipping, Sum(part => part.Total));
        Assert.Equal((totals.Tax, totals.Discount), (Sum(part => part.Tax), Sum(part => part.Discount)));
        Assert.Equal(totals.Tax, totals.TaxLines!.Value.Aggregate(Gbp(0), (sum, tax) => sum + tax.Amount));
        Assert.Equal(
            totals.Total,
            totals.Items + totals.Shipping - totals.Discount!.Value - (totals.TaxRelief ?? Gbp(0))
                + (totals.TaxIncluded ? Gbp(0) : totals.Tax));
        Assert.All(order.Lines, line =>
        {
            Assert.InRange(line.Amounts.Total.MinorUnits, 0, line.Basis.Total.MinorUnits);
            Assert.InRange(line.Amounts.Tax.MinorUnits, 0, line.Basis.Tax.MinorUnits);
            Assert.InRange(line.Amounts.Discount.MinorUnits, 0, line.Amounts.Total.MinorUnits);
            Assert.True(line.Amounts.Payable(totals.TaxIncluded).MinorUnits >= 0, "A line costs less than nothing.");
        });
    }

    private static Money Cancel(ref Order order, ImmutableArray<OrderLineQuantity> lines)
    {
        var decision = order.Record(
            new RecordCancellation(
                order.Change + 1,
                new(lines, OrderCancelReason.Customer, true, OrderParty.Operator),
                [.. order.Lines.Select(line => new Fulfillment.SkuQuantity(line.Bought.Sku, line.Open))]),
            Now);
        order = order.After([.. decision.Events]);
        return decision.Events.OfType<OrderLinesCanceled>().SingleOrDefault()?.Returned ?? Gbp(0);
    }

    private static Order Placed((long Price, int Quantity, int TaxPermille)[] bought, int discountPercent, bool taxIncluded, bool isFree)
    {
        var rates = bought.Select((line, index) => (Class: $"{index}", Rates: ImmutableArray.Create(
                new TaxRate("Federal", line.TaxPermille / 1000m), new TaxRate("State", 0.031m, Compound: true))))
            .Append((TaxTable.Standard, [new("Federal", 0.2m)]))
            .ToImmutableDictionary(pair => pair.Item1, pair => pair.Item2);
        var listed = PriceCalculation.List(
            [.. bought.Select((line, index) => new PricingLine($"SKU-{index}", OfferOf(new($"SKU-{index}"), line.Price, $"{index}"), line.Quantity))],
            null);
        var priced = PriceCalculation.Price(new(
            Pounds,
            listed,
            new(listed.ToImmutableDictionary(line => line.Key, line => Gbp(line.Total.MinorUnits * discountPercent / 100)), Gbp(discountPercent)),
            new(Zones, Destination.Of(Ada), "standard"),
            new(new("GB", rates, TaxTable.Standard), taxIncluded, isFree ? TaxChoice.Exempt : null)));
        var cart = FrozenCart() with
        {
            Lines = [.. priced.Lines.Select(line => CartPricing.View(line, new(line.Listed.Offer, line.Listed.Quantity)))],
            Totals = priced.Totals,
            TaxFree = priced.TaxFacts.Free,
        };
        var order = new Order().After(new Order().Place(
            new(cart, Hold, ImmutableDictionary<Sku, ImmutableArray<Inventory.Allocation>>.Empty, PaymentOf(0)), "H4RB0UR7", Now));
        Assert.Equal(priced.Totals, order.Totals);
        return order;
    }
}
