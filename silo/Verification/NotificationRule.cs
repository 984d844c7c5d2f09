using System.Text.Json;

namespace Commerce.Verification;

/// <summary>The messages about one order: each is sent once, and none waits without a deadline.</summary>
internal sealed class NotificationRule : StreamRule
{
    public static readonly JournalRule SentOnce = new(
        "message-is-sent-once", "A message is queued once for its event, and ends once: sent or given up.");

    public static readonly JournalRule ConfirmedOnce = new(
        "order-is-confirmed-once", "There is one confirmation of an order, apart from what an operator has sent once more.");

    private readonly HashSet<string> _queued = [];
    private readonly HashSet<string> _sent = [];
    private string _confirmation = "";

    public override string? WaitsFor => _queued.Count > 0 ? $"{_queued.Count} messages" : null;

    public override bool Apply(string type, JsonElement e)
    {
        var message = e.Text("message");
        switch (type)
        {
            case "notification.queued":
                // What an operator has sent once more was sent before, and is another message.
                var repeats = e.Text("repeats");
                Must(repeats is "" || _sent.Contains(repeats), SentOnce, $"{message} repeats {repeats}, which was not sent");
                if (e.Text("kind") == "order_confirmation" && repeats is "")
                {
                    Must(_confirmation is "" || _confirmation == message, ConfirmedOnce, $"{_confirmation} is one already");
                    _confirmation = message;
                }

                // What was given up may be tried again; what was sent may not.
                Must(!_sent.Contains(message) && _queued.Add(message), SentOnce, $"{message} is queued or sent already");
                break;
            case "notification.attempt_started" or "notification.attempt_failed":
                Must(_queued.Contains(message), SentOnce, $"{message} is not queued");
                break;
            case "notification.sent":
                Must(_queued.Remove(message) & _sent.Add(message), SentOnce, $"{message} is not queued, or sent already");
                break;
            case "notification.given_up":
                Must(_queued.Remove(message), SentOnce, $"{message} is not queued");
                break;
            default:
                return false;
        }

        return true;
    }
}
