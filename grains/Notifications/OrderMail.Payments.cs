using MimeKit;

namespace Commerce.Notifications;

/// <summary>The message about a payment that led to no order.</summary>
internal sealed partial class OrderMail
{
    /// <summary>The message, ready to be sent.</summary>
    /// <param name="message">Its reference is the amount.</param>
    /// <exception cref="FormatException">The e-mail address is not one address.</exception>
    public MimeMessage Compose(Message message, string email, DateTimeOffset now)
    {
        const string Subject = "Your payment came too late and is returned";
        var lead = $"Your payment of {message.Reference} was confirmed after the time for it had run out, so it pays for no order. "
            + "We have let go of it, or sent it back where it was taken already. There is nothing for you to do; "
            + "depending on your bank it may take some days until you see it.";
        const string Again = "What was in your cart is not reserved any more. If you still want it and have not ordered meanwhile, please order again.";
        var text = $"Hello,\n\n{lead}\n\n{Again}\n\n{_from.Name}\n";
        var markup = Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>{Subject}</title></head>
            <body style="font-family:sans-serif;color:#222;max-width:600px;margin:0 auto;padding:16px">
            <h1 style="font-size:22px">Hello,</h1>
            <p>{lead}</p>
            <p>{Again}</p>
            <p style="color:#555">{_from.Name}</p>
            </body>
            </html>
            """);
        return Sealed(message.Id, Recipient("", email), Subject, text, markup, now);
    }
}
