using System.Collections.Immutable;

namespace Commerce.Notifications;

/// <summary>What the customer of one order is told by mail, keyed by its <see cref="Orders.OrderId"/>.</summary>
[Alias("commerce.INotification")]
public interface INotificationGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes attempts again for a message that was given up; sends another one like one that was sent. Safe to repeat with a
    /// command id.
    /// </summary>
    /// <returns>The message that is under way now; refused when there is none of this id, or it is under way already.</returns>
    [Alias("SendAgain")]
    Task<Result<MessageView>> SendAgain(MessageId message, CommandHeader header);

    /// <summary>The messages, oldest first: all that are under way, and the last 100 others.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<ImmutableArray<MessageView>> Read();

    /// <summary>
    /// Removes the messages themselves as far as they are kept here, which is where no mail server is configured. That they
    /// were sent stays on record. Idempotent.
    /// </summary>
    [Alias("Erase")]
    Task Erase();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <summary>One message, as operators see it. No personal data.</summary>
/// <param name="OrderVersion">The version of the order whose event caused it.</param>
/// <param name="Reference">The fulfillment or the change it tells about; null for the whole order.</param>
/// <param name="Attempts">How often it was tried since it was queued; 0 once sent.</param>
/// <param name="NextAttempt">
/// When it is tried again, unless the attempt under way succeeds before; null: no more.
/// </param>
/// <param name="Reason">Why the last attempt failed: <c>smtp_451</c>, <c>timeout</c>, …; null when it did not.</param>
[GenerateSerializer, Immutable, Alias("commerce.MessageView")]
public sealed record MessageView(
    [property: Id(0)] MessageId Id,
    [property: Id(1)] MessageKind Kind,
    [property: Id(2)] long OrderVersion,
    [property: Id(3)] string? Reference,
    [property: Id(4)] MessageStatus Status,
    [property: Id(5)] int Attempts,
    [property: Id(6)] DateTimeOffset? NextAttempt,
    [property: Id(7)] string? Reason);

/// <summary>What a message tells.</summary>
[GenerateSerializer, Alias("commerce.MessageKind")]
public enum MessageKind
{
    /// <summary>The order was placed.</summary>
    OrderConfirmation = 0,

    /// <summary>A parcel was sent.</summary>
    ShippingConfirmation = 1,

    /// <summary>The order was called off, or a part of it.</summary>
    OrderCancellation = 2,

    /// <summary>A payment came after its time, and went back.</summary>
    PaymentReturned = 3,

    /// <summary>A return was approved or declined, or has come.</summary>
    ReturnUpdate = 4,
}

/// <summary>Where a message stands.</summary>
[GenerateSerializer, Alias("commerce.MessageStatus")]
public enum MessageStatus
{
    /// <summary>Being sent, or waiting for the next attempt.</summary>
    Queued = 0,

    /// <summary>Taken over by the mail server.</summary>
    Sent = 1,

    /// <summary>Given up.</summary>
    Failed = 2,
}

/// <summary>Every way a notification can say no. Codes are public API: add, never rename.</summary>
public static class NotificationRejections
{
    /// <summary>The message is being sent.</summary>
    public static readonly Rejection UnderWay = new(RejectionKind.Conflict, "message_under_way", "This message is being sent.");

    /// <summary>The order has no such message, or it was sent too long ago to be remembered.</summary>
    public static readonly Rejection NotFound = new(RejectionKind.NotFound, "message_not_found", "There is no such message.");
}
