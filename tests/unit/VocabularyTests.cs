using System.Text.Json;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Inventory;
using Commerce.Orders;
using CsCheck;

namespace Commerce;

public sealed class EntityIdTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

    [Fact]
    public void An_id_reads_as_its_kind_and_26_letters_that_nobody_confuses()
    {
        var id = EntityId.New<CartId>(Now);

        Assert.Matches("^cart_[0-7][0-9a-hjkmnp-tv-z]{25}$", id.Value);
        Assert.True(CartId.TryParse(id.Value, null, out var parsed));
        Assert.Equal(id, parsed);
        Assert.Equal(id, JsonSerializer.Deserialize<CartId>(JsonSerializer.Serialize(id)));
    }

    [Fact]
    public void Later_ids_sort_behind_earlier_ones() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 1_000_000]).Sample((start, later) => Assert.True(string.CompareOrdinal(
            EntityId.New<ProductId>(Now.AddMilliseconds(start)).Value,
            EntityId.New<ProductId>(Now.AddMilliseconds(start + later)).Value) < 0));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cart_")]
    [InlineData("cart_01h455vb4pex5vsknk084sn02")]
    [InlineData("cart_01h455vb4pex5vsknk084sn02qq")]
    [InlineData("cart_01H455VB4PEX5VSKNK084SN02Q")]
    [InlineData("cart_81h455vb4pex5vsknk084sn02q")]
    [InlineData("cart_01h455vb4pex5vsknk084sn02l")]
    [InlineData("cart-01h455vb4pex5vsknk084sn02q")]
    [InlineData("CART_01h455vb4pex5vsknk084sn02q")]
    [InlineData("ord_01h455vb4pex5vsknk084sn02q")]
    [InlineData(" cart_01h455vb4pex5vsknk084sn02q")]
    public void Anything_but_the_canonical_form_is_no_id(string? text)
    {
        Assert.False(CartId.TryParse(text, null, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void A_name_always_has_the_same_id_and_each_kind_another()
    {
        Assert.Equal(EntityId.Derive<CartId>("x"), EntityId.Derive<CartId>("x"));
        Assert.NotEqual(EntityId.Derive<CartId>("x"), EntityId.Derive<CartId>("y"));
        Assert.NotEqual(EntityId.Derive<CartId>("x").Value[5..], EntityId.Derive<OrderId>("x").Value[4..]);
        Assert.True(CartId.TryParse(EntityId.Derive<CartId>("x").Value, null, out _));
    }

    [Fact]
    public void An_order_is_the_twin_of_its_cart()
    {
        var cart = EntityId.New<CartId>(Now);

        var order = EntityId.Twin<CartId, OrderId>(cart);

        Assert.Equal("ord" + cart.Value[4..], order.Value);
        Assert.Equal(cart, EntityId.Twin<OrderId, CartId>(order));
    }

    [Fact]
    public void An_id_without_a_value_is_never_written()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Serialize(default(CartId)));
        Assert.Throws<JsonException>(() => JsonSerializer.Serialize(new Dictionary<Sku, int> { [default] = 1 }));
    }

    [Fact]
    public void A_hold_names_the_cart_and_the_attempt()
    {
        var hold = HoldId.For(CartId.Parse("cart_01h455vb4pex5vsknk084sn02q", null), 3);

        Assert.Equal("hold_01h455vb4pex5vsknk084sn02q.3", hold.Value);
        Assert.True(HoldId.TryParse(hold.Value, null, out _));
        Assert.False(HoldId.TryParse("hold_", null, out _));
        Assert.False(HoldId.TryParse("cart_01h455vb4pex5vsknk084sn02q", null, out _));
    }
}

public sealed class SkuTests
{
    [Theory]
    [InlineData("COFFEE-250G", "COFFEE-250G")]
    [InlineData("coffee-250g", "COFFEE-250G")]
    [InlineData("a_b.c-1", "A_B.C-1")]
    [InlineData("1", "1")]
    public void A_SKU_is_read_as_upper_case(string text, string sku) => Assert.Equal(new Sku(sku), Sku.Parse(text, null));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("A B")]
    [InlineData("A/B")]
    [InlineData("É")]
    [InlineData("ı")]
    [InlineData("A\0")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void Anything_else_is_no_SKU(string? text)
    {
        Assert.False(Sku.TryParse(text, null, out _));
        Assert.Throws<FormatException>(() => Sku.Parse(text!, null));
    }

    [Fact]
    public void A_SKU_is_text_in_JSON_also_as_a_key()
    {
        var stock = new Dictionary<Sku, int> { [new("MUG")] = 2 };

        Assert.Equal("""{"MUG":2}""", JsonSerializer.Serialize(stock));
        Assert.Equal(stock, JsonSerializer.Deserialize<Dictionary<Sku, int>>("""{"mug":2}"""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Sku>("\"a b\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Sku>("5"));
    }

    [Theory]
    [InlineData("leeds", true)]
    [InlineData("north-2", true)]
    [InlineData("Leeds", false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    public void A_location_is_lower_case(string text, bool isOne) =>
        Assert.Equal(isOne, LocationId.TryParse(text, null, out _));
}

public sealed class MoneyTests
{
    private static readonly Currency Pounds = new("GBP");

    [Theory]
    [InlineData(1099, "GBP", "10.99 GBP")]
    [InlineData(5, "GBP", "0.05 GBP")]
    [InlineData(-1099, "USD", "-10.99 USD")]
    [InlineData(1099, "JPY", "1099 JPY")]
    [InlineData(1099, "KWD", "1.099 KWD")]
    [InlineData(long.MaxValue, "GBP", "92233720368547758.07 GBP")]
    public void An_amount_is_shown_in_major_units(long minorUnits, string currency, string text) =>
        Assert.Equal(text, new Money(minorUnits, new(currency)).ToString());

    [Fact]
    public void Amounts_of_one_currency_add_up()
    {
        Assert.Equal(new Money(30, Pounds), new Money(10, Pounds) + new Money(20, Pounds));
        Assert.Equal(new Money(-10, Pounds), new Money(10, Pounds) - new Money(20, Pounds));
        Assert.Equal(new Money(30, Pounds), new Money(10, Pounds) * 3);
    }

    [Fact]
    public void Mixing_currencies_and_overflowing_are_bugs()
    {
        Assert.Throws<InvalidOperationException>(() => new Money(1, Pounds) + new Money(1, new("EUR")));
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue, Pounds) + new Money(1, Pounds));
        Assert.Throws<OverflowException>(() => new Money(0, Pounds) - new Money(long.MinValue, Pounds));
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue, Pounds) * 2);
    }

    [Fact]
    public void Money_is_an_amount_and_a_currency_in_JSON()
    {
        var money = new Money(2499, Pounds);

        Assert.Equal("""{"amount":2499,"currency":"GBP"}""", JsonSerializer.Serialize(money, CommerceJson.Stored));
        Assert.Equal(money, JsonSerializer.Deserialize<Money>("""{"amount":2499,"currency":"GBP"}""", CommerceJson.Stored));
        Assert.Throws<JsonException>(() =>
            JsonSerializer.Deserialize<Money>("""{"amount":24.99,"currency":"GBP"}""", CommerceJson.Stored));
    }

    [Theory]
    [InlineData("GBP", 2)]
    [InlineData("JPY", 0)]
    [InlineData("KRW", 0)]
    [InlineData("KWD", 3)]
    [InlineData("TND", 3)]
    public void A_currency_has_the_digits_of_ISO_4217(string code, int digits) =>
        Assert.Equal(digits, Currency.Parse(code, null).Digits);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("gbp")]
    [InlineData("XXX")]
    [InlineData("BTC")]
    [InlineData("DEM")]
    public void Anything_else_is_no_currency(string? code) => Assert.False(Currency.TryParse(code, null, out _));

    [Fact]
    public void Countries_are_those_of_ISO_3166()
    {
        Assert.All(["GB", "DE", "JP", "XK"], code => Assert.Equal(code != "XK", Countries.IsKnown(code)));
        Assert.False(Countries.IsKnown(null));
    }
}
