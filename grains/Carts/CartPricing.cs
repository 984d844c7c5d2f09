using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Pricing;
using Commerce.Promotions;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce.Carts;

/// <summary>What a cart comes to: turns its state and what was gathered into one calculation. Pure.</summary>
internal static class CartPricing
{
    /// <summary>What names a line in prices and discounts.</summary>
    public static string KeyOf(CartLine line) => line.Id.Value;

    /// <summary>Where the goods are handed over, which decides the tax: pickup point, else address, else the shop's country.</summary>
    public static Destination TaxedAt(Cart cart, ImmutableArray<ShippingZone> zones, string homeCountry) =>
        ShippingChoice.HandedOverAt(zones, cart.ShippingOptionId)
        ?? (cart.ShippingAddress is { } address ? Destination.Of(address) : new(homeCountry, null, ""));

    /// <summary>What each line costs by base price and price lists; promotions are computed from these.</summary>
    public static ImmutableArray<ListedLine> Listed(Cart cart) =>
        PriceCalculation.List([.. cart.Lines.Select(line => new PricingLine(KeyOf(line), line.Offer, line.Quantity))], cart.Buyer.Group);

    /// <summary>The cart with its price. Answers from outside count only when they are to exactly this cart.</summary>
    public static PricedCart Price(Cart cart, CartFacts facts)
    {
        var own = Own(cart, facts);
        return facts.ExternalTax is { Answer: { } answer } external
            && TaxQuestion(cart, own, facts) is { } question
            && external.Question == OutsideService<TaxQuestion, TaxAnswer>.KeyOf(question)
                ? PriceCalculation.Price(Input(cart, facts, own.Promotions) with { Tax = own.TaxFacts with { External = answer } })
                    with { Promotions = own.Promotions }
                : own;
    }

    /// <summary>The cart priced by our own tables only, whatever an external tax service has said.</summary>
    public static PricedCart Own(Cart cart, CartFacts facts)
    {
        // What is taken off the goods may decide what shipping costs, and that what is taken off shipping.
        var promoted = CartPromotions.Evaluate(cart, facts, Money.Zero(cart.Currency!.Value));
        var priced = PriceCalculation.Price(Input(cart, facts, promoted));
        if (promoted is not null && priced.Shipping.Price.MinorUnits > 0)
        {
            promoted = CartPromotions.Evaluate(cart, facts, priced.Shipping.Price);
            priced = PriceCalculation.Price(Input(cart, facts, promoted));
        }

        return priced with { Promotions = promoted };
    }

    /// <summary>What an external tax service is to be asked about a cart; null when no tax is charged.</summary>
    public static TaxQuestion? TaxQuestion(Cart cart, PricedCart priced, CartFacts facts)
    {
        var place = TaxedAt(cart, facts.Zones, facts.HomeCountry);
        return priced.TaxFacts.Free is not null ? null : new(
            place.Country, place.Region, place.PostalCode, priced.TaxFacts.IsIncluded, cart.Buyer.VatId,
            [
                .. priced.Lines.Select(line => new TaxQuestionLine(
                    line.Listed.Key, line.Listed.Offer.Sku, line.Listed.Offer.TaxClass, line.Listed.Quantity,
                    line.Listed.Total - line.Discount)),
            ],
            priced.Shipping.Price - priced.Shipping.Discount);
    }

    /// <summary>What carriers are to be asked about a cart; null when there is nothing to ask.</summary>
    public static CarrierQuestion? CarrierQuestion(Cart cart, CartFacts facts)
    {
        if (cart.ShippingAddress is not { } address || cart.Lines.IsEmpty)
        {
            return null;
        }

        var services = ShippingChoice.Services(new(facts.Zones, Destination.Of(address), null));
        if (services.IsEmpty)
        {
            return null;
        }

        var bare = PriceCalculation.Price(Input(cart, facts with { Carriers = null }, CartPromotions.Evaluate(cart, facts, Money.Zero(cart.Currency!.Value))) with { Shipping = new([], null, null) });
        return new(
            address.Country, address.Region, address.PostalCode, PriceCalculation.Weight(Listed(cart)),
            bare.Totals.Items - bare.Totals.Discount!.Value, services);
    }

    /// <summary>What went otherwise than usual.</summary>
    public static ImmutableArray<PricingNote> Notes(PricedCart priced, CartFacts facts)
    {
        var notes = ImmutableArray.CreateBuilder<PricingNote>();
        if (priced.TaxFacts.Free is { } reason)
        {
            notes.Add(reason == TaxChoice.ReverseCharge
                ? new("reverse_charge", "No tax is charged: the customer accounts for it (Directive 2006/112/EC art. 138).")
                : new("tax_exempt", "No tax is charged: the buyer is exempt."));
        }
        else if (facts.ExternalTax is not null && priced.TaxFacts.External is null)
        {
            notes.Add(facts.ExternalTax.Failure == OutsideFailure.Wrong
                ? new("tax_provider_wrong", "The external tax service answered wrongly; the shop's own tables count.")
                : new("tax_provider_unavailable", "The external tax service did not answer; the shop's own tables count."));
        }

        if (priced.Shipping.Chosen is { IsFallback: true })
        {
            notes.Add(facts.Carriers?.Failure == OutsideFailure.Wrong
                ? new("carrier_wrong", "The carrier answered wrongly; the rate's own price counts.")
                : new("carrier_unavailable", "The carrier gave no price; the rate's own price counts."));
        }

        return notes.ToImmutable();
    }

    /// <summary>Where units cost otherwise than by the offers in the cart, and the offers by which they do.</summary>
    public static ImmutableArray<(PriceChange Change, Offer Now)> Changed(Cart cart, IReadOnlyDictionary<Sku, Offer> offers)
    {
        // A line that was added while the offers were gathered has a fresh price anyway.
        if (cart.Lines.All(line => offers.GetValueOrDefault(line.Offer.Sku, line.Offer) == line.Offer))
        {
            return [];
        }

        var now = cart with
        {
            Lines = [.. cart.Lines.Select(line => line with { Offer = offers.GetValueOrDefault(line.Offer.Sku, line.Offer) })],
        };
        return
        [
            .. Listed(cart).Zip(Listed(now))
                .Where(pair => pair.First.Unit.Price != pair.Second.Unit.Price)
                .Select(pair => (
                    new PriceChange(pair.Second.Offer.Sku, pair.First.Unit.Price, pair.Second.Unit.Price), pair.Second.Offer)),
        ];
    }

    /// <summary>A line as shoppers see it.</summary>
    public static CartLineView View(PricedLine line, CartLine of)
    {
        var (offer, unit) = (line.Listed.Offer, line.Listed.Unit);
        return new(
            offer.Sku, offer.ProductId, offer.Title, offer.VariantTitle, line.Listed.Quantity, unit.Price,
            line.Listed.Total, line.Tax.Total, line.Tax.Rate, offer.Image)
        {
            Id = of.Id,
            Attributes = of.Attributes,
            ListPrice = unit.Base,
            CompareAt = unit.CompareAt,
            PriceList = unit.List?.List,
            Discount = line.Discount,
            Net = line.Tax.Net,
            Gross = line.Tax.Gross,
            TaxLines = line.Tax.Lines,
            TaxRelief = line.Tax.Relief.MinorUnits == 0 ? null : line.Tax.Relief,
        };
    }

    private static PricingInput Input(Cart cart, CartFacts facts, PromotionOutcome? promoted)
    {
        var currency = cart.Currency!.Value;
        var listed = Listed(cart);
        var place = TaxedAt(cart, facts.Zones, facts.HomeCountry);
        var discounts = promoted is null ? Discounts.None(currency) : CartPromotions.Discounts(promoted);
        var destination = cart.ShippingAddress is { } address ? Destination.Of(address) : (Destination?)null;
        var plain = new PricingInput(
            currency,
            listed,
            discounts,
            new(facts.Zones, destination, cart.ShippingOptionId),
            new(
                facts.Tax,
                facts.TaxIncludedIn.Contains(currency.Code),
                TaxChoice.Free(cart.Buyer.VatId, cart.Buyer.Exemption, facts.HomeCountry, place)));
        return facts.Carriers is { Answer: { } quotes } asked
            && CarrierQuestion(cart, facts with { Carriers = null }) is { } question
            && asked.Question == OutsideService<CarrierQuestion, CarrierQuotes>.KeyOf(question)
                ? plain with { Shipping = plain.Shipping with { Quotes = quotes } }
                : plain;
    }
}
