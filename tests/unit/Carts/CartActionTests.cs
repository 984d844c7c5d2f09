using System.Collections.Immutable;
using Commerce.Catalog;
using static Commerce.Sample;

namespace Commerce.Carts;

public sealed class CartActionTests
{
    private static readonly CartOptions Limits = new() { LinesMax = 4, UnitsPerLineMax = 10 };
    private static readonly Cart Empty = new Cart().After(new CartCreated(Pounds));
    private static readonly Dictionary<Sku, Result<Offer>> Offers = new()
    {
        [Coffee] = OfferOf(Coffee), [Mug] = OfferOf(Mug, 1600), [new("GONE")] = ProductRejections.SkuUnknown(new("GONE")),
    };

    [Fact]
    public void All_actions_are_done_in_order_each_on_what_those_before_it_leave()
    {
        var cart = Do(
            Empty,
            new AddCartLine(Coffee, 2),
            new AddCartLine(Coffee, 1),
            new UpdateCart(new(true, "ada@example.org"), new(true, Ada), default),
            new ChooseShipping("standard"),
            new AddCartCode("summer-10"));

        Assert.Equal(
            (3, "ada@example.org", "standard", "SUMMER-10"),
            (Assert.Single(cart.Lines).Quantity, cart.Email, cart.ShippingOptionId, Assert.Single(cart.Codes)));
    }

    [Fact]
    public void One_action_that_is_refused_refuses_all_and_the_pointer_says_which()
    {
        var refused = Decide(Empty, new AddCartLine(Coffee, 2), new AddCartLine(Mug, 11));
        var unknown = Decide(Empty, new AddCartLine(Coffee, 2), new SetCartLine(new Sku("GONE"), 1));

        Assert.Equal(("quantity_out_of_range", "/actions/1/quantity"), (refused.Code(), refused.Rejection!.Pointer));
        Assert.Empty(refused.Events);
        Assert.StartsWith("/actions/1", unknown.Rejection!.Pointer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(51)]
    public void A_list_has_1_to_50_actions(int actions) => Assert.Equal(
        "actions_out_of_range", Decide(Empty, [.. Enumerable.Repeat(new AddCartLine(Coffee, 1), actions)]).Code());

    [Fact]
    public void Attributes_keep_lines_of_one_sku_apart_and_their_units_are_summed()
    {
        var cart = Do(
            Empty, new AddCartLine(Mug, 1), new AddCartLine(Mug, 2, Engraving("Ada")), new AddCartLine(Mug, 3, Engraving("Charles")),
            new AddCartLine(Mug, 1, Engraving("Ada")));

        Assert.Equal([1, 3, 3], cart.Lines.Select(line => line.Quantity));
        Assert.Equal(3, cart.Lines.Select(line => line.Id).Distinct().Count());
        Assert.Equal("quantity_out_of_range", Decide(cart, new AddCartLine(Mug, 4, Engraving("Grace"))).Code());
        var problem = Assert.Single(
            cart.View(TheCart, 1, Facts with { Available = Stock((Mug, 6)) }).Problems,
            problem => problem.Code == "insufficient_stock");
        Assert.Contains("6 of 7", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_with_attributes_is_set_and_removed_by_its_id()
    {
        var cart = Do(Empty, new AddCartLine(Mug, 1), new AddCartLine(Mug, 2, Engraving("Ada")));
        var line = cart.Lines[1].Id;

        var more = Do(cart, new SetCartLine(line, 5));
        var none = Do(more, new SetCartLine(line, 0));

        Assert.Equal((5, "Ada"), (more.Lines[1].Quantity, more.Lines[1].Attributes!["engraving"]));
        Assert.Equal(Mug, (Sku?)Assert.Single(none.Lines).Id.Sku);
        Assert.Equal("cart_line_not_found", Decide(none, new SetCartLine(line, 1)).Code());
    }

    [Fact]
    public void Attributes_have_limits()
    {
        var many = Enumerable.Range(0, 11).ToImmutableSortedDictionary(i => $"a{i}", _ => "x");

        Assert.All(
            [many, Attributes("", "x"), Attributes(new('k', 51), "x"), Attributes("k", new('v', 501))],
            attributes => Assert.Equal("validation_failed", Decide(Empty, new AddCartLine(Mug, 1, attributes)).Code()));
    }

    [Fact]
    public void A_code_is_entered_once_whatever_its_case_and_can_be_taken_away()
    {
        var cart = Do(Empty, new AddCartCode("Spring"), new AddCartCode("SPRING"), new AddCartCode("other"));

        Assert.Equal(["SPRING", "OTHER"], cart.Codes);
        Assert.Equal(["OTHER"], Do(cart, new RemoveCartCode("spring"), new RemoveCartCode("never")).Codes);
        Assert.All(["", "ä", "a b", new('x', 65)], code => Assert.Equal("code_malformed", Decide(Empty, new AddCartCode(code)).Code()));
        Assert.Equal(
            "cart_too_many_codes",
            Decide(Empty, [.. Enumerable.Range(0, 11).Select(i => new AddCartCode($"C{i}"))]).Code());
    }

    [Fact]
    public void A_price_that_changed_is_told_until_it_is_accepted()
    {
        var facts = Facts with { Offers = new Dictionary<Sku, Offer> { [Coffee] = OfferOf(Coffee, 999) } };

        var problem = Assert.Single(ReadyCart().View(TheCart, 8, facts).Problems);
        var accepted = ReadyCart().After(ReadyCart().Change([new AcceptPrices()], Offers, facts, Limits));

        Assert.Equal(("price_changed", false), (problem.Code, problem.Blocks));
        Assert.Equal(new PriceChange(Coffee, Gbp(899), Gbp(999)), problem.Price);
        Assert.Empty(accepted.View(TheCart, 9, facts).Problems);
        Assert.Equal(999, accepted.Lines[0].Offer.Price.MinorUnits);
    }

    [Fact]
    public void Changed_prices_are_charged_only_when_accepted()
    {
        var offers = new Dictionary<Sku, Offer> { [Coffee] = OfferOf(Coffee, 999), [Mug] = OfferOf(Mug, 1600) };

        var accepted = ReadyCart().Freeze(new(1, AcceptPriceChanges: true), offers, Facts);

        Assert.Collection(
            accepted.Events,
            @event => Assert.IsType<CartRepriced>(@event),
            @event => Assert.IsType<CartCheckoutBegan>(@event));
    }

    [Fact]
    public void A_total_other_than_the_shopper_was_shown_is_refused_with_the_difference()
    {
        var offers = Offers.Where(offer => offer.Value.IsAccepted).ToDictionary(offer => offer.Key, offer => offer.Value.Value!);
        var total = FrozenCart().Totals.Total;

        var refused = ReadyCart().Freeze(new(1, ExpectedTotal: Gbp(1)), offers, Facts);

        Assert.Equal("price_changed", refused.Code());
        Assert.Equal([new PriceChange(null, Gbp(1), total)], refused.Rejection!.Prices);
        Assert.IsType<CartCheckoutBegan>(ReadyCart().Freeze(new(1, ExpectedTotal: total), offers, Facts).TheEvent());
    }

    [Fact]
    public void More_units_than_one_order_may_have_cannot_be_bought()
    {
        var facts = Facts with { Available = Stock((Coffee, 100)) };
        var cart = ReadyCart().After(new CartLineSet(OfferOf(Coffee), 9));

        var problem = Assert.Single(cart.View(TheCart, 1, facts).Problems);

        Assert.Equal(("quantity_limit", Coffee, true), (problem.Code, problem.Sku!.Value, problem.Blocks));
    }

    private static ImmutableSortedDictionary<string, string> Engraving(string text) => Attributes("engraving", text);

    private static ImmutableSortedDictionary<string, string> Attributes(string key, string value) =>
        ImmutableSortedDictionary<string, string>.Empty.Add(key, value);

    private static Journal.Decision<CartEvent> Decide(Cart cart, params CartAction[] actions) =>
        cart.Change([.. actions], Offers, Facts, Limits);

    private static Cart Do(Cart cart, params CartAction[] actions) => cart.After(Decide(cart, actions));
}
