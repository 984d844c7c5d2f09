using Commerce.Carts;

namespace Commerce.Orders;

/// <summary>Every way an order can say no. Codes are public API: add, never rename.</summary>
public static class OrderRejections
{
    /// <summary>It was never placed.</summary>
    public static readonly Rejection NotFound = new(RejectionKind.NotFound, "order_not_found", "There is no such order.");

    /// <summary>It was called off.</summary>
    public static readonly Rejection Canceled = new(RejectionKind.Conflict, "order_canceled", "The order was called off.");

    /// <summary>Something is still to be sent, paid or given back, so who bought it cannot be forgotten.</summary>
    public static readonly Rejection Open = new(
        RejectionKind.Conflict, "order_open", "Something of the order is still to be sent, paid or given back.");

    /// <summary>Nobody knows any more who bought it.</summary>
    public static readonly Rejection Erased = new(RejectionKind.Gone, "order_erased", "Who bought this order was erased.");

    /// <summary>Everything is sent.</summary>
    public static readonly Rejection Fulfilled = new(RejectionKind.Conflict, "order_fulfilled", "Everything is sent.");

    /// <summary>Shoppers can no longer call it off: a location has begun.</summary>
    public static readonly Rejection InFulfillment = new(
        RejectionKind.Conflict, "order_in_fulfillment", "The order is being packed and can no longer be called off.");

    /// <summary>The deadline is over, and the money came.</summary>
    public static readonly Rejection Paid = new(RejectionKind.Conflict, "order_paid", "The order is paid, or about to be.");

    /// <summary>The customer was told of another amount.</summary>
    public static Rejection DueChanged(Money due) =>
        new(RejectionKind.Conflict, CartRejections.AmountDueChangedCode, $"{due} is due.", "/expected_due");

    /// <summary>Units that a change wants back are on their way.</summary>
    public static Rejection Sent(CartLineId line, int open) =>
        new(RejectionKind.Conflict, "order_line_sent", $"{open} units of {line} are not sent.", "/lines");

    /// <summary>Units that a change wants back have just left.</summary>
    public static readonly Rejection JustSent = new(
        RejectionKind.Conflict, "order_line_sent", "Units that were to be taken back have just been sent.", "/lines");

    /// <summary>The order has no such line.</summary>
    public static Rejection LineUnknown(int index) =>
        Rejection.Invalid($"/lines/{index}/line", "The order has no such line.", "order_line_unknown");

    /// <summary>Not a number of units.</summary>
    public static Rejection QuantityOutOfRange(string pointer, int minimum, int maximum) =>
        Rejection.Invalid(pointer, $"The quantity must be from {minimum} to {maximum}.", "quantity_out_of_range");

    /// <summary>Too many lines, or one of them twice.</summary>
    public static readonly Rejection LinesMalformed =
        Rejection.Invalid("/lines", "At most 200 different lines.", "order_lines_malformed");

    /// <summary>What is to be added is there: change its quantity.</summary>
    public static Rejection LineExists(int index) =>
        Rejection.Invalid($"/add/{index}/sku", "The order has this line. Change its quantity instead.", "order_line_exists");

    /// <summary>An edit that leaves everything as it is.</summary>
    public static readonly Rejection EditEmpty = Rejection.Invalid("", "Nothing would be different.", "order_edit_empty");

    /// <summary>An edit that leaves nothing.</summary>
    public static readonly Rejection EditCancels =
        Rejection.Invalid("/lines", "Nothing would be left. Cancel the order instead.", "order_edit_cancels");

    /// <summary>Somewhere else in the country other taxes are due.</summary>
    public static readonly Rejection TaxesDiffer = Rejection.Invalid(
        "/shipping_address", "Other taxes are due there. Cancel the order and place it anew.", "order_taxes_differ");

    /// <summary>Prices, taxes and shipping depend on the country and region.</summary>
    public static readonly Rejection CountryFixed = Rejection.Invalid(
        "/shipping_address/country", "An order stays in its country and region.", "order_country_fixed");

    /// <summary>There is no such proposed edit, or too many came after it.</summary>
    public static readonly Rejection EditNotFound =
        new(RejectionKind.NotFound, "order_edit_not_found", "There is no such edit.");

    /// <summary>The order is no longer what the edit was proposed for.</summary>
    public static readonly Rejection EditStale = new(
        RejectionKind.Conflict, "order_edit_stale", "The order has changed, or an hour is over. Propose the edit again.");

    /// <summary>Nobody changes an order that often.</summary>
    public static Rejection TooManyChanges(int maximum) =>
        new(RejectionKind.Conflict, "order_too_many_changes", $"An order can be changed at most {maximum} times.");

    /// <summary>Not a remark that is kept.</summary>
    public static readonly Rejection NoteMalformed = Rejection.Invalid("/text", "A note is 1 to 1,000 characters.");

    /// <summary>Too many remarks.</summary>
    public static Rejection TooManyNotes(int maximum) =>
        new(RejectionKind.Conflict, "order_too_many_notes", $"An order has at most {maximum} notes.");
}
