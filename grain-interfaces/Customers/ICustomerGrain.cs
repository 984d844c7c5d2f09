using System.Collections.Immutable;

namespace Commerce.Customers;

/// <summary>What the shop knows of one customer, keyed by its <see cref="CustomerId"/>. It is there from the first thing that is kept.</summary>
[Alias("commerce.ICustomer")]
public interface ICustomerGrain : IGrainWithStringKey
{
    /// <summary>All that is known; nothing but the id of one of whom nothing is.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<CustomerView> Read();

    /// <summary>Changes name, phone and language; what is null is removed. Absolute.</summary>
    /// <returns>The customer, or one of <see cref="CustomerRejections"/>.</returns>
    [Alias("SetProfile")]
    Task<Result<CustomerView>> SetProfile(CustomerProfile profile, CommandHeader header);

    /// <summary>Keeps an address under a name, in place of the one that had it. Absolute; at most 20.</summary>
    /// <param name="name">1 to 40 of a-z, 0-9 and hyphen.</param>
    [Alias("PutAddress")]
    Task<Result<CustomerView>> PutAddress(string name, CustomerAddress address, CommandHeader header);

    /// <summary>Forgets an address; nothing happens when it is not there.</summary>
    [Alias("RemoveAddress")]
    Task<Result<CustomerView>> RemoveAddress(string name, CommandHeader header);

    /// <summary>
    /// Takes down whether the customer may be written to about what he has not bought (GDPR art. 7 §1: that he agreed must be
    /// shown). What was said before stays on record, the last 100 times. Messages about orders need no consent.
    /// </summary>
    /// <param name="wording">Names the text that he saw, 1 to 100 characters.</param>
    [Alias("SetConsent")]
    Task<Result<CustomerView>> SetConsent(ConsentChannel channel, bool isGranted, string wording, CommandHeader header);

    /// <summary>Keeps a payment method under the gateway's id for it, or changes whether it is the usual one. Absolute; at most 20.</summary>
    /// <param name="method">Never a card number, which is refused.</param>
    [Alias("PutPaymentMethod")]
    Task<Result<CustomerView>> PutPaymentMethod(SavedPaymentMethod method, CommandHeader header);

    /// <summary>Forgets a payment method, which the gateway goes on to know; nothing happens when it is not there.</summary>
    [Alias("RemovePaymentMethod")]
    Task<Result<CustomerView>> RemovePaymentMethod(string id, CommandHeader header);

    /// <summary>Which groups he is in, by which prices and promotions may depend. Absolute; at most 20.</summary>
    [Alias("SetGroups")]
    Task<Result<CustomerView>> SetGroups(ImmutableArray<string> groups, CommandHeader header);

    /// <summary>Forgets all of it, for ever. Idempotent.</summary>
    [Alias("Erase")]
    Task<Result<bool>> Erase();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Name">How he wants to be called, 1 to 200 characters; null: not said.</param>
/// <param name="Phone">In the form of E.164, <c>+442079460000</c>; null: not said.</param>
/// <param name="Locale">BCP 47 language tag, <c>en-GB</c>; null: the shop's.</param>
[GenerateSerializer, Immutable, Alias("commerce.CustomerProfile")]
public sealed record CustomerProfile(
    [property: Id(0), Personal] string? Name = null,
    [property: Id(1), Personal] string? Phone = null,
    [property: Id(2)] string? Locale = null)
{
    /// <summary>Without what it says.</summary>
    public override string ToString() => "profile";
}

/// <summary>An address that a customer keeps.</summary>
/// <param name="IsShipping">Whether goods go there unless he says otherwise; one has it.</param>
/// <param name="IsBilling">Whether bills go there unless he says otherwise; one has it.</param>
[GenerateSerializer, Immutable, Alias("commerce.CustomerAddress")]
public sealed record CustomerAddress(
    [property: Id(0)] Address Address,
    [property: Id(1)] bool IsShipping = false,
    [property: Id(2)] bool IsBilling = false);

/// <summary>By which way somebody may be written to.</summary>
[GenerateSerializer, Alias("commerce.ConsentChannel")]
public enum ConsentChannel
{
    /// <summary>E-mail.</summary>
    Email = 0,

    /// <summary>Text messages.</summary>
    Sms = 1,

    /// <summary>Messages of an app.</summary>
    Push = 2,

    /// <summary>Letters.</summary>
    Post = 3,
}

/// <summary>What was said about one way.</summary>
/// <param name="Wording">Names the text that was seen.</param>
[GenerateSerializer, Immutable, Alias("commerce.Consent")]
public sealed record Consent(
    [property: Id(0)] ConsentChannel Channel,
    [property: Id(1)] bool IsGranted,
    [property: Id(2)] string Wording,
    [property: Id(3)] DateTimeOffset At);

/// <summary>A customer, as he and operators see him.</summary>
/// <param name="Addresses">By the name they are kept under.</param>
/// <param name="Consents">What holds now; a way that is not there was never agreed to.</param>
/// <param name="History">All that was ever said about consent, oldest first; the last 100.</param>
[GenerateSerializer, Immutable, Alias("commerce.CustomerView")]
public sealed record CustomerView(
    [property: Id(0)] CustomerId Id,
    [property: Id(1)] long Version,
    [property: Id(2)] CustomerProfile Profile,
    [property: Id(3), Personal] ImmutableSortedDictionary<string, CustomerAddress> Addresses,
    [property: Id(4)] ImmutableArray<Consent> Consents,
    [property: Id(5)] ImmutableArray<Consent> History,
    [property: Id(6)] ImmutableArray<string> Groups)
{
    /// <summary>What he pays with, in the order in which it was kept.</summary>
    [Id(7)]
    public ImmutableArray<SavedPaymentMethod> PaymentMethods { get; init; } = [];
}

/// <summary>What a customer pays with, by the name that the gateway has for it.</summary>
/// <param name="Id">The gateway's id, <c>pm_…</c>; whatever else is known of it, the gateway knows.</param>
/// <param name="IsUsual">Whether it is what he pays with unless he says otherwise; one is at most.</param>
[GenerateSerializer, Immutable, Alias("commerce.SavedPaymentMethod")]
public sealed record SavedPaymentMethod([property: Id(0), Personal] string Id, [property: Id(1)] bool IsUsual = false);

/// <summary>Every way a customer can say no. Codes are public API: add, never rename.</summary>
public static class CustomerRejections
{
    /// <summary>He was erased, and nothing is kept of him again under this id.</summary>
    public static readonly Rejection Erased = new(RejectionKind.Gone, "customer_erased", "This customer was erased.");

    /// <summary>More payment methods than anybody needs.</summary>
    public static Rejection TooManyPaymentMethods(int most) =>
        new(RejectionKind.Conflict, "too_many_payment_methods", $"A customer keeps at most {most} payment methods.");

    /// <summary>Not the gateway's id; a card number is never taken.</summary>
    public static readonly Rejection PaymentMethodMalformed = Rejection.Invalid(
        "/id", "A payment method is the gateway's id, pm_…: at most 200 of A-Z, a-z, 0-9, hyphen and underscore, never a card number.",
        "payment_method_malformed");

    /// <summary>More addresses than anybody needs.</summary>
    public static Rejection TooManyAddresses(int most) =>
        new(RejectionKind.Conflict, "too_many_addresses", $"A customer keeps at most {most} addresses.");
}
