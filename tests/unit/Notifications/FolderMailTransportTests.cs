using Microsoft.Extensions.Options;
using MimeKit;

namespace Commerce.Notifications;

public sealed class FolderMailTransportTests : IDisposable
{
    private static readonly MessageId Id = EntityId.Derive<MessageId>("folder");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("outbox-");
    private readonly MailOptions _options;
    private readonly FolderMailTransport _transport;

    public FolderMailTransportTests()
    {
        _options = new() { Folder = Path.Combine(_folder.FullName, "not", "there", "yet") };
        _transport = new(Options.Create(_options));
    }

    [Fact]
    public async Task A_message_that_is_sent_twice_is_one_file_that_mail_programs_can_read()
    {
        var cancellation = TestContext.Current.CancellationToken;

        var first = await _transport.SendAsync(Id, Compose(), cancellation);
        var second = await _transport.SendAsync(Id, Compose(), cancellation);

        Assert.Equal((MailOutcome.Sent, MailOutcome.Sent), (first, second));
        var file = Assert.Single(Directory.GetFiles(_options.Folder));
        Assert.Equal($"{Id}.eml", Path.GetFileName(file));
        var read = await MimeMessage.LoadAsync(file, cancellation);
        Assert.Equal($"{Id}@harbourandpine.example", read.MessageId);
        Assert.Contains("66.95 GBP", read.TextBody, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(file, cancellation);
        Assert.Equal(text, text.ReplaceLineEndings("\r\n"));
    }

    [Fact]
    public async Task What_a_dead_writer_left_behind_does_not_stand_in_the_way()
    {
        Directory.CreateDirectory(_options.Folder);
        var part = Path.Combine(_options.Folder, $"{Id}.eml.part");
        await File.WriteAllTextAsync(part, new string('x', 100_000), TestContext.Current.CancellationToken);

        await _transport.SendAsync(Id, Compose(), TestContext.Current.CancellationToken);

        var read = await MimeMessage.LoadAsync(
            Assert.Single(Directory.GetFiles(_options.Folder)), TestContext.Current.CancellationToken);
        Assert.Equal("Your order H4RB0UR7", read.Subject);
        Assert.DoesNotContain("xxxx", read.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_cannot_be_written_is_not_reported_as_sent()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "not"), "a file", TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<IOException>(
            () => _transport.SendAsync(Id, Compose(), TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private MimeMessage Compose() => new OrderMail(Options.Create(_options), Options.Create(new StorefrontOptions()))
        .Compose(new(Id, MessageKind.OrderConfirmation, "order/x", 1, null), SampleOrder.With(), SampleOrder.PlacedAt);
}
