using System.Text;
using System.Text.Json;
using Commerce.Journal;

namespace Commerce.Customers;

public sealed class CustomerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);
    private static readonly Address London = new("Ada", "Lovelace", null, "12 St James Square", null, "London", null, "SW1Y 4JH", "GB", null);

    [Theory]
    [InlineData("+442079460000", true)]
    [InlineData("+14155552671", true)]
    [InlineData("020 7946 0000", false)]
    [InlineData("+44 20 7946 0000", false)]
    [InlineData("+4420", false)]
    [InlineData("+999123456789", false)]
    public void A_phone_number_is_one_that_can_be_called_in_the_form_of_E164(string phone, bool isOne) =>
        Assert.Equal(isOne, new Customer().SetProfile(new(Phone: phone)).Rejection is null);

    [Theory]
    [InlineData("en-GB", true)]
    [InlineData("de", true)]
    [InlineData("English", false)]
    [InlineData("en_GB", false)]
    [InlineData("e", false)]
    public void A_locale_is_one_that_there_is(string locale, bool isOne) =>
        Assert.Equal(isOne, new Customer().SetProfile(new(Locale: locale)).Rejection is null);

    [Fact]
    public void Everything_that_is_wrong_with_a_profile_is_told_at_once() => Assert.Equal(
        ["/name", "/phone", "/locale"],
        new Customer().SetProfile(new(" ", "1", "?")).Rejection!.Errors.Select(error => error.Pointer));

    [Fact]
    public void One_address_is_where_goods_go_and_one_where_bills_go()
    {
        var customer = With(
            new Customer(), c => c.PutAddress("home", new(London, IsShipping: true, IsBilling: true)),
            c => c.PutAddress("work", new(London, IsShipping: true)));

        Assert.Equal((false, true), (customer.Addresses["home"].IsShipping, customer.Addresses["home"].IsBilling));
        Assert.True(customer.Addresses["work"].IsShipping);
    }

    [Fact]
    public void Addresses_are_named_checked_and_bounded()
    {
        var customer = With(new Customer(), [.. Enumerable.Range(0, 20).Select(i =>
            (Func<Customer, Decision<CustomerEvent>>)(c => c.PutAddress($"a{i}", new(London))))]);

        Assert.Equal("too_many_addresses", customer.PutAddress("one-more", new(London)).Rejection!.Code);
        Assert.Empty(customer.PutAddress("a7", new(London)).Events);
        Assert.Equal("/name", customer.PutAddress("My Home", new(London)).Rejection!.Pointer);
        Assert.Equal("/address/city", Assert.Single(customer.PutAddress("a7", new(London with { City = "" })).Rejection!.Errors).Pointer);
        Assert.Equal("/address", Assert.Single(customer.PutAddress("a7", new(null!)).Rejection!.Errors).Pointer);
        Assert.Equal(19, With(customer, c => c.RemoveAddress("a7")).Addresses.Count);
    }

    [Theory]
    [InlineData("pm_1NXWPnLkdIwHu7ixqGX", true)]
    [InlineData("4242424242424242", false)]
    [InlineData("pm_4242424242424242", false)]
    [InlineData("pm 1", false)]
    [InlineData("", false)]
    public void A_payment_method_is_an_id_and_no_card_number(string id, bool isOne) =>
        Assert.Equal(isOne, new Customer().PutPaymentMethod(new(id)).Rejection is null);

    [Fact]
    public void One_payment_method_is_the_usual_one_and_twenty_are_kept()
    {
        var customer = With(new Customer(), [.. Enumerable.Range(0, 20).Select(i =>
            (Func<Customer, Decision<CustomerEvent>>)(c => c.PutPaymentMethod(new($"pm_{i}", IsUsual: true))))]);

        Assert.Equal("pm_19", Assert.Single(customer.PaymentMethods, method => method.IsUsual).Id);
        Assert.Equal("too_many_payment_methods", customer.PutPaymentMethod(new("pm_20")).Rejection!.Code);
        Assert.Empty(customer.PutPaymentMethod(new("pm_19", IsUsual: true)).Events);
        Assert.Equal("pm_3", Assert.Single(With(customer, c => c.PutPaymentMethod(new("pm_3", true))).PaymentMethods, method => method.IsUsual).Id);
        Assert.Equal(19, With(customer, c => c.RemovePaymentMethod("pm_3")).PaymentMethods.Length);
    }

    [Fact]
    public void What_was_agreed_to_holds_until_it_is_taken_back_and_stays_on_record()
    {
        var customer = With(
            new Customer(), c => c.SetConsent(ConsentChannel.Email, true, "newsletter-2026", Now),
            c => c.SetConsent(ConsentChannel.Sms, false, "newsletter-2026", Now),
            c => c.SetConsent(ConsentChannel.Email, false, "unsubscribe-link", Now.AddDays(1)));

        var view = customer.View(default, 3);

        Assert.Equal([(ConsentChannel.Email, false), (ConsentChannel.Sms, false)], view.Consents.Select(consent => (consent.Channel, consent.IsGranted)));
        Assert.Equal([true, false, false], view.History.Select(consent => consent.IsGranted));
        Assert.Empty(customer.SetConsent(ConsentChannel.Email, false, "unsubscribe-link", Now.AddDays(2)).Events);
    }

    [Fact]
    public void A_hundred_changes_of_mind_are_remembered_and_no_more()
    {
        var customer = With(new Customer(), [.. Enumerable.Range(0, 150).Select(i =>
            (Func<Customer, Decision<CustomerEvent>>)(c => c.SetConsent(ConsentChannel.Push, i % 2 == 0, $"v{i}", Now)))]);

        Assert.Equal((100, "v149"), (customer.Consents.Length, customer.Consents[^1].Wording));
    }

    [Fact]
    public void What_a_customer_called_his_addresses_is_sealed_in_what_is_kept_of_him_and_missing_once_he_is_forgotten()
    {
        var key = StreamKey.Create();
        var customer = With(new Customer(), c => c.PutAddress("falconer-house", new(London)));

        var kept = Encoding.UTF8.GetString(StreamKey.Serialize(key, customer, typeof(Customer)));

        Assert.DoesNotContain("falconer-house", kept, StringComparison.Ordinal);
        Assert.True(Read(key).Addresses.ContainsKey("falconer-house"));
        Assert.Empty(Read(null).Addresses);
        Assert.True(With(Read(null), c => c.PutAddress("work", new(London))).Addresses.ContainsKey("work"));

        Customer Read(StreamKey? with) => JsonSerializer.Deserialize<Customer>(StreamKey.Open(with, kept), CommerceJson.Stored)!;
    }

    [Fact]
    public void Of_whom_was_erased_nothing_is_kept_again()
    {
        var erased = With(new Customer(), c => c.SetProfile(new("Ada")), c => c.Erase());

        Assert.Null(erased.Profile.Name);
        Assert.Empty(erased.Erase().Events);
        Assert.Equal("customer_erased", erased.SetProfile(new("Ada")).Rejection!.Code);
        Assert.Equal("customer_erased", erased.PutAddress("home", new(London)).Rejection!.Code);
    }

    private static Customer With(Customer customer, params Func<Customer, Decision<CustomerEvent>>[] decisions) =>
        decisions.Aggregate(customer, (before, decide) => decide(before).Events.Aggregate(before, (state, @event) => state.Apply(@event)));
}
