using System.Collections.Immutable;
using Commerce.Credit;
using Commerce.Journal;

namespace Commerce.Carts;

/// <summary>What gift cards and store credit pay of a cart. Pure.</summary>
internal static class CartCredits
{
    private const int GiftCardsMax = 5;

    /// <summary>What each pays of a total, one after the other as far as it goes; as it was frozen, once it is.</summary>
    public static ImmutableArray<AppliedCredit> Applied(Cart cart, Money total, CartFacts facts)
    {
        if (cart.Status is CartStatus.CheckingOut or CartStatus.Completed)
        {
            return cart.FrozenCredits;
        }

        var applied = ImmutableArray.CreateBuilder<AppliedCredit>(cart.Credits.Length);
        var left = total;
        foreach (var credit in cart.Credits)
        {
            var there = Usable(credit, total.Currency, facts)?.Available ?? Money.Zero(total.Currency);
            var amount = there.MinorUnits < left.MinorUnits ? there : left;
            applied.Add(new(credit.Account, credit.Kind, credit.Last4, amount));
            left -= amount;
        }

        return applied.MoveToImmutable();
    }

    /// <summary>
    /// What was entered and cannot be used any more, or not now. It blocks, since otherwise whoever was shown that it pays
    /// would be charged more.
    /// </summary>
    public static IEnumerable<CartProblem> Problems(Cart cart, CartFacts facts) =>
        from credit in cart.Status == CartStatus.Active ? cart.Credits : []
        where Usable(credit, cart.Currency!.Value, facts) is not { Available.MinorUnits: > 0 }
        select credit.Kind == CreditKind.GiftCard
            ? new CartProblem(
                "gift_card_unavailable", null, $"The gift card that ends with {credit.Last4} has nothing to pay with now: take it off.", true)
            : new CartProblem("store_credit_unavailable", null, "There is no store credit to pay with now: leave it.", true);

    /// <summary>Pays with a gift card or with store credit from now on.</summary>
    public static Decision<CartEvent> Add(Cart cart, AddCartCredit command, CartFacts facts)
    {
        if (cart.Refuse() is { } closed)
        {
            return closed;
        }

        if (cart.Credits.Any(credit => credit.Account == command.Account))
        {
            return Decision<CartEvent>.Nothing;
        }

        if (!facts.Credits.TryGetValue(command.Account, out var account)
            || account.Kind != command.Kind || account.Status != CreditStatus.Active)
        {
            return command.Kind == CreditKind.GiftCard ? CreditRejections.GiftCardUnusable : CreditRejections.NotFound;
        }

        return account.Balance.Currency != cart.Currency
            ? CreditRejections.CurrencyDiffers(account.Balance.Currency) with { Pointer = "/code" }
            : command.Kind == CreditKind.GiftCard && cart.Credits.Count(credit => credit.Kind == command.Kind) >= GiftCardsMax
                ? CartRejections.TooManyGiftCards(GiftCardsMax)
                : new CartCreditAdded(command.Account, command.Kind, account.EndsWith);
    }

    /// <summary>Pays with it no longer.</summary>
    public static Decision<CartEvent> Remove(Cart cart, RemoveCartCredit command)
    {
        var there = cart.Credits.FirstOrDefault(credit =>
            command.Account is { } account ? credit.Account == account : credit.Kind == CreditKind.StoreCredit);
        return cart.Refuse() is { } closed ? closed
            : there is not null ? new CartCreditRemoved(there.Account)
            : Decision<CartEvent>.Nothing;
    }

    /// <summary>Those of another cart as well, as far as there is room.</summary>
    public static ImmutableArray<CartCredit> Merged(ImmutableArray<CartCredit> own, ImmutableArray<CartCredit> others)
    {
        var all = own.Concat(others).DistinctBy(credit => credit.Account).ToLookup(credit => credit.Kind);
        return [.. all[CreditKind.GiftCard].Take(GiftCardsMax), .. all[CreditKind.StoreCredit].Take(1)];
    }

    private static CreditAccountView? Usable(CartCredit credit, Currency currency, CartFacts facts) =>
        facts.Credits.TryGetValue(credit.Account, out var account)
        && account.Status == CreditStatus.Active && account.Kind == credit.Kind && account.Balance.Currency == currency
            ? account
            : null;
}
