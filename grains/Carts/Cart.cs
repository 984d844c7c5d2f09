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

        if (ShippingAddress is null)
        {
            return CartRejections.AddressMissing;
        }

        if (ShippingOptions(facts).All(option => option.Id != optionId))
        {
            return CartRejections.ShippingOptionUnknown;
        }

        return ShippingOptionId == optionId ? Decision<CartEvent>.Nothing : new CartShippingOptionChosen(optionId);
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

        if (Problems(facts).FirstOrDefault(problem => problem.Blocks) is { } problem)
        {
            return CartRejections.Incomplete(problem);
        }

        // A line that was added while the offers were gathered has a fresh price anyway.
        ImmutableArray<Offer> changed = [.. Lines
            .Select(line => (line.Offer, Now: offers.GetValueOrDefault(line.Offer.Sku, line.Offer)))
            .Where(line => line.Now.Price != line.Offer.Price)
            .Select(line => line.Now)];
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

    /// <summary>How the cart can be shipped to where it goes.</summary>
    public ImmutableArray<ShippingOption> ShippingOptions(CartFacts facts) =>
        ShippingAddress is { } address ? ShippingChoice.For(facts.Zones, address.Country, ItemsTotal()) : [];

    /// <summary>The cart as shoppers see it.</summary>
    public CartView View(CartId id, long version, CartFacts facts)
    {
        var taxIncluded = facts.TaxIncludedIn.Contains(Currency!.Value.Code);
        ImmutableArray<CartLineView> lines = [.. Lines.Select(line => line.View(facts.Tax, taxIncluded))];
        var shipping = ShippingOptions(facts).FirstOrDefault(option => option.Id == ShippingOptionId);
        return new(
            id,
            version,
            Status,
            Currency.Value,
            Email,
            ShippingAddress,
            BillingAddress,
            lines,
            shipping,
            PriceCalculation.Total(lines, shipping?.Price ?? Money.Zero(Currency.Value), facts.Tax, taxIncluded),
            Status == CartStatus.Completed ? [] : Problems(facts),
            Order);
    }

    private Money ItemsTotal() =>
        Lines.Aggregate(Money.Zero(Currency!.Value), (sum, line) => sum + (line.Offer.Price * line.Quantity));

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

    private ImmutableArray<CartProblem> Problems(CartFacts facts)
    {
        var problems = ImmutableArray.CreateBuilder<CartProblem>();
        if (Lines.IsEmpty)
        {
            problems.Add(new("cart_empty", null, "The cart is empty.", true));
        }
        else if (ItemsTotal().MinorUnits == 0)
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

        if (ShippingAddress is null)
        {
            problems.Add(new("shipping_address_missing", null, "A shipping address is needed.", true));
        }
        else if (ShippingOptionId is null)
        {
            problems.Add(new("shipping_option_missing", null, "A shipping option must be chosen.", true));
        }
        else if (ShippingOptions(facts).All(option => option.Id != ShippingOptionId))
        {
            problems.Add(new("shipping_option_unavailable", null, "The chosen shipping option is not available there.", true));
        }

        return problems.ToImmutable();
    }
}

/// <summary>Units of one SKU, at the price they were put in the cart for.</summary>
internal sealed record CartLine(Offer Offer, int Quantity)
{
    public CartLineView View(TaxTable table, bool taxIncluded)
    {
        var total = Offer.Price * Quantity;
        var rate = table.Rate(Offer.TaxClass);
        return new(
            Offer.Sku, Offer.ProductId, Offer.Title, Offer.VariantTitle, Quantity, Offer.Price, total,
            PriceCalculation.Tax(total, rate, taxIncluded), rate, Offer.Image);
    }
}

/// <summary>What a cart needs to know from elsewhere to be priced and checked.</summary>
/// <param name="Tax">Rates of the country it goes to.</param>
/// <param name="Zones">Where the shop ships.</param>
/// <param name="Available">Stock by SKU, where it was looked up; a hint.</param>
/// <param name="Unavailable">SKUs that are no longer for sale, where that was looked up.</param>
/// <param name="TaxIncludedIn">Currencies whose prices include tax.</param>
internal sealed record CartFacts(
    TaxTable Tax,
    ImmutableArray<ShippingZone> Zones,
    IReadOnlyDictionary<Sku, int> Available,
    IReadOnlySet<Sku> Unavailable,
    ISet<string> TaxIncludedIn);
