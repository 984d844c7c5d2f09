using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Customers;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Orders;
using Commerce.Pricing;
using Commerce.Promotions;
using Commerce.Shipping;
using Microsoft.Extensions.Options;

namespace Commerce.Carts;

/// <summary>
/// Runs <see cref="Cart"/>. Reentrant: facts are gathered first, then decide + apply + enqueue is one synchronous step on
/// the newest state, so parallel calls add up and none is lost; only answers wait for the commit.
/// </summary>
[GrainType("cart"), PreferLocalPlacement, Reentrant]
internal sealed class CartGrain(
    IOptions<CartOptions> limits,
    IOptions<PricingOptions> pricing,
    OutsidePrices outside,
    PromotionSource promotions,
    TimeProvider time)
    : JournaledActor<Cart, CartEvent>, ICartGrain, IIncomingGrainCallFilter
{
    private static readonly TimeSpan OffersStaleAfter = TimeSpan.FromSeconds(5);

    // A page, its drawer and its badge ask for the same.
    private static readonly TimeSpan ReadStaleAfter = TimeSpan.FromSeconds(1);
    private readonly Dictionary<Sku, SkuAvailability> _available = [];
    private readonly Dictionary<Sku, (Result<Offer> Offer, DateTimeOffset At)> _offers = [];

    // The same, as facts have it: facts are gathered with each change, however many lines there are.
    private ImmutableDictionary<Sku, Offer> _offered = ImmutableDictionary<Sku, Offer>.Empty;
    private ImmutableHashSet<Sku> _unavailable = [];
    private CartSurroundings? _surroundings;
    private Shown? _shown;
    private (CartView View, DateTimeOffset At)? _read;
    private Shown? _refused;

    private CartId Id => new(this.GetPrimaryKeyString());

    private CartSurroundings Surroundings => _surroundings ??= new(GrainFactory, pricing.Value, outside, promotions, time);

    public Task Invoke(IIncomingGrainCallContext context) => context.CheckAsync(State.Owner, CartRejections.NotFound);

    public Task<Result<CartView>> Create(
        Currency currency, CommandHeader header, SalesChannel? salesChannel, CancellationToken cancellation) =>
        Change(cart => cart.Create(currency, salesChannel), header);

    public Task<Result<CartView>> Claim(CommandHeader header, CancellationToken cancellation) =>
        Change(cart => cart.Refuse() ?? Decision<CartEvent>.Nothing, header, isClaim: true);

    public async Task<Result<CartView>> Change(
        ImmutableArray<CartAction> actions, CommandHeader header, CancellationToken cancellation)
    {
        ImmutableArray<Sku> wanted =
        [
            .. actions.Select(action => action switch
            {
                AddCartLine add => add.Sku,
                SetCartLine { Quantity: not 0 } set => set.Line.Sku,
                _ => default(Sku?),
            }).OfType<Sku>().Distinct(),
        ];
        await GatherOffers(wanted, TimeSpan.Zero);
        if (actions.Any(action => action is AcceptPrices))
        {
            await GatherOffers(State.Lines.Select(line => line.Offer.Sku), TimeSpan.Zero);
        }

        var offers = wanted.ToDictionary(sku => sku, sku => _offers[sku].Offer);
        var facts = actions.Any(Cart.NeedsFacts) ? await Facts(State.Preview(actions, offers, limits.Value)) : null;
        return await Change(cart => cart.Change(actions, offers, facts, limits.Value), header);
    }

    public Task<Result<CartView>> SetBuyer(SetBuyer command, CommandHeader header, CancellationToken cancellation) =>
        Change(cart => cart.SetBuyer(command), header);

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

    public async Task<Result<CartView>> Read(CancellationToken cancellation)
    {
        if (_read is { } read && read.View.Version == Version && time.GetUtcNow() - read.At < ReadStaleAfter)
        {
            return read.View;
        }

        if (State.Status is CartStatus.Active or CartStatus.CheckingOut)
        {
            var skus = State.Lines.Select(line => line.Offer.Sku).ToHashSet();
            await GatherOffers(skus, OffersStaleAfter);
            await Task.WhenAll(skus.Select(GatherAvailable));
        }

        var (cart, version) = await Read(cart => (cart, Version));
        if (cart.Currency is null)
        {
            return CartRejections.NotFound;
        }

        var view = Show(cart.View(Id, version, await Facts(cart)));
        _read = (view, time.GetUtcNow());
        return view;
    }

    public async Task<Result<CartExplanation>> Explain(CancellationToken cancellation)
    {
        var (cart, version) = await Read(cart => (cart, Version));
        return cart.Currency is null ? CartRejections.NotFound : cart.Explain(Id, version, await Facts(cart));
    }

    public async Task<Result<CartView>> Freeze(FreezeCart command, CancellationToken cancellation)
    {
        await GatherOffers(State.Lines.Select(line => line.Offer.Sku), TimeSpan.Zero);
        var facts = await Facts(State, isFresh: true);
        var before = ShownBefore(command.Attempt);
        var expected = command with
        {
            ExpectedTotal = command.ExpectedTotal ?? before?.Total, ExpectedAmountDue = command.ExpectedAmountDue ?? before?.Due,
        };
        ImmutableArray<PriceChange> changes = [];
        var frozen = await Change(
            cart =>
            {
                changes = cart.PriceChanges(facts.Offers);
                return cart.Freeze(expected, facts.Offers, facts);
            },
            header: null);
        if (frozen.Rejection is { Prices: [{ Sku: null }] } or { Code: CartRejections.AmountDueChangedCode })
        {
            var told = State.View(Id, Version, facts);
            _refused = new(Version, told.Totals.Total, told.AmountDue, command.Attempt);
        }

        return frozen is { IsAccepted: true, Value.Status: CartStatus.Active } ? CartRejections.PriceChanged(changes) : frozen;
    }

    /// <summary>
    /// What was last shown; null after an activation of which nobody has asked it. A refusal shows one as well,
    /// but only to the next attempt: it may not have arrived, and be asked for again.
    /// </summary>
    private Shown? ShownBefore(int attempt) =>
        _refused is { } told && told.Attempt < attempt && told.Version >= (_shown?.Version ?? 0) ? told : _shown;

    private CartView Show(CartView view)
    {
        if (view.Version >= (_shown?.Version ?? 0))
        {
            _shown = new(view.Version, view.Totals.Total, view.AmountDue, Attempt: 0);
        }

        return view;
    }

    public Task<Result<CartView>> Settle(int attempt, OrderId? order, CancellationToken cancellation) =>
        Change(cart => cart.Settle(attempt, order), header: null, isShown: false);

    public async Task<Result<CartView>> Merge(CartId source, CommandHeader header, CancellationToken cancellation)
    {
        if (source == Id)
        {
            return CartRejections.SameCart;
        }

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

    public Task<Result<CartView>> Take(
        CartId source, CartContents contents, CommandHeader header, CancellationToken cancellation) =>
        Change(cart => cart.Take(source, contents, limits.Value), header);

    public Task<Result<CartContents>> Surrender(CartId target, CancellationToken cancellation) =>
        Commit(cart => Now(cart.Surrender(target)), cart => cart.Contents());

    public Task ConfirmSurrender(CartId target, CancellationToken cancellation) =>
        Commit(cart => Now(cart.EndSurrender(target, isTaken: true)), cart => cart.Status);

    public async Task<Result<bool>> Erase()
    {
        (_shown, _refused, _read) = (null, null, null);
        return await Erase(cart => Now(cart.Erase()), cart => true);
    }

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

    /// <summary>Decides and commits; the answer is the cart right after it, priced by what holds for that one.</summary>
    private async Task<Result<CartView>> Change(
        Func<Cart, Decision<CartEvent>> decide, CommandHeader? header, bool isShown = true, bool isClaim = false)
    {
        var group = await GroupOfCaller();
        var changed = await Commit(
            cart =>
            {
                var decision = decide(cart);
                return Now(decision.Rejection is not null || (decision.Events.IsEmpty && !isClaim)
                    ? decision
                    : cart.ClaimedWith(decision, Ownership.Customer, group));
            },
            cart => new CartAt(cart, Version), header);
        if (changed.Value is not var (cart, version))
        {
            return changed.Rejection!;
        }

        var view = cart.View(Id, version, await Facts(cart));
        return changed.IsRepeated ? Result<CartView>.Repeated(view) : isShown ? Show(view) : view;
    }

    /// <summary>Of somebody who is signed in and whose the cart is about to be.</summary>
    private async Task<string?> GroupOfCaller() => State.Owner is null && Ownership.Customer is { } customer
        ? (await GrainFactory.GetCustomer(customer).Read()).Groups.FirstOrDefault()
        : null;

    private Decision<CartEvent> Now(Decision<CartEvent> decision)
    {
        var now = time.GetUtcNow();
        return decision.Select(@event => @event with { At = now });
    }

    private Task<CartFacts> Facts(Cart cart, bool isFresh = false) =>
        Surroundings.GatherAsync(cart, _available, _unavailable, _offered, isFresh);

    /// <summary>What SKUs sell for, from the products that have them, unless that was asked a moment ago.</summary>
    private Task GatherOffers(IEnumerable<Sku> skus, TimeSpan staleAfter) => Task.WhenAll(skus.Distinct()
        .Where(sku => !_offers.TryGetValue(sku, out var known) || time.GetUtcNow() - known.At >= staleAfter)
        .Select(GatherOffer));

    private async Task GatherOffer(Sku sku)
    {
        if (State.Currency is not { } currency)
        {
            Keep(sku, CartRejections.NotFound, default);
            return;
        }

        var listed = GrainFactory.GetPriceBook().Find(sku, currency);
        Result<Offer> offer = await GrainFactory.GetSkuName(sku).Owner() is { } product
            ? await GrainFactory.GetProduct(product).Offer(sku, currency)
            : ProductRejections.SkuUnknown(sku);
        if (offer.IsAccepted)
        {
            await GatherAvailable(sku);
        }

        var prices = await listed;
        Forget();
        Keep(sku, offer.Select(found => found with { Listed = prices }), time.GetUtcNow());
    }

    private void Keep(Sku sku, Result<Offer> offer, DateTimeOffset at)
    {
        _offers[sku] = (offer, at);
        (_offered, _unavailable) = offer.Value is { } found
            ? (_offered.SetItem(sku, found), _unavailable.Remove(sku))
            : (_offered.Remove(sku), _unavailable.Add(sku));
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
                (_offered, _unavailable) = (_offered.Remove(sku), _unavailable.Remove(sku));
            }
        }
    }

    /// <summary>What the cart itself has on hold while it is checked out, or from a drop, does not count against it.</summary>
    private async Task GatherAvailable(Sku sku) => _available[sku] =
        await GrainFactory.GetStockLine(sku).Availability(HoldId.For(Id, State.Attempt));

    /// <summary>What a cart came to when somebody was told.</summary>
    /// <param name="Due">What credit left of it.</param>
    /// <param name="Attempt">The checkout that was refused by it; 0: it was shown.</param>
    private sealed record Shown(long Version, Money Total, Money Due, int Attempt);

    /// <summary>A cart as it was at a version: what a command is answered from, and again when it is repeated.</summary>
    private sealed record CartAt(Cart Cart, long Version);
}
