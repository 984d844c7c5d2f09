using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Journal;
using Commerce.Orders;
using Commerce.Pricing;
using Commerce.Shipping;
using Microsoft.Extensions.Options;

namespace Commerce.Carts;

/// <summary>
/// Runs <see cref="Cart"/>. Reentrant: facts are gathered first, then decide + apply + enqueue is one synchronous step on
/// the newest state, so parallel calls add up and none is lost; only answers wait for the commit.
/// </summary>
[GrainType("cart"), Reentrant]
internal sealed class CartGrain(
    IOptions<CartOptions> limits, IOptions<PricingOptions> pricing, OutsidePrices outside, TimeProvider time)
    : JournaledActor<Cart, CartEvent>, ICartGrain
{
    private readonly Dictionary<Sku, int> _available = [];
    private readonly HashSet<Sku> _unavailable = [];
    private CartSurroundings? _surroundings;

    private CartId Id => new(this.GetPrimaryKeyString());

    private CartSurroundings Surroundings => _surroundings ??= new(GrainFactory, pricing.Value, outside, time);

    public Task<Result<CartView>> Create(Currency currency, CommandHeader header, CancellationToken cancellation) =>
        Change(cart => cart.Create(currency), header);

    public async Task<Result<CartView>> SetLine(
        SetCartLine command, CommandHeader header, CancellationToken cancellation)
    {
        if (command.Quantity == 0)
        {
            return await Change(cart => cart.SetLine(command.Sku, 0, null, limits.Value), header);
        }

        var offer = await GatherOffer(command.Sku);
        return offer.IsAccepted
            ? await Change(cart => cart.SetLine(command.Sku, command.Quantity, offer.Value, limits.Value), header)
            : offer.Rejection!;
    }

    public async Task<Result<CartView>> AddLine(
        AddCartLine command, CommandHeader header, CancellationToken cancellation)
    {
        var offer = await GatherOffer(command.Sku);
        return offer.IsAccepted
            ? await Change(cart => cart.AddLine(command, offer.Value!, limits.Value), header)
            : offer.Rejection!;
    }

    public Task<Result<CartView>> Update(UpdateCart command, CommandHeader header, CancellationToken cancellation) =>
        Change(cart => cart.Update(command), header);

    public async Task<Result<ImmutableArray<ShippingOption>>> ShippingOptions(CancellationToken cancellation)
    {
        var facts = await Facts(State);
        return await Read<Result<ImmutableArray<ShippingOption>>>(cart => cart switch
        {
            { Currency: null } => CartRejections.NotFound,
            _ when cart.ShippingOptions(facts) is { IsEmpty: false } options => options,
            { ShippingAddress: null } => CartRejections.AddressMissing,
            _ => ImmutableArray<ShippingOption>.Empty,
        });
    }

    public async Task<Result<CartView>> ChooseShipping(
        string optionId, CommandHeader header, CancellationToken cancellation)
    {
        var facts = await Facts(State);
        return await Change(cart => cart.ChooseShipping(optionId, facts), header);
    }

    public async Task<Result<CartView>> Read(CancellationToken cancellation)
    {
        await Task.WhenAll(State.Lines.Select(line => GatherAvailable(line.Offer.Sku)));
        var (cart, version) = await Read(cart => (cart, Version));
        return cart.Currency is null ? CartRejections.NotFound : cart.View(Id, version, await Facts(cart));
    }

    public Task<Result<CartView>> SetBuyer(SetBuyer command, CommandHeader header, CancellationToken cancellation) =>
        Change(cart => cart.SetBuyer(command), header);

    public async Task<Result<CartExplanation>> Explain(CancellationToken cancellation)
    {
        var (cart, version) = await Read(cart => (cart, Version));
        return cart.Currency is null ? CartRejections.NotFound : cart.Explain(Id, version, await Facts(cart));
    }

    public async Task<Result<CartView>> Freeze(int attempt, CancellationToken cancellation)
    {
        var gathered = await Task.WhenAll(State.Lines.Select(line => GatherOffer(line.Offer.Sku)));
        var offers = gathered.Where(offer => offer.IsAccepted).ToDictionary(offer => offer.Value!.Sku, offer => offer.Value!);
        var facts = await Facts(State);
        var frozen = await Change(cart => cart.Freeze(attempt, offers, facts));
        return frozen is { IsAccepted: true, Value.Status: CartStatus.Active } ? CartRejections.PriceChanged : frozen;
    }

    public Task<Result<CartView>> Settle(int attempt, OrderId? order, CancellationToken cancellation) =>
        Change(cart => cart.Settle(attempt, order));

    /// <summary>Decides and commits; the answer is the cart right after it, priced by what holds for that one.</summary>
    private async Task<Result<CartView>> Change(Func<Cart, Decision<CartEvent>> decide, CommandHeader? header = null)
    {
        var changed = await Commit(decide, cart => (Cart: cart, Version), header);
        return changed.IsAccepted
            ? changed.Value.Cart.View(Id, changed.Value.Version, await Facts(changed.Value.Cart))
            : changed.Rejection!;
    }

    private Task<CartFacts> Facts(Cart cart) => Surroundings.GatherAsync(cart, _available, _unavailable);

    /// <summary>What the SKU sells for, from the product that has it; and, as a hint, how many there are.</summary>
    private async Task<Result<Offer>> GatherOffer(Sku sku)
    {
        if (State.Currency is not { } currency)
        {
            return CartRejections.NotFound;
        }

        var available = GatherAvailable(sku);
        var listed = GrainFactory.GetPriceBook().Find(sku, currency);
        Result<Offer> offer = await GrainFactory.GetSkuName(sku).Owner() is { } product
            ? await GrainFactory.GetProduct(product).Offer(sku, currency)
            : ProductRejections.SkuUnknown(sku);
        _ = offer.IsAccepted ? _unavailable.Remove(sku) : _unavailable.Add(sku);
        await available;
        var prices = await listed;
        return offer.Select(found => found with { Listed = prices });
    }

    private async Task GatherAvailable(Sku sku) => _available[sku] = await GrainFactory.GetStockLine(sku).Available();
}
