using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Inventory;

namespace Commerce.Orders;

/// <summary>Wants to send back what was sent.</summary>
/// <param name="Lines">Units by line, 1 or more each, no more than were sent and are not coming back already; all or none.</param>
/// <param name="Note">What the shop should know, at most 500 characters; null: nothing.</param>
/// <param name="By">Shoppers ask within the time that they were given; what an operator begins is approved.</param>
[GenerateSerializer, Immutable, Alias("commerce.RequestReturn")]
public sealed record RequestReturn(
    [property: Id(0)] ImmutableArray<ReturnLine> Lines,
    [property: Id(1), Personal] string? Note,
    [property: Id(2)] OrderParty By);

/// <summary>Units of one line that come back.</summary>
[GenerateSerializer, Immutable, Alias("commerce.ReturnLine")]
public readonly record struct ReturnLine(
    [property: Id(0)] CartLineId Line, [property: Id(1)] int Quantity, [property: Id(2)] ReturnReason Reason);

/// <summary>Why something comes back. A closed set, so that it can be counted.</summary>
[GenerateSerializer, Alias("commerce.ReturnReason")]
public enum ReturnReason
{
    /// <summary>The customer does not want it any more, which needs no reason (Directive 2011/83/EU, article 9).</summary>
    Unwanted = 0,

    /// <summary>It does not fit.</summary>
    DoesNotFit = 1,

    /// <summary>It is not what the shop said that it is.</summary>
    NotAsDescribed = 2,

    /// <summary>It arrived broken, or broke.</summary>
    Defective = 3,

    /// <summary>It is not what was ordered.</summary>
    WrongItem = 4,

    /// <summary>It came too late.</summary>
    Late = 5,

    /// <summary>Something else.</summary>
    Other = 6,
}

/// <summary>Where a return stands.</summary>
[GenerateSerializer, Alias("commerce.ReturnStatus")]
public enum ReturnStatus
{
    /// <summary>The customer asked for it.</summary>
    Requested = 0,

    /// <summary>The goods may be sent.</summary>
    Approved = 1,

    /// <summary>The shop will not take them.</summary>
    Declined = 2,

    /// <summary>The customer keeps them after all.</summary>
    Canceled = 3,

    /// <summary>They are here, and what they cost goes back.</summary>
    Received = 4,
}

/// <summary>What has come back.</summary>
/// <param name="Lines">Units by line and condition, no more of a line than were to come back. The rest does not come any more.</param>
/// <param name="Location">Where they are; null: where the last parcel of the order left from.</param>
/// <param name="RefundShipping">Whether what was paid for shipping goes back as well, which the law wants of a whole order (Directive 2011/83/EU, article 13).</param>
[GenerateSerializer, Immutable, Alias("commerce.ReceiveReturn")]
public sealed record ReceiveReturn(
    [property: Id(0)] ImmutableArray<ReceivedLine> Lines,
    [property: Id(1)] LocationId? Location,
    [property: Id(2)] bool RefundShipping);

/// <summary>Units of one line that are here.</summary>
[GenerateSerializer, Immutable, Alias("commerce.ReceivedLine")]
public readonly record struct ReceivedLine(
    [property: Id(0)] CartLineId Line, [property: Id(1)] int Quantity, [property: Id(2)] ReturnCondition Condition);

/// <summary>What can be done with something that came back.</summary>
[GenerateSerializer, Alias("commerce.ReturnCondition")]
public enum ReturnCondition
{
    /// <summary>It is sold again.</summary>
    Sellable = 0,

    /// <summary>It is not; the stock does not have it.</summary>
    Unsellable = 1,
}

/// <summary>A return of an order.</summary>
/// <param name="Number">Numbers the returns of the order, from 1.</param>
/// <param name="Note">What the customer said; null: nothing, or it is forgotten.</param>
/// <param name="DecidedAt">When it was approved, declined or given up; null: not yet.</param>
/// <param name="ReceivedAt">When the goods came; null: not yet.</param>
/// <param name="Received">What came.</param>
/// <param name="Returned">By how much the order's total fell for it.</param>
[GenerateSerializer, Immutable, Alias("commerce.OrderReturnView")]
public sealed record OrderReturnView(
    [property: Id(0)] int Number,
    [property: Id(1)] ReturnStatus Status,
    [property: Id(2)] ImmutableArray<ReturnLine> Lines,
    [property: Id(3), Personal] string? Note,
    [property: Id(4)] DateTimeOffset RequestedAt,
    [property: Id(5)] DateTimeOffset? DecidedAt,
    [property: Id(6)] DateTimeOffset? ReceivedAt,
    [property: Id(7)] ImmutableArray<ReceivedLine> Received,
    [property: Id(8)] Money Returned);

/// <summary>Every way a return can say no. Codes are public API: add, never rename.</summary>
public static class ReturnRejections
{
    /// <summary>The order has no return of this number.</summary>
    public static readonly Rejection NotFound = new(RejectionKind.NotFound, "return_not_found", "The order has no such return.");

    /// <summary>The time in which customers can send things back is over.</summary>
    public static Rejection TooLate(DateTimeOffset until) =>
        new(RejectionKind.Conflict, "return_too_late", $"This could be sent back until {until:yyyy-MM-dd}.");

    /// <summary>More would come back than was sent.</summary>
    public static Rejection NotReturnable(int index, CartLineId line, int returnable) => new(
        RejectionKind.Conflict, "return_exceeds_sent", $"{returnable} units of {line} can be sent back.", $"/lines/{index}/quantity");

    /// <summary>More came than was to come.</summary>
    public static Rejection NotExpected(int index, CartLineId line, int expected) => new(
        RejectionKind.Conflict, "return_exceeds_expected", $"{expected} units of {line} were to come back.", $"/lines/{index}/quantity");

    /// <summary>It has been decided otherwise, or the goods are here.</summary>
    public static Rejection Closed(ReturnStatus status) =>
        new(RejectionKind.Conflict, "return_closed", $"The return is {status.ToString().ToLowerInvariant()}.");

    /// <summary>Goods are taken in once it is approved.</summary>
    public static readonly Rejection NotApproved = new(
        RejectionKind.Conflict, "return_not_approved", "The return is not approved yet.");

    /// <summary>Nothing, too many lines, or one of them twice.</summary>
    public static readonly Rejection LinesMalformed =
        Rejection.Invalid("/lines", "1 to 200 different lines.", "return_lines_malformed");

    /// <summary>Not a remark that is kept.</summary>
    public static readonly Rejection NoteMalformed = Rejection.Invalid("/note", "A note is at most 500 characters.");

    /// <summary>Nobody sends so much back one by one.</summary>
    public static Rejection TooMany(int maximum) =>
        new(RejectionKind.Conflict, "too_many_returns", $"An order has at most {maximum} returns.");
}
