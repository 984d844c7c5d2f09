using Microsoft.Extensions.Options;
using MimeKit;

namespace Commerce.Notifications;

/// <summary>
/// Writes each message into a folder, as one RFC 5322 file that is named by its id: what is sent where no mail server
/// is configured. A file is there as a whole or not at all, and a message that is sent twice is one file.
/// </summary>
internal sealed class FolderMailTransport(IOptions<MailOptions> options) : IMailTransport
{
    private static readonly FormatOptions Rfc5322 = Crlf();
    private readonly string _folder = Path.GetFullPath(options.Value.Folder);

    public async Task<MailOutcome> SendAsync(MessageId id, MimeMessage message, CancellationToken cancellation)
    {
        Directory.CreateDirectory(_folder);
        var file = Path.Combine(_folder, $"{id}.eml");
        var part = $"{file}.part";

        // Two writers of one message exclude each other by the partial file; the one that fails tries again.
        await using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await message.WriteToAsync(Rfc5322, stream, cancellation);
        }

        File.Move(part, file, overwrite: true);
        return MailOutcome.Sent;
    }

    public void Forget(MessageId id)
    {
        // Asks first: where no mail was ever written there is no folder.
        if (Directory.Exists(_folder))
        {
            File.Delete(Path.Combine(_folder, $"{id}.eml"));
        }
    }

    public void Forget(string email)
    {
        foreach (var file in Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, "*.eml") : [])
        {
            if (IsTo(file, email))
            {
                File.Delete(file);
            }
        }
    }

    private static bool IsTo(string file, string email)
    {
        try
        {
            return MimeMessage.Load(file).To.Mailboxes.Any(to => string.Equals(to.Address, email, StringComparison.OrdinalIgnoreCase));
        }
        catch (FileNotFoundException)
        {
            // Somebody else has removed it meanwhile.
            return false;
        }
    }

    private static FormatOptions Crlf()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }
}
