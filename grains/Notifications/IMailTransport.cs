using System.Text.Json;
using MimeKit;

namespace Commerce.Notifications;

/// <summary>Where messages go: the mail server, or a folder.</summary>
internal interface IMailTransport
{
    /// <summary>Hands a message over. Doing it twice is harmless where the receiver can know the id.</summary>
    /// <exception cref="Exception">An outage: try again later, with the same id.</exception>
    Task<MailOutcome> SendAsync(MessageId id, MimeMessage message, CancellationToken cancellation);

    /// <summary>Removes what is still here of a message. What a mail server took over is out of our hands.</summary>
    void Forget(MessageId id);

    /// <summary>The same of all messages to an address.</summary>
    void Forget(string email);
}

/// <summary>What became of an attempt to hand a message over.</summary>
/// <param name="Reason">Null: taken over. Otherwise a code why not, without personal data: it is journaled.</param>
/// <param name="IsFinal">Whether further attempts are pointless.</param>
internal readonly record struct MailOutcome(string? Reason, bool IsFinal)
{
    /// <summary>Taken over.</summary>
    public static MailOutcome Sent => default;

    /// <summary>Not now.</summary>
    public static MailOutcome TryAgain(string reason) => new(reason, IsFinal: false);

    /// <summary>Not ever.</summary>
    public static MailOutcome Refused(string reason) => new(reason, IsFinal: true);

    /// <summary>One attempt, which takes no longer than the patience there is. Never faults.</summary>
    public static async Task<MailOutcome> OfAsync(
        Func<CancellationToken, Task<MailOutcome>> attempt, TimeSpan patience, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        try
        {
            return await attempt(timeout.Token);
        }
        catch (Exception failure)
        {
            // Whatever it was, only its kind is kept: its words may hold the address.
            return TryAgain(timeout.IsCancellationRequested
                ? "timeout"
                : JsonNamingPolicy.SnakeCaseLower.ConvertName(failure.GetType().Name));
        }
    }
}
