using System.Globalization;
using System.Text;
using CsvHelper;

namespace Commerce.Catalog;

/// <summary>
/// A real shop's catalogue, made of its invoices (Chen, D., "Online Retail", UCI Machine Learning Repository, 2015, CC BY
/// 4.0), as a product export. The dirt of real life is kept on purpose, for the import to explain: codes of fees, codes
/// that differ only in case, products without a description, a price or stock.
/// </summary>
internal static class OnlineRetail
{
    private const string RelativePath = "shared/data/online-retail.csv";

    /// <summary>The invoices, beside the repository; null when they are not there.</summary>
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, RelativePath);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>One product a stock code: last description, last positive price (GBP), sum of quantities as stock.</summary>
    public static byte[] ToProductCsv(string path)
    {
        var products = new Dictionary<string, Product>(StringComparer.Ordinal);
        using var invoices = CsvReader.Create(
            File.OpenRead(path), new CsvReaderOptions { Encoding = Encoding.Latin1, Separator = ',' }, leaveOpen: false);
        while (invoices.Read())
        {
            var code = invoices.GetString("StockCode");
            var product = products.GetValueOrDefault(code, new(code, "", "0", 0));
            var price = invoices.GetString("UnitPrice");
            products[code] = product with
            {
                Title = invoices.GetString("Description"),
                Price = decimal.Parse(price, CultureInfo.InvariantCulture) > 0 ? price : product.Price,
                Quantity = product.Quantity + invoices.Parse<int>("Quantity"),
            };
        }

        var csv = new StringBuilder("Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price,Status\n");
        foreach (var (code, title, price, quantity) in products.Values)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{code},{Quote(title)},{code},{quantity},{price},active\n");
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed record Product(string Code, string Title, string Price, int Quantity);
}
