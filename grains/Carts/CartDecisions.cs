using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Catalog;
using Commerce.Credit;
using Commerce.Customers;
using Commerce.Journal;
using Commerce.Orders;
using Commerce.Pricing;

namespace Commerce.Carts;

/// <summary>What shoppers and the checkout may do with a cart.</summary>
internal sealed partial record Cart
{
    private const int ActionsMax = 50;
    private const int CodesMax = 10;
    private const int AttributesMax = 10;

    public Decision<CartEvent> Create(Currency currency, SalesChannel? salesChannel)
    {
        if (Currency is null)
        {
            return new CartCreated(currency, salesChannel);
        }

        return Currency == currency ? Decision<CartEvent>.Nothing : CartRejections.CurrencyDiffers;
    }

    /// <summary>All actions, each on what those before it leave, or none.</summary>
    /// <param name="offers">By SKU, of all SKUs that the actions add or set.</param>
    /// <param name="facts">Null when no action <see cref="NeedsFacts"/>.</param>
    public Decision<CartEvent> Change(
        ImmutableArray<CartAction> actions,
        IReadOnlyDictionary<Sku, Result<Offer>> offers,
        CartFacts? facts,
        CartOptions limits)
    {
        if (actions.Length is < 1 or > ActionsMax)
        {
            return CartRejections.ActionsOutOfRange(ActionsMax);
        }

        var (cart, events) = (this, ImmutableArray.CreateBuilder<CartEvent>());
        for (var i = 0; i < actions.Length; i++)
        {
            var decision = cart.Decide(actions[i], offers, facts, limits);
            if (decision.Rejection is { } rejection)
            {
                return rejection.Under($"/actions/{i}");
            }

            events.AddRange(decision.Events);
            cart = cart.AfterAll(decision.Events);
        }

        return Decision<CartEvent>.Of(events.ToArray());
    }

    /// <summary>The cart about as the actions will leave it: what they are then decided by is gathered for that one.</summary>
    public Cart Preview(
        ImmutableArray<CartAction> actions, IReadOnlyDictionary<Sku, Result<Offer>> offers, CartOptions limits)
    {
        var cart = this;
        foreach (var action in actions.Take(ActionsMax).Where(action => action is AddCartLine or SetCartLine or UpdateCart))
        {
            cart = cart.AfterAll(cart.Decide(action, offers, null, limits).Events);
        }

        var credits = actions.Take(ActionsMax).OfType<AddCartCredit>().Select(add => new CartCredit(add.Account, add.Kind, null));
        return cart with { Credits = [.. cart.Credits.Concat(credits).DistinctBy(credit => credit.Account)] };
    }

    /// <summary>Whether an action is decided by more than offers.</summary>
    public static bool NeedsFacts(CartAction action) => action is Carts.ChooseShipping or AddCartCredit or AcceptPrices;

    private Decision<CartEvent> Decide(
        CartAction action,
        IReadOnlyDictionary<Sku, Result<Offer>> offers,
        CartFacts? facts,
        CartOptions limits) => action switch
    {
        AddCartLine add => offers[add.Sku] is { Rejection: { } no } ? no : AddLine(add, offers[add.Sku].Value!, limits),
        SetCartLine { Quantity: 0 } set => SetLine(set.Line, 0, null, limits),
        SetCartLine set => offers[set.Line.Sku] is { Rejection: { } no }
            ? no
            : SetLine(set.Line, set.Quantity, offers[set.Line.Sku].Value!, limits),
        UpdateCart update => Update(update),
        ChooseShipping choose => ChooseShipping(choose.Id, facts!),
        AddCartCode add => AddCode(add.Code),
        RemoveCartCode remove => RemoveCode(remove.Code),
        AddCartCredit add => CartCredits.Add(this, add, facts!),
        RemoveCartCredit remove => CartCredits.Remove(this, remove),
        AcceptPrices => Refuse() is { } closed ? closed
            : Reprice(facts!.Offers) is { } repriced ? repriced
            : Decision<CartEvent>.Nothing,
        _ => throw new UnreachableException(action.GetType().Name),
    };

    /// <summary>Makes a line so many units at what is offered now; zero needs no offer.</summary>
    public Decision<CartEvent> SetLine(CartLineId id, int quantity, Offer? offer, CartOptions limits)
    {
        if (Refuse() is { } closed)
        {
            return closed;
        }

        var line = Lines.FirstOrDefault(line => line.Id == id);
        var unitsMax = limits.UnitsPerLineMax - Units(id.Sku) + (line?.Quantity ?? 0);
        if (quantity < 0 || quantity > unitsMax)
        {
            return CartRejections.QuantityOutOfRange(0, unitsMax);
        }

        if (quantity == 0)
        {
            return line is null ? Decision<CartEvent>.Nothing : new CartLineRemoved(id.Sku, id);
        }

        if (line is null && id.HasAttributes)
        {
            return CartRejections.LineUnknown;
        }

        return Put(new(offer!, quantity, line?.Attributes), line, limits);
    }

    /// <summary>So many units more.</summary>
    public Decision<CartEvent> AddLine(AddCartLine command, Offer offer, CartOptions limits)
    {
        if (Refuse() is { } closed)
        {
            return closed;
        }

        if (command.Attributes is { } attributes && (attributes.Count > AttributesMax
            || attributes.Any(pair => pair.Key.Length is < 1 or > 50 || pair.Value is null or { Length: > 500 })))
        {
            return CartRejections.AttributesMalformed;
        }

        var unitsMax = limits.UnitsPerLineMax - Units(command.Sku);
        if (command.Quantity < 1 || command.Quantity > unitsMax)
        {
            return CartRejections.QuantityOutOfRange(1, unitsMax);
        }

        var id = CartLineId.Of(command.Sku, command.Attributes);
        var line = Lines.FirstOrDefault(line => line.Id == id);
        var kept = command.Attributes is { IsEmpty: true } ? null : command.Attributes;
        return Put(new(offer, (line?.Quantity ?? 0) + command.Quantity, kept), line, limits);
    }

    private Decision<CartEvent> Put(CartLine line, CartLine? there, CartOptions limits)
    {
        if (there is null && Lines.Length >= limits.LinesMax)
        {
            return CartRejections.TooManyLines(limits.LinesMax);
        }

        return there is not null && there.Quantity == line.Quantity && there.Offer == line.Offer
            ? Decision<CartEvent>.Nothing
            : new CartLineSet(line.Offer, line.Quantity, line.Attributes);
    }

    /// <summary>Enters a promotion code.</summary>
    public Decision<CartEvent> AddCode(string code)
    {
        if (Refuse() is { } closed)
        {
            return closed;
        }

        if (code is not { Length: >= 1 and <= 64 } || code.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')))
        {
            return CartRejections.CodeMalformed;
        }

        var normal = code.ToUpperInvariant();
        return Codes.Contains(normal) ? Decision<CartEvent>.Nothing
            : Codes.Length >= CodesMax ? CartRejections.TooManyCodes(CodesMax)
            : new CartCodeAdded(normal);
    }

    /// <summary>Takes a promotion code away.</summary>
    public Decision<CartEvent> RemoveCode(string code)
    {
        var normal = code?.ToUpperInvariant() ?? "";
        return Refuse() is { } closed ? closed
            : Codes.Contains(normal) ? new CartCodeRemoved(normal)
            : Decision<CartEvent>.Nothing;
    }

    /// <summary>Changes contact and addresses.</summary>
    public Decision<CartEvent> Update(UpdateCart command)
    {
        if (Refuse() is { } closed)
        {
            return closed;
        }

        var errors = ImmutableArray.CreateBuilder<FieldError>();
        if (command.Email is { IsSet: true, Value: { } email } && !ContactRules.IsEmail(email))
        {
            errors.Add(new("/email", "invalid_email", "This is not an e-mail address."));
        }

        ContactRules.Check(command.ShippingAddress.Value, "/shipping_address", errors);
        ContactRules.Check(command.BillingAddress.Value, "/billing_address", errors);
        if (errors.Count > 0)
        {
            return Rejection.Invalid(errors.ToImmutable());
        }

        var events = new List<CartEvent>();
        if (command.Email.IsSet && command.Email.Value != Email)
        {
            events.Add(new CartEmailSet(command.Email.Value));
        }

        if (command.ShippingAddress.IsSet && command.ShippingAddress.Value != ShippingAddress)
        {
            events.Add(new CartShippingAddressSet(command.ShippingAddress.Value));
        }

        if (command.BillingAddress.IsSet && command.BillingAddress.Value != BillingAddress)
        {
            events.Add(new CartBillingAddressSet(command.BillingAddress.Value));
        }

        return Decision<CartEvent>.Of([.. events]);
    }

    /// <summary>Chooses how it is shipped.</summary>
    public Decision<CartEvent> ChooseShipping(string optionId, CartFacts facts)
    {
        if (Refuse() is { } closed)
        {
            return closed;
        }

        if (ShippingOptions(facts).All(option => option.Id != optionId))
        {
            return ShippingAddress is null ? CartRejections.AddressMissing : CartRejections.ShippingOptionUnknown;
        }

        return ShippingOptionId == optionId ? Decision<CartEvent>.Nothing : new CartShippingOptionChosen(optionId);
    }

    /// <summary>Locks the cart for an attempt, or takes over prices that changed since they were shown.</summary>
    /// <param name="offers">By SKU, as of now.</param>
    public Decision<CartEvent> Freeze(
        FreezeCart command, IReadOnlyDictionary<Sku, Offer> offers, CartFacts facts)
    {
        if (Status == CartStatus.CheckingOut && Attempt == command.Attempt)
        {
            return Decision<CartEvent>.Nothing;
        }

        // A newer attempt proves the older one over; an older one is a call that was lost on its way and comes too late.
        if (command.Attempt <= Attempt || Currency is null || Status is not (CartStatus.Active or CartStatus.CheckingOut))
        {
            return Refuse() ?? CartRejections.CheckingOut;
        }

        var open = this with { Status = CartStatus.Active };
        if (open.Problems(facts, CartPricing.Price(this, facts)).FirstOrDefault(problem => problem.Blocks) is { } problem)
        {
            return CartRejections.Incomplete(problem);
        }

        // A line that was added while the offers were gathered has a fresh price anyway.
        var repriced = Reprice(offers);
        if (repriced is not null && !command.AcceptPriceChanges)
        {
            return repriced;
        }

        CartEvent[] events = repriced is null ? [] : [repriced];
        var now = open.AfterAll(events).View(default, 0, facts);
        return Differs(command.ExpectedTotal, now.Totals.Total) ? CartRejections.PriceChanged([new(null, command.ExpectedTotal!.Value, now.Totals.Total)])
            : Differs(command.ExpectedAmountDue, now.AmountDue) ? CartRejections.AmountDueChanged(command.ExpectedAmountDue!.Value, now.AmountDue)
            : Decision<CartEvent>.Of([.. events, new CartCheckoutBegan(command.Attempt) { Credits = [.. now.Credits] }]);

        bool Differs(Money? expected, Money amount) => expected is not null && expected != amount && !command.AcceptPriceChanges;
    }

    /// <summary>What costs another price than its lines say.</summary>
    public ImmutableArray<PriceChange> PriceChanges(IReadOnlyDictionary<Sku, Offer> offers) =>
        [.. CartPricing.Changed(this, offers).Select(changed => changed.Change).Distinct()];

    private CartRepriced? Reprice(IReadOnlyDictionary<Sku, Offer> offers) =>
        CartPricing.Changed(this, offers) is { IsEmpty: false } changed
            ? new([.. changed.Select(line => line.Now).DistinctBy(offer => offer.Sku)])
            : null;

    /// <summary>Changes who buys, as far as prices and taxes depend on it.</summary>
    public Decision<CartEvent> SetBuyer(SetBuyer command)
    {
        if (Refuse() is { } closed)
        {
            return closed;
        }

        var next = BuyerRules.Changed(Buyer, command);
        if (!next.IsAccepted)
        {
            return next.Rejection!;
        }

        return next.Value == Buyer ? Decision<CartEvent>.Nothing : new CartBuyerSet(next.Value!);
    }

    private Cart AfterAll(IEnumerable<CartEvent> events) =>
        events.Aggregate(this, (cart, @event) => cart.Apply(@event));

    /// <summary>Ends an attempt with an order or without.</summary>
    public Decision<CartEvent> Settle(int attempt, OrderId? order)
    {
        if (Currency is null)
        {
            return CartRejections.NotFound;
        }

        if (Status != CartStatus.CheckingOut || Attempt != attempt)
        {
            return Decision<CartEvent>.Nothing;
        }

        return order is { } placed ? new CartCompleted(attempt, placed) : new CartCheckoutEnded(attempt);
    }

    /// <summary>Whoever is signed in and changes a cart that is nobody's has it from then on, at his group's prices.</summary>
    /// <param name="changes">What he changes.</param>
    public Decision<CartEvent> ClaimedWith(Decision<CartEvent> changes, CustomerId? by, string? group) =>
        Owner is not null || by is not { } customer ? changes
        : group is null || Buyer.Group is not null ? Decision<CartEvent>.Of([.. changes.Events, new CartClaimed(customer)])
        : Decision<CartEvent>.Of([.. changes.Events, new CartClaimed(customer), new CartBuyerSet(Buyer with { Group = group })]);

    /// <summary>Forgets whose it was. Not while it is being bought.</summary>
    public Decision<CartEvent> Erase() =>
        Status == CartStatus.CheckingOut || IsSurrendering ? CartRejections.CheckingOut
        : Currency is null || IsErased ? Decision<CartEvent>.Nothing
        : new CartErased();

    /// <summary>Why nothing can be changed now; null when it can.</summary>
    public Rejection? Refuse() => (Currency, Status) switch
    {
        (null, _) => CartRejections.NotFound,
        (_, CartStatus.Completed) => CartRejections.Completed,
        (_, CartStatus.CheckingOut) => CartRejections.CheckingOut,
        (_, CartStatus.Merged) => CartRejections.Merged(MergedInto!.Value),
        (_, CartStatus.Expired) => CartRejections.Expired,
        _ => null,
    };
}
