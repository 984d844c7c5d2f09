using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Commerce.Catalog;
using Commerce.Credit;
using Commerce.Orders;
using Commerce.Pricing;
using Commerce.Promotions;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce.Carts;

/// <summary>One shopper's cart, keyed by <see cref="CartId"/>. It exists once created, and holds one currency.</summary>
[Alias("commerce.ICart")]
public interface ICartGrain : IGrainWithStringKey
{
    /// <summary>Creates the cart. Repeating it with the same currency changes nothing.</summary>
    /// <param name="salesChannel">Where it is begun, and what it becomes is sold; null: nothing named one.</param>
    [Alias("Create")]
    Task<Result<CartView>> Create(
        Currency currency, CommandHeader header, SalesChannel? salesChannel = null, CancellationToken cancellation = default);

    /// <summary>
    /// Does all of it in this order, or nothing: each action sees the cart as those before it leave it. 1 to 50 actions.
    /// </summary>
    /// <returns>
    /// The cart, or one of <see cref="CartRejections"/> with the cart unchanged; the pointer begins with the action,
    /// <c>/actions/3/quantity</c>.
    /// </returns>
    [Alias("Change")]
    Task<Result<CartView>> Change(
        ImmutableArray<CartAction> actions, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>The ways this cart can be shipped to its address.</summary>
    [Alias("ShippingOptions")]
    Task<Result<ImmutableArray<ShippingOption>>> ShippingOptions(CancellationToken cancellation = default);

    /// <summary>The cart with totals and problems as of now; refused with 404 when it was never created.</summary>
    [Alias("Read")]
    Task<Result<CartView>> Read(CancellationToken cancellation = default);

    /// <summary>Changes who buys, as far as prices and taxes depend on it; members that are not set stay as they are.</summary>
    [Alias("SetBuyer")]
    Task<Result<CartView>> SetBuyer(SetBuyer command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Why each number of the cart is what it is, as of now.</summary>
    [Alias("Explain")]
    Task<Result<CartExplanation>> Explain(CancellationToken cancellation = default);

    /// <summary>
    /// Locks the cart for one attempt to check out and answers what is being bought, at prices as of now. Repeatable
    /// by attempt. Prices that changed since they were shown are taken over and refused once, unless accepted.
    /// </summary>
    [Alias("Freeze")]
    Task<Result<CartView>> Freeze(FreezeCart command, CancellationToken cancellation = default);

    /// <summary>
    /// Ends an attempt: with an order the cart is completed for ever, without one it is open again. Repeatable; nothing
    /// happens when another attempt has the cart.
    /// </summary>
    [Alias("Settle")]
    Task<Result<CartView>> Settle(int attempt, OrderId? order, CancellationToken cancellation = default);

    /// <summary>
    /// Makes it the caller's, when he is signed in and it is nobody's; any change of his does the same. Repeatable; of
    /// somebody else's it is refused with 404.
    /// </summary>
    [Alias("Claim")]
    Task<Result<CartView>> Claim(CommandHeader header, CancellationToken cancellation = default);

    /// <summary>
    /// Takes over all of another cart, as at sign-in: units of the same line add up, contact and addresses are taken
    /// where there are none. One event here; the other cart is left as a pointer to this one. Repeatable.
    /// </summary>
    /// <param name="source">A cart in the same currency, not being checked out.</param>
    [Alias("Merge")]
    Task<Result<CartView>> Merge(CartId source, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>The other side of <see cref="Merge"/>: gives all it has to another cart, for ever. Repeatable.</summary>
    [Alias("Surrender")]
    Task<Result<CartContents>> Surrender(CartId target, CancellationToken cancellation = default);

    /// <summary>The last step of <see cref="Merge"/>: the other cart has everything.</summary>
    [Alias("ConfirmSurrender")]
    Task ConfirmSurrender(CartId target, CancellationToken cancellation = default);

    /// <summary>Takes what another cart has surrendered. Once per source.</summary>
    [Alias("Take")]
    Task<Result<CartView>> Take(
        CartId source, CartContents contents, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>
    /// Forgets whose it was and what was in it, for ever; one that was open is closed. Refused with
    /// <c>cart_checking_out</c> while it is being bought. Idempotent, also where there is no cart.
    /// </summary>
    [Alias("Erase")]
    Task<Result<bool>> Erase();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Attempt">The checkout's number for it.</param>
/// <param name="AcceptPriceChanges">Buy at today's prices, whatever they are.</param>
/// <param name="ExpectedTotal">What the shopper was shown; refused with <c>price_changed</c> when it is another. Null: what the cart has last shown.</param>
/// <param name="ExpectedAmountDue">The same of what credit leaves to pay; refused with <c>amount_due_changed</c>.</param>
[GenerateSerializer, Immutable, Alias("commerce.FreezeCart")]
public sealed record FreezeCart(
    [property: Id(0)] int Attempt,
    [property: Id(1)] bool AcceptPriceChanges = false,
    [property: Id(2)] Money? ExpectedTotal = null,
    [property: Id(3)] Money? ExpectedAmountDue = null);

/// <summary>What a cart gives to another.</summary>
[GenerateSerializer, Immutable, Alias("commerce.CartContents")]
public sealed record CartContents(
    [property: Id(0)] Currency Currency,
    [property: Id(1)] ImmutableArray<CartContentsLine> Lines,
    [property: Id(2)] string? Email,
    [property: Id(3)] Address? ShippingAddress,
    [property: Id(4)] Address? BillingAddress,
    [property: Id(5)] ImmutableArray<string> Codes)
{
    /// <summary>What it is to be paid with.</summary>
    [Id(6)]
    public ImmutableArray<CartCredit> Credits { get; init; } = [];
}

/// <summary>A line that one cart gives to another, at the price it was put in for.</summary>
[GenerateSerializer, Immutable, Alias("commerce.CartContentsLine")]
public sealed record CartContentsLine(
    [property: Id(0)] Offer Offer,
    [property: Id(1)] int Quantity,
    [property: Id(2)] ImmutableSortedDictionary<string, string>? Attributes);

/// <summary>A cart, with everything needed to show it.</summary>
/// <param name="Version">The ETag: rises with every change.</param>
/// <param name="BillingAddress">Null: the same as the shipping address.</param>
/// <param name="Order">The order it became; null until then.</param>
[GenerateSerializer, Immutable, Alias("commerce.CartView")]
public sealed record CartView(
    [property: Id(0)] CartId Id,
    [property: Id(1)] long Version,
    [property: Id(2)] CartStatus Status,
    [property: Id(3)] Currency Currency,
    [property: Id(4), Personal] string? Email,
    [property: Id(5)] Address? ShippingAddress,
    [property: Id(6)] Address? BillingAddress,
    [property: Id(7)] ImmutableArray<CartLineView> Lines,
    [property: Id(8)] ShippingOption? ShippingOption,
    [property: Id(9)] Totals Totals,
    [property: Id(10)] ImmutableArray<CartProblem> Problems,
    [property: Id(11)] OrderId? Order)
{
    /// <summary>Whose it is: nobody else may see it. Null: of whoever has its id.</summary>
    [Id(30)]
    public Customers.CustomerId? Customer { get; init; }

    /// <summary>Where it was begun; null: nothing named it, as in the shop's own pages.</summary>
    [Id(31)]
    public SalesChannel? SalesChannel { get; init; }

    /// <summary>Promotion codes entered, in this order.</summary>
    [Id(12)]
    public ImmutableArray<string> Codes { get; init; } = [];

    /// <summary>What promotions take off, in the order in which they apply.</summary>
    [Id(14)]
    public ImmutableArray<AppliedPromotion> Promotions { get; init; } = [];

    /// <summary>What became of each of the codes.</summary>
    [Id(15)]
    public ImmutableArray<CodeOutcome> CodeOutcomes { get; init; } = [];

    /// <summary>The cart that took this one over; null unless it was merged.</summary>
    [Id(13)]
    public CartId? MergedInto { get; init; }

    /// <summary>Who buys, as far as prices and taxes depend on it; null: nothing is known.</summary>
    [Id(20)]
    public Buyer? Buyer { get; init; }

    /// <summary>Why no tax is charged, <c>reverse_charge</c> or <c>exempt</c>; null: it is charged.</summary>
    [Id(21)]
    public string? TaxFree { get; init; }

    /// <summary>Gift cards that it is paid with, in this order, before store credit.</summary>
    [Id(22)]
    public ImmutableArray<AppliedCredit> GiftCards { get; init; } = [];

    /// <summary>What the customer's store credit pays of what gift cards leave; null: it is not used.</summary>
    [Id(23)]
    public AppliedCredit? StoreCredit { get; init; }

    /// <summary>What is left to pay by other means: the total less gift cards and store credit.</summary>
    public Money AmountDue => Credits.Aggregate(Totals.Total, (due, credit) => due - credit.Amount);

    /// <summary>Gift cards and store credit that pay something.</summary>
    [JsonIgnore]
    public IEnumerable<AppliedCredit> Credits =>
        GiftCards.Concat(StoreCredit is { } store ? [store] : []).Where(credit => credit.Amount.MinorUnits > 0);
}

/// <summary>Where a cart is in its life.</summary>
[GenerateSerializer, Alias("commerce.CartStatus")]
public enum CartStatus
{
    /// <summary>Can be changed.</summary>
    Active = 0,

    /// <summary>Locked while it is being checked out.</summary>
    CheckingOut = 1,

    /// <summary>Became an order.</summary>
    Completed = 2,

    /// <summary>Was taken over by another cart.</summary>
    Merged = 3,

    /// <summary>Was left alone for too long.</summary>
    Expired = 4,
}

/// <summary>One line of a cart.</summary>
/// <param name="UnitPrice">As of when the line was last set, or the cart last repriced.</param>
/// <param name="Total">Unit price times quantity, before discounts.</param>
/// <param name="Tax">In or on top of total less discount, as <see cref="Totals.TaxIncluded"/> says.</param>
/// <param name="TaxRate">All its taxes together, as a fraction of the net.</param>
[GenerateSerializer, Immutable, Alias("commerce.CartLineView")]
public sealed record CartLineView(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] ProductId ProductId,
    [property: Id(2)] string Title,
    [property: Id(3)] string? VariantTitle,
    [property: Id(4)] int Quantity,
    [property: Id(5)] Money UnitPrice,
    [property: Id(6)] Money Total,
    [property: Id(7)] Money Tax,
    [property: Id(8)] decimal TaxRate,
    [property: Id(9)] string? Image)
{
    /// <summary>Names the line; the SKU, unless it has attributes.</summary>
    [Id(10)]
    public CartLineId Id { get; init; } = Sku;

    /// <summary>What sets it apart from other lines of its SKU; null: nothing.</summary>
    [Id(11), Personal]
    public ImmutableSortedDictionary<string, string>? Attributes { get; init; }

    /// <summary>The catalogue's price of one unit, before price lists. Null in what was written before there were any.</summary>
    [Id(20)]
    public Money? ListPrice { get; init; }

    /// <summary>A former price of one unit to show struck through; null: none.</summary>
    [Id(21)]
    public Money? CompareAt { get; init; }

    /// <summary>The price list that the unit price is from; null: the catalogue's price.</summary>
    [Id(22)]
    public string? PriceList { get; init; }

    /// <summary>What promotions take off the total; from 0 to the total. Null as <see cref="ListPrice"/>.</summary>
    [Id(23)]
    public Money? Discount { get; init; }

    /// <summary>Total less discount, without tax. Null as <see cref="ListPrice"/>.</summary>
    [Id(24)]
    public Money? Net { get; init; }

    /// <summary>What is paid for the line: net and tax. Null as <see cref="ListPrice"/>.</summary>
    [Id(25)]
    public Money? Gross { get; init; }

    /// <summary>The taxes that the tax is made of. Null as <see cref="ListPrice"/>.</summary>
    [Id(26)]
    public ImmutableArray<TaxAmount>? TaxLines { get; init; }

    /// <summary>Included tax that this buyer does not owe and that is taken off; null: none.</summary>
    [Id(27)]
    public Money? TaxRelief { get; init; }
}

/// <summary>What a cart or an order comes to.</summary>
/// <param name="Items">Sum of the lines, before discounts.</param>
/// <param name="Shipping">The chosen option, before discounts; zero until one is chosen.</param>
/// <param name="Tax">All tax on items and shipping.</param>
/// <param name="Total">What is paid.</param>
/// <param name="TaxIncluded">Whether items and shipping contain the tax already.</param>
/// <remarks>Total = items + shipping − discount, + tax unless it is included, − tax relief.</remarks>
[GenerateSerializer, Immutable, Alias("commerce.Totals")]
public sealed record Totals(
    [property: Id(0)] Money Items,
    [property: Id(1)] Money Shipping,
    [property: Id(2)] Money Tax,
    [property: Id(3)] Money Total,
    [property: Id(4)] bool TaxIncluded)
{
    /// <summary>What promotions take off items and shipping; 0 or more. Null in what was written before there were any.</summary>
    [Id(20)]
    public Money? Discount { get; init; }

    /// <summary>The part of the discount that is on shipping. Null as <see cref="Discount"/>.</summary>
    [Id(21)]
    public Money? ShippingDiscount { get; init; }

    /// <summary>Included tax that this buyer does not owe and that is taken off; null: none.</summary>
    [Id(22)]
    public Money? TaxRelief { get; init; }

    /// <summary>The tax by name and rate, which adds up to it. Null as <see cref="Discount"/>.</summary>
    [Id(23)]
    public ImmutableArray<TaxAmount>? TaxLines { get; init; }

    /// <summary>By content: the same numbers are the same totals.</summary>
    public bool Equals(Totals? other) => other is not null
        && (Items, Shipping, Tax, Total, TaxIncluded) == (other.Items, other.Shipping, other.Tax, other.Total, other.TaxIncluded)
        && (Discount, ShippingDiscount, TaxRelief) == (other.Discount, other.ShippingDiscount, other.TaxRelief)
        && (TaxLines ?? []).SequenceEqual(other.TaxLines ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Items, Shipping, Tax, Total, TaxIncluded, Discount);
}

/// <summary>Something that stands between the cart and its purchase, or that the shopper should know.</summary>
/// <param name="Code">Stable and public.</param>
/// <param name="Sku">The line it is about; null for the whole cart.</param>
/// <param name="Detail">One English sentence.</param>
/// <param name="Blocks">Whether the cart cannot be completed with it.</param>
[GenerateSerializer, Immutable, Alias("commerce.CartProblem")]
public sealed record CartProblem(
    [property: Id(0)] string Code,
    [property: Id(1)] Sku? Sku,
    [property: Id(2)] string Detail,
    [property: Id(3)] bool Blocks)
{
    /// <summary>For <c>price_changed</c>: what a unit cost and costs; null otherwise.</summary>
    [Id(4)]
    public PriceChange? Price { get; init; }
}
