namespace Commerce.Payments;

public sealed class StripeMoneyTests
{
    [Theory]
    [InlineData("GBP", 1099, 1099L)]
    [InlineData("JPY", 1099, 1099L)]
    [InlineData("ISK", 1099, 109900L)]
    [InlineData("UGX", 1099, 109900L)]
    [InlineData("KWD", 1090, 1090L)]
    [InlineData("KWD", 1099, null)]
    public void Amounts_are_counted_as_Stripe_counts_them(string currency, long amount, long? expected)
    {
        var money = new Money(amount, Currency.Parse(currency, null));

        var counted = StripeMoney.To(money);

        Assert.Equal(expected, counted);
        if (counted is { } there)
        {
            Assert.Equal(money, StripeMoney.From(there, StripeMoney.To(money.Currency)));
        }
    }

    [Theory]
    [InlineData(null, "https://shop.example/", false)]
    [InlineData("sk_test_1234", null, false)]
    [InlineData("sk test 1234", "https://shop.example/", false)]
    [InlineData("sk_test_1234", "https://shop.example/", true)]
    public void Stripe_is_the_gateway_only_with_all_it_needs(string? key, string? address, bool isRight)
    {
        var options = new StripeOptions { SecretKey = key, ReturnUrl = address is null ? null : new(address) };

        Assert.Equal(isRight, Checked(PaymentGatewayKind.Stripe, options).Succeeded);
        Assert.False(Checked(PaymentGatewayKind.Sandbox, options).Failed);
        Assert.True(Checked(PaymentGatewayKind.Stripe, new()
        {
            SecretKey = "sk_test_1234", ReturnUrl = new("https://shop.example/"), ApiBase = new("http://stripe.example"),
        }).Failed);
    }

    private static Microsoft.Extensions.Options.ValidateOptionsResult Checked(PaymentGatewayKind gateway, StripeOptions options) =>
        new StripeOptionsValidation(Microsoft.Extensions.Options.Options.Create(new PaymentOptions { Gateway = gateway })).Validate(null, options);
}
