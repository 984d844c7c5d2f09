using System.Collections.Immutable;
using Commerce.Credit;
using static Commerce.Sample;

namespace Commerce.Carts;

/// <summary>A cart of 37.93: two coffees, a mug, and 3.95 for standard delivery.</summary>
public sealed class CartCreditTests
{
    private static readonly CartOptions Limits = new();
    private static readonly CreditAccountId Card = Id("card");
    private static readonly CreditAccountId Other = Id("other");
    private static readonly CreditAccountId Store = Id("store");

    [Fact]
    public void Gift_cards_pay_in_their_order_and_store_credit_what_they_leave_and_totals_do_not_know()
    {
        var facts = With(Account(Card, 1000), Account(Other, 500), Account(Store, 9000, CreditKind.StoreCredit));
        var plain = ReadyCart().View(TheCart, 1, facts);

        var cart = Do(ReadyCart(), facts, new AddCartCredit(Store, CreditKind.StoreCredit), Gift(Card), Gift(Other)).View(TheCart, 1, facts);

        Assert.Equal([(Card, "CARD", Gbp(1000)), (Other, "THER", Gbp(500))], cart.GiftCards.Select(card => (card.Id, card.Last4!, card.Amount)));
        Assert.Equal((Store, null, Gbp(2293)), (cart.StoreCredit!.Id, cart.StoreCredit.Last4, cart.StoreCredit.Amount));
        Assert.Equal((Gbp(3793), Gbp(0)), (plain.AmountDue, cart.AmountDue));
        Assert.Equal(plain.Totals, cart.Totals);
    }

    [Fact]
    public void What_is_left_is_due_and_what_is_not_needed_stays_on_the_card()
    {
        var facts = With(Account(Card, 3000), Account(Other, 5000));

        Assert.Equal(Gbp(793), Do(ReadyCart(), facts, Gift(Card)).View(TheCart, 1, facts).AmountDue);
        var both = Do(ReadyCart(), facts, Gift(Other), Gift(Card)).View(TheCart, 1, facts);
        Assert.Equal([Gbp(3793), Gbp(0)], both.GiftCards.Select(card => card.Amount));
        Assert.Equal(Other, Assert.Single(both.Credits).Id);
    }

    [Fact]
    public void A_card_is_entered_once_and_there_is_one_store_credit()
    {
        var facts = With(Account(Card, 1000), Account(Store, 100, CreditKind.StoreCredit), Account(Other, 200, CreditKind.StoreCredit));
        var cart = Do(ReadyCart(), facts, Gift(Card), Gift(Card), new AddCartCredit(Store, CreditKind.StoreCredit), new AddCartCredit(Other, CreditKind.StoreCredit));

        Assert.Equal([Card, Other], cart.Credits.Select(credit => credit.Account));
        var none = Do(cart, facts, new RemoveCartCredit(null), new RemoveCartCredit(Card), new RemoveCartCredit(Card));
        Assert.Empty(none.Credits);
        Assert.Equal(Gbp(3793), none.View(TheCart, 1, facts).AmountDue);
    }

    [Fact]
    public void Of_a_card_that_cannot_be_used_only_that_is_told()
    {
        var facts = With(
            Account(Card, 1000) with { Status = CreditStatus.Disabled },
            Account(Other, 1000) with { Status = CreditStatus.Expired },
            Account(Store, 1000, CreditKind.StoreCredit));

        Assert.All([Card, Other, Store, Id("unknown")], card => Assert.Equal(
            ("gift_card_unusable", "/actions/0/code"), Refusal(Decide(ReadyCart(), facts, Gift(card)))));
        Assert.Equal("credit_account_not_found", Decide(ReadyCart(), facts, new AddCartCredit(Id("unknown"), CreditKind.StoreCredit)).Code());
        var euros = With(Account(Card, 1000) with { Balance = new(1000, Euros), Available = new(1000, Euros) });
        Assert.Equal(("credit_currency_differs", "/actions/0/code"), Refusal(Decide(ReadyCart(), euros, Gift(Card))));
    }

    [Fact]
    public void A_cart_takes_five_gift_cards()
    {
        var facts = With([.. Enumerable.Range(0, 6).Select(i => Account(Id($"{i}"), 100))]);

        Assert.Equal("cart_too_many_gift_cards", Decide(ReadyCart(), facts, [.. Enumerable.Range(0, 6).Select(i => Gift(Id($"{i}")))]).Code());
    }

    [Fact]
    public void A_card_that_was_spent_meanwhile_blocks_until_it_is_taken_off()
    {
        var facts = With(Account(Card, 1000));
        var (cart, spent) = (Do(ReadyCart(), facts, Gift(Card)), With(Account(Card, 0)));

        var view = cart.View(TheCart, 1, spent);
        var problem = Assert.Single(view.Problems);
        Assert.Equal(("gift_card_unavailable", true), (problem.Code, problem.Blocks));
        Assert.Contains("CARD", problem.Detail, StringComparison.Ordinal);
        Assert.Equal(Gbp(3793), view.AmountDue);
        Assert.Equal("gift_card_unavailable", cart.Freeze(new(1), facts.Offers, spent).Code());
        var without = Do(cart, spent, new RemoveCartCredit(Card));
        Assert.Equal(CartStatus.CheckingOut, without.After(without.Freeze(new(1), facts.Offers, spent)).Status);
    }

    [Fact]
    public void Whoever_says_what_he_was_shown_to_pay_is_not_charged_another_amount()
    {
        var cart = Do(ReadyCart(), With(Account(Card, 1000)), Gift(Card));
        var less = With(Account(Card, 999));

        Assert.Equal("amount_due_changed", cart.Freeze(new(1, ExpectedAmountDue: Gbp(2793)), less.Offers, less).Code());
        Assert.Null(cart.Freeze(new(1, ExpectedAmountDue: Gbp(2794)), less.Offers, less).Rejection);
        Assert.Null(cart.Freeze(new(1, true, null, Gbp(2793)), less.Offers, less).Rejection);
    }

    [Fact]
    public void What_credit_pays_is_frozen_with_the_cart()
    {
        var facts = With(Account(Card, 1000), Account(Other, 5000), Account(Store, 700));
        var frozen = Do(ReadyCart(), facts, Gift(Card), Gift(Other), Gift(Store));
        frozen = frozen.After(frozen.Freeze(new(1), facts.Offers, facts));

        var view = frozen.View(TheCart, 2, With(Account(Card, 0)));

        Assert.Equal([(Card, Gbp(1000)), (Other, Gbp(2793))], view.GiftCards.Select(card => (card.Id, card.Amount)));
        Assert.Empty(view.Problems);
        Assert.Equal(Gbp(0), Decisions.Reread(frozen).View(TheCart, 2, Facts).AmountDue);
        var open = frozen.After(frozen.Settle(1, null));
        Assert.Equal(Gbp(3793), open.View(TheCart, 3, With(Account(Card, 0))).AmountDue);
        var bought = frozen.After(frozen.Settle(1, TheOrder));
        Assert.Equal(Gbp(0), bought.View(TheCart, 3, Facts).AmountDue);
    }

    [Fact]
    public void A_newer_attempt_freezes_what_credit_pays_now()
    {
        var (facts, less) = (With(Account(Card, 1000)), With(Account(Card, 300)));
        var cart = Do(ReadyCart(), facts, Gift(Card));
        var first = cart.After(cart.Freeze(new(1), facts.Offers, facts));

        var second = first.After(first.Freeze(new(2), less.Offers, less));

        Assert.Equal(Gbp(300), Assert.Single(second.View(TheCart, 3, facts).GiftCards).Amount);
        Assert.Equal("gift_card_unavailable", first.Freeze(new(2), less.Offers, With(Account(Card, 0))).Code());
    }

    [Fact]
    public void Whoever_takes_over_a_cart_takes_over_its_gift_cards()
    {
        var facts = With(Account(Card, 1000), Account(Other, 500));
        var source = Do(ReadyCart(), facts, Gift(Card), Gift(Other));

        var merged = Do(ReadyCart(), facts, Gift(Other));
        merged = merged.After(merged.Take(EntityId.Derive<CartId>("source"), source.Contents(), Limits));

        Assert.Equal([Other, Card], merged.Credits.Select(credit => credit.Account));
        Decisions.Reread(merged);
    }

    private static CreditAccountId Id(string name) => EntityId.Derive<CreditAccountId>(name);

    private static AddCartCredit Gift(CreditAccountId card) => new(card, CreditKind.GiftCard);

    private static CreditAccountView Account(CreditAccountId id, long available, CreditKind kind = CreditKind.GiftCard) => new(
        id, 1, kind, CreditStatus.Active, Gbp(available + 100), Gbp(100), Gbp(available), null,
        kind == CreditKind.StoreCredit ? null : id == Card ? "CARD" : "THER", []);

    private static CartFacts With(params CreditAccountView[] accounts) =>
        Facts with { Credits = accounts.ToImmutableDictionary(account => account.Id) };

    private static Journal.Decision<CartEvent> Decide(Cart cart, CartFacts facts, params CartAction[] actions) =>
        cart.Change([.. actions], ImmutableDictionary<Sku, Result<Catalog.Offer>>.Empty, facts, Limits);

    private static Cart Do(Cart cart, CartFacts facts, params CartAction[] actions) => cart.After(Decide(cart, facts, actions));

    private static (string?, string?) Refusal(Journal.Decision<CartEvent> decision) => (decision.Code(), decision.Rejection?.Pointer);
}
