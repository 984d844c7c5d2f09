using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Payments;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce;

/// <summary>The shop that the cores are tried in: coffee and mugs, sold in pounds, sent from Leeds and Rotterdam.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);
    public static readonly Currency Pounds = new("GBP");
    public static readonly Currency Euros = new("EUR");
    public static readonly Sku Coffee = new("COFFEE-250G");
    public static readonly Sku Mug = new("MUG");
    public static readonly LocationId Leeds = new("leeds");
    public static readonly LocationId Rotterdam = new("rotterdam");

    /// <summary>By priority.</summary>
    public static readonly ImmutableArray<Location> Places =
        [new(Leeds, "Leeds", "GB", "LS1 4DY", 1), new(Rotterdam, "Rotterdam", "NL", "3011 AA", 2)];

    public static readonly CartId TheCart = EntityId.Derive<CartId>("sample");
    public static readonly Commerce.Orders.OrderId TheOrder = EntityId.Twin<CartId, Commerce.Orders.OrderId>(TheCart);
    public static readonly HoldId Hold = HoldId.For(TheCart, 1);

    public static readonly Address Ada = new(
        "Ada", "Lovelace", null, "12 St James's Square", null, "London", null, "SW1Y 4JH", "GB", null);

    public static readonly TaxRates British = TaxChoice.At(
        new(ImmutableDictionary<string, decimal>.Empty.Add(TaxTable.Standard, 0.20m).Add("reduced", 0.05m).Add("zero", 0m)),
        new("GB", null, ""));

    public static readonly ImmutableArray<ShippingZone> Zones =
    [
        new("Britain", ["GB"], [new("standard", "Standard", [Gbp(395)], [Gbp(5000)], 2, 4), new("express", "Express", [Gbp(795)], [], 1, 1)]),
        new("Elsewhere", ["*"], [new("post", "Post", [Gbp(1995)], [], 5, 15)]),
    ];

    public static readonly CartFacts Facts = new(
        British, Zones, new Dictionary<Sku, SkuAvailability>(), new HashSet<Sku>(), new HashSet<string>(["GBP", "EUR"]));

    public static Dictionary<Sku, SkuAvailability> Stock(params (Sku Sku, int Units)[] there) => there.ToDictionary(
        stock => stock.Sku,
        stock => new SkuAvailability(stock.Sku, AvailabilityStatus.InStock, stock.Units, null, null, null, 8, false));

    public static Money Gbp(long minorUnits) => new(minorUnits, Pounds);

    public static Offer OfferOf(Sku sku, long price = 899, string taxClass = TaxTable.Standard) => new(
        EntityId.Derive<ProductId>(sku.Value), sku, $"The {sku}", null, Gbp(price), taxClass, 250, null);

    /// <summary>A cart that can be bought: two coffees and a mug, to Ada, by standard delivery.</summary>
    public static Cart ReadyCart() => new Cart()
        .After(new CartCreated(Pounds))
        .After(new CartLineSet(OfferOf(Coffee), 2), new CartLineSet(OfferOf(Mug, 1600), 1))
        .After(new CartEmailSet("ada@example.org"), new CartShippingAddressSet(Ada))
        .After(new CartShippingOptionChosen("standard"));

    /// <summary>The same, as it is bought.</summary>
    public static CartView FrozenCart() =>
        ReadyCart().After(new CartCheckoutBegan(1)).View(TheCart, 8, Facts);

    public static PaymentView PaymentOf(long authorized, long captured = 0, PaymentStatus status = PaymentStatus.Authorized) =>
        new(1, status, "pi_1", "pm_card_visa", Gbp(authorized), Gbp(captured), null);
}

/// <summary>How tests speak of cores.</summary>
internal static class Decisions
{
    /// <summary>The state after events.</summary>
    public static TState After<TState, TEvent>(this IJournaledState<TState, TEvent> state, params TEvent[] events)
        where TState : class, IJournaledState<TState, TEvent>
        where TEvent : class, IJournalEvent =>
        events.Aggregate((TState)state, (before, @event) => before.Apply(@event));

    /// <summary>The state after an accepted decision.</summary>
    public static TState After<TState, TEvent>(this IJournaledState<TState, TEvent> state, Decision<TEvent> decision)
        where TState : class, IJournaledState<TState, TEvent>
        where TEvent : class, IJournalEvent
    {
        Assert.Null(decision.Rejection);
        return state.After([.. decision.Events]);
    }

    /// <summary>The one event that was decided.</summary>
    public static TEvent TheEvent<TEvent>(this Decision<TEvent> decision)
        where TEvent : class, IJournalEvent
    {
        Assert.Null(decision.Rejection);
        return Assert.Single(decision.Events);
    }

    /// <summary>The code of the refusal, with which nothing happens.</summary>
    public static string? Code<TEvent>(this Decision<TEvent> decision)
        where TEvent : class, IJournalEvent
    {
        Assert.Empty(decision.Events);
        return decision.Rejection?.Code;
    }

    /// <summary>Asserts that it is so already.</summary>
    public static void IsNothing<TEvent>(this Decision<TEvent> decision)
        where TEvent : class, IJournalEvent => Assert.Null(decision.Code());

    /// <summary>Asserts that a snapshot of a state is read back as the same state, and returns what was read.</summary>
    public static TState Reread<TState>(TState state)
    {
        var text = JsonSerializer.Serialize(state, CommerceJson.Stored);
        var reread = JsonSerializer.Deserialize<TState>(text, CommerceJson.Stored)!;
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(text), JsonSerializer.SerializeToNode(reread, CommerceJson.Stored)), text);
        return reread;
    }
}
