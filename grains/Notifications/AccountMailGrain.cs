using Microsoft.Extensions.Options;
using MimeKit;
using Orleans.Concurrency;

namespace Commerce.Notifications;

/// <summary>Writes to owners of accounts, in English.</summary>
[GrainType("account-mail"), StatelessWorker, Reentrant]
internal sealed partial class AccountMailGrain(
    IMailTransport transport, IOptions<MailOptions> mail, IOptions<StorefrontOptions> storefront, TimeProvider time,
    ILogger<AccountMailGrain> log)
    : Grain, IAccountMailGrain
{
    private const int AttemptsMax = 3;

    public async Task Send(AccountMessage message, string email, string? code)
    {
        var id = EntityId.New<MessageId>(time.GetUtcNow());
        var mime = Compose(id, message, email, code);
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await MailOutcome.OfAsync(
                cancellation => transport.SendAsync(id, mime, cancellation), mail.Value.Timeout, time);
            if (outcome.Reason is null)
            {
                return;
            }

            if (outcome.IsFinal || attempt == AttemptsMax)
            {
                LogNotSent(message, outcome.Reason);
                return;
            }

            await Task.Delay(mail.Value.RetryFirstAfter, time);
        }
    }

    public Task Forget(string email)
    {
        transport.Forget(email);
        return Task.CompletedTask;
    }

    private MimeMessage Compose(MessageId id, AccountMessage message, string email, string? code)
    {
        var from = MailboxAddress.Parse(mail.Value.From);
        var link = $"{storefront.Value.BaseUrl.TrimEnd('/')}/{{0}}?email={Uri.EscapeDataString(email)}&code={code}";
        var (subject, text) = message switch
        {
            AccountMessage.VerifyEmail => (
                "Is this your address?",
                $"To finish your registration, open\n\n{string.Format(null, link, "verify-email")}\n\nIf you did not register, do nothing."),
            AccountMessage.ResetPassword => (
                "A new password",
                $"To choose a new password, open\n\n{string.Format(null, link, "reset-password")}\n\nIf you did not ask for it, do nothing: the old one is still good."),
            AccountMessage.SignInCode => (
                "Your code to sign in",
                $"Somebody, perhaps you, signs in with your password in a way that is not usual for you. If it is you, the code is\n\n    {code}\n\nIf it is not, choose a new password: somebody knows yours."),
            AccountMessage.NewDevice => (
                "A new device signed in",
                "Somebody, most likely you, signed in to your account with a device that was not used before. If it was not you, choose a new password: that ends every sign-in."),
            AccountMessage.PasskeyAdded => (
                "A new passkey",
                "A passkey was added to your account: whoever has it can sign in. If it was not you, remove it and choose a new password."),
            _ => (
                "You have an account already",
                "Somebody, perhaps you, tried to register with this address. It has an account already: sign in, or ask for a new password."),
        };
        var mime = new MimeMessage
        {
            MessageId = $"{id}@{from.Domain}",
            Date = time.GetUtcNow(),
            Subject = subject,
            Body = new TextPart("plain") { Text = text + "\n" },
        };
        mime.From.Add(from);
        mime.To.Add(new MailboxAddress("", email));
        mime.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return mime;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message {Message} about an account was not sent: {Reason}")]
    private partial void LogNotSent(AccountMessage message, string reason);
}
