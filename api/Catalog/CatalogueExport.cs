using System.Globalization;
using System.Net;
using System.Text.Json;
using CsvHelper;
using Dapper;
using Npgsql;

namespace Commerce.Catalog;

/// <summary>
/// The whole catalogue in the format that imports read (Shopify's product export), written while it is read. Prices of one
/// currency, since the format has no other, and only products that have all of them; no stock, since by the time it comes back
/// that would be a count of long ago. An import leaves as they are other currencies, further categories and classes of taxes.
/// </summary>
internal sealed class CatalogueExport(NpgsqlDataSource database)
{
    public const string MediaType = "text/csv";
    private const int PageSize = 200;

    private const string Next = "select id, status, content::text as content from products where id > @after order by id limit @limit";

    private static readonly CsvWriterOptions Options = new()
    {
        // A spreadsheet would run what begins like a formula (OWASP, CSV injection); imports take the apostrophe away again.
        Injection = CsvInjection.Escape,
    };

    private static readonly string[] Header =
    [
        "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value",
        "Option3 Name", "Option3 Value", "Variant SKU", "Variant Grams", "Variant Price", "Variant Compare At Price", "Variant Taxable",
        "Variant Barcode", "Image Src", "Image Position", "Image Alt Text", "Status",
    ];

    /// <summary>Writes all products, the oldest first.</summary>
    public async Task WriteAsync(Currency currency, IReadOnlyDictionary<string, string> categories, Stream to, CancellationToken cancellation)
    {
        await using var csv = CsvWriter.Create(to, Options, leaveOpen: true);
        await csv.WriteRecordAsync(Header, cancellation);
        for (var after = ""; ;)
        {
            var page = await ReadAsync(after, cancellation);
            foreach (var product in page)
            {
                var content = JsonSerializer.Deserialize<SaveProduct>(product.Content, CommerceJson.Stored)!;
                if (content.Variants.Any(variant => Amount(variant.Prices, currency).Length == 0))
                {
                    // What has no price would be refused when it comes back, and the product be left without it.
                    continue;
                }

                foreach (var record in Records(product.Status, content, currency, categories))
                {
                    await csv.WriteRecordAsync(record, cancellation);
                }
            }

            await csv.FlushAsync(cancellation);
            if (page.Count < PageSize)
            {
                return;
            }

            after = page[^1].Id;
        }
    }

    private async Task<List<Row>> ReadAsync(string after, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await connection.QueryAsync<Row>(new CommandDefinition(Next, new { after, limit = PageSize }, cancellationToken: cancellation))).AsList();
    }

    /// <summary>A row for each variant, with a picture each, and one for each picture that is left.</summary>
    private static IEnumerable<string[]> Records(string status, SaveProduct product, Currency currency, IReadOnlyDictionary<string, string> categories)
    {
        for (var i = 0; i < Math.Max(product.Variants.Length, product.Images.Length); i++)
        {
            var (variant, image) = (product.Variants.ElementAtOrDefault(i), product.Images.ElementAtOrDefault(i));
            string First(string text) => i == 0 ? text : "";
            string Option(int at) => variant is null ? ""
                : product.Options.IsEmpty ? (at == 0 ? "Default Title" : "")
                : at < product.Options.Length ? variant.Options[product.Options[at]]
                : "";
            string Name(int at) => First(product.Options.IsEmpty && at == 0 ? "Title" : product.Options.ElementAtOrDefault(at) ?? "");
            yield return
            [
                product.Handle,
                First(product.Title),
                First(WebUtility.HtmlEncode(product.Description).Replace("\n", "<br>", StringComparison.Ordinal)),
                First(product.Vendor ?? ""),
                First(product.Categories.IsEmpty ? "" : categories.GetValueOrDefault(product.Categories[0], product.Categories[0])),
                First(string.Join(", ", product.Tags)),
                First(status == "active" ? "true" : "false"),
                Name(0), Option(0), Name(1), Option(1), Name(2), Option(2),
                variant?.Sku.Value ?? "",
                variant is null ? "" : variant.WeightGrams.ToString(CultureInfo.InvariantCulture),
                variant is null ? "" : Amount(variant.Prices, currency),
                variant is null ? "" : Amount(variant.CompareAt, currency),
                variant is null ? "" : variant.TaxClass == "zero" ? "false" : "true",
                variant?.Barcode ?? "",
                image?.Url ?? "",
                image is null ? "" : (i + 1).ToString(CultureInfo.InvariantCulture),
                image?.Alt ?? "",
                First(status),
            ];
        }
    }

    private static string Amount(IEnumerable<Money> amounts, Currency currency) =>
        amounts.FirstOrDefault(amount => amount.Currency == currency) is { MinorUnits: > 0 } amount
            ? (amount.MinorUnits / (decimal)Math.Pow(10, currency.Digits)).ToString($"F{currency.Digits}", CultureInfo.InvariantCulture)
            : "";

    private sealed record Row(string Id, string Status, string Content);
}
