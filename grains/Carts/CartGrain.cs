using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Journal;
using Commerce.Orders;
using Commerce.Pricing;
using Commerce.Shipping;
using Commerce.Tax;
using Microsoft.Extensions.Options;

namespace Commerce.Carts;

/// <summary>
/// Runs <see cref="Cart"/>. Reentrant: facts are gathered first, then decide + apply + enqueue is one synchronous step on
/// the newest state, so parallel calls add up and none is lost; only answers wait for the commit.
/// </summary>
[GrainType("cart"), Reentrant]
internal sealed class CartGrain(IOptions<CartOptions> limits, IOptions<PricingOptions> pricing, TimeProvider time)
    : JournaledActor<Cart, CartEvent>, ICartGrain
{
    private static readonly TimeSpan TablesStaleAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OffersStaleAfter = TimeSpan.FromSeconds(5);
    private readonly Dictionary<Sku, int> _available = [];
    private readonly Dictionary<Sku, (Result<Offer> Offer, DateTimeOffset At)> _offers = [];
    private readonly Dictionary<string, (TaxTable Tax, ImmutableArray<ShippingZone> Zones, DateTimeOffset At)> _tables = [];

    private CartId Id => new(this.GetPrimaryKeyString());

    private string Country => CountryOf(State);

    public async Task<Result<CartView>> Create(Currency currency, CommandHeader header, CancellationToken cancellation)
    {
        await GatherTables(Country);
        return await Change(cart => cart.Create(currency), header);
    }

    public async Task<Result<CartView>> Change(
        ImmutableArray<CartAction> actions, CommandHeader header, CancellationToken cancellation)
    {
        await GatherTables(Country);
        foreach (var update in actions.OfType<UpdateCart>())
        {
            if (update.ShippingAddress is { IsSet: true, Value.Country: { } country } && Countries.IsKnown(country))
            {
                await GatherTables(country);
            }
        }

        if (actions.Any(action => action is UpdateCart { ShippingAddress: { IsSet: true, Value: null } }))
        {
            await GatherTables(pricing.Value.HomeCountry);
        }

        await GatherOffers(
            actions.Select(action => action switch
            {
                AddCartLine add => add.Sku,
                SetCartLine { Quantity: > 0 } set => set.Line.Sku,
                _ => default(Sku?),
            }).OfType<Sku>(),
            TimeSpan.Zero);
        if (actions.Any(action => action is AcceptPrices))
        {
            await GatherOffers(State.Lines.Select(line => line.Offer.Sku), TimeSpan.Zero);
        }

        return await Change(
            cart => cart.Change(actions, _offers.ToDictionary(offer => offer.Key, offer => offer.Value.Offer), Facts, limits.Value),
            header);
    }

    public async Task<Result<ImmutableArray<ShippingOption>>> ShippingOptions(CancellationToken cancellation)
    {
        await GatherTables(Country);
        return await Read<Result<ImmutableArray<ShippingOption>>>(cart => cart switch
        {
            { Currency: null } => CartRejections.NotFound,
            { ShippingAddress: null } => CartRejections.AddressMissing,
            _ => cart.ShippingOptions(Facts(cart)),
        });
    }

    public async Task<Result<CartView>> Read(CancellationToken cancellation)
    {
        await GatherTables(Country);
        if (State.Status is CartStatus.Active or CartStatus.CheckingOut)
        {
            var skus = State.Lines.Select(line => line.Offer.Sku).ToHashSet();
            await GatherOffers(skus, OffersStaleAfter);
            await Task.WhenAll(skus.Select(GatherAvailable));
        }

        return await Read<Result<CartView>>(cart => cart.Currency is null ? CartRejections.NotFound : View(cart));
    }

    public async Task<Result<CartView>> Freeze(FreezeCart command, CancellationToken cancellation)
    {
        await GatherTables(Country);
        await GatherOffers(State.Lines.Select(line => line.Offer.Sku), TimeSpan.Zero);
        ImmutableArray<PriceChange> changes = [];
        var frozen = await Change(
            cart =>
            {
                changes = cart.PriceChanges(Offers());
                return cart.Freeze(command, Offers(), Facts);
            },
            header: null);
        return frozen is { IsAccepted: true, Value.Status: CartStatus.Active } ? CartRejections.PriceChanged(changes) : frozen;
    }

    public async Task<Result<CartView>> Settle(int attempt, OrderId? order, CancellationToken cancellation)
    {
        await GatherTables(Country);
        return await Change(cart => cart.Settle(attempt, order), header: null);
    }

    public async Task<Result<CartView>> Merge(CartId source, CommandHeader header, CancellationToken cancellation)
    {
        if (source == Id)
        {
            return CartRejections.SameCart;
        }

        await GatherTables(Country);
        if (!State.Sources.Contains(source))
        {
            // Nothing is surrendered to a cart that could not take it.
            if (await Read(cart => cart.Refuse()) is { } closed)
            {
                return closed;
            }

            var surrendered = await GrainFactory.GetCart(source).Surrender(Id, cancellation);
            if (surrendered.Rejection is { } refused)
            {
                return refused.Pointer is null ? refused with { Pointer = "/source" } : refused;
            }

            var taken = await Take(source, surrendered.Value!, header, cancellation);
            if (!taken.IsAccepted)
            {
                // Its wake-up gives the source back to its owner, or tries again when this cart is open.
                return taken;
            }
        }

        await GrainFactory.GetCart(source).ConfirmSurrender(Id, cancellation);
        return await Read(cancellation);
    }

    public async Task<Result<CartView>> Take(
        CartId source, CartContents contents, CommandHeader header, CancellationToken cancellation)
    {
        await GatherTables(contents.ShippingAddress?.Country ?? Country);
        await GatherTables(Country);
        return await Change(cart => cart.Take(source, contents, limits.Value), header);
    }

    public Task<Result<CartContents>> Surrender(CartId target, CancellationToken cancellation) =>
        Commit(cart => Now(cart.Surrender(target)), cart => cart.Contents());

    public Task ConfirmSurrender(CartId target, CancellationToken cancellation) =>
        Commit(cart => Now(cart.EndSurrender(target, isTaken: true)), cart => cart.Status);

    protected override async Task OnWake()
    {
        if (State is { IsSurrendering: true, MergedInto: { } target })
        {
            var taken = await GrainFactory.GetCart(target).Take(Id, State.Contents(), CommandHeader.None);
            if (taken.Rejection?.Code != CartRejections.CheckingOut.Code)
            {
                await Commit(cart => Now(cart.EndSurrender(target, taken.IsAccepted)), cart => cart.Status);
            }
        }

        await Commit(cart => Now(cart.Age(time.GetUtcNow())), cart => cart.Status);
    }

    private Task<Result<CartView>> Change(Func<Cart, Decision<CartEvent>> decide, CommandHeader? header) =>
        Commit(cart => Now(decide(cart)), View, header);

    private Decision<CartEvent> Now(Decision<CartEvent> decision)
    {
        var now = time.GetUtcNow();
        return decision.Select(@event => @event with { At = now });
    }

    private CartView View(Cart cart) => cart.View(Id, Version, Facts(cart));

    private string CountryOf(Cart cart) => cart.ShippingAddress?.Country ?? pricing.Value.HomeCountry;

    /// <summary>By the state's own country: whoever changed it while we were gathering has gathered its tables.</summary>
    private CartFacts Facts(Cart cart)
    {
        var (tax, zones, _) = _tables[CountryOf(cart)];
        var unavailable = _offers.Where(offer => !offer.Value.Offer.IsAccepted).Select(offer => offer.Key).ToHashSet();
        return new(tax, zones, _available, unavailable, pricing.Value.TaxIncludedIn) { Offers = Offers() };
    }

    private Dictionary<Sku, Offer> Offers() => _offers.Where(offer => offer.Value.Offer.IsAccepted)
        .ToDictionary(offer => offer.Key, offer => offer.Value.Offer.Value!);

    /// <summary>What SKUs sell for, from the products that have them, unless that was asked a moment ago.</summary>
    private Task GatherOffers(IEnumerable<Sku> skus, TimeSpan staleAfter) => Task.WhenAll(skus.Distinct()
        .Where(sku => !_offers.TryGetValue(sku, out var known) || time.GetUtcNow() - known.At >= staleAfter)
        .Select(GatherOffer));

    private async Task GatherOffer(Sku sku)
    {
        if (State.Currency is not { } currency)
        {
            _offers[sku] = (CartRejections.NotFound, default);
            return;
        }

        Result<Offer> offer = await GrainFactory.GetSkuName(sku).Owner() is { } product
            ? await GrainFactory.GetProduct(product).Offer(sku, currency)
            : ProductRejections.SkuUnknown(sku);
        if (offer.IsAccepted)
        {
            await GatherAvailable(sku);
        }

        Forget();
        _offers[sku] = (offer, time.GetUtcNow());
    }

    /// <summary>Facts about what is not in the cart are not kept for ever.</summary>
    private void Forget()
    {
        if (_offers.Count > 2 * limits.Value.LinesMax)
        {
            var kept = State.Lines.Select(line => line.Offer.Sku).ToHashSet();
            var stale = time.GetUtcNow() - TimeSpan.FromMinutes(1);
            foreach (var sku in _offers.Where(offer => offer.Value.At < stale).Select(offer => offer.Key).Except(kept).ToArray())
            {
                _offers.Remove(sku);
                _available.Remove(sku);
            }
        }
    }

    private async Task GatherAvailable(Sku sku) => _available[sku] = await GrainFactory.GetStockLine(sku).Available();

    private async Task GatherTables(string country)
    {
        var now = time.GetUtcNow();
        if (_tables.TryGetValue(country, out var tables) && now - tables.At < TablesStaleAfter)
        {
            return;
        }

        var tax = GrainFactory.GetTaxTable(country).Read();
        var zones = await GrainFactory.GetShippingZones().Read();
        _tables[country] = (await tax, zones, now);
    }
}
