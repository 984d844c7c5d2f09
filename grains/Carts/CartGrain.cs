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
    private readonly Dictionary<Sku, int> _available = [];
    private readonly HashSet<Sku> _unavailable = [];
    private readonly Dictionary<string, (TaxTable Tax, ImmutableArray<ShippingZone> Zones, DateTimeOffset At)> _tables = [];

    private CartId Id => new(this.GetPrimaryKeyString());

    private string Country => CountryOf(State);

    public async Task<Result<CartView>> Create(Currency currency, CommandHeader header, CancellationToken cancellation)
    {
        await GatherTables(Country);
        return await Commit(cart => cart.Create(currency), View, header);
    }

    public async Task<Result<CartView>> SetLine(
        SetCartLine command, CommandHeader header, CancellationToken cancellation)
    {
        await GatherTables(Country);
        if (command.Quantity == 0)
        {
            return await Commit(cart => cart.SetLine(command.Sku, 0, null, limits.Value), View, header);
        }

        var offer = await GatherOffer(command.Sku);
        return offer.IsAccepted
            ? await Commit(cart => cart.SetLine(command.Sku, command.Quantity, offer.Value, limits.Value), View, header)
            : offer.Rejection!;
    }

    public async Task<Result<CartView>> AddLine(
        AddCartLine command, CommandHeader header, CancellationToken cancellation)
    {
        await GatherTables(Country);
        var offer = await GatherOffer(command.Sku);
        return offer.IsAccepted
            ? await Commit(cart => cart.AddLine(command, offer.Value!, limits.Value), View, header)
            : offer.Rejection!;
    }

    public async Task<Result<CartView>> Update(
        UpdateCart command, CommandHeader header, CancellationToken cancellation)
    {
        var goesTo = command.ShippingAddress.IsSet ? command.ShippingAddress.Value?.Country : State.ShippingAddress?.Country;
        await GatherTables(Country);
        await GatherTables(Countries.IsKnown(goesTo) ? goesTo! : pricing.Value.HomeCountry);
        return await Commit(cart => cart.Update(command), View, header);
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

    public async Task<Result<CartView>> ChooseShipping(
        string optionId, CommandHeader header, CancellationToken cancellation)
    {
        await GatherTables(Country);
        return await Commit(cart => cart.ChooseShipping(optionId, Facts(cart)), View, header);
    }

    public async Task<Result<CartView>> Read(CancellationToken cancellation)
    {
        await GatherTables(Country);
        await Task.WhenAll(State.Lines.Select(line => GatherAvailable(line.Offer.Sku)));
        return await Read<Result<CartView>>(cart => cart.Currency is null ? CartRejections.NotFound : View(cart));
    }

    public async Task<Result<CartView>> Freeze(int attempt, CancellationToken cancellation)
    {
        await GatherTables(Country);
        var gathered = await Task.WhenAll(State.Lines.Select(line => GatherOffer(line.Offer.Sku)));
        var offers = gathered.Where(offer => offer.IsAccepted).ToDictionary(offer => offer.Value!.Sku, offer => offer.Value!);
        var frozen = await Commit(cart => cart.Freeze(attempt, offers, Facts(cart)), View);
        return frozen is { IsAccepted: true, Value.Status: CartStatus.Active } ? CartRejections.PriceChanged : frozen;
    }

    public async Task<Result<CartView>> Settle(int attempt, OrderId? order, CancellationToken cancellation)
    {
        await GatherTables(Country);
        return await Commit(cart => cart.Settle(attempt, order), View);
    }

    private CartView View(Cart cart) => cart.View(Id, Version, Facts(cart));

    private string CountryOf(Cart cart) => cart.ShippingAddress?.Country ?? pricing.Value.HomeCountry;

    /// <summary>By the state's own country: whoever changed it while we were gathering has gathered its tables.</summary>
    private CartFacts Facts(Cart cart)
    {
        var (tax, zones, _) = _tables[CountryOf(cart)];
        return new(tax, zones, _available, _unavailable, pricing.Value.TaxIncludedIn);
    }

    /// <summary>What the SKU sells for, from the product that has it; and, as a hint, how many there are.</summary>
    private async Task<Result<Offer>> GatherOffer(Sku sku)
    {
        if (State.Currency is not { } currency)
        {
            return CartRejections.NotFound;
        }

        var available = GatherAvailable(sku);
        Result<Offer> offer = await GrainFactory.GetSkuName(sku).Owner() is { } product
            ? await GrainFactory.GetProduct(product).Offer(sku, currency)
            : ProductRejections.SkuUnknown(sku);
        _ = offer.IsAccepted ? _unavailable.Remove(sku) : _unavailable.Add(sku);
        await available;
        return offer;
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
