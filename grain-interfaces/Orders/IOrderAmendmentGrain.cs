using System.Collections.Immutable;
using Commerce.Checkout;

namespace Commerce.Orders;

/// <summary>
/// The process that changes one placed order, keyed by its <see cref="OrderId"/>: one change at a time, each with a number.
/// Until the order has recorded a change everything is undone when it fails; from then on it only goes on.
/// </summary>
[Alias("commerce.IOrderAmendment")]
public interface IOrderAmendmentGrain : IGrainWithStringKey
{
    /// <summary>
    /// Calls off what is not sent. Units go back to stock, reserved money is let go, taken money is given back or shown as
    /// owed.
    /// </summary>
    /// <returns>The order; or one of <see cref="OrderRejections"/>, with nothing changed.</returns>
    [Alias("Cancel")]
    Task<Result<OrderView>> Cancel(CancelOrder command, CommandHeader header);

    /// <summary>
    /// Proposes an edit: prices it and shows what the order would be. It can be applied for an hour. Repeatable by its id.
    /// </summary>
    [Alias("Propose")]
    Task<Result<OrderEditView>> Propose(OrderEditId id, EditOrder command);

    /// <summary>Forgets whom it was about, as <see cref="IOrderGrain.Erase"/> does; refused with <c>order_being_changed</c> meanwhile.</summary>
    [Alias("Erase")]
    Task<Result<bool>> Erase();

    /// <summary>A proposed edit; the last 10 are remembered.</summary>
    [Alias("ReadEdit")]
    Task<Result<OrderEditView>> ReadEdit(OrderEditId id);

    /// <summary>
    /// Makes a proposed edit so. What is to pay or to give back besides becomes the order's <c>amount_due</c> or
    /// <c>amount_owed</c>.
    /// </summary>
    /// <returns>
    /// The order; refused with <c>order_edit_stale</c> when it is no longer what was proposed for, <c>out_of_stock</c>, ….
    /// </returns>
    [Alias("Apply")]
    Task<Result<OrderView>> Apply(OrderEditId id, CommandHeader header);

    /// <summary>
    /// Takes what is still to pay, <c>amount_due</c>: after an edit, or where nothing was taken. Any other change of the
    /// order ends an attempt that waits for the customer.
    /// </summary>
    /// <param name="paymentMethod">The gateway's id of the payment method, <c>pm_…</c>; never a card number.</param>
    /// <param name="expected">What the customer was told is due; null: whatever is.</param>
    /// <returns>
    /// The order, or what the customer must do first; repeat the command then. Refused with <c>order_paid</c> when nothing
    /// is due, <c>amount_due_changed</c> when it is not what was expected, <c>order_canceled</c>, <c>payment_declined</c>, ….
    /// </returns>
    [Alias("Pay")]
    Task<Result<CheckoutOutcome>> Pay(string paymentMethod, CommandHeader header, Money? expected = null);

    /// <summary>The customer or the bank did something about a payment: look, and go on. Harmless at any time.</summary>
    /// <param name="intent">The gateway's id of the payment; a hint, the order knows its own.</param>
    [Alias("Resume")]
    Task Resume(string? intent);

    /// <summary>Gives back what was paid too much, and lets go of what is reserved for an order that was called off.</summary>
    /// <param name="cause">Names what made it necessary; repeating it is harmless.</param>
    [Alias("Settle")]
    Task<Result<OrderView>> Settle(string cause);

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <summary>A proposed edit.</summary>
/// <param name="Lines">The order's lines as they would be.</param>
/// <param name="Before">What the order comes to.</param>
/// <param name="After">What it would come to.</param>
/// <param name="Difference">After less before: more to pay, or less when negative.</param>
/// <param name="AmountDue">What would be left to pay.</param>
/// <param name="AmountOwed">What would be to give back.</param>
[GenerateSerializer, Immutable, Alias("commerce.OrderEditView")]
public sealed record OrderEditView(
    [property: Id(0)] OrderEditId Id,
    [property: Id(1)] OrderId Order,
    [property: Id(2)] OrderEditStatus Status,
    [property: Id(3)] ImmutableArray<OrderLineView> Lines,
    [property: Id(4)] Carts.Totals Before,
    [property: Id(5)] Carts.Totals After,
    [property: Id(6)] Money Difference,
    [property: Id(7)] Money AmountDue,
    [property: Id(8)] Money AmountOwed,
    [property: Id(9)] DateTimeOffset ExpiresAt);

/// <summary>What has come of a proposed edit.</summary>
[GenerateSerializer, Alias("commerce.OrderEditStatus")]
public enum OrderEditStatus
{
    /// <summary>Nothing yet.</summary>
    Proposed = 0,

    /// <summary>The order is as it says.</summary>
    Applied = 1,

    /// <summary>Its time is over.</summary>
    Expired = 2,
}
