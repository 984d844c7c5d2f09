using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Journal;
using Commerce.Orders;

namespace Commerce.Carts;

/// <summary>What can happen to a cart.</summary>
internal abstract record CartEvent : IJournalEvent;

[Alias("cart.created")]
internal sealed record CartCreated(Currency Currency) : CartEvent;

/// <param name="Offer">What the SKU sold for at that moment.</param>
[Alias("cart.line_set")]
internal sealed record CartLineSet(Offer Offer, int Quantity) : CartEvent;

[Alias("cart.line_removed")]
internal sealed record CartLineRemoved(Sku Sku) : CartEvent;

[Alias("cart.email_set")]
internal sealed record CartEmailSet(string? Email) : CartEvent;

[Alias("cart.shipping_address_set")]
internal sealed record CartShippingAddressSet(Address? Address) : CartEvent;

[Alias("cart.billing_address_set")]
internal sealed record CartBillingAddressSet(Address? Address) : CartEvent;

[Alias("cart.shipping_option_chosen")]
internal sealed record CartShippingOptionChosen(string OptionId) : CartEvent;

/// <param name="Offers">Those that differ from what the lines said.</param>
[Alias("cart.repriced")]
internal sealed record CartRepriced(ImmutableArray<Offer> Offers) : CartEvent;

[Alias("cart.checkout_began")]
internal sealed record CartCheckoutBegan(int Attempt) : CartEvent;

[Alias("cart.checkout_ended")]
internal sealed record CartCheckoutEnded(int Attempt) : CartEvent;

[Alias("cart.completed")]
internal sealed record CartCompleted(int Attempt, OrderId Order) : CartEvent;
