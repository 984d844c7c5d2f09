using System.Net.Sockets;
using System.Text.Json;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Commerce.Notifications;

/// <summary>Sends by SMTP (RFC 5321), one connection a message.</summary>
/// <remarks>
/// At least once: a server that has the message can still fail to say so. The Message-Id is always the same, which is
/// what mail servers and mailboxes know a copy by.
/// </remarks>
internal sealed class SmtpMailTransport(IOptions<MailOptions> options) : IMailTransport, IDisposable
{
    private readonly SmtpOptions _smtp = options.Value.Smtp;
    private readonly SemaphoreSlim _connections = new(options.Value.Smtp.ConnectionsMax);

    public async Task<MailOutcome> SendAsync(MessageId id, MimeMessage message, CancellationToken cancellation)
    {
        await _connections.WaitAsync(cancellation);
        try
        {
            return await DeliverAsync(message, cancellation);
        }
        catch (SmtpCommandException refusal)
        {
            // A refused sender or login is our own mistake, and may be put right; a refused recipient is not.
            var isFinal = (int)refusal.StatusCode >= 500 &&
                refusal.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted;
            return new($"smtp_{(int)refusal.StatusCode}", isFinal);
        }
        catch (Exception outage) when (Reason(outage) is { } reason)
        {
            return MailOutcome.TryAgain(reason);
        }
        finally
        {
            _connections.Release();
        }
    }

    public void Forget(MessageId id)
    {
    }

    public void Forget(string email)
    {
    }

    public void Dispose() => _connections.Dispose();

    private async Task<MailOutcome> DeliverAsync(MimeMessage message, CancellationToken cancellation)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync(_smtp.Host!.Trim(), _smtp.Port, Security(_smtp.Security), cancellation);
        if (!string.IsNullOrEmpty(_smtp.User))
        {
            if (!client.IsSecure && _smtp.Security != SmtpSecurity.None)
            {
                // Whoever sits in between may have removed the offer to encrypt: the password stays here.
                return MailOutcome.TryAgain("smtp_not_encrypted");
            }

            await client.AuthenticateAsync(_smtp.User, _smtp.Password!, cancellation);
        }

        await client.SendAsync(message, cancellation);

        // From here on the server has the message. Leaving politely swallows its own failures.
        await client.DisconnectAsync(quit: true, cancellation);
        return MailOutcome.Sent;
    }

    private static SecureSocketOptions Security(SmtpSecurity security) => security switch
    {
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTlsWhenAvailable,
    };

    private static string? Reason(Exception outage) => outage switch
    {
        SocketException e => $"smtp_{JsonNamingPolicy.SnakeCaseLower.ConvertName(e.SocketErrorCode.ToString())}",
        AuthenticationException or ServiceNotAuthenticatedException => "smtp_authentication",
        SslHandshakeException => "smtp_tls",
        NotSupportedException => "smtp_not_supported",
        ProtocolException or ServiceNotConnectedException or IOException => "smtp_connection_lost",
        _ => null,
    };
}
