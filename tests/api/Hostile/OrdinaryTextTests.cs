using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using MimeKit;
using static Commerce.Shopping;

namespace Commerce.Hostile;

/// <summary>What looks like an attack and is somebody's name: it is taken, and comes back just as it was sent, wherever it is shown.</summary>
public sealed class OrdinaryTextTests(RunningShop shop)
{
    public static TheoryData<string> Ordinary { get; } =
    [
        "O'Brien", "Select & Union Ltd", "<3", "山田太郎", "Ñandú", "-- dash", "10% off", "../ in notes", "👩‍👩‍👧‍👦 & 🏳️‍🌈", "مرحبا עולם", "\"quoted\" \\ back",
        "null", "Robert'); DROP TABLE students;--", "{{name}} ${name}", "e\u0301 is not \u00E9", "Drop & Delete from Where", "=SUM(A1)", "javascript: the book",
        "a/b\\c", "100 %00", "Müller-Lüdenscheidt", "ﬀ İ ſ", "<script> & Söhne", "&amp; already", new string('W', 100),
    ];

    [Theory]
    [MemberData(nameof(Ordinary))]
    public async Task A_name_is_shown_as_it_was_given_in_cart_order_list_and_mail(string name)
    {
        var (sku, _) = await shop.NewProductAsync(1, title: name);
        var cart = await shop.NewCartAsync();
        var email = $"{NewName()}@example.org";
        (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 1 })).Expect(HttpStatusCode.OK);
        var address = new { first_name = name, last_name = name, company = name, line1 = name, line2 = name, city = name, postal_code = "SW1Y 4JH", country = "GB" };

        var patched = (await shop.PatchAsync(cart, new { email, shipping_address = address, billing_address = address })).Expect(HttpStatusCode.OK);
        (await shop.PutAsync($"{cart}/shipping-option", new { id = "standard" })).Expect(HttpStatusCode.OK);
        var order = (await shop.CompleteAsync(cart)).Expect(HttpStatusCode.Created);
        (await shop.AsOperator.PostAsync($"/v1/admin/orders/{order["id"]}/notes", new { text = name }, Key())).Expect(HttpStatusCode.OK);

        var notes = (await shop.AsOperator.GetAsync($"/v1/admin/orders/{order["id"]}/notes")).Expect(HttpStatusCode.OK);
        Assert.Equal(name, (string?)notes["data"]![0]!["text"]);
        foreach (var seen in new[] { patched, order, (await shop.AsOperator.GetAsync($"/v1/admin/orders/{order["id"]}")).Expect(HttpStatusCode.OK) })
        {
            Assert.All(
                new[] { "first_name", "last_name", "company", "line1", "line2", "city" },
                member => Assert.Equal(name, (string?)seen["shipping_address"]![member]));
            Assert.Equal(name, (string?)seen["lines"]![0]!["title"]);
        }

        MimeMessage? mail = null;
        await shop.EventuallyAsync(() => Task.FromResult((mail = shop.Mails.Where(text => text.Contains(email, StringComparison.Ordinal))
            .Select(text => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)))).FirstOrDefault()) is not null));
        Assert.Equal($"{name} {name}", Assert.Single(mail!.To.Mailboxes)!.Name);
        Assert.Contains($"  {name} {name}\n  {name}\n", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains(HtmlEncoder.Default.Encode($"{name} {name}"), mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ordinary))]
    public async Task A_product_may_be_called_anything_and_is_found_by_what_it_is_called(string name)
    {
        var handle = $"p-{NewName()}";
        (await shop.AsOperator.PostAsync("/v1/admin/products", new
        {
            title = name, description = name, vendor = name, tags = new[] { name[..Math.Min(64, name.Length)] }, handle, status = "active",
            variants = new[] { new { sku = handle, prices = new[] { new { amount = 100, currency = "GBP" } } } },
        })).Expect(HttpStatusCode.Created);
        await shop.EventuallyAsync(async () => (await shop.GetAsync($"/v1/products/{handle}")).Status == HttpStatusCode.OK);

        var shown = (await shop.GetAsync($"/v1/products/{handle}")).Expect(HttpStatusCode.OK);
        var listed = (await shop.AsOperator.GetAsync($"/v1/admin/products?q={Uri.EscapeDataString(name)}")).Expect(HttpStatusCode.OK);
        var searched = await shop.GetAsync($"/v1/products?q={Uri.EscapeDataString(name)}");

        Assert.Equal((name, name, name), ((string?)shown["title"], (string?)shown["description"], (string?)shown["vendor"]));
        Assert.All(listed["data"]!.AsArray(), product => Assert.NotNull((string?)product!["title"]));
        Assert.Equal(HttpStatusCode.OK, searched.Status);
    }

    [Fact]
    public async Task An_imported_catalogue_keeps_its_words()
    {
        var prefix = $"i-{NewName()}";
        var names = Ordinary.Select(row => row.Data).ToList();
        var rows = names.Select((name, at) => $"{prefix}-{at},\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{prefix}-{at},1.00,active\n");
        using var csv = new StringContent("Handle,Title,Variant SKU,Variant Price,Status\n" + string.Concat(rows), Encoding.UTF8, "text/csv");

        (await shop.AsOperator.SendAsync(HttpMethod.Post, "/v1/admin/imports?currency=GBP&location=leeds", csv, Key())).Expect(HttpStatusCode.Accepted);

        await shop.EventuallyAsync(async () => (await shop.GetAsync($"/v1/products/{prefix}-{names.Count - 1}")).Status == HttpStatusCode.OK);
        var titles = await Task.WhenAll(names.Select(async (_, at) => (string?)(await shop.GetAsync($"/v1/products/{prefix}-{at}")).Expect(HttpStatusCode.OK)["title"]));
        Assert.Equal(names, titles);
    }
}
