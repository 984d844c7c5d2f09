using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Credit;
using Commerce.Inventory;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce.Orders;

/// <summary>Calls off what is not sent of an order. What was sent stays sent.</summary>
/// <param name="Lines">Units to call off by line, 1 or more each, all or none; empty: everything that is not sent.</param>
/// <param name="Restock">Whether the units can be sold again; otherwise they are gone.</param>
/// <param name="By">Who wants it. Shoppers call off the whole order, and only before a location has begun.</param>
[GenerateSerializer, Immutable, Alias("commerce.CancelOrder")]
public sealed record CancelOrder(
    [property: Id(0)] ImmutableArray<OrderLineQuantity> Lines,
    [property: Id(1)] OrderCancelReason Reason,
    [property: Id(2)] bool Restock,
    [property: Id(3)] OrderParty By);

/// <summary>Units of one line of an order.</summary>
[GenerateSerializer, Immutable, Alias("commerce.OrderLineQuantity")]
public readonly record struct OrderLineQuantity([property: Id(0)] CartLineId Line, [property: Id(1)] int Quantity);

/// <summary>Why an order is called off. A closed set, so that nobody writes names into the journal.</summary>
[GenerateSerializer, Alias("commerce.OrderCancelReason")]
public enum OrderCancelReason
{
    /// <summary>The customer asked for it.</summary>
    Customer = 0,

    /// <summary>There is no stock to send.</summary>
    Inventory = 1,

    /// <summary>It looked like fraud.</summary>
    Fraud = 2,

    /// <summary>It was not paid in time.</summary>
    Unpaid = 3,

    /// <summary>The shop made a mistake.</summary>
    Staff = 4,

    /// <summary>Something else.</summary>
    Other = 5,
}

/// <summary>Who wants something of an order.</summary>
[GenerateSerializer, Alias("commerce.OrderParty")]
public enum OrderParty
{
    /// <summary>Who bought it.</summary>
    Shopper = 0,

    /// <summary>Who sells it.</summary>
    Operator = 1,

    /// <summary>A deadline.</summary>
    System = 2,
}

/// <summary>What an operator wants to be different about an order. What is left out stays as it is.</summary>
/// <param name="Lines">Units that a line is to have, 0 or more, no less than were sent.</param>
/// <param name="Add">Lines to add at today's prices; at most 50.</param>
/// <param name="ShippingAddress">Where it goes; in the same country and region, where the same taxes are due.</param>
/// <param name="ShippingOption">How it is shipped; one of those the shop has for the address.</param>
[GenerateSerializer, Immutable, Alias("commerce.EditOrder")]
public sealed record EditOrder(
    [property: Id(0)] ImmutableArray<OrderLineQuantity> Lines,
    [property: Id(1)] ImmutableArray<SkuQuantity> Add,
    [property: Id(2)] Address? ShippingAddress = null,
    [property: Id(3)] string? ShippingOption = null);

/// <summary>The same, with all that it rests on: prices, taxes and shipping as of when it was proposed.</summary>
/// <param name="ShippingTaxes">The taxes on shipping, should another option be chosen.</param>
/// <param name="Revision">What the order must still be like; see <see cref="OrderPlan.Revision"/>. Null: any.</param>
[GenerateSerializer, Immutable, Alias("commerce.PricedEdit")]
public sealed record PricedEdit(
    [property: Id(0)] ImmutableArray<OrderLineQuantity> Lines,
    [property: Id(1)] ImmutableArray<CartLineView> Add,
    [property: Id(2)] Address? ShippingAddress,
    [property: Id(3)] ShippingOption? ShippingOption,
    [property: Id(4)] ImmutableArray<TaxRate> ShippingTaxes,
    [property: Id(5)] int? Revision = null);

/// <summary>A change that an order would allow now, and what has to be done for it. Nothing has happened yet.</summary>
/// <param name="Revision">Rises with whatever changes what is bought, sent or called off.</param>
/// <param name="Withhold">Units that must not be sent, by SKU.</param>
/// <param name="Add">Units that must be in stock besides, by SKU.</param>
/// <param name="Requests">What the locations are asked to send, the last asked first.</param>
/// <param name="Before">The order.</param>
/// <param name="After">The order as it would be.</param>
[GenerateSerializer, Immutable, Alias("commerce.OrderPlan")]
public sealed record OrderPlan(
    [property: Id(0)] int Revision,
    [property: Id(1)] ImmutableArray<SkuQuantity> Withhold,
    [property: Id(2)] ImmutableArray<SkuQuantity> Add,
    [property: Id(3)] ImmutableArray<OpenFulfillmentOrder> Requests,
    [property: Id(4)] OrderView Before,
    [property: Id(5)] OrderView After);

/// <summary>The locations have decided: this much is not sent.</summary>
/// <param name="Change">Numbers the changes of one order, from 1; an older one is no news.</param>
/// <param name="Withheld">By SKU.</param>
[GenerateSerializer, Immutable, Alias("commerce.RecordCancellation")]
public sealed record RecordCancellation(
    [property: Id(0)] int Change, [property: Id(1)] CancelOrder Cancel, [property: Id(2)] ImmutableArray<SkuQuantity> Withheld);

/// <summary>The locations have decided, and what is added is committed.</summary>
/// <param name="Change">Numbers the changes of one order, from 1; an older one is no news.</param>
/// <param name="Allocations">By SKU that is added: which locations send how many.</param>
[GenerateSerializer, Immutable, Alias("commerce.RecordEdit")]
public sealed record RecordEdit(
    [property: Id(0)] int Change,
    [property: Id(1)] OrderEditId Id,
    [property: Id(2)] PricedEdit Edit,
    [property: Id(3)] HoldId Hold,
    [property: Id(4)] ImmutableDictionary<Sku, ImmutableArray<Allocation>> Allocations);

/// <summary>What came of giving money back.</summary>
/// <param name="Refund">Names the refund.</param>
/// <param name="Refusal">Why the money did not go; null when it did.</param>
/// <param name="Credit">The gift card or store credit that it goes back to; null: the payment.</param>
[GenerateSerializer, Immutable, Alias("commerce.RecordRefund")]
public sealed record RecordRefund(
    [property: Id(0)] string Refund,
    [property: Id(1)] Money Amount,
    [property: Id(2)] string? Refusal,
    [property: Id(3)] CreditAccountId? Credit = null);
