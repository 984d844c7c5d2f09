using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Commerce.Journal;

namespace Commerce.Notifications;

/// <summary>The messages about one order and every decision about them. No clock, no I/O, no Orleans runtime.</summary>
/// <remarks>
/// An attempt is journaled before it is made, with the time after which it counts as lost. So of two activations one
/// sends, the wake-ups never wait for a mail server, and an attempt that died with its silo is made again.
/// </remarks>
internal sealed record Notification : IJournaledState<Notification, NotificationEvent>, ISubscriberState
{
    /// <summary>Messages that ended and are remembered for operators: about 150 bytes each.</summary>
    private const int EndedMax = 100;

    private const int StartedAtOnceMax = 10;

    // The order's events that cause a message.
    private const string OrderPlaced = "order.placed";
    private const string FulfillmentRecorded = "order.fulfillment_recorded";
    private const string LinesCanceled = "order.lines_canceled";
    private const string ReturnRequested = "order.return_requested";
    private const string ReturnDecided = "order.return_decided";
    private const string ReturnReceived = "order.return_received";

    // The payment's.
    private const string PaymentReturned = "payment.returned";

    /// <summary>Oldest first. Those under way are no more than the parcels an order sends in a day.</summary>
    public ImmutableList<Message> Messages { get; init; } = [];

    public ImmutableDictionary<string, long> Handled { get; init; } = ImmutableDictionary<string, long>.Empty;

    public DateTimeOffset? WakeAt => Messages.Min(message => message.NextAttempt);

    public string Summary => string.Join(", ", Messages
        .CountBy(message => message.Status)
        .Select(pair => $"{pair.Value} {pair.Key.ToString().ToLowerInvariant()}"));

    /// <summary>The id of the message that an event causes.</summary>
    public static MessageId IdOf(string stream, long version, MessageKind kind) =>
        EntityId.Derive<MessageId>($"{stream}:{version}:{JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString())}");

    /// <summary>Queues the message that an order's event causes, if any. An event seen before causes none.</summary>
    public Decision<NotificationEvent> Follow(JournalEvent received, DateTimeOffset now, MailOptions options) =>
        received.Version <= Handled.GetValueOrDefault(received.Stream)
            ? Decision<NotificationEvent>.Nothing
            : received.Type switch
            {
                OrderPlaced => Queue(received, MessageKind.OrderConfirmation, reference: null, now, options),
                FulfillmentRecorded => Queue(
                    received, MessageKind.ShippingConfirmation, FulfillmentOf(received), now, options),
                PaymentReturned => Queue(received, MessageKind.PaymentReturned, AmountOf(received), now, options),
                LinesCanceled => Queue(received, MessageKind.OrderCancellation, ChangeOf(received), now, options),
                ReturnRequested or ReturnDecided or ReturnReceived when ReturnOf(received) is { } change =>
                    Queue(received, MessageKind.ReturnUpdate, change, now, options),
                _ => Decision<NotificationEvent>.Nothing,
            };

    /// <summary>Starts the attempts that are due, so many at a time.</summary>
    public Decision<NotificationEvent> StartDue(DateTimeOffset now, MailOptions options) =>
        Decision<NotificationEvent>.Of([.. Messages
            .Where(message => message.NextAttempt <= now)
            .Take(StartedAtOnceMax)
            .Select(message => new MessageAttemptStarted(message.Id, LostAt(now, options)))]);

    /// <summary>Takes down what became of an attempt. Of a message that has ended meanwhile, nothing.</summary>
    public Decision<NotificationEvent> Conclude(MessageId id, MailOutcome outcome, DateTimeOffset now, MailOptions options)
    {
        if (Find(id) is not { Status: MessageStatus.Queued } message)
        {
            return Decision<NotificationEvent>.Nothing;
        }

        if (outcome.Reason is not { } reason)
        {
            return new MessageSent(id);
        }

        var next = now + Pause(message.Attempts, options);
        return outcome.IsFinal || next > message.GiveUpAt
            ? new MessageGivenUp(id, reason)
            : new MessageAttemptFailed(id, reason, next);
    }

    /// <summary>
    /// Queues a message again that was given up, or another one like one that was sent: whoever got it once is not given the
    /// same by a mail server that knows its id.
    /// </summary>
    /// <param name="next">The id of that other one.</param>
    public Decision<NotificationEvent> SendAgain(MessageId id, MessageId next, DateTimeOffset now, MailOptions options) => Find(id) switch
    {
        // Until lately what one that was sent told about was forgotten.
        null or { Status: MessageStatus.Sent, Reference: null, Kind: not MessageKind.OrderConfirmation } => NotificationRejections.NotFound,
        { Status: MessageStatus.Queued } => NotificationRejections.UnderWay,
        var message => new MessageQueued(
            message.Status == MessageStatus.Sent ? next : id,
            message.Kind,
            message.Stream,
            message.Version,
            message.Reference,
            LostAt(now, options),
            now + options.GiveUpAfter)
        {
            Repeats = message.Status == MessageStatus.Sent ? id : null,
        },
    };

    public Notification Apply(NotificationEvent @event) => @event switch
    {
        MessageQueued e => Put(new(e.Message, e.Kind, e.Stream, e.Version, e.Reference)
        {
            Attempts = 1,
            NextAttempt = e.NextAttempt,
            GiveUpAt = e.GiveUpAt,
        }) with
        {
            Handled = Handled.SetItem(e.Stream, Math.Max(e.Version, Handled.GetValueOrDefault(e.Stream))),
        },
        MessageAttemptStarted e => Change(e.Message, message => message with
        {
            Attempts = message.Attempts + 1,
            NextAttempt = e.NextAttempt,
        }),
        MessageAttemptFailed e => Change(e.Message, message => message with
        {
            NextAttempt = e.NextAttempt,
            Reason = e.Reason,
        }),
        MessageSent e => Change(e.Message, message => new(message.Id, message.Kind, message.Stream, message.Version, message.Reference)
        {
            Status = MessageStatus.Sent,
        }),
        MessageGivenUp e => Change(e.Message, message => message with
        {
            Status = MessageStatus.Failed,
            NextAttempt = null,
            Reason = e.Reason,
        }),
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    /// <summary>The message of an id; null when it was never queued, or ended too long ago.</summary>
    public Message? Find(MessageId id) => Messages.Find(message => message.Id == id);

    /// <summary>All messages as operators see them.</summary>
    public ImmutableArray<MessageView> View() => [.. Messages.Select(message => message.View())];

    private static MessageQueued Queue(
        JournalEvent received, MessageKind kind, string? reference, DateTimeOffset now, MailOptions options) => new(
        IdOf(received.Stream, received.Version, kind),
        kind,
        received.Stream,
        received.Version,
        reference,
        LostAt(now, options),
        now + options.GiveUpAfter);

    private static string FulfillmentOf(JournalEvent received)
    {
        using var data = JsonDocument.Parse(received.Data);
        return data.RootElement.GetProperty("fulfillment").GetProperty("id").GetString()!;
    }

    private static string AmountOf(JournalEvent received)
    {
        using var data = JsonDocument.Parse(received.Data);
        return data.RootElement.GetProperty("amount").Deserialize<Money>(CommerceJson.Stored).ToString();
    }

    private static string ChangeOf(JournalEvent received)
    {
        using var data = JsonDocument.Parse(received.Data);
        return data.RootElement.GetProperty("change").GetRawText();
    }

    /// <summary>Which return, and what became of it; null: the customer knows, who did it. What an operator begins is approved.</summary>
    private static string? ReturnOf(JournalEvent received)
    {
        using var data = JsonDocument.Parse(received.Data);
        var status = received.Type switch
        {
            ReturnRequested => data.RootElement.GetProperty("by").GetString() == "operator" ? "approved" : null,
            ReturnDecided => data.RootElement.GetProperty("status").GetString(),
            _ => "received",
        };
        return status is null or "canceled" ? null : $"{data.RootElement.GetProperty("return").GetInt32()} {status}";
    }

    /// <summary>An attempt takes no longer than the timeout; as much again, for the journal, and it counts as lost.</summary>
    private static DateTimeOffset LostAt(DateTimeOffset now, MailOptions options) => now + (2 * options.Timeout);

    /// <summary>Five times longer after each attempt: by default 5 s, 25 s, 2 min, 10 min, 52 min, then 4 h.</summary>
    private static TimeSpan Pause(int attempts, MailOptions options) => TimeSpan.FromSeconds(Math.Min(
        options.RetryFirstAfter.TotalSeconds * Math.Pow(5, attempts - 1), options.RetryPauseMax.TotalSeconds));

    private Notification Put(Message message)
    {
        var index = Messages.FindIndex(other => other.Id == message.Id);
        return this with { Messages = index < 0 ? Messages.Add(message) : Messages.SetItem(index, message) };
    }

    private Notification Change(MessageId id, Func<Message, Message> change)
    {
        var changed = Put(change(Find(id)!)).Messages;
        var ended = changed.Count(message => message.Status != MessageStatus.Queued);
        return this with
        {
            Messages = ended <= EndedMax
                ? changed
                : changed.RemoveAt(changed.FindIndex(message => message.Status != MessageStatus.Queued)),
        };
    }
}

/// <summary>One message to the customer of an order.</summary>
/// <param name="Stream">The stream and the version of the event that caused it.</param>
internal sealed record Message(MessageId Id, MessageKind Kind, string Stream, long Version, string? Reference)
{
    public MessageStatus Status { get; init; }

    /// <summary>Attempts since it was queued, the one under way included.</summary>
    public int Attempts { get; init; }

    /// <summary>When it is tried, or tried again; null when it has ended.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    public DateTimeOffset GiveUpAt { get; init; }

    public string? Reason { get; init; }

    public MessageView View() => new(Id, Kind, Version, Reference, Status, Attempts, NextAttempt, Reason);
}
