using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Journal;
using Commerce.Orders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Commerce.Notifications;

/// <summary>
/// Runs <see cref="Notification"/> and sends its messages. Neither the stream nor the wake-ups ever wait for a mail
/// server: both journal that an attempt starts, and the attempt goes on by itself.
/// </summary>
/// <remarks>
/// Reentrant, so that deliveries go on during an attempt: decide + apply + enqueue is one synchronous step on the newest
/// state, and an attempt's outcome counts only while its message is still queued.
/// </remarks>
[GrainType("notification"), OfOnePurchase, Follows("order"), Follows("payment", "payment.returned"), Reentrant]
internal sealed partial class NotificationGrain(
    OrderMail mail, IMailTransport transport, IOptions<MailOptions> options, TimeProvider time)
    : Subscriber<Notification, NotificationEvent>, INotificationGrain
{
    private OrderId Order => OrderId.Of(this.GetPrimaryKeyString());

    private ILogger Log => ServiceProvider.GetRequiredService<ILogger<NotificationGrain>>();

    public Task<Result<MessageView>> SendAgain(MessageId message, CommandHeader header)
    {
        var next = EntityId.New<MessageId>(time.GetUtcNow());
        return Start(
            state => state.SendAgain(message, next, time.GetUtcNow(), options.Value),
            state => (state.Find(next) ?? state.Find(message)!).View(),
            header);
    }

    public Task<ImmutableArray<MessageView>> Read() => Read(state => state.View());

    public async Task Erase()
    {
        foreach (var message in await Read())
        {
            transport.Forget(message.Id);
        }
    }

    protected override Task Handle(JournalEvent received) =>
        Start(state => state.Follow(received, time.GetUtcNow(), options.Value), state => state.Handled);

    protected override Task OnWake() =>
        Start(state => state.StartDue(time.GetUtcNow(), options.Value), state => state.WakeAt);

    /// <summary>Commits a decision that starts attempts, and lets them run.</summary>
    private async Task<Result<TAnswer>> Start<TAnswer>(
        Func<Notification, Decision<NotificationEvent>> decide, Func<Notification, TAnswer> answer, CommandHeader? header = null)
    {
        ImmutableArray<NotificationEvent> started = [];
        var result = await Commit(
            state =>
            {
                var decision = decide(state);
                started = decision.Events;
                return decision;
            },
            answer,
            header);
        foreach (var @event in started)
        {
            // Not awaited, and never faulted. What is lost with the silo is made again when the attempt counts as lost.
            _ = Attempt(@event.Message);
        }

        return result;
    }

    /// <summary>One attempt, from the order to the journal. Never faults.</summary>
    private async Task Attempt(MessageId id)
    {
        try
        {
            if (State.Find(id) is { Status: MessageStatus.Queued } message)
            {
                var outcome = await Send(message);
                var status = await Commit(
                    state => state.Conclude(id, outcome, time.GetUtcNow(), options.Value), state => state.Find(id)?.Status);
                LogAttempt(Log, LevelOf(status.Required), id, Order, outcome.Reason ?? "sent");
            }
        }
        catch (Exception failure)
        {
            LogNotTakenDown(Log, failure, id, Order);
        }
    }

    private Task<MailOutcome> Send(Message message) => MailOutcome.OfAsync(
        async cancellation => await Compose(message).WaitAsync(cancellation) is { } written
            ? await transport.SendAsync(message.Id, written, cancellation)
            : MailOutcome.Refused("no_address"),
        options.Value.Timeout, time);

    /// <summary>What is sent; null when there is nobody to send it to.</summary>
    private async Task<MimeMessage?> Compose(Message message)
    {
        if (message.Kind == MessageKind.PaymentReturned)
        {
            // There is no order, or it was paid otherwise: the cart knows who wanted to pay.
            var cart = await GrainFactory.GetCart(EntityId.Twin<OrderId, CartId>(Order)).Read();
            return cart.Value?.Email is { } email ? mail.Compose(message, email, time.GetUtcNow()) : null;
        }

        // As it was when it happened: what came after has messages of its own.
        var order = await GrainFactory.GetOrder(Order).ReadAsOf(message.Version);
        return order.Required.Email is null ? null : mail.Compose(message, order.Required, time.GetUtcNow());
    }

    private static LogLevel LevelOf(MessageStatus? status) => status switch
    {
        MessageStatus.Queued => LogLevel.Information,
        MessageStatus.Failed => LogLevel.Warning,
        _ => LogLevel.Debug,
    };

    [LoggerMessage(Message = "Attempt to send message {MessageId} about {OrderId}: {Outcome}")]
    private static partial void LogAttempt(
        ILogger log, LogLevel level, MessageId messageId, OrderId orderId, string outcome);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "What became of message {MessageId} about {OrderId} is not journaled; it is sent again with the same id")]
    private static partial void LogNotTakenDown(ILogger log, Exception exception, MessageId messageId, OrderId orderId);
}
