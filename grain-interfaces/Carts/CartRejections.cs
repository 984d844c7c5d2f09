using System.Collections.Immutable;

namespace Commerce.Carts;

/// <summary>Every way a cart can say no. Codes are public API: add, never rename.</summary>
public static class CartRejections
{
    /// <summary>It was never created.</summary>
    public static readonly Rejection NotFound = new(RejectionKind.NotFound, "cart_not_found", "There is no such cart.");

    /// <summary>It became an order.</summary>
    public static readonly Rejection Completed =
        new(RejectionKind.Conflict, "cart_completed", "The cart was bought and can no longer be changed.");

    /// <summary>It was taken over by another cart.</summary>
    public static Rejection Merged(CartId into) =>
        new(RejectionKind.Gone, "cart_merged", $"The cart was merged into {into}.");

    /// <summary>It was left alone for too long.</summary>
    public static readonly Rejection Expired = new(RejectionKind.Gone, "cart_expired", "The cart has expired.");

    /// <summary>A cart cannot be merged into itself.</summary>
    public static readonly Rejection SameCart = Rejection.Invalid("/source", "A cart cannot be merged into itself.");

    /// <summary>Carts of two currencies stay two carts.</summary>
    public static readonly Rejection SourceCurrencyDiffers =
        new(RejectionKind.Conflict, "cart_currency_differs", "The carts have different currencies.", "/source");

    /// <summary>Not a code.</summary>
    public static readonly Rejection CodeMalformed =
        Rejection.Invalid("/code", "A code is 1 to 64 of A-Z, 0-9, hyphen and underscore.", "code_malformed");

    /// <summary>Too many codes.</summary>
    public static Rejection TooManyCodes(int codesMax) =>
        new(RejectionKind.Conflict, "cart_too_many_codes", $"A cart takes at most {codesMax} codes.", "/code");

    /// <summary>Too many gift cards.</summary>
    public static Rejection TooManyGiftCards(int maximum) =>
        new(RejectionKind.Conflict, "cart_too_many_gift_cards", $"A cart takes at most {maximum} gift cards.", "/code");

    /// <summary>Attributes that are too many or too long.</summary>
    public static readonly Rejection AttributesMalformed = Rejection.Invalid(
        "/attributes", "At most 10 attributes, with names of 1 to 50 and values of at most 500 characters.");

    /// <summary>A line that is not there can only be set by its SKU.</summary>
    public static readonly Rejection LineUnknown =
        new(RejectionKind.NotFound, "cart_line_not_found", "The cart has no such line.", "/line");

    /// <summary>Nothing to do, or too much at once.</summary>
    public static Rejection ActionsOutOfRange(int maximum) =>
        Rejection.Invalid("/actions", $"1 to {maximum} actions.", "actions_out_of_range");

    /// <summary>It is locked by a checkout under way.</summary>
    public static readonly Rejection CheckingOut =
        new(RejectionKind.Conflict, "cart_checking_out", "The cart is being checked out.");

    /// <summary>It exists with another currency.</summary>
    public static readonly Rejection CurrencyDiffers =
        new(RejectionKind.Conflict, "cart_currency_differs", "The cart exists with another currency.", "/currency");

    /// <summary>The shipping option does not exist for this cart's address and currency.</summary>
    public static readonly Rejection ShippingOptionUnknown =
        new(RejectionKind.Invalid, "shipping_option_unknown", "This shipping option is not available.", "/id");

    /// <summary>Options depend on where the parcel goes.</summary>
    public static readonly Rejection AddressMissing =
        new(RejectionKind.Conflict, "shipping_address_missing", "The cart has no shipping address yet.");

    /// <summary>Prices changed since they were shown; the cart has the new ones now.</summary>
    public static Rejection PriceChanged(ImmutableArray<PriceChange> changes) =>
        new(RejectionKind.Conflict, "price_changed", "Prices changed since they were shown. Read the cart and try again.")
        {
            Prices = changes,
        };

    /// <summary>The code of <see cref="AmountDueChanged"/>.</summary>
    public const string AmountDueChangedCode = "amount_due_changed";

    /// <summary>Gift cards or store credit pay another part than was shown.</summary>
    public static Rejection AmountDueChanged(Money shown, Money due) =>
        new(RejectionKind.Conflict, AmountDueChangedCode, $"{due} are left to pay instead of {shown}.");

    /// <summary>The cart lacks something an order needs; the problems say what.</summary>
    public static Rejection Incomplete(CartProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new(RejectionKind.Conflict, problem.Code, problem.Detail);
    }

    /// <summary>Too many different SKUs.</summary>
    public static Rejection TooManyLines(int linesMax) =>
        new(RejectionKind.Conflict, "cart_too_many_lines", $"A cart holds at most {linesMax} lines.");

    /// <summary>Not a number of units a line can have.</summary>
    public static Rejection QuantityOutOfRange(int minimum, int maximum) =>
        Rejection.Invalid("/quantity", $"The quantity must be from {minimum} to {maximum}.", "quantity_out_of_range");
}
