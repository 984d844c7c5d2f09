using Commerce.Carts;
using Commerce.Orders;
using Commerce.Payments;

namespace Commerce.Checkout;

/// <summary>
/// The process that turns one cart into one order, keyed by <see cref="CartId"/>. However often and from wherever it is
/// asked, there is at most one order and one charge, and everybody gets the same answer.
/// </summary>
[Alias("commerce.ICheckout")]
public interface ICheckoutGrain : IGrainWithStringKey
{
    /// <summary>
    /// Buys the cart, or goes on with the attempt under way. A declined payment or missing stock ends the attempt with
    /// everything undone; the next call with another command id starts another one.
    /// </summary>
    /// <returns>
    /// The order; or what the customer must do first; refused with <c>payment_declined</c>, <c>out_of_stock</c> and what
    /// the cart refuses.
    /// </returns>
    [Alias("Complete")]
    Task<Result<CheckoutOutcome>> Complete(CompleteCheckout command, CommandHeader header);

    /// <summary>The customer or the bank did something about a payment: look, and go on.</summary>
    /// <param name="intent">The gateway's id of the payment; a hint, the checkout knows its own.</param>
    [Alias("Resume")]
    Task<Result<CheckoutOutcome>> Resume(string? intent);

    /// <summary>
    /// Forgets who bought, for ever. Refused with <c>cart_checking_out</c> while that is going on. Idempotent.
    /// </summary>
    [Alias("Erase")]
    Task<Result<bool>> Erase();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="PaymentMethod">
/// The gateway's id of the payment method, <c>pm_…</c>; never a card number. Null only when gift cards and store credit pay
/// everything.
/// </param>
/// <param name="AcceptPriceChanges">Buy at today's prices, although others were shown.</param>
/// <param name="ExpectedTotal">
/// What the shopper was shown; refused with <c>price_changed</c> when it is another. Null: what
/// the cart has last shown, as far as that is remembered.
/// </param>
/// <param name="ExpectedAmountDue">The same of what credit leaves to pay; refused with <c>amount_due_changed</c>.</param>
[GenerateSerializer, Immutable, Alias("commerce.CompleteCheckout")]
public sealed record CompleteCheckout(
    [property: Id(0)] string? PaymentMethod = null,
    [property: Id(1)] bool AcceptPriceChanges = false,
    [property: Id(2)] Money? ExpectedTotal = null,
    [property: Id(3)] Money? ExpectedAmountDue = null);

/// <summary>Where a checkout stands for the shopper.</summary>
/// <param name="Order">The order, once placed.</param>
/// <param name="NextAction">What the customer must do before it can be placed; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("commerce.CheckoutOutcome")]
public sealed record CheckoutOutcome(
    [property: Id(0)] OrderView? Order,
    [property: Id(1)] NextAction? NextAction);

/// <summary>Every way a checkout can say no, besides what stock, cart and payment say.</summary>
public static class CheckoutRejections
{
    /// <summary>What is named cannot be a payment method.</summary>
    public static readonly Rejection MethodMalformed = Rejection.Invalid(
        "/payment_method", "A payment method is named by the gateway's id, pm_…, up to 255 characters.");

    /// <summary>The customer did not confirm the payment in time.</summary>
    public static readonly Rejection Abandoned =
        new(RejectionKind.Conflict, "checkout_expired", "The payment was not confirmed in time and nothing was charged.");

    /// <summary>Something is left to pay.</summary>
    public static readonly Rejection PaymentMethodMissing =
        Rejection.Invalid("/payment_method", "Something is left to pay, and a payment method is needed for it.");

    /// <summary>Nobody needs that many tries to buy one cart, except those who try cards out.</summary>
    public static Rejection TooManyAttempts(int attemptsMax) =>
        new(RejectionKind.Conflict, "too_many_attempts", $"A cart can be tried to buy at most {attemptsMax} times.");
}
