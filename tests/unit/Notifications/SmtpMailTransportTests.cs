using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Commerce.Notifications;

public sealed class SmtpMailTransportTests : IAsyncLifetime
{
    private static readonly MessageId Id = EntityId.Derive<MessageId>("smtp");
    private readonly SmtpListener _server = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_message_arrives_with_its_id_sender_recipient_and_both_bodies()
    {
        Assert.Equal(MailOutcome.Sent, await SendAsync(_server.Port));

        Assert.Contains(_server.Commands, command =>
            command.StartsWith("MAIL FROM:<orders@harbourandpine.example>", StringComparison.Ordinal));
        Assert.Contains("RCPT TO:<ada@example.org>", _server.Commands);
        using var wire = new MemoryStream(Encoding.Latin1.GetBytes(Assert.Single(_server.Messages)));
        var message = await MimeMessage.LoadAsync(wire, TestContext.Current.CancellationToken);
        Assert.Equal($"{Id}@harbourandpine.example", message.MessageId);
        Assert.Contains("66.95 GBP", message.TextBody, StringComparison.Ordinal);
        Assert.Contains("66.95 GBP", message.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_asks_to_come_back_later_is_tried_again()
    {
        _server.Answers["RCPT"] = "451 4.7.1 <ada@example.org>: greylisted";

        Assert.Equal(MailOutcome.TryAgain("smtp_451"), await SendAsync(_server.Port));
        Assert.Empty(_server.Messages);
    }

    [Fact]
    public async Task A_recipient_that_is_refused_is_given_up_and_the_reason_does_not_repeat_the_address()
    {
        _server.Answers["RCPT"] = "550 5.1.1 <ada@example.org>: no such user";

        Assert.Equal(MailOutcome.Refused("smtp_550"), await SendAsync(_server.Port));
    }

    [Theory]
    [InlineData("553 5.7.1 not your address", "smtp_553")]
    [InlineData("530 5.7.0 log in first", "smtp_authentication")]
    public async Task A_refused_sender_is_our_mistake_and_is_tried_again(string answer, string reason)
    {
        _server.Answers["MAIL"] = answer;

        Assert.Equal(MailOutcome.TryAgain(reason), await SendAsync(_server.Port));
    }

    [Fact]
    public async Task A_message_that_is_not_taken_over_is_tried_again()
    {
        _server.Answers["."] = "452 4.3.1 out of space";

        Assert.Equal(MailOutcome.TryAgain("smtp_452"), await SendAsync(_server.Port));
    }

    [Fact]
    public async Task A_server_that_hangs_up_is_tried_again()
    {
        _server.Answers["DATA"] = "";

        Assert.Equal(MailOutcome.TryAgain("smtp_connection_lost"), await SendAsync(_server.Port));
    }

    [Fact]
    public async Task A_server_that_hangs_up_after_taking_the_message_has_it()
    {
        _server.Answers["QUIT"] = "";

        Assert.Equal(MailOutcome.Sent, await SendAsync(_server.Port));
        Assert.Single(_server.Messages);
    }

    [Fact]
    public async Task A_refused_connection_is_tried_again()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();

        Assert.Equal(MailOutcome.TryAgain("smtp_connection_refused"), await SendAsync(port));
    }

    [Fact]
    public async Task A_silent_server_is_left_when_the_attempt_has_taken_long_enough()
    {
        _server.IsSilent = true;
        using var deadline = new CancellationTokenSource();
        var sending = SendAsync(_server.Port, cancellation: deadline.Token);
        await _server.Connected;

        await deadline.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task A_password_does_not_leave_unencrypted_unless_that_is_wanted()
    {
        Assert.Equal(
            MailOutcome.TryAgain("smtp_not_encrypted"), await SendAsync(_server.Port, user: "shop"));
        Assert.DoesNotContain(_server.Commands, command => command.StartsWith("AUTH", StringComparison.Ordinal));

        _server.Answers["AUTH"] = "235 2.7.0 welcome";
        Assert.Equal(MailOutcome.Sent, await SendAsync(_server.Port, user: "shop", security: SmtpSecurity.None));
        Assert.Contains(_server.Commands, command => command.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_login_is_our_mistake_and_is_tried_again()
    {
        _server.Answers["AUTH"] = "535 5.7.8 wrong";

        Assert.Equal(
            MailOutcome.TryAgain("smtp_authentication"),
            await SendAsync(_server.Port, user: "shop", security: SmtpSecurity.None));
    }

    [Fact]
    public async Task A_server_without_tls_is_not_used_when_tls_is_required()
    {
        Assert.Equal(
            MailOutcome.TryAgain("smtp_not_supported"), await SendAsync(_server.Port, security: SmtpSecurity.StartTls));
        Assert.Empty(_server.Messages);
    }

    private static async Task<MailOutcome> SendAsync(
        int port,
        string? user = null,
        SmtpSecurity security = SmtpSecurity.StartTlsWhenAvailable,
        CancellationToken? cancellation = null)
    {
        var options = Options.Create(new MailOptions
        {
            Smtp = new() { Host = "127.0.0.1", Port = port, User = user, Password = "secret", Security = security },
        });
        using var transport = new SmtpMailTransport(options);
        using var message = new OrderMail(options, Options.Create(new StorefrontOptions())).Compose(
            new(Id, MessageKind.OrderConfirmation, "order/x", 1, null), SampleOrder.With(), SampleOrder.PlacedAt);
        return await transport.SendAsync(Id, message, cancellation ?? TestContext.Current.CancellationToken);
    }
}
