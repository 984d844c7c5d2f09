using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Credit;
using Commerce.Customers;
using Commerce.Journal;
using Commerce.Orders;
using Commerce.Pricing;

namespace Commerce.Carts;

/// <summary>What can happen to a cart.</summary>
internal abstract record CartEvent : IJournalEvent
{
    /// <summary>When; null in carts from before lifetimes, which do not expire.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <param name="SalesChannel">Null: nothing named one; also in events from before there were channels.</param>
[Alias("cart.created")]
internal sealed record CartCreated(Currency Currency, SalesChannel? SalesChannel = null) : CartEvent;

/// <summary>Somebody who is signed in has it from now on.</summary>
[Alias("cart.claimed")]
internal sealed record CartClaimed(CustomerId Customer) : CartEvent;

/// <param name="Offer">What the SKU sold for at that moment.</param>
[Alias("cart.line_set")]
internal sealed record CartLineSet(
    Offer Offer, int Quantity, [property: Personal] ImmutableSortedDictionary<string, string>? Attributes = null) : CartEvent;

/// <param name="Line">Null in events from before lines had attributes: the SKU's only line.</param>
[Alias("cart.line_removed")]
internal sealed record CartLineRemoved(Sku Sku, CartLineId? Line = null) : CartEvent;

[Alias("cart.code_added")]
internal sealed record CartCodeAdded(string Code) : CartEvent;

[Alias("cart.code_removed")]
internal sealed record CartCodeRemoved(string Code) : CartEvent;

/// <param name="Last4">The end of a gift card's code, all of it that is kept; null for store credit.</param>
[Alias("cart.credit_added")]
internal sealed record CartCreditAdded(CreditAccountId Account, CreditKind Kind, string? Last4) : CartEvent;

[Alias("cart.credit_removed")]
internal sealed record CartCreditRemoved(CreditAccountId Account) : CartEvent;

/// <summary>Somebody left a cart that could be bought and whom it belongs to is known.</summary>
[Alias("cart.abandoned")]
internal sealed record CartAbandoned : CartEvent;

[Alias("cart.expired")]
internal sealed record CartExpired : CartEvent;

/// <summary>All of it is another cart's now.</summary>
[Alias("cart.surrendered")]
internal sealed record CartSurrendered(CartId Target) : CartEvent;

/// <param name="IsTaken">False: the other cart would not have it, and this one is open again.</param>
[Alias("cart.surrender_ended")]
internal sealed record CartSurrenderEnded(CartId Target, bool IsTaken) : CartEvent;

/// <param name="Lines">As they are afterwards: those that were added or have more units now.</param>
[Alias("cart.merged")]
internal sealed record CartMerged(
    CartId Source,
    ImmutableArray<CartLine> Lines,
    [property: Personal] string? Email,
    Address? ShippingAddress,
    Address? BillingAddress,
    ImmutableArray<string> Codes) : CartEvent
{
    /// <summary>All that it is to be paid with afterwards.</summary>
    public ImmutableArray<CartCredit> Credits { get; init; } = [];
}

[Alias("cart.email_set")]
internal sealed record CartEmailSet([property: Personal] string? Email) : CartEvent;

[Alias("cart.shipping_address_set")]
internal sealed record CartShippingAddressSet(Address? Address) : CartEvent;

[Alias("cart.billing_address_set")]
internal sealed record CartBillingAddressSet(Address? Address) : CartEvent;

[Alias("cart.shipping_option_chosen")]
internal sealed record CartShippingOptionChosen(string OptionId) : CartEvent;

/// <param name="Buyer">All of it.</param>
[Alias("cart.buyer_set")]
internal sealed record CartBuyerSet(Buyer Buyer) : CartEvent;

/// <param name="Offers">Those that differ from what the lines said.</param>
[Alias("cart.repriced")]
internal sealed record CartRepriced(ImmutableArray<Offer> Offers) : CartEvent;

[Alias("cart.checkout_began")]
internal sealed record CartCheckoutBegan(int Attempt) : CartEvent
{
    /// <summary>What gift cards and store credit are to pay of it.</summary>
    public ImmutableArray<AppliedCredit> Credits { get; init; } = [];
}

[Alias("cart.checkout_ended")]
internal sealed record CartCheckoutEnded(int Attempt) : CartEvent;

/// <summary>Who had it is forgotten, and so is what was in it.</summary>
[Alias("cart.erased")]
internal sealed record CartErased : CartEvent;

[Alias("cart.completed")]
internal sealed record CartCompleted(int Attempt, OrderId Order) : CartEvent;
