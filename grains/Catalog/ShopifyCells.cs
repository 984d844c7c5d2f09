using System.Globalization;

namespace Commerce.Catalog;

/// <summary>
/// Reads the cells of one row as what they mean, and notes what is wrong with them. A cell in error reads as empty.
/// </summary>
/// <param name="row">The row.</param>
/// <param name="currency">Of the prices, which name none.</param>
/// <param name="errors">Where errors are noted.</param>
internal sealed class ShopifyCells(ShopifyRow row, Currency currency, List<ImportError> errors)
{
    /// <summary>Notes an error.</summary>
    /// <param name="column">The column at fault; null when it is the row as a whole.</param>
    public void Fail(ShopifyColumn? column, string code, string detail) =>
        errors.Add(new(row.Number, column is { } known ? ShopifyCsv.Name(known) : null, code, detail));

    /// <summary>Text on one line.</summary>
    public string Text(ShopifyColumn column, int lengthMax) => Bounded(column, ImportText.Line(Unescaped(row[column])), lengthMax);

    /// <summary>HTML as plain text.</summary>
    public string PlainText(ShopifyColumn column, int lengthMax) =>
        Bounded(column, ImportText.FromHtml(Unescaped(row[column])), lengthMax);

    /// <summary>True or false; null when the cell is empty.</summary>
    public bool? Flag(ShopifyColumn column)
    {
        var text = row[column];
        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        if (text.Length > 0)
        {
            Fail(column, "invalid_flag", $"{Quote(text)} is neither true nor false.");
        }

        return null;
    }

    /// <summary>The SKU. Shopify writes an apostrophe before digits, so that spreadsheets keep leading zeros.</summary>
    public Sku Sku()
    {
        var text = row[ShopifyColumn.Sku].TrimStart('\'');
        if (text.Length == 0)
        {
            Fail(ShopifyColumn.Sku, "missing_sku", "A variant needs a SKU.");
        }
        else if (Commerce.Sku.TryParse(text, null, out var sku))
        {
            return sku;
        }
        else
        {
            Fail(ShopifyColumn.Sku, "invalid_sku",
                $"{Quote(text)} is no SKU: 1 to 64 letters, digits, hyphens, underscores and full stops.");
        }

        return default;
    }

    /// <summary>What is printed on the variant; with an apostrophe as for SKUs.</summary>
    public string Barcode() =>
        Bounded(ShopifyColumn.Barcode, ImportText.Line(row[ShopifyColumn.Barcode].TrimStart('\'')), 32);

    /// <summary>The price. None and zero are errors: a give-away is more likely a price that nobody entered.</summary>
    public Money Price()
    {
        if (Amount(ShopifyColumn.Price) is { MinorUnits: > 0 } price)
        {
            return price;
        }

        var text = row[ShopifyColumn.Price];
        if (text.Length == 0 || (ImportText.TryNumber(text, out var zero) && zero == 0))
        {
            Fail(ShopifyColumn.Price, "price_missing", "A variant needs a price above zero.");
        }

        return default;
    }

    /// <summary>The former or recommended price; null when there is none.</summary>
    public Money? CompareAt() => Amount(ShopifyColumn.CompareAt);

    /// <summary>Units in stock; null when the file does not say.</summary>
    public int? Quantity()
    {
        var text = row[ShopifyColumn.Quantity];
        if (text.Length > 0
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var units) && units <= 100_000_000)
        {
            return units;
        }

        if (text.Length > 0)
        {
            Fail(ShopifyColumn.Quantity, "invalid_quantity",
                $"{Quote(text)} is not a number of units from 0 to 100,000,000.");
        }

        return null;
    }

    /// <summary>The weight in whole grams; 0 when the file does not say.</summary>
    public int Grams()
    {
        var text = row[ShopifyColumn.Grams];
        if (text.Length == 0)
        {
            return 0;
        }

        // Shops that weigh in pounds export fractions of a gram.
        if (ImportText.TryNumber(text, out var grams) && grams <= 1_000_000)
        {
            return (int)decimal.Round(grams, MidpointRounding.AwayFromZero);
        }

        Fail(ShopifyColumn.Grams, "invalid_weight", $"{Quote(text)} is not a weight from 0 to 1,000,000 grams.");
        return 0;
    }

    /// <summary>The address of a picture; empty when there is none.</summary>
    public string Image(ShopifyColumn column)
    {
        var url = row[column];
        if (url.StartsWith("//", StringComparison.Ordinal))
        {
            url = "https:" + url;
        }

        var isFine = url.Length <= 2_000 && !url.Any(char.IsControl) && (url.Length == 0 || url[0] == '/'
            || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps));
        if (isFine)
        {
            return url;
        }

        Fail(column, "invalid_image", $"{Quote(url)} is neither an https address nor a path on this host.");
        return "";
    }

    /// <summary>Exports write an apostrophe before what a spreadsheet would take for a formula.</summary>
    private static string Unescaped(string text) => text is ['\'', '=' or '+' or '-' or '@', ..] ? text[1..] : text;

    private Money? Amount(ShopifyColumn column)
    {
        var text = row[column];
        if (text.Length > 0 && ImportText.TryNumber(text, out var amount))
        {
            if (ImportText.MinorUnits(amount, currency) is { } minorUnits)
            {
                return new(minorUnits, currency);
            }

            Fail(column, "invalid_price", $"{Quote(text)} is too exact or too much for a price in {currency}.");
        }
        else if (text.Length > 0)
        {
            Fail(column, "invalid_price", $"{Quote(text)} is not a price: digits and at most one decimal point.");
        }

        return null;
    }

    private string Bounded(ShopifyColumn column, string text, int lengthMax)
    {
        if (text.Length <= lengthMax)
        {
            return text;
        }

        Fail(column, "too_long",
            $"{ShopifyCsv.Name(column)} has {text.Length} characters; at most {lengthMax} are allowed.");
        return "";
    }

    private static string Quote(string text)
    {
        const int LengthMax = 40;
        var line = ImportText.Line(text);
        var cut = line.Length <= LengthMax ? line.Length : LengthMax - (char.IsHighSurrogate(line[LengthMax - 1]) ? 1 : 0);
        return cut == line.Length ? $"'{line}'" : $"'{line[..cut]}…'";
    }
}
