using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Catalog;
using Commerce.Journal;
using Commerce.Orders;
using Commerce.Pricing;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce.Carts;

/// <summary>What a cart remembers and every decision about it. No clock, no I/O, no Orleans runtime.</summary>
internal sealed record Cart : IJournaledState<Cart, CartEvent>
{
    /// <summary>Null until created.</summary>
    public Currency? Currency { get; init; }

    public CartStatus Status { get; init; }

    /// <summary>The last attempt to check out; it has the cart locked while <see cref="Status"/> says so.</summary>
    public int Attempt { get; init; }

    /// <summary>In the order in which they were added.</summary>
    public ImmutableArray<CartLine> Lines { get; init; } = [];

    public string? Email { get; init; }

    public Address? ShippingAddress { get; init; }

    public Address? BillingAddress { get; init; }

    public string? ShippingOptionId { get; init; }

    /// <summary>Who buys, as far as prices and taxes depend on it.</summary>
    public Buyer Buyer { get; init; } = Buyer.Anybody;

    public OrderId? Order { get; init; }

    public string Summary => $"{Status}, {Lines.Length} lines";

    public Decision<CartEvent> Create(Currency currency)
    {
        if (Currency is null)
        {
            return new CartCreated(currency);
        }

        return Currency == currency ? Decision<CartEvent>.Nothing : CartRejections.CurrencyDiffers;
    }

    /// <summary>Makes a line so many units at what is offered now; zero needs no offer.</summary>
    public Decision<CartEvent> SetLine(Sku sku, int quantity, Offer? offer, CartOptions limits)
    {
        if (Refuse() is { } closed)
        {
            return closed;
        }

        if (quantity < 0 || quantity > limits.UnitsPerLineMax)
        {
            return CartRejections.QuantityOutOfRange(0, limits.UnitsPerLineMax);
        }

        var line = Lines.FirstOrDefault(line => line.Offer.Sku == sku);
        if (quantity == 0)
        {
            return line is null ? Decision<CartEvent>.Nothing : new CartLineRemoved(sku);
        }

        if (line is null && Lines.Length >= limits.LinesMax)
        {
            return CartRejections.TooManyLines(limits.LinesMax);
        }

        return line is not null && line.Quantity == quantity && line.Offer == offer
            ? Decision<CartEvent>.Nothing
            : new CartLineSet(offer!, quantity);
    }

    /// <summary>So many units more.</summary>
    public Decision<CartEvent> AddLine(AddCartLine command, Offer offer, CartOptions limits)
    {
        var there = Lines.FirstOrDefault(line => line.Offer.Sku == command.Sku)?.Quantity ?? 0;
        return command.Quantity >= 1 && command.Quantity <= limits.UnitsPerLineMax - there
            ? SetLine(command.Sku, there + command.Quantity, offer, limits)
            : Refuse() ?? CartRejections.QuantityOutOfRange(1, limits.UnitsPerLineMax - there);
    }

    /// <summary>Changes contact and addresses.</summary>
    public Decision<CartEvent> Update(UpdateCart command)
    {
        if (Refuse() is { } closed)
        {
            return closed;
        }

        var errors = ImmutableArray.CreateBuilder<FieldError>();
        if (command.Email is { IsSet: true, Value: { } email } && !ContactRules.IsEmail(email))
        {
            errors.Add(new("/email", "invalid_email", "This is not an e-mail address."));
        }

        ContactRules.Check(command.ShippingAddress.Value, "/shipping_address", errors);
        ContactRules.Check(command.BillingAddress.Value, "/billing_address", errors);
        if (errors.Count > 0)
        {
            return Rejection.Invalid(errors.ToImmutable());
        }

        var events = new List<CartEvent>();
        if (command.Email.IsSet && command.Email.Value != Email)
        {
            events.Add(new CartEmailSet(command.Email.Value));
        }

        if (command.ShippingAddress.IsSet && command.ShippingAddress.Value != ShippingAddress)
        {
            events.Add(new CartShippingAddressSet(command.ShippingAddress.Value));
        }

        if (command.BillingAddress.IsSet && command.BillingAddress.Value != BillingAddress)
        {
            events.Add(new CartBillingAddressSet(command.BillingAddress.Value));
        }

        return Decision<CartEvent>.Of([.. events]);
    }

    /// <summary>Chooses how it is shipped.</summary>
    public Decision<CartEvent> ChooseShipping(string optionId, CartFacts facts)
    {
        if (Refuse() is { } closed)
        {
            return closed;
        }

        if (ShippingOptions(facts).All(option => option.Id != optionId))
        {
            return ShippingAddress is null ? CartRejections.AddressMissing : CartRejections.ShippingOptionUnknown;
        }

        return ShippingOptionId == optionId ? Decision<CartEvent>.Nothing : new CartShippingOptionChosen(optionId);
    }

    /// <summary>Changes who buys, as far as prices and taxes depend on it.</summary>
    public Decision<CartEvent> SetBuyer(SetBuyer command)
    {
        if (Refuse() is { } closed)
        {
            return closed;
        }

        var next = BuyerRules.Changed(Buyer, command);
        if (!next.IsAccepted)
        {
            return next.Rejection!;
        }

        return next.Value == Buyer ? Decision<CartEvent>.Nothing : new CartBuyerSet(next.Value!);
    }

    /// <summary>Locks the cart for an attempt, or takes over prices that changed since they were shown.</summary>
    public Decision<CartEvent> Freeze(int attempt, IReadOnlyDictionary<Sku, Offer> offers, CartFacts facts)
    {
        if (Status == CartStatus.CheckingOut && Attempt == attempt)
        {
            return Decision<CartEvent>.Nothing;
        }

        // A newer attempt proves the older one over; an older one is a call that was lost on its way and comes too late.
        if (attempt <= Attempt || Currency is null || Status == CartStatus.Completed)
        {
            return Refuse() ?? CartRejections.CheckingOut;
        }

        if (Problems(facts, CartPricing.Price(this, facts)).FirstOrDefault(problem => problem.Blocks) is { } problem)
        {
            return CartRejections.Incomplete(problem);
        }

        var changed = CartPricing.Changed(this, offers);
        return changed.IsEmpty ? new CartCheckoutBegan(attempt) : new CartRepriced(changed);
    }

    /// <summary>Ends an attempt with an order or without.</summary>
    public Decision<CartEvent> Settle(int attempt, OrderId? order)
    {
        if (Currency is null)
        {
            return CartRejections.NotFound;
        }

        if (Status != CartStatus.CheckingOut || Attempt != attempt)
        {
            return Decision<CartEvent>.Nothing;
        }

        return order is { } placed ? new CartCompleted(attempt, placed) : new CartCheckoutEnded(attempt);
    }

    public Cart Apply(CartEvent @event) => @event switch
    {
        CartCreated e => this with { Currency = e.Currency },
        CartLineSet e => this with { Lines = With(new(e.Offer, e.Quantity)) },
        CartLineRemoved e => this with { Lines = Lines.RemoveAll(line => line.Offer.Sku == e.Sku) },
        CartEmailSet e => this with { Email = e.Email },
        CartShippingAddressSet e => this with { ShippingAddress = e.Address },
        CartBillingAddressSet e => this with { BillingAddress = e.Address },
        CartShippingOptionChosen e => this with { ShippingOptionId = e.OptionId },
        CartBuyerSet e => this with { Buyer = e.Buyer },
        CartRepriced e => this with
        {
            Lines = [.. Lines.Select(line =>
                line with { Offer = e.Offers.FirstOrDefault(offer => offer.Sku == line.Offer.Sku) ?? line.Offer })],
        },
        CartCheckoutBegan e => this with { Status = CartStatus.CheckingOut, Attempt = e.Attempt },
        CartCheckoutEnded => this with { Status = CartStatus.Active },
        CartCompleted e => this with { Status = CartStatus.Completed, Order = e.Order },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    /// <summary>How the cart can be shipped to where it goes, or be fetched.</summary>
    public ImmutableArray<ShippingOption> ShippingOptions(CartFacts facts) => CartPricing.Price(this, facts).Options;

    /// <summary>The cart as shoppers see it.</summary>
    public CartView View(CartId id, long version, CartFacts facts)
    {
        var priced = CartPricing.Price(this, facts);
        var option = priced.Shipping.Chosen?.Option;
        return new(
            id,
            version,
            Status,
            Currency!.Value,
            Email,

            // Whoever fetches the goods may leave but a billing address: that is whom they are handed over to.
            ShippingAddress ?? (option?.Pickup is null ? null : BillingAddress),
            BillingAddress,
            [.. priced.Lines.Select(CartPricing.View)],
            option,
            priced.Totals,
            Status == CartStatus.Completed ? [] : Problems(facts, priced),
            Order)
        {
            Buyer = Buyer == Buyer.Anybody ? null : Buyer,
            TaxFree = priced.TaxFacts.Free,
        };
    }

    /// <summary>Why each number of the cart is what it is.</summary>
    public CartExplanation Explain(CartId id, long version, CartFacts facts)
    {
        var priced = CartPricing.Price(this, facts);
        return Explanation.Of(id, version, priced, CartPricing.Notes(priced, facts));
    }

    private Rejection? Refuse() => (Currency, Status) switch
    {
        (null, _) => CartRejections.NotFound,
        (_, CartStatus.Completed) => CartRejections.Completed,
        (_, CartStatus.CheckingOut) => CartRejections.CheckingOut,
        _ => null,
    };

    private ImmutableArray<CartLine> With(CartLine line)
    {
        var index = Lines.IndexOf(Lines.FirstOrDefault(there => there.Offer.Sku == line.Offer.Sku)!);
        return index < 0 ? Lines.Add(line) : Lines.SetItem(index, line);
    }

    private ImmutableArray<CartProblem> Problems(CartFacts facts, PricedCart priced)
    {
        var problems = ImmutableArray.CreateBuilder<CartProblem>();
        if (Lines.IsEmpty)
        {
            problems.Add(new("cart_empty", null, "The cart is empty.", true));
        }
        else if (priced.Totals.Items.MinorUnits == 0 || priced.Totals.Total.MinorUnits == 0)
        {
            problems.Add(new("nothing_to_pay", null, "A cart of nothing but free goods cannot be paid for.", true));
        }

        foreach (var line in Lines)
        {
            if (facts.Unavailable.Contains(line.Offer.Sku))
            {
                problems.Add(new("line_unavailable", line.Offer.Sku, $"{line.Offer.Title} is no longer for sale.", true));
            }
            else if (facts.Available.TryGetValue(line.Offer.Sku, out var available) && available < line.Quantity)
            {
                problems.Add(new("insufficient_stock", line.Offer.Sku,
                    $"{Math.Max(0, available)} of {line.Quantity} units of {line.Offer.Title} are in stock.", false));
            }
        }

        if (Email is null)
        {
            problems.Add(new("email_missing", null, "An e-mail address is needed for the confirmation.", true));
        }

        if (ShippingAddress is null && priced.Shipping.Chosen?.Option.Pickup is not null)
        {
            if (BillingAddress is null)
            {
                problems.Add(new("contact_missing", null, "A billing address is needed: somebody has to fetch the goods.", true));
            }
        }
        else if (ShippingAddress is null)
        {
            problems.Add(new("shipping_address_missing", null, "A shipping address is needed.", true));
        }
        else if (ShippingOptionId is null)
        {
            problems.Add(new("shipping_option_missing", null, "A shipping option must be chosen.", true));
        }
        else if (priced.Shipping.Chosen is null)
        {
            problems.Add(new("shipping_option_unavailable", null, "The chosen shipping option is not available there.", true));
        }

        return problems.ToImmutable();
    }
}

/// <summary>Units of one SKU, at the price they were put in the cart for.</summary>
internal sealed record CartLine(Offer Offer, int Quantity);

/// <summary>What a cart needs to know from elsewhere to be priced and checked.</summary>
/// <param name="Tax">Rates of the place where the goods are handed over.</param>
/// <param name="Zones">Where the shop ships.</param>
/// <param name="Available">Stock by SKU, where it was looked up; a hint.</param>
/// <param name="Unavailable">SKUs that are no longer for sale, where that was looked up.</param>
/// <param name="TaxIncludedIn">Currencies whose prices include tax.</param>
internal sealed record CartFacts(
    TaxRates Tax,
    ImmutableArray<ShippingZone> Zones,
    IReadOnlyDictionary<Sku, int> Available,
    IReadOnlySet<Sku> Unavailable,
    ISet<string> TaxIncludedIn)
{
    /// <summary>The shop's country.</summary>
    public string HomeCountry { get; init; } = "GB";

    /// <summary>What promotions take off lines that cost so much; null: there are none. Pure, like all that is decided here.</summary>
    public Func<ImmutableArray<ListedLine>, Discounts>? Discounts { get; init; }

    /// <summary>What an external tax service was last asked about this cart; null: there is none.</summary>
    public OutsideAnswer<TaxAnswer>? ExternalTax { get; init; }

    /// <summary>What carriers were last asked about this cart; null: nobody is to be asked.</summary>
    public OutsideAnswer<CarrierQuotes>? Carriers { get; init; }
}
