using Commerce.Catalog;
using static Commerce.Sample;

namespace Commerce.Carts;

public sealed class CartTests
{
    private static readonly CartOptions Limits = new() { LinesMax = 3, UnitsPerLineMax = 10 };
    private static readonly Cart Empty = new Cart().After(new CartCreated(Pounds));
    private static readonly Dictionary<Sku, Offer> SameOffers = new() { [Coffee] = OfferOf(Coffee), [Mug] = OfferOf(Mug, 1600) };

    [Fact]
    public void Creating_a_cart_twice_is_harmless_and_with_another_currency_refused()
    {
        Assert.Equal(new CartCreated(Pounds), new Cart().Create(Pounds, null).TheEvent());
        Empty.Create(Pounds, null).IsNothing();
        Assert.Equal("cart_currency_differs", Empty.Create(Euros, null).Code());
    }

    [Fact]
    public void A_cart_that_was_never_created_takes_nothing()
    {
        var cart = new Cart();

        Assert.All(
            [
                cart.SetLine(Coffee, 1, OfferOf(Coffee), Limits),
                cart.AddLine(new(Coffee, 1), OfferOf(Coffee), Limits),
                cart.Update(new(new(true, "ada@example.org"), default, default)),
                cart.ChooseShipping("standard", Facts),
                cart.Freeze(new(1), SameOffers, Facts),
                cart.Settle(1, null),
            ],
            decision => Assert.Equal("cart_not_found", decision.Code()));
    }

    [Fact]
    public void Setting_a_line_twice_leaves_one_line()
    {
        var once = Empty.After(Empty.SetLine(Coffee, 2, OfferOf(Coffee), Limits));

        once.SetLine(Coffee, 2, OfferOf(Coffee), Limits).IsNothing();
        Assert.Equal(new CartLine(OfferOf(Coffee), 2), Assert.Single(once.Lines));
    }

    [Fact]
    public void Setting_a_line_again_takes_over_todays_price()
    {
        var cart = Empty.After(Empty.SetLine(Coffee, 2, OfferOf(Coffee), Limits));

        cart = cart.After(cart.SetLine(Coffee, 2, OfferOf(Coffee, 999), Limits));

        Assert.Equal(999, Assert.Single(cart.Lines).Offer.Price.MinorUnits);
    }

    [Fact]
    public void Zero_removes_a_line_and_removing_nothing_is_harmless()
    {
        var cart = Empty.After(Empty.SetLine(Coffee, 2, OfferOf(Coffee), Limits));

        Assert.Empty(cart.After(cart.SetLine(Coffee, 0, null, Limits)).Lines);
        cart.SetLine(Mug, 0, null, Limits).IsNothing();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public void A_line_has_a_bounded_quantity(int quantity)
    {
        var refused = Empty.SetLine(Coffee, quantity, OfferOf(Coffee), Limits);

        Assert.Equal(("quantity_out_of_range", "/quantity"), (refused.Code(), refused.Rejection!.Pointer));
    }

    [Fact]
    public void A_cart_has_a_bounded_number_of_lines_that_can_still_be_changed()
    {
        var cart = Empty;
        for (var i = 0; i < 3; i++)
        {
            cart = cart.After(cart.SetLine(new($"SKU-{i}"), 1, OfferOf(new($"SKU-{i}")), Limits));
        }

        Assert.Equal("cart_too_many_lines", cart.SetLine(Coffee, 1, OfferOf(Coffee), Limits).Code());
        Assert.Equal(5, cart.After(cart.SetLine(new("SKU-1"), 5, OfferOf(new("SKU-1")), Limits)).Lines[1].Quantity);
    }

    [Fact]
    public void Adding_adds_up_to_the_limit()
    {
        var cart = Empty.After(Empty.AddLine(new(Coffee, 4), OfferOf(Coffee), Limits));
        cart = cart.After(cart.AddLine(new(Coffee, 6), OfferOf(Coffee), Limits));

        Assert.Equal(10, Assert.Single(cart.Lines).Quantity);
        Assert.Equal("quantity_out_of_range", cart.AddLine(new(Coffee, 1), OfferOf(Coffee), Limits).Code());
        Assert.Equal("quantity_out_of_range", Empty.AddLine(new(Coffee, 0), OfferOf(Coffee), Limits).Code());
        Assert.Equal("quantity_out_of_range", Empty.AddLine(new(Coffee, int.MaxValue), OfferOf(Coffee), Limits).Code());
        Assert.Equal("quantity_out_of_range", Empty.AddLine(new(Coffee, int.MinValue), OfferOf(Coffee), Limits).Code());
    }

    [Fact]
    public void An_update_changes_what_is_set_and_leaves_the_rest()
    {
        var cart = Empty.After(Empty.Update(new(new(true, "ada@example.org"), new(true, Ada), default)));

        cart = cart.After(cart.Update(new(new(true, null), default, default)));

        Assert.Equal((null, Ada, null), (cart.Email, cart.ShippingAddress, cart.BillingAddress));
        cart.Update(new(default, new(true, Ada), default)).IsNothing();
    }

    [Fact]
    public void Everything_wrong_with_an_update_is_told_at_once_and_nothing_of_it_is_taken()
    {
        var refused = Empty.Update(new(
            new(true, "nobody"), new(true, Ada with { City = "", Country = "UK" }), new(true, Ada with { Line1 = " " })));

        Assert.Equal("validation_failed", refused.Code());
        Assert.Equal(
            ["/email", "/shipping_address/city", "/shipping_address/country", "/billing_address/line1"],
            refused.Rejection!.Errors.Select(error => error.Pointer));
    }

    [Fact]
    public void Shipping_is_chosen_among_what_serves_the_address()
    {
        var cart = Empty.After(new CartShippingAddressSet(Ada));

        Assert.Equal("shipping_address_missing", Empty.ChooseShipping("standard", Facts).Code());
        Assert.Equal("shipping_option_unknown", cart.ChooseShipping("post", Facts).Code());
        var chosen = cart.After(cart.ChooseShipping("express", Facts));
        chosen.ChooseShipping("express", Facts).IsNothing();
        Assert.Equal(795, chosen.View(TheCart, 3, Facts).Totals.Shipping.MinorUnits);
    }

    [Fact]
    public void What_stands_between_a_cart_and_its_purchase_is_listed()
    {
        Assert.Equal(["cart_empty", "email_missing", "shipping_address_missing"], Problems(Empty));
        Assert.Equal(["shipping_option_missing"], Problems(ReadyCart() with { ShippingOptionId = null }));
        Assert.Equal(["shipping_option_unavailable"], Problems(ReadyCart() with { ShippingAddress = Ada with { Country = "FR" } }));
        Assert.Empty(Problems(ReadyCart()));
    }

    [Fact]
    public void Short_stock_warns_and_what_is_no_longer_sold_blocks()
    {
        var facts = Facts with
        {
            Available = Stock((Coffee, 1), (Mug, 5)),
            Unavailable = new HashSet<Sku> { Mug },
        };

        var problems = ReadyCart().View(TheCart, 8, facts).Problems;

        Assert.Equal(
            [("insufficient_stock", Coffee, false), ("line_unavailable", Mug, true)],
            problems.Select(problem => (problem.Code, problem.Sku!.Value, problem.Blocks)));
        Assert.Equal("line_unavailable", ReadyCart().Freeze(new(1), SameOffers, facts).Code());
    }

    [Fact]
    public void A_complete_cart_is_frozen_for_one_attempt()
    {
        var frozen = ReadyCart().After(ReadyCart().Freeze(new(3), SameOffers, Facts));

        Assert.Equal((CartStatus.CheckingOut, 3), (frozen.Status, frozen.Attempt));
        frozen.Freeze(new(3), SameOffers, Facts).IsNothing();
        Assert.Equal("cart_checking_out", frozen.Freeze(new(2), SameOffers, Facts).Code());
        Assert.Equal(4, frozen.After(frozen.Freeze(new(4), SameOffers, Facts)).Attempt);
        Assert.Equal("cart_checking_out", frozen.SetLine(Coffee, 1, OfferOf(Coffee), Limits).Code());
        Assert.Equal("cart_checking_out", frozen.SetLine(Coffee, 0, null, Limits).Code());
    }

    [Fact]
    public void A_cart_with_a_problem_that_blocks_is_not_frozen() =>
        Assert.Equal("email_missing", (ReadyCart() with { Email = null }).Freeze(new(1), SameOffers, Facts).Code());

    [Fact]
    public void Prices_that_changed_since_they_were_shown_are_taken_over_instead_of_charged()
    {
        var offers = new Dictionary<Sku, Offer>(SameOffers) { [Coffee] = OfferOf(Coffee, 999) };

        var repriced = (CartRepriced)ReadyCart().Freeze(new(1), offers, Facts).TheEvent();

        Assert.Equal([OfferOf(Coffee, 999)], repriced.Offers);
        var cart = ReadyCart().After(repriced);
        Assert.Equal([999L, 1600L], cart.Lines.Select(line => line.Offer.Price.MinorUnits));
        Assert.IsType<CartCheckoutBegan>(cart.Freeze(new(1), offers, Facts).TheEvent());
    }

    [Fact]
    public void An_attempt_ends_with_an_order_for_ever_or_without_one_and_the_cart_is_open_again()
    {
        var frozen = ReadyCart().After(new CartCheckoutBegan(1));

        var open = frozen.After(frozen.Settle(1, null));
        var bought = frozen.After(frozen.Settle(1, TheOrder));

        Assert.Equal(CartStatus.Active, open.Status);
        Assert.Equal("cart_checking_out", open.Freeze(new(1), SameOffers, Facts).Code());
        Assert.Equal((CartStatus.Completed, TheOrder), (bought.Status, bought.Order!.Value));
        Assert.Empty(bought.View(TheCart, 10, Facts).Problems);
        Assert.Equal("cart_completed", bought.SetLine(Coffee, 1, OfferOf(Coffee), Limits).Code());
        Assert.Equal("cart_completed", bought.Freeze(new(2), SameOffers, Facts).Code());
    }

    [Fact]
    public void Settling_an_attempt_that_does_not_have_the_cart_changes_nothing()
    {
        var frozen = ReadyCart().After(new CartCheckoutBegan(2));

        frozen.Settle(1, null).IsNothing();
        frozen.Settle(3, TheOrder).IsNothing();
        ReadyCart().Settle(1, null).IsNothing();
        frozen.After(new CartCompleted(2, TheOrder)).Settle(2, null).IsNothing();
    }

    [Fact]
    public void The_view_adds_up()
    {
        var view = ReadyCart().View(TheCart, 7, Facts);

        Assert.Equal((1798L, 1600L), (view.Lines[0].Total.MinorUnits, view.Lines[1].Total.MinorUnits));
        Assert.Equal(
            (Gbp(3398), Gbp(395), Gbp(300 + 267 + 66), Gbp(3793), true),
            (view.Totals.Items, view.Totals.Shipping, view.Totals.Tax, view.Totals.Total, view.Totals.TaxIncluded));
        Assert.Equal(7, view.Version);
    }

    [Fact]
    public void Shipping_is_free_from_an_items_total()
    {
        var cart = ReadyCart().After(new CartLineSet(OfferOf(Mug, 1600), 3));

        Assert.Equal(0, cart.View(TheCart, 9, Facts).Totals.Shipping.MinorUnits);
    }

    [Fact]
    public void A_cart_is_read_back_from_its_snapshot()
    {
        var reread = Decisions.Reread(ReadyCart().After(new CartCheckoutBegan(1), new CartCompleted(1, TheOrder)));

        Assert.Equal(ReadyCart().Lines, reread.Lines);
        Assert.Equal((CartStatus.Completed, Ada, Pounds), (reread.Status, reread.ShippingAddress, reread.Currency));
    }

    private static IEnumerable<string> Problems(Cart cart) =>
        cart.View(TheCart, 1, Facts).Problems.Select(problem => problem.Code);
}
