using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Commerce.Catalog;
using Commerce.Credit;
using Commerce.Customers;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Orders;
using Commerce.Pricing;
using Commerce.Promotions;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce.Carts;

/// <summary>What a cart remembers and every decision about it. No clock, no I/O, no Orleans runtime.</summary>
internal sealed partial record Cart : IJournaledState<Cart, CartEvent>
{
    public static bool IsPersonal => true;

    /// <summary>Null until created.</summary>
    public Currency? Currency { get; init; }

    /// <summary>Where it was begun; null: nothing named it.</summary>
    public SalesChannel? SalesChannel { get; init; }

    public CartStatus Status { get; init; }

    /// <summary>Whose it is; null: of whoever has its id.</summary>
    public CustomerId? Owner { get; init; }

    /// <summary>The last attempt to check out; it has the cart locked while <see cref="Status"/> says so.</summary>
    public int Attempt { get; init; }

    /// <summary>In the order in which they were added.</summary>
    public ImmutableArray<CartLine> Lines { get; init; } = [];

    [Personal]
    public string? Email { get; init; }

    public Address? ShippingAddress { get; init; }

    public Address? BillingAddress { get; init; }

    public string? ShippingOptionId { get; init; }

    /// <summary>Who buys, as far as prices and taxes depend on it.</summary>
    public Buyer Buyer { get; init; } = Buyer.Anybody;

    public OrderId? Order { get; init; }

    /// <summary>Promotion codes, in the order in which they were entered.</summary>
    public ImmutableArray<string> Codes { get; init; } = [];

    /// <summary>Gift cards in the order in which they were entered, and at last store credit.</summary>
    public ImmutableArray<CartCredit> Credits { get; init; } = [];

    /// <summary>What they are to pay, since the cart was frozen.</summary>
    public ImmutableArray<AppliedCredit> FrozenCredits { get; init; } = [];

    /// <summary>The cart that took this one over.</summary>
    public CartId? MergedInto { get; init; }

    /// <summary>Whether the other cart has not yet said that it has everything.</summary>
    public bool IsSurrendering { get; init; }

    /// <summary>Carts that this one took over.</summary>
    public ImmutableHashSet<CartId> Sources { get; init; } = [];

    /// <summary>When something last happened; null in carts from before lifetimes.</summary>
    public DateTimeOffset? TouchedAt { get; init; }

    /// <summary>Whether that it was abandoned has been told, since it was last touched.</summary>
    public bool IsAbandoned { get; init; }

    /// <summary>Whether who had it is forgotten.</summary>
    public bool IsErased { get; init; }

    public string Summary => $"{Status}, {Lines.Length} lines";

    public Cart Apply(CartEvent @event) => Change(@event) with
    {
        TouchedAt = @event is CartAbandoned ? TouchedAt : @event.At ?? TouchedAt,
        IsAbandoned = @event is CartAbandoned,
    };

    private Cart Change(CartEvent @event) => @event switch
    {
        CartCreated e => this with { Currency = e.Currency, SalesChannel = e.SalesChannel },
        CartClaimed e => this with { Owner = e.Customer },
        CartLineSet e => this with { Lines = With(Lines, new(e.Offer, e.Quantity, e.Attributes)) },
        CartLineRemoved e => this with { Lines = Lines.RemoveAll(line => line.Id == (e.Line ?? e.Sku)) },
        CartEmailSet e => this with { Email = e.Email },
        CartShippingAddressSet e => this with { ShippingAddress = e.Address },
        CartBillingAddressSet e => this with { BillingAddress = e.Address },
        CartShippingOptionChosen e => this with { ShippingOptionId = e.OptionId },
        CartBuyerSet e => this with { Buyer = e.Buyer },
        CartCodeAdded e => this with { Codes = Codes.Add(e.Code) },
        CartCodeRemoved e => this with { Codes = Codes.Remove(e.Code) },
        CartCreditAdded { Kind: CreditKind.StoreCredit } e => this with
        {
            Credits = Credits.RemoveAll(credit => credit.Kind == e.Kind).Add(new(e.Account, e.Kind, e.Last4)),
        },
        CartCreditAdded e => this with
        {
            Credits = Credits.Insert(Credits.Count(credit => credit.Kind == e.Kind), new(e.Account, e.Kind, e.Last4)),
        },
        CartCreditRemoved e => this with { Credits = Credits.RemoveAll(credit => credit.Account == e.Account) },
        CartRepriced e => this with
        {
            Lines = [.. Lines.Select(line =>
                line with { Offer = e.Offers.FirstOrDefault(offer => offer.Sku == line.Offer.Sku) ?? line.Offer })],
        },
        CartCheckoutBegan e => this with
        {
            Status = CartStatus.CheckingOut, Attempt = e.Attempt, FrozenCredits = e.Credits,
        },
        CartCheckoutEnded => this with { Status = CartStatus.Active, FrozenCredits = [] },
        CartCompleted e => this with { Status = CartStatus.Completed, Order = e.Order },
        CartAbandoned => this,
        CartExpired => this with { Status = CartStatus.Expired },

        // Its lines may not be told apart any more.
        CartErased => StreamKey.Forget(this) with
        {
            Status = Status == CartStatus.Active ? CartStatus.Expired : Status, Lines = [], IsErased = true,
        },
        CartSurrendered e => this with { Status = CartStatus.Merged, MergedInto = e.Target, IsSurrendering = true },
        CartSurrenderEnded { IsTaken: true } => this with { IsSurrendering = false },
        CartSurrenderEnded => this with { Status = CartStatus.Active, MergedInto = null, IsSurrendering = false },
        CartMerged e => this with
        {
            Lines = e.Lines.Aggregate(Lines, With),
            Email = e.Email,
            ShippingAddress = e.ShippingAddress,
            BillingAddress = e.BillingAddress,
            Codes = e.Codes,
            Credits = e.Credits,
            Sources = Sources.Add(e.Source),
        },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    /// <summary>How the cart can be shipped to where it goes.</summary>
    public ImmutableArray<ShippingOption> ShippingOptions(CartFacts facts) => CartPricing.Price(this, facts).Options;

    /// <summary>The cart as shoppers see it.</summary>
    public CartView View(CartId id, long version, CartFacts facts)
    {
        var priced = CartPricing.Price(this, facts);
        var option = priced.Shipping.Chosen?.Option;
        var credits = CartCredits.Applied(this, priced.Totals.Total, facts);
        return new(
            id,
            version,
            Status,
            Currency!.Value,
            Email,

            // Whoever fetches the goods may leave but a billing address: that is whom they are handed over to.
            ShippingAddress ?? (option?.Pickup is null ? null : BillingAddress),
            BillingAddress,
            [.. priced.Lines.Zip(Lines, CartPricing.View)],
            option,
            priced.Totals,
            Status is CartStatus.Active or CartStatus.CheckingOut ? Problems(facts, priced) : [],
            Order)
        {
            Customer = Owner,
            SalesChannel = SalesChannel,
            Codes = Codes,
            MergedInto = MergedInto,
            Buyer = Buyer == Buyer.Anybody ? null : Buyer,
            TaxFree = priced.TaxFacts.Free,
            Promotions = priced.Promotions?.Applied ?? [],
            CodeOutcomes = priced.Promotions?.Codes ?? [],
            GiftCards = credits.RemoveAll(credit => credit.Kind != CreditKind.GiftCard),
            StoreCredit = credits.FirstOrDefault(credit => credit.Kind == CreditKind.StoreCredit),
        };
    }

    /// <summary>Why each number of the cart is what it is.</summary>
    public CartExplanation Explain(CartId id, long version, CartFacts facts)
    {
        var priced = CartPricing.Price(this, facts);
        return Explanation.Of(id, version, priced, CartPricing.Notes(priced, facts));
    }

    private static ImmutableArray<CartLine> With(ImmutableArray<CartLine> lines, CartLine line)
    {
        var (id, index) = (line.Id, 0);
        while (index < lines.Length && lines[index].Id != id)
        {
            index++;
        }

        return index == lines.Length ? lines.Add(line) : lines.SetItem(index, line);
    }

    /// <summary>Units of a SKU in all its lines.</summary>
    private int Units(Sku sku) => Lines.Where(line => line.Offer.Sku == sku).Sum(line => line.Quantity);

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

        foreach (var (sku, line, units) in Lines.GroupBy(
            line => line.Offer.Sku, (sku, lines) => (sku, lines.First(), lines.Sum(line => line.Quantity))))
        {
            if (facts.Unavailable.Contains(sku))
            {
                problems.Add(new("line_unavailable", sku, $"{line.Offer.Title} is no longer for sale.", true));
            }
            else if (facts.Available.TryGetValue(sku, out var stock))
            {
                problems.AddRange(StockProblems(sku, line.Offer.Title, units, stock));
            }
        }

        problems.AddRange((priced.Promotions?.Codes ?? [])
            .Where(code => code.Status != CodeStatus.Applied)
            .Select(code => new CartProblem(code.Status, null, $"{code.Code}: {code.Detail}", false)));
        problems.AddRange(CartCredits.Problems(this, facts));
        problems.AddRange(PriceChanges(facts.Offers).Select(change => new CartProblem(
            "price_changed", change.Sku, $"A unit of {change.Sku} now costs {change.Now} instead of {change.Was}.", false)
        {
            Price = change,
        }));
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

    private static IEnumerable<CartProblem> StockProblems(Sku sku, string title, int units, SkuAvailability stock)
    {
        if (stock.Promisable < units)
        {
            yield return new("insufficient_stock", sku, $"{stock.Promisable} of {units} units of {title} are in stock.", false);
        }

        if (units > stock.OrderMax || units < stock.OrderMin)
        {
            var most = stock.OrderMax?.ToString(CultureInfo.InvariantCulture) ?? "any number of";
            yield return new("quantity_limit", sku, $"One order may have {stock.OrderMin ?? 1} to {most} units of {title}.", true);
        }
    }
}

/// <summary>Units of one SKU, at the price they were put in the cart for.</summary>
/// <param name="Attributes">What sets the line apart from others of its SKU; null: nothing.</param>
internal sealed record CartLine(
    Offer Offer, int Quantity, [property: Personal] ImmutableSortedDictionary<string, string>? Attributes = null)
{
    public CartLineId Id => CartLineId.Of(Offer.Sku, Attributes);
}

/// <summary>What a cart needs to know from elsewhere to be priced and checked.</summary>
/// <param name="Tax">Rates of the place where the goods are handed over.</param>
/// <param name="Zones">Where the shop ships.</param>
/// <param name="Available">Stock by SKU, where it was looked up; a hint.</param>
/// <param name="Unavailable">SKUs that are no longer for sale, where that was looked up.</param>
/// <param name="TaxIncludedIn">Currencies whose prices include tax.</param>
internal sealed record CartFacts(
    TaxRates Tax,
    ImmutableArray<ShippingZone> Zones,
    IReadOnlyDictionary<Sku, SkuAvailability> Available,
    IReadOnlySet<Sku> Unavailable,
    ISet<string> TaxIncludedIn)
{
    /// <summary>What SKUs sell for now, where that was looked up.</summary>
    public IReadOnlyDictionary<Sku, Offer> Offers { get; init; } = ImmutableDictionary<Sku, Offer>.Empty;

    /// <summary>The shop's country.</summary>
    public string HomeCountry { get; init; } = "GB";

    /// <summary>Promotions that may apply.</summary>
    public ImmutableArray<PromotionCandidate> Promotions { get; init; } = [];

    /// <summary>The cart's gift cards and store credit, as far as they exist.</summary>
    public IReadOnlyDictionary<CreditAccountId, CreditAccountView> Credits { get; init; } =
        ImmutableDictionary<CreditAccountId, CreditAccountView>.Empty;

    /// <summary>What each category is part of, by handle.</summary>
    public IReadOnlyDictionary<string, string> CategoryParents { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>When all this was looked up.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>What an external tax service was last asked about this cart; null: there is none.</summary>
    public OutsideAnswer<TaxAnswer>? ExternalTax { get; init; }

    /// <summary>What carriers were last asked about this cart; null: nobody is to be asked.</summary>
    public OutsideAnswer<CarrierQuotes>? Carriers { get; init; }
}
