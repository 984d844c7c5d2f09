using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Commerce.Fulfillment;
using Commerce.Orders;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Commerce.Notifications;

/// <summary>
/// Writes the messages about an order, in English, as text and as HTML. Everything that a customer, a catalogue or a
/// carrier has said is one line of plain text here, wherever it stands.
/// </summary>
internal sealed partial class OrderMail(IOptions<MailOptions> mail, IOptions<StorefrontOptions> storefront)
{
    private readonly MailboxAddress _from = MailboxAddress.Parse(mail.Value.From);
    private readonly string _orders = storefront.Value.BaseUrl.TrimEnd('/') + "/orders/";

    /// <summary>The message, ready to be sent.</summary>
    /// <exception cref="FormatException">The order's e-mail address is not one address.</exception>
    public MimeMessage Compose(Message message, OrderView order, DateTimeOffset now)
    {
        var content = message.Kind switch
        {
            MessageKind.OrderConfirmation => Confirmation(order),
            MessageKind.ShippingConfirmation => Shipment(order, order.Fulfillments.Single(f => f.Id == message.Reference)),
            MessageKind.OrderCancellation => Cancellation(
                order, order.Cancellations.Single(c => c.Change.ToString(CultureInfo.InvariantCulture) == message.Reference)),
            MessageKind.ReturnUpdate => Return(order, message.Reference!.Split(' ')),
            _ => throw new InvalidOperationException($"Nothing can be written about {message.Kind}."),
        };
        return Sealed(message.Id, Recipient(Name(order.ShippingAddress), order.Email!), content.Subject, Text(content), Markup(content), now);
    }

    private MimeMessage Sealed(MessageId id, MailboxAddress to, string subject, string text, Html markup, DateTimeOffset now)
    {
        var mime = new MimeMessage
        {
            MessageId = $"{id}@{_from.Domain}",
            Date = now,
            Subject = subject,
            Body = new BodyBuilder { TextBody = text, HtmlBody = markup.Markup }.ToMessageBody(),
        };
        // An address of its own: each list that has one listens to it for ever.
        mime.From.Add(new MailboxAddress(_from.Name, _from.Address));
        mime.To.Add(to);

        // RFC 3834: nobody's holiday notice should answer.
        mime.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");

        // RFC 5322 allows 998 characters a line; a title in Chinese is longer than that as markup.
        mime.Prepare(EncodingConstraint.EightBit, maxLineLength: 998);
        return mime;
    }

    private Content Confirmation(OrderView order) => new(
        $"Your order {Line(order.Number)}",
        $"Thank you for your order, {Line(order.ShippingAddress.FirstName)}!",
        $"We have received order {Line(order.Number)} of {Day(order.PlacedAt)} and will tell you when it is on its way.",
        [.. order.Lines.Select(line => new Row(
            $"{line.Quantity} × {Title(line)}", line.Total.ToString()))],
        [.. Sums(order)],
        null,
        Recipients(order),
        _orders + order.Id);

    private Content Shipment(OrderView order, FulfillmentView parcel) => new(
        $"Your order {Line(order.Number)} is on its way",
        $"Good news, {Line(order.ShippingAddress.FirstName)}!",
        order.FulfillmentStatus == FulfillmentStatus.Fulfilled
            ? $"A parcel of order {Line(order.Number)} left us on {Day(parcel.At)}."
            : $"A parcel of order {Line(order.Number)} left us on {Day(parcel.At)}. The rest follows.",
        [.. parcel.Lines.Select(line => new Row(
            $"{line.Quantity} × {Title(order.Lines.First(ordered => ordered.Sku == line.Sku))}", ""))],
        [],
        parcel.Tracking is { } tracking
            ? new($"{Line(tracking.Carrier)} {Line(tracking.Number)}", WebAddress(tracking.Url))
            : null,
        Recipients(order),
        _orders + order.Id);

    private Content Cancellation(OrderView order, OrderCancellationView canceled) => new(
        order.Status == OrderStatus.Canceled
            ? $"Your order {Line(order.Number)} has been canceled"
            : $"A part of your order {Line(order.Number)} has been canceled",
        $"Hello {Line(order.ShippingAddress.FirstName)},",
        order.Paid.MinorUnits > 0
            ? $"these items of order {Line(order.Number)} will not be sent. What you paid for them is returned to you."
            : $"these items of order {Line(order.Number)} will not be sent. You are not charged for them.",
        [.. canceled.Lines.Select(line => new Row(
            $"{line.Quantity} × {Title(order.Lines.First(ordered => ordered.Id == line.Line))}", ""))],
        [
            new("Canceled", canceled.Returned.ToString()),
            new("Total now", order.Totals.Total.ToString()),
        ],
        null,
        Recipients(order),
        _orders + order.Id);

    /// <param name="change">The number of the return, and what became of it.</param>
    private Content Return(OrderView order, string[] change)
    {
        var told = order.Returns[int.Parse(change[0], CultureInfo.InvariantCulture) - 1];
        var (subject, lead) = change[1] switch
        {
            "approved" => ("You can send it back", "you can send these items back. What you paid for them is returned once they are here."),
            "declined" => ("We cannot take it back", "we cannot take these items back. If you think that we are wrong, answer this message."),
            _ => ("Your return has arrived", "these items have come back. What you paid for them is returned to you."),
        };
        return new(
            $"{subject}: order {Line(order.Number)}",
            $"Hello {Line(order.ShippingAddress.FirstName)},",
            lead,
            [.. (change[1] == "received" ? told.Received.Select(line => (line.Line, line.Quantity)) : told.Lines.Select(line => (line.Line, line.Quantity)))
                .Select(line => new Row($"{line.Quantity} × {Title(order.Lines.First(ordered => ordered.Id == line.Line))}", ""))],
            change[1] == "received" ? [new("Returned to you", told.Returned.ToString())] : [],
            null,
            Recipients(order),
            _orders + order.Id);
    }

    private string Text(Content content)
    {
        var text = new StringBuilder()
            .Append(content.Greeting).Append("\n\n")
            .Append(content.Lead).Append("\n\n");
        foreach (var row in content.Rows)
        {
            text.Append($"  {row.Label}  {row.Amount}".TrimEnd()).Append('\n');
        }

        text.Append('\n');
        foreach (var sum in content.Sums)
        {
            text.Append(CultureInfo.InvariantCulture, $"{sum.Label}: {sum.Amount}\n");
        }

        if (content.Tracking is { } tracking)
        {
            text.Append($"Tracking: {tracking.Label}\n{tracking.Url}".TrimEnd()).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{content.Destination.Title}:\n");
        foreach (var line in content.Destination.Lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
        }

        return text
            .Append(CultureInfo.InvariantCulture, $"\nYour order: {content.OrderUrl}\n\n{_from.Name}\n")
            .ToString();
    }

    private Html Markup(Content content)
    {
        var rows = Html.Join(content.Rows.Select(row => Html.Of($"""
            <tr><td style="padding:6px 0">{row.Label}</td><td align="right">{row.Amount}</td></tr>

            """)));
        var sums = Html.Join(content.Sums.Select(sum => Html.Of($"""
            <tr><td style="padding:2px 0;color:#555">{sum.Label}</td><td align="right"><strong>{sum.Amount}</strong></td></tr>

            """)));
        var tracking = content.Tracking switch
        {
            null => default(Html?),
            { Url: { } url } link => Html.Of($"""<p>Tracking: <a href="{url}">{link.Label}</a></p>"""),
            var link => Html.Of($"<p>Tracking: {link.Label}</p>"),
        };
        var address = Html.Join(content.Destination.Lines.Select(line => Html.Of($"{line}<br>")));
        return Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>{content.Subject}</title></head>
            <body style="font-family:sans-serif;color:#222;max-width:600px;margin:0 auto;padding:16px">
            <h1 style="font-size:22px">{content.Greeting}</h1>
            <p>{content.Lead}</p>
            <table width="100%" cellspacing="0" style="border-collapse:collapse">
            {rows}{sums}</table>
            {tracking}
            <p><strong>{content.Destination.Title}</strong><br>{address}</p>
            <p><a href="{content.OrderUrl}">View your order</a></p>
            <p style="color:#555">{_from.Name}</p>
            </body>
            </html>
            """);
    }

    private static MailboxAddress Recipient(string name, string email)
    {
        var recipient = new MailboxAddress(Encoding.UTF8, name, email);
        return string.IsNullOrEmpty(recipient.Domain)
            ? throw new FormatException("An e-mail address has a domain.")
            : recipient;
    }

    private static string Title(OrderLineView line) =>
        line.VariantTitle is { Length: > 0 } variant ? $"{Line(line.Title)} ({Line(variant)})" : Line(line.Title);

    private static string Name(Address address) => $"{Line(address.FirstName)} {Line(address.LastName)}";

    private static ImmutableArray<string> Address(Address address) => [.. new[]
        {
            Name(address),
            address.Company,
            address.Line1,
            address.Line2,
            $"{address.PostalCode} {address.City}".Trim(),
            address.Region,
            address.Country,
        }
        .OfType<string>().Select(Line).Where(line => line.Length > 0)];

    /// <summary>Where it is sent, or where and by whom it is fetched.</summary>
    private static Place Recipients(OrderView order) => order.ShippingOption.Pickup is null
        ? new("Shipping to", Address(order.ShippingAddress))
        : new("To be collected", [Line(order.ShippingOption.Title), Name(order.ShippingAddress)]);

    private static IEnumerable<Row> Sums(OrderView order)
    {
        var totals = order.Totals;
        yield return new("Items", totals.Items.ToString());
        yield return new($"Shipping ({Line(order.ShippingOption.Title)})", totals.Shipping.ToString());
        if (totals.Discount is { MinorUnits: > 0 } discount)
        {
            yield return new("Discount", (Money.Zero(discount.Currency) - discount).ToString());
        }

        if (totals.TaxRelief is { } relief)
        {
            yield return new("Tax not charged", (Money.Zero(relief.Currency) - relief).ToString());
        }

        yield return new(totals.TaxIncluded ? "Tax included" : "Tax", totals.Tax.ToString());
        yield return new("Total", totals.Total.ToString());
        foreach (var credit in order.Credits)
        {
            yield return new(credit.Last4 is { } last4 ? $"Gift card …{last4}" : "Store credit", (Money.Zero(credit.Amount.Currency) - credit.Amount).ToString());
        }
    }

    private static string Day(DateTimeOffset at) => at.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string? WebAddress(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address.AbsoluteUri
            : null;

    /// <summary>One line: no line breaks, no control characters, nothing that turns the direction of what follows.</summary>
    private static string Line(string text) => string.Concat(text.Select(character => character switch
    {
        '\u2028' or '\u2029' => " ",
        (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => "",
        _ when char.IsControl(character) => " ",
        _ => character.ToString(),
    })).Trim();

    private sealed record Content(
        string Subject,
        string Greeting,
        string Lead,
        ImmutableArray<Row> Rows,
        ImmutableArray<Row> Sums,
        Link? Tracking,
        Place Destination,
        string OrderUrl);

    private sealed record Place(string Title, ImmutableArray<string> Lines);

    private sealed record Row(string Label, string Amount);

    private sealed record Link(string Label, string? Url);
}
