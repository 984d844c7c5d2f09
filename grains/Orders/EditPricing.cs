using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Pricing;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce.Orders;

/// <summary>Finds what an edit rests on: today's offers, the taxes where it goes, and how it can be shipped there.</summary>
internal sealed class EditPricing(IGrainFactory grains)
{
    /// <summary>The edit with prices, or the refusal of what cannot be priced.</summary>
    public async Task<Result<PricedEdit>> PriceAsync(OrderId id, EditOrder command)
    {
        var read = await grains.GetOrder(id).Read();
        if (!read.IsAccepted)
        {
            return read.Rejection!;
        }

        if (read.Required.Email is null)
        {
            return OrderRejections.Erased;
        }

        if (command.Add.Length > 50 || command.Lines.Length > 200)
        {
            return OrderRejections.LinesMalformed;
        }

        var order = read.Required;
        var rates = await RatesAsync(order.ShippingAddress);
        if (command.ShippingAddress is { } address && address.Country == order.ShippingAddress.Country
            && (await RatesAsync(address)).Zone != rates.Zone)
        {
            return OrderRejections.TaxesDiffer;
        }

        var listed = await ListAsync(command.Add, order);
        if (!listed.IsAccepted)
        {
            return listed.Rejection!;
        }

        var taxes = new TaxFacts(rates, order.Totals.TaxIncluded, order.TaxFree);
        var added = listed.Required;
        var shipping = default(ShippingOption);
        if (command.ShippingOption is { } option)
        {
            shipping = await ShippingAsync(option, command.ShippingAddress ?? order.ShippingAddress, order, added);
            if (shipping is null)
            {
                return CartRejections.ShippingOptionUnknown with { Pointer = "/shipping_option" };
            }
        }

        return new PricedEdit(
            command.Lines,
            [.. added.Select(line => View(line, taxes))],
            command.ShippingAddress,
            shipping,
            rates.For(rates.ShippingClass == TaxTable.AsGoods ? TaxTable.Standard : rates.ShippingClass));
    }

    private Task<TaxRates> RatesAsync(Address address) =>
        grains.GetTaxTable(address.Country).Find(address.Region, address.PostalCode ?? "");

    /// <summary>What is added, at today's prices for this buyer.</summary>
    private async Task<Result<ImmutableArray<ListedLine>>> ListAsync(
        ImmutableArray<Fulfillment.SkuQuantity> added, OrderView order)
    {
        var lines = ImmutableArray.CreateBuilder<PricingLine>(added.Length);
        for (var i = 0; i < added.Length; i++)
        {
            var ((sku, quantity), currency) = (added[i], order.Totals.Total.Currency);
            if (quantity is < 1 or > 1_000_000)
            {
                return OrderRejections.QuantityOutOfRange($"/add/{i}/quantity", 1, 1_000_000);
            }

            var prices = grains.GetPriceBook().Find(sku, currency);
            Result<Offer> offer = await grains.GetSkuName(sku).Owner() is { } product
                ? await grains.GetProduct(product).Offer(sku, currency)
                : ProductRejections.SkuUnknown(sku);
            var listed = await prices;
            if (!offer.IsAccepted)
            {
                return offer.Rejection! with { Pointer = $"/add/{i}/sku" };
            }

            lines.Add(new(sku.Value, offer.Required with { Listed = listed }, quantity));
        }

        return PriceCalculation.List(lines.ToImmutable(), order.Buyer?.Group);
    }

    private async Task<ShippingOption?> ShippingAsync(
        string option, Address address, OrderView order, ImmutableArray<ListedLine> added)
    {
        var items = added.Aggregate(order.Totals.Items, (sum, line) => sum + line.Total);
        var facts = new ShippingFacts(await grains.GetShippingZones().Read(), Destination.Of(address), option);
        return ShippingChoice.For(facts, items, PriceCalculation.Weight(added))
            .FirstOrDefault(rate => rate.Option.Id == option)?.Option;
    }

    private static CartLineView View(ListedLine line, TaxFacts taxes)
    {
        var zero = Money.Zero(line.Total.Currency);
        return CartPricing.View(
            new(line, zero, [], taxes.On(line.Key, line.Offer.TaxClass, line.Total)), new CartLine(line.Offer, line.Quantity));
    }
}
