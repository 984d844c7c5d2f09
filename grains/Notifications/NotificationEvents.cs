using Commerce.Journal;

namespace Commerce.Notifications;

/// <summary>What can happen to a message. No personal data: whom it goes to is asked of the order when it is sent.</summary>
internal abstract record NotificationEvent(MessageId Message) : IJournalEvent;

/// <summary>A message is to be sent, and its first attempt begins.</summary>
/// <param name="Stream">The stream and the version of the event that caused it.</param>
/// <param name="Reference">What of the order it is about; null for the whole order.</param>
/// <param name="NextAttempt">When the first attempt counts as lost.</param>
/// <param name="GiveUpAt">No attempt is planned after this.</param>
[Alias("notification.queued")]
internal sealed record MessageQueued(
    MessageId Message,
    MessageKind Kind,
    string Stream,
    long Version,
    string? Reference,
    DateTimeOffset NextAttempt,
    DateTimeOffset GiveUpAt) : NotificationEvent(Message)
{
    /// <summary>The message that an operator has sent once more by this one; null: it was never sent before.</summary>
    public MessageId? Repeats { get; init; }
}

/// <param name="NextAttempt">When this attempt counts as lost.</param>
[Alias("notification.attempt_started")]
internal sealed record MessageAttemptStarted(MessageId Message, DateTimeOffset NextAttempt) : NotificationEvent(Message);

/// <param name="Reason">A code, <c>smtp_451</c>; never a server's words, which often repeat the address.</param>
[Alias("notification.attempt_failed")]
internal sealed record MessageAttemptFailed(MessageId Message, string Reason, DateTimeOffset NextAttempt)
    : NotificationEvent(Message);

[Alias("notification.sent")]
internal sealed record MessageSent(MessageId Message) : NotificationEvent(Message);

[Alias("notification.given_up")]
internal sealed record MessageGivenUp(MessageId Message, string Reason) : NotificationEvent(Message);
