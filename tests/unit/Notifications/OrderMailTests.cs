using System.Text;
using System.Text.RegularExpressions;
using Commerce.Fulfillment;
using Commerce.Orders;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Commerce.Notifications;

public sealed partial class OrderMailTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>";
    private static readonly MessageId Id = EntityId.Derive<MessageId>("sample");
    private static readonly DateTimeOffset Now = SampleOrder.PlacedAt;
    private readonly OrderMail _mail = new(
        Options.Create(new MailOptions()), Options.Create(new StorefrontOptions { BaseUrl = "https://shop.example/tea/" }));

    [Fact]
    public void A_confirmation_shows_lines_totals_address_and_the_way_to_the_order()
    {
        var mail = Read(_mail.Compose(Confirmation(), SampleOrder.With(), Now));

        Assert.Equal("Your order H4RB0UR7", mail.Subject);
        Assert.All<string>(
            [
                "H4RB0UR7", "14 March 2026", "2 × Tea tin (250 g)", "23.00 GBP", "1 × Tea pot", "39.00 GBP",
                "62.00 GBP", "Shipping (Standard)", "4.95 GBP", "Tax included", "11.16 GBP", "Total", "66.95 GBP",
                "Ada Lovelace", "Analytical Engines", "12 St James's Square", "SW1Y 4JH London", "GB",
                $"https://shop.example/tea/orders/{SampleOrder.Id}", "Harbour & Pine",
            ],
            expected =>
            {
                Assert.Contains(expected, mail.TextBody, StringComparison.Ordinal);
                Assert.Contains(expected, System.Net.WebUtility.HtmlDecode(mail.HtmlBody), StringComparison.Ordinal);
            });
    }

    [Fact]
    public void Who_paid_too_late_is_told_how_much_went_back_and_that_nothing_is_ordered()
    {
        var mail = Read(_mail.Compose(new(Id, MessageKind.PaymentReturned, $"payment/{SampleOrder.Id}", 6, "66.95 GBP"), "ada@example.org", Now));

        Assert.Equal(("Your payment came too late and is returned", "ada@example.org"), (mail.Subject, mail.To.Mailboxes.Single().Address));
        Assert.All(
            new[] { "66.95 GBP", "pays for no order", "Harbour & Pine" },
            expected => Assert.Contains(expected, mail.TextBody, StringComparison.Ordinal));
        Assert.Throws<FormatException>(() => _mail.Compose(new(Id, MessageKind.PaymentReturned, "payment/ord_1", 6, "1"), "nobody", Now));
    }

    [Fact]
    public void Tax_on_top_is_not_called_included()
    {
        var mail = Read(_mail.Compose(Confirmation(), SampleOrder.With(taxIncluded: false), Now));

        Assert.Contains("\nTax: 11.16 GBP", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("included", mail.TextBody + mail.HtmlBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OrderStatus.Canceled, 0, "Your order H4RB0UR7 has been canceled", "You are not charged for them.")]
    [InlineData(OrderStatus.Open, 6695, "A part of your order H4RB0UR7 has been canceled", "What you paid for them is returned to you.")]
    public void A_cancellation_shows_what_is_not_sent(OrderStatus status, long paid, string subject, string money)
    {
        var order = SampleOrder.With() with
        {
            Status = status,
            Paid = new(paid, new("GBP")),
            Cancellations = [new(7, [new(SampleOrder.Tin, 1)], new(1150, new("GBP")), Now)],
        };

        var mail = Read(_mail.Compose(new(Id, MessageKind.OrderCancellation, $"order/{SampleOrder.Id}", 4, "7"), order, Now));

        Assert.Equal(subject, mail.Subject);
        Assert.All<string>(
            ["1 × Tea tin (250 g)", "Canceled: 11.50 GBP", "Total now: 66.95 GBP", money],
            expected => Assert.Contains(expected, mail.TextBody, StringComparison.Ordinal));
        Assert.DoesNotContain("Tea pot", mail.TextBody + mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_taken_off_is_shown_as_such()
    {
        var order = SampleOrder.With();
        var mail = Read(_mail.Compose(Confirmation(), order with
        {
            Totals = order.Totals with { Discount = new(620, new("GBP")), TaxRelief = new(93, new("GBP")) },
        }, Now));

        Assert.Contains("\nDiscount: -6.20 GBP\nTax not charged: -0.93 GBP\n", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JPY", "Total: 6695 JPY")]
    [InlineData("KWD", "Total: 6.695 KWD")]
    public void Amounts_have_the_digits_of_their_currency(string currency, string total)
    {
        var order = SampleOrder.With();
        var mail = Read(_mail.Compose(
            Confirmation(), order with { Totals = order.Totals with { Total = new(6695, new(currency)) } }, Now));

        Assert.Contains(total, mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(total["Total: ".Length..], mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_picks_up_is_told_where_instead_of_an_address()
    {
        var order = SampleOrder.With();
        var mail = Read(_mail.Compose(Confirmation(), order with
        {
            ShippingOption = order.ShippingOption with { Title = "Leeds counter", Pickup = new(new("leeds"), "GB", null, "LS1 1UR") },
        }, Now));

        Assert.Contains(
            "\nTo be collected:\n  Leeds counter\n  Ada Lovelace\n", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("SW1Y", mail.TextBody + mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shipping_confirmation_shows_the_parcel_and_how_to_follow_it()
    {
        var order = SampleOrder.With(tracking: new("Royal Mail", "RM 1234", "https://track.example/?a=1&b=2"));
        var mail = Read(_mail.Compose(Shipment(), order, Now));

        Assert.Equal("Your order H4RB0UR7 is on its way", mail.Subject);
        Assert.Contains("2 × Tea tin (250 g)", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("15 March 2026", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("The rest follows.", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Royal Mail RM 1234", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("https://track.example/?a=1&b=2", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("href=\"https://track.example/?a=1&amp;b=2\"", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("Tea pot", mail.TextBody + mail.HtmlBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("/relative")]
    [InlineData(null)]
    public void Only_web_addresses_become_links(string? url)
    {
        var mail = Read(_mail.Compose(Shipment(), SampleOrder.With(tracking: new("Carrier", "1", url)), Now));

        Assert.Contains("Carrier 1", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(1, mail.HtmlBody!.Split("href=").Length - 1);
        Assert.DoesNotContain("alert", mail.TextBody + mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_texts_are_inert_wherever_they_stand()
    {
        var address = SampleOrder.Ada with
        {
            FirstName = Hostile,
            LastName = Hostile,
            Company = Hostile,
            Line1 = Hostile,
            City = Hostile,
            PostalCode = Hostile,
        };
        var tracking = new Tracking(Hostile, Hostile, "https://track.example/\"><script>");
        var hostile = SampleOrder.With(title: Hostile, variant: Hostile, address: address, tracking: tracking)
            with { ShippingOption = new("s", Hostile, default, 1, 2) };
        var harmless = SampleOrder.With(tracking: new("Carrier", "1", "https://track.example"));

        Assert.All([Confirmation(), Shipment()], message =>
        {
            var html = Read(_mail.Compose(message, hostile, Now)).HtmlBody!;
            Assert.Equal(Tags(Read(_mail.Compose(message, harmless, Now)).HtmlBody!), Tags(html));
            Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Line_breaks_in_what_a_customer_says_make_neither_headers_nor_lines()
    {
        var address = SampleOrder.Ada with
        {
            FirstName = "Ada\r\nBcc: all@example.org",
            LastName = "L\n\nX-Evil: 1\u2028\u202e",
            City = "London\r\n\r\nTotal: 0.00 GBP",
        };
        var order = SampleOrder.With(title: "Tin\r\nTotal: 0.01 GBP", address: address)
            with { Number = "N1\r\nBcc: x@example.org" };

        var mail = Read(_mail.Compose(Confirmation(), order, Now));

        Assert.Empty(mail.Bcc);
        Assert.DoesNotContain(mail.Headers, header => header.Field is "X-Evil" or "Bcc");
        Assert.Equal("ada@example.org", Assert.IsType<MailboxAddress>(Assert.Single(mail.To)).Address);
        Assert.Equal("Your order N1  Bcc: x@example.org", mail.Subject);
        Assert.Equal("Ada  Bcc: all@example.org L  X-Evil: 1", mail.To.Mailboxes.Single().Name);
        Assert.Single(mail.TextBody!.Split('\n'), line => line.StartsWith("Total:", StringComparison.Ordinal));
        Assert.DoesNotContain('\u202e', mail.TextBody + mail.HtmlBody);
    }

    [Theory]
    [InlineData("ada@example.org\r\nBcc: all@example.org")]
    [InlineData("ada@example.org, all@example.org")]
    [InlineData("ada@example.org> RCPT TO:<all@example.org")]
    [InlineData("")]
    public void An_address_that_is_not_one_address_makes_no_message(string email)
    {
        Assert.ThrowsAny<Exception>(() => _mail.Compose(Confirmation(), SampleOrder.With(email: email), Now));
    }

    [Fact]
    public void Receivers_can_know_a_message_that_comes_twice_and_need_not_answer()
    {
        var first = Read(_mail.Compose(Confirmation(), SampleOrder.With(), Now));
        var second = Read(_mail.Compose(Confirmation(), SampleOrder.With(), Now.AddHours(1)));

        Assert.Equal($"{Id}@harbourandpine.example", first.MessageId);
        Assert.Equal(first.MessageId, second.MessageId);
        Assert.Equal("auto-generated", first.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal("orders@harbourandpine.example", first.From.Mailboxes.Single().Address);
        Assert.Equal("Harbour & Pine", first.From.Mailboxes.Single().Name);
        Assert.Equal(Now, first.Date);
    }

    [Fact]
    public void No_line_is_longer_than_mail_allows()
    {
        var title = string.Concat(Enumerable.Repeat("茶", 200));
        using var wire = new MemoryStream();

        _mail.Compose(Confirmation(), SampleOrder.With(title: title), Now).WriteTo(wire, TestContext.Current.CancellationToken);

        Assert.All(Encoding.Latin1.GetString(wire.ToArray()).Split('\n'), line => Assert.InRange(line.Length, 0, 998));
        wire.Position = 0;
        Assert.Contains(title, MimeMessage.Load(wire, TestContext.Current.CancellationToken).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_and_markup_are_alternatives_of_one_message()
    {
        var body = Assert.IsType<MultipartAlternative>(Read(_mail.Compose(Confirmation(), SampleOrder.With(), Now)).Body);

        Assert.Equal(["text/plain", "text/html"], body.Select(part => part.ContentType.MimeType));
    }

    private static Message Confirmation() => new(Id, MessageKind.OrderConfirmation, "order/x", 1, null);

    private static Message Shipment() => new(Id, MessageKind.ShippingConfirmation, "order/x", 4, "ful_1");

    /// <summary>All tags with their attributes' names: what a browser would act on.</summary>
    private static string[] Tags(string html) =>
        [.. Markup().Matches(html).Select(tag => AttributeValue().Replace(tag.Value, "=?"))];

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();

    [GeneratedRegex("=\"[^\"]*\"")]
    private static partial Regex AttributeValue();

    /// <summary>What a receiver reads: the message after it went over the wire.</summary>
    private static MimeMessage Read(MimeMessage message)
    {
        using var wire = new MemoryStream();
        message.WriteTo(wire);
        wire.Position = 0;
        return MimeMessage.Load(wire);
    }
}
