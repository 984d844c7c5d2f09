using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Commerce.Credit;

namespace Commerce.Carts;

/// <param name="Actions">1 to 50, done in this order, all or none.</param>
internal sealed record ChangeCartRequest(ImmutableArray<CartActionRequest> Actions)
{
    /// <summary>The actions, and the request as it may be remembered: with gift cards' ids in place of their codes.</summary>
    public async ValueTask<(ImmutableArray<CartAction> Actions, ChangeCartRequest Told)> ReadAsync(CreditIds credits)
    {
        var actions = ImmutableArray.CreateBuilder<CartAction>(Actions.Length);
        var told = ImmutableArray.CreateBuilder<CartActionRequest>(Actions.Length);
        foreach (var request in Actions)
        {
            var action = request switch
            {
                AddCodeAction add => await credits.EntryOfAsync(add.Code),
                RemoveCodeAction remove => await credits.RemovalOfAsync(remove.Code),
                _ => request.ToAction(),
            };
            actions.Add(action);
            told.Add(action switch
            {
                AddCartCredit card => new AddCodeAction(card.Account.Value),
                RemoveCartCredit { Account: { } card } => new RemoveGiftCardAction(card),
                _ => request,
            });
        }

        return (actions.MoveToImmutable(), new(told.MoveToImmutable()));
    }
}

/// <summary>One thing to change about a cart; <c>type</c> says which.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AddLineAction), "add_line")]
[JsonDerivedType(typeof(SetLineAction), "set_line")]
[JsonDerivedType(typeof(RemoveLineAction), "remove_line")]
[JsonDerivedType(typeof(SetEmailAction), "set_email")]
[JsonDerivedType(typeof(SetShippingAddressAction), "set_shipping_address")]
[JsonDerivedType(typeof(SetBillingAddressAction), "set_billing_address")]
[JsonDerivedType(typeof(ChooseShippingAction), "choose_shipping")]
[JsonDerivedType(typeof(AddCodeAction), "add_code")]
[JsonDerivedType(typeof(RemoveCodeAction), "remove_code")]
[JsonDerivedType(typeof(RemoveGiftCardAction), "remove_gift_card")]
[JsonDerivedType(typeof(AcceptPricesAction), "accept_prices")]
internal abstract record CartActionRequest
{
    public abstract CartAction ToAction();
}

internal sealed record AddLineAction(
    Sku Sku, int Quantity, ImmutableSortedDictionary<string, string>? Attributes = null) : CartActionRequest
{
    public override CartAction ToAction() => new AddCartLine(Sku, Quantity, Attributes);
}

internal sealed record SetLineAction(CartLineId Line, int Quantity) : CartActionRequest
{
    public override CartAction ToAction() => new SetCartLine(Line, Quantity);
}

internal sealed record RemoveLineAction(CartLineId Line) : CartActionRequest
{
    public override CartAction ToAction() => new SetCartLine(Line, 0);
}

internal sealed record SetEmailAction(string? Email) : CartActionRequest
{
    public override CartAction ToAction() => new UpdateCart(new(true, Email), default, default);
}

internal sealed record SetShippingAddressAction(Address? ShippingAddress) : CartActionRequest
{
    public override CartAction ToAction() => new UpdateCart(default, new(true, ShippingAddress), default);
}

internal sealed record SetBillingAddressAction(Address? BillingAddress) : CartActionRequest
{
    public override CartAction ToAction() => new UpdateCart(default, default, new(true, BillingAddress));
}

internal sealed record ChooseShippingAction(string Id) : CartActionRequest
{
    public override CartAction ToAction() => new ChooseShipping(Id);
}

internal sealed record AddCodeAction(string Code) : CartActionRequest
{
    public override CartAction ToAction() => new AddCartCode(Code);

    /// <summary>Without the code, which may be money.</summary>
    public override string ToString() => "add_code";
}

internal sealed record RemoveCodeAction(string Code) : CartActionRequest
{
    public override CartAction ToAction() => new RemoveCartCode(Code);

    /// <summary>Without the code, which may be money.</summary>
    public override string ToString() => "remove_code";
}

internal sealed record RemoveGiftCardAction(CreditAccountId Id) : CartActionRequest
{
    public override CartAction ToAction() => new RemoveCartCredit(Id);
}

internal sealed record AcceptPricesAction : CartActionRequest
{
    public override CartAction ToAction() => new AcceptPrices();
}
