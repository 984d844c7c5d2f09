using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Orders;
using Commerce.Shipping;

namespace Commerce.Notifications;

/// <summary>An order as customers place them: two tea tins and a pot, to Ada in London.</summary>
internal static class SampleOrder
{
    public static readonly DateTimeOffset PlacedAt = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);
    public static readonly OrderId Id = EntityId.Derive<OrderId>("sample");
    public static readonly Sku Tin = new("TEA-TIN");
    public static readonly Sku Pot = new("TEA-POT");

    public static readonly Address Ada = new(
        "Ada", "Lovelace", "Analytical Engines", "12 St James's Square", null, "London", null, "SW1Y 4JH", "GB", null);

    public static OrderView With(
        string title = "Tea tin",
        string variant = "250 g",
        string email = "ada@example.org",
        Address? address = null,
        bool taxIncluded = true,
        Tracking? tracking = null) => new(
        Id,
        "H4RB0UR7",
        3,
        OrderStatus.Open,
        OrderPaymentStatus.Authorized,
        FulfillmentStatus.PartiallyFulfilled,
        email,
        address ?? Ada,
        null,
        [Line(Tin, title, variant, 2, Gbp(1150)), Line(Pot, "Tea pot", null, 1, Gbp(3900))],
        new("standard", "Standard", Gbp(495), 2, 4),
        new(Gbp(6200), Gbp(495), Gbp(1116), Gbp(6695), taxIncluded),
        Gbp(0),
        [new("ful_1", new("main"), [new(Tin, 2)], tracking, PlacedAt.AddDays(1))],
        [],
        PlacedAt,
        new("hold"));

    private static Money Gbp(long minorUnits) => new(minorUnits, new("GBP"));

    private static OrderLineView Line(Sku sku, string title, string? variant, int quantity, Money price) => new(
        sku, EntityId.Derive<ProductId>(sku.Value), title, variant, quantity, 0, price, price * quantity, Gbp(0), 0.2m, null);
}
