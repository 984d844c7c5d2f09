using System.Text.Json;
using Commerce.Fulfillment;
using Commerce.Journal;
using Commerce.Orders;

namespace Commerce.Notifications;

public sealed class NotificationTests
{
    private static readonly DateTimeOffset Now = SampleOrder.PlacedAt;
    private static readonly string Stream = $"order/{SampleOrder.Id}";
    private static readonly MessageId Confirmation = Notification.IdOf(Stream, 1, MessageKind.OrderConfirmation);
    private readonly MailOptions _options = new();

    [Fact]
    public void A_placed_order_causes_one_confirmation_and_its_attempt_starts_at_once()
    {
        var state = Follow(new(), Placed());

        var message = Assert.Single(state.Messages);
        Assert.Equal(Confirmation, message.Id);
        Assert.Equal(MessageKind.OrderConfirmation, message.Kind);
        Assert.Equal(1, message.Attempts);
        Assert.Equal(Now + TimeSpan.FromSeconds(20), state.WakeAt);
    }

    [Fact]
    public void A_parcel_causes_one_message_that_names_it()
    {
        var state = Follow(Follow(new(), Placed()), Fulfilled(4, "ful_1"));

        Assert.Equal(2, state.Messages.Count);
        Assert.Equal(MessageKind.ShippingConfirmation, state.Messages[1].Kind);
        Assert.Equal("ful_1", state.Messages[1].Reference);
    }

    [Fact]
    public void An_event_that_is_delivered_again_causes_no_second_message_however_the_first_one_stands()
    {
        var queued = Follow(new(), Placed());
        var sent = Conclude(queued, MailOutcome.Sent);
        var givenUp = Conclude(queued, MailOutcome.Refused("smtp_550"));

        Assert.All([queued, sent, givenUp], state =>
            Assert.Empty(state.Follow(Placed(), Now.AddDays(3), _options).Events));
    }

    [Fact]
    public void The_id_of_a_message_depends_on_stream_version_and_kind_and_on_nothing_else()
    {
        MessageId[] ids =
        [
            Notification.IdOf(Stream, 1, MessageKind.OrderConfirmation),
            Notification.IdOf(Stream, 2, MessageKind.OrderConfirmation),
            Notification.IdOf(Stream, 1, MessageKind.ShippingConfirmation),
            Notification.IdOf(Stream + "0", 1, MessageKind.OrderConfirmation),
        ];

        Assert.Equal(4, ids.Distinct().Count());
        Assert.Equal(Confirmation, Follow(new(), Placed()).Messages[0].Id);
        Assert.Equal(Confirmation, new Notification().Follow(Placed(), Now.AddYears(1), _options).Events[0].Message);

        // What ids were made of never changes: a silo of the next version must not send what this one sent.
        var pinned = Notification.IdOf("order/ord_1", 1, MessageKind.OrderConfirmation);
        Assert.Equal("msg_1reptbc0d5gfa8mnxh406yz3gc", pinned.Value);
    }

    [Fact]
    public void What_is_called_off_is_told_once()
    {
        var canceled = Event(3, "order.lines_canceled", """{"change":7}""");
        var state = Follow(new(), canceled);

        var message = Assert.Single(state.Messages);
        Assert.Equal((MessageKind.OrderCancellation, "7"), (message.Kind, message.Reference));
        Assert.Empty(state.Follow(canceled, Now, _options).Events);
    }

    [Fact]
    public void Events_that_concern_no_customer_cause_nothing()
    {
        var decision = new Notification().Follow(Event(2, "order.payment_recorded", "{}"), Now, _options);

        Assert.Empty(decision.Events);
    }

    [Fact]
    public void The_events_that_cause_messages_exist()
    {
        Assert.Contains(EventTypes.All, type => type.Key == Placed().Type && type.Value == typeof(OrderPlaced));
    }

    [Fact]
    public void A_failing_message_is_tried_with_growing_pauses_and_given_up_after_a_day()
    {
        var state = Follow(new(), Placed());
        var now = Now;
        List<double> pauses = [];
        while (state.Messages[0].Status == MessageStatus.Queued)
        {
            state = Apply(state, state.Conclude(Confirmation, MailOutcome.TryAgain("timeout"), now, _options));
            if (state.WakeAt is { } next)
            {
                pauses.Add((next - now).TotalSeconds);
                now = next;
                state = Apply(state, state.StartDue(now, _options));
            }
        }

        Assert.Equal([5, 25, 125, 625, 3125, 14_400, 14_400, 14_400, 14_400, 14_400], pauses);
        Assert.Equal(MessageStatus.Failed, state.Messages[0].Status);
        Assert.Equal("timeout", state.Messages[0].Reason);
        Assert.Equal(11, state.Messages[0].Attempts);
        Assert.Null(state.WakeAt);
    }

    [Fact]
    public void A_refused_message_is_given_up_at_once()
    {
        var state = Conclude(Follow(new(), Placed()), MailOutcome.Refused("smtp_550"));

        Assert.Equal(MessageStatus.Failed, state.Messages[0].Status);
        Assert.Null(state.WakeAt);
    }

    [Fact]
    public void An_attempt_of_which_nothing_is_heard_is_made_again_and_not_before()
    {
        var state = Follow(new(), Placed());

        Assert.Empty(state.StartDue(Now.AddSeconds(19), _options).Events);
        var again = Apply(state, state.StartDue(Now.AddSeconds(20), _options));

        Assert.Equal(2, again.Messages[0].Attempts);
        Assert.Equal(Now.AddSeconds(40), again.WakeAt);
        Assert.Empty(again.StartDue(Now.AddSeconds(20), _options).Events);
    }

    [Fact]
    public void A_late_failure_does_not_bring_back_a_message_that_was_sent()
    {
        var sent = Conclude(Follow(new(), Placed()), MailOutcome.Sent);

        Assert.Empty(sent.Conclude(Confirmation, MailOutcome.TryAgain("timeout"), Now, _options).Events);
        Assert.Empty(sent.Conclude(Confirmation, MailOutcome.Sent, Now, _options).Events);
        Assert.Null(sent.WakeAt);
    }

    [Fact]
    public void What_was_given_up_is_tried_again_and_what_was_sent_is_sent_once_more_as_another_message()
    {
        var next = EntityId.Derive<MessageId>("next");
        var queued = Follow(new(), Placed());
        var sent = Conclude(queued, MailOutcome.Sent);
        var failed = Conclude(Follow(queued, Fulfilled(4, "ful_1")), MailOutcome.Refused("smtp_550"));

        Assert.Equal(NotificationRejections.UnderWay, queued.SendAgain(Confirmation, next, Now, _options).Rejection);
        Assert.Equal(NotificationRejections.NotFound, new Notification().SendAgain(Confirmation, next, Now, _options).Rejection);
        var again = Apply(failed, failed.SendAgain(Confirmation, next, Now.AddDays(2), _options));
        var another = Apply(sent, sent.SendAgain(Confirmation, next, Now.AddDays(2), _options));

        Assert.Equal((MessageStatus.Queued, 1, Now.AddDays(3)), (again.Messages[0].Status, again.Messages[0].Attempts, again.Messages[0].GiveUpAt));
        Assert.Equal(4, again.Handled[Stream]);
        Assert.Equal([Confirmation, next], another.Messages.Select(message => message.Id));
        Assert.Equal([MessageStatus.Sent, MessageStatus.Queued], another.Messages.Select(message => message.Status));
        Assert.Equal((another.Messages[0].Kind, another.Messages[0].Version), (another.Messages[1].Kind, another.Messages[1].Version));
    }

    [Fact]
    public void A_parcel_is_told_of_once_more_with_what_was_told_of_it()
    {
        var next = EntityId.Derive<MessageId>("next");
        var told = Follow(Follow(new(), Placed()), Fulfilled(4, "ful_1"));
        var parcel = told.Messages[1].Id;
        told = Apply(told, told.Conclude(parcel, MailOutcome.Sent, Now, _options));

        var another = Apply(told, told.SendAgain(parcel, next, Now, _options));

        Assert.Equal((MessageKind.ShippingConfirmation, "ful_1"), (another.Find(next)!.Kind, another.Find(next)!.Reference));
    }

    [Fact]
    public void An_order_of_a_thousand_parcels_remembers_the_last_hundred_messages()
    {
        var state = Follow(new(), Placed());
        for (var version = 2; version <= 1_001; version++)
        {
            state = Follow(state, Fulfilled(version, $"ful_{version}"));
            state = Apply(state, state.Conclude(
                Notification.IdOf(Stream, version, MessageKind.ShippingConfirmation), MailOutcome.Sent, Now, _options));
        }

        Assert.Equal(101, state.Messages.Count);
        Assert.Equal(MessageStatus.Queued, state.Find(Confirmation)!.Status);
        Assert.Equal(1_001, state.Messages[^1].Version);
        Assert.Empty(state.Follow(Fulfilled(2, "ful_2"), Now, _options).Events);
    }

    [Fact]
    public void What_is_journaled_and_written_down_reads_back_the_same()
    {
        var state = Follow(Follow(new(), Placed()), Fulfilled(4, "ful_1"));
        NotificationEvent[] events =
        [
            .. state.Follow(Fulfilled(5, "ful_2"), Now, _options).Events,
            new MessageAttemptStarted(Confirmation, Now),
            new MessageAttemptFailed(Confirmation, "smtp_451", Now),
            new MessageSent(Confirmation),
            new MessageGivenUp(Confirmation, "smtp_550"),
        ];

        var reread = JsonSerializer.Deserialize<Notification>(
            JsonSerializer.Serialize(state, CommerceJson.Stored), CommerceJson.Stored)!;

        Assert.Equal(state.Messages, reread.Messages);
        Assert.Equal(state.Handled, reread.Handled);
        Assert.All(events, @event =>
        {
            var (type, data) = EventTypes.Encode(@event);
            Assert.Equal(@event, EventTypes.Decode(type, data));
        });
    }

    private Notification Follow(Notification state, JournalEvent received) =>
        Apply(state, state.Follow(received, Now, _options));

    private Notification Conclude(Notification state, MailOutcome outcome) =>
        Apply(state, state.Conclude(Confirmation, outcome, Now, _options));

    private static Notification Apply(Notification state, Decision<NotificationEvent> decision) =>
        decision.Events.Aggregate(state, (before, @event) => before.Apply(@event));

    private static JournalEvent Placed() => Event(1, "order.placed", """{"number":"H4RB0UR7"}""");

    private static JournalEvent Fulfilled(long version, string id)
    {
        var (type, data) = EventTypes.Encode(
            new OrderFulfillmentRecorded(new FulfillmentView(id, new("main"), [new(SampleOrder.Tin, 2)], null, Now)));
        return Event(version, type, data);
    }

    private static JournalEvent Event(long version, string type, string data) =>
        new(Stream, version, type, data, "{}", 1, version, Now);
}
