using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace Commerce.Catalog;

/// <summary>Alone in its process: how much memory is in use is measured, and that is everybody's.</summary>
[CollectionDefinition(nameof(ShopifyCsvTests), DisableParallelization = true)]
[Collection(nameof(ShopifyCsvTests))]
public sealed class ShopifyCsvTests
{
    private const string Header =
        "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name," +
        "Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty," +
        "Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable," +
        "Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,Variant Image,Variant Weight Unit,Status";

    private static readonly string[] Names = Header.Split(',');
    private static readonly Currency Gbp = Currency.Parse("GBP", null);

    [Fact]
    public async Task Rows_with_one_handle_are_one_product_with_options_and_images()
    {
        var products = await Read(
            Row("Handle", "linen-shirt", "Title", "Linen shirt", "Body (HTML)", "<p>Cool &amp; light.</p>", "Vendor", "Mill",
                "Type", "Shirts & Tops", "Tags", "summer, linen", "Published", "TRUE", "Option1 Name", "Size",
                "Option1 Value", "S", "Option2 Name", "Colour", "Option2 Value", "White", "Variant SKU", "shirt-s-w",
                "Variant Grams", "180", "Variant Inventory Qty", "7", "Variant Price", "39.00",
                "Variant Compare At Price", "45.00", "Variant Requires Shipping", "true", "Variant Taxable", "true",
                "Variant Barcode", "'5012345678900", "Image Src", "https://cdn.example.com/2.jpg", "Image Position", "2",
                "Status", "active"),
            Row("Handle", "linen-shirt", "Option1 Value", "M", "Option2 Value", "White", "Variant SKU", "SHIRT-M-W",
                "Variant Price", "39.5", "Variant Taxable", "false", "Variant Compare At Price", "39.50",
                "Image Src", "https://cdn.example.com/1.jpg", "Image Position", "1", "Image Alt Text", "Front"),
            Row("Handle", "linen-shirt", "Image Src", "//cdn.example.com/3.jpg", "Image Position", "3"),
            Row("Handle", "mug", "Title", "Mug", "Variant SKU", "MUG", "Variant Price", "5", "Status", "draft"));

        Assert.All(products, product => Assert.Empty(product.Errors));
        Assert.Equal(["linen-shirt", "mug"], products.Select(product => product.Content!.Handle));
        var shirt = products[0].Content!;
        Assert.Equal(("Linen shirt", "Cool & light.", "Mill"), (shirt.Title, shirt.Description, shirt.Vendor));
        Assert.Equal(["shirts-tops"], shirt.Categories);
        Assert.Equal(new Category("shirts-tops", "Shirts & Tops", null, null), products[0].Category);
        Assert.Equal(["summer", "linen"], shirt.Tags);
        Assert.Equal(["Size", "Colour"], shirt.Options);
        Assert.Equal(["/1.jpg", "/2.jpg", "/3.jpg"], shirt.Images.Select(image => new Uri(image.Url).AbsolutePath));
        Assert.Equal("Front", shirt.Images[0].Alt);
        Assert.Equal(["SHIRT-S-W", "SHIRT-M-W"], shirt.Variants.Select(variant => variant.Sku.Value));
        var small = shirt.Variants[0];
        Assert.Equal(("S", "White"), (small.Options["Size"], small.Options["Colour"]));
        Assert.Equal([new Money(3900, Gbp)], small.Prices);
        Assert.Equal([new Money(4500, Gbp)], small.CompareAt);
        Assert.Equal((180, "standard", "5012345678900"), (small.WeightGrams, small.TaxClass, small.Barcode));
        Assert.Empty(shirt.Variants[1].CompareAt);
        Assert.Equal("zero", shirt.Variants[1].TaxClass);
        Assert.Equal([new(1, small.Sku, 7), new(2, shirt.Variants[1].Sku, null)], products[0].Variants);
        Assert.Equal((1, 3, 3), (products[0].Row, products[0].Rows, products[0].End.Row));
        Assert.Equal((4, 1, 4), (products[1].Row, products[1].Rows, products[1].End.Row));
    }

    [Fact]
    public async Task Default_title_means_that_a_product_has_no_options()
    {
        var product = await ReadOne(Mug("Option1 Name", "Title", "Option1 Value", "Default Title"));

        Assert.Empty(product.Content!.Options);
        Assert.Empty(Assert.Single(product.Content.Variants).Options);
    }

    [Theory]
    [InlineData("active", "true", ProductStatus.Active)]
    [InlineData("Active", "false", ProductStatus.Draft)]
    [InlineData("draft", "true", ProductStatus.Draft)]
    [InlineData("archived", "", ProductStatus.Archived)]
    [InlineData("", "TRUE", ProductStatus.Active)]
    [InlineData("", "FALSE", ProductStatus.Draft)]
    [InlineData("", "", ProductStatus.Active)]
    public async Task Status_and_published_decide_together_who_sees_a_product(
        string status, string published, ProductStatus expected) =>
        Assert.Equal(expected, (await ReadOne(Mug("Status", status, "Published", published))).Status);

    [Fact]
    public async Task Headers_are_matched_in_any_case_and_order_and_unknown_columns_are_ignored()
    {
        var products = await ReadText("variant price,HANDLE,Colour of the box, Variant Sku ,title\n4.20,mug,red,MUG,Mug\n");

        Assert.Equal("Mug", Assert.Single(products).Content!.Title);
    }

    [Theory]
    [InlineData("Handle,Title,Variant Price\nmug,Mug,1\n", "The header lacks Variant SKU; names are separated by commas.")]
    [InlineData(
        "Handle;Title;Variant SKU;Variant Price\n",
        "The header lacks Handle, Title, Variant SKU, Variant Price; names are separated by commas.")]
    [InlineData("", "The header cannot be read. The file is empty.")]
    [InlineData("Handle,\"Title\nmug,Mug\n", "The header cannot be read. A quote is not closed.")]
    public async Task A_file_without_the_columns_that_are_needed_fails_as_a_whole(string text, string reason)
    {
        var opened = await Open(Encoding.UTF8.GetBytes(text));

        Assert.Equal(("import_unreadable", reason), (opened.Rejection?.Code, opened.Rejection?.Detail));
    }

    [Fact]
    public async Task A_file_in_UTF_16_fails_as_a_whole()
    {
        var opened = await Open([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Header)]);

        Assert.Equal("The header cannot be read. The text is not UTF-8.", opened.Rejection?.Detail);
    }

    [Fact]
    public async Task A_byte_order_mark_is_not_part_of_the_first_column()
    {
        var text = $"{Header}\n{Mug("Title", "Tasse à café")}\n";

        var product = Assert.Single(await Drain([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)]));

        Assert.Equal("Tasse à café", product.Content!.Title);
    }

    [Theory]
    [InlineData("Handle", "", "missing_handle")]
    [InlineData("Handle", "!!!", "invalid_handle")]
    [InlineData("Title", " ", "missing_title")]
    [InlineData("Variant SKU", "", "missing_sku")]
    [InlineData("Variant SKU", "BANK CHARGES", "invalid_sku")]
    [InlineData("Variant Price", "", "price_missing")]
    [InlineData("Variant Price", "0.00", "price_missing")]
    [InlineData("Variant Price", "-1.00", "invalid_price")]
    [InlineData("Variant Price", "10.999", "invalid_price")]
    [InlineData("Variant Price", "1,099.00", "invalid_price")]
    [InlineData("Variant Price", "£5", "invalid_price")]
    [InlineData("Variant Price", "1e3", "invalid_price")]
    [InlineData("Variant Price", "5.0000000000000000000000000000001", "invalid_price")]
    [InlineData("Variant Price", "99999999999999.00", "invalid_price")]
    [InlineData("Variant Compare At Price", "free", "invalid_price")]
    [InlineData("Variant Inventory Qty", "-3", "invalid_quantity")]
    [InlineData("Variant Inventory Qty", "2.5", "invalid_quantity")]
    [InlineData("Variant Inventory Qty", "100000001", "invalid_quantity")]
    [InlineData("Variant Grams", "heavy", "invalid_weight")]
    [InlineData("Variant Grams", "1000001", "invalid_weight")]
    [InlineData("Variant Taxable", "maybe", "invalid_flag")]
    [InlineData("Variant Requires Shipping", "2", "invalid_flag")]
    [InlineData("Published", "soon", "invalid_flag")]
    [InlineData("Status", "unlisted", "invalid_status")]
    [InlineData("Option1 Name", "Size", "missing_option_value", "Option1 Value")]
    [InlineData("Option1 Value", "Large", "missing_option_name")]
    public async Task A_cell_in_error_costs_its_row_and_says_why(
        string column, string text, string code, string? blamed = null)
    {
        var product = await ReadOne(Mug(column, text));

        var error = Assert.Single(product.Errors);
        Assert.Null(product.Content);
        Assert.Equal((1, blamed ?? column, code), (error.Row, error.Column, error.Code));
        Assert.EndsWith(".", error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Handle", 129, "invalid_handle")]
    [InlineData("Title", 256, "too_long")]
    [InlineData("Body (HTML)", 20_001, "too_long")]
    [InlineData("Vendor", 256, "too_long")]
    [InlineData("Type", 256, "too_long")]
    [InlineData("Tags", 65, "too_long")]
    [InlineData("Option1 Name", 256, "too_long")]
    [InlineData("Variant SKU", 65, "invalid_sku")]
    [InlineData("Variant Barcode", 33, "too_long")]
    public async Task A_text_that_is_too_long_is_an_error_of_its_column(string column, int length, string code)
    {
        var product = await ReadOne(Mug(column, new('x', length)));

        Assert.Null(product.Content);
        Assert.Equal((column, code), (product.Errors[0].Column, product.Errors[0].Code));
    }

    [Fact]
    public async Task Two_options_of_one_name_are_an_error()
    {
        var product = await ReadOne(Mug(
            "Option1 Name", "Size", "Option1 Value", "L", "Option2 Name", "size", "Option2 Value", "L"));

        Assert.Contains(product.Errors, error => error is { Column: "Option2 Name", Code: "duplicate_option" });
        Assert.Null(product.Content);
    }

    [Fact]
    public async Task More_than_fifty_tags_are_an_error()
    {
        var product = await ReadOne(Mug("Tags", string.Join(",", Enumerable.Range(0, 51))));

        Assert.Equal("too_many_tags", Assert.Single(product.Errors).Code);
    }

    [Theory]
    [InlineData("Image Src", "http://cdn.example.com/1.jpg", "invalid_image")]
    [InlineData("Image Src", "1.jpg", "invalid_image")]
    [InlineData("Image Alt Text", "501", "too_long")]
    public async Task A_picture_in_error_does_not_cost_its_row_the_variant(string column, string text, string code)
    {
        var product = await ReadOne(Mug(column, int.TryParse(text, out var length) ? new('x', length) : text));

        Assert.Equal((column, code), (Assert.Single(product.Errors).Column, product.Errors[0].Code));
        Assert.Single(product.Content!.Variants);
    }

    [Fact]
    public async Task Pictures_beyond_the_fiftieth_are_errors_of_their_rows()
    {
        var images = Enumerable.Range(1, 50).Select(at => Row("Handle", "mug", "Image Src", $"/{at}.jpg"));

        var product = await ReadOne([Mug("Image Src", "/0.jpg"), .. images]);

        Assert.Equal(50, product.Content!.Images.Length);
        Assert.Equal((51, "too_many_images"), (Assert.Single(product.Errors).Row, product.Errors[0].Code));
    }

    [Fact]
    public async Task A_row_in_error_is_left_out_and_the_others_are_taken()
    {
        var product = await ReadOne(
            Mug("Option1 Name", "Size", "Option1 Value", "S"),
            Row("Handle", "mug", "Option1 Value", "M", "Variant SKU", "MUG", "Variant Price", "6"),
            Row("Handle", "mug", "Option1 Value", "S", "Variant SKU", "MUG-S", "Variant Price", "6"),
            Row("Handle", "mug", "Option1 Value", "L", "Variant SKU", "MUG-L", "Variant Price", "free"),
            Row("Handle", "mug", "Option1 Value", "XL", "Variant SKU", "MUG-XL", "Variant Price", "8"));

        Assert.Equal(["MUG", "MUG-XL"], product.Content!.Variants.Select(variant => variant.Sku.Value));
        Assert.Equal(
            [(2, "duplicate_sku"), (3, "duplicate_options"), (4, "invalid_price")],
            product.Errors.Select(error => (error.Row, error.Code)));
    }

    [Fact]
    public async Task A_product_without_a_valid_variant_is_an_error()
    {
        var product = await ReadOne(
            Mug("Variant Price", ""), Row("Handle", "mug", "Variant SKU", "MUG-2", "Variant Price", "x"));

        Assert.Null(product.Content);
        Assert.Equal(["price_missing", "invalid_price", "no_variants"], product.Errors.Select(error => error.Code));
    }

    [Fact]
    public async Task Variants_beyond_the_250th_are_errors_of_their_rows()
    {
        var sizes = Enumerable.Range(1, 251).Select(size =>
            Row("Handle", "mug", "Option1 Value", $"{size}", "Variant SKU", $"MUG-{size}", "Variant Price", "6"));

        var product = await ReadOne([Mug("Option1 Name", "Size", "Option1 Value", "0"), .. sizes]);

        Assert.Equal(250, product.Content!.Variants.Length);
        Assert.Equal([(251, "too_many_variants"), (252, "too_many_variants")], product.Errors.Select(e => (e.Row, e.Code)));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_an_error_of_their_row_only()
    {
        var text = $"{Header}\n{Mug("Title", "Caf\u00e9")}\n{Mug("Handle", "cup", "Variant SKU", "CUP")}\n";

        var products = await Drain(Encoding.Latin1.GetBytes(text));

        Assert.Equal((1, "Title", "invalid_encoding"), Blame(Assert.Single(products[0].Errors)));
        Assert.Null(products[0].Content);
        Assert.Equal("cup", products[1].Content!.Handle);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_in_a_variant_cost_the_product_that_variant_only()
    {
        var text = $"{Header}\n{Mug("Option1 Name", "Size", "Option1 Value", "S")}\n"
            + Row("Handle", "mug", "Option1 Value", "\u00fc", "Variant SKU", "MUG-2", "Variant Price", "6") + "\n";

        var product = Assert.Single(await Drain(Encoding.Latin1.GetBytes(text)));

        Assert.Equal((2, "Option1 Value", "invalid_encoding"), Blame(Assert.Single(product.Errors)));
        Assert.Equal("MUG", Assert.Single(product.Content!.Variants).Sku.Value);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_in_a_column_that_nobody_reads_do_no_harm()
    {
        var text = $"{Header}\n{Mug("SEO Title", "Caf\u00e9")}\n";

        Assert.NotNull(Assert.Single(await Drain(Encoding.Latin1.GetBytes(text))).Content);
    }

    [Theory]
    [InlineData("a,\"A,A-1,1.00", "A quote is not closed.")]
    [InlineData("a,A 5\" wide,A-1,1.00", "A quote stands within a field that is not quoted.")]
    [InlineData("a,\"A\" wide,A-1,1.00", "Text follows the closing quote of a field.")]
    [InlineData("a,A, or B,A-1,1.00", "The row has 5 fields where the header has 4.")]
    [InlineData("a,A", "The row has 2 fields where the header has 4.")]
    public async Task A_broken_row_is_an_error_and_the_next_row_is_read(string row, string reason)
    {
        var products = await ReadText($"Handle,Title,Variant SKU,Variant Price\n{row}\nb,B,B-1,2.00\nc,C,C-1,3.00\n");

        var error = Assert.Single(products[0].Errors);
        Assert.Equal((1, null, "malformed_row"), Blame(error));
        Assert.Equal(reason, error.Detail);
        Assert.Equal(["b", "c"], products.Skip(1).Select(product => product.Content!.Handle));
        Assert.Equal([2, 3], products.Skip(1).Select(product => product.Row));
    }

    [Theory]
    [InlineData("\"a,A,A-1,1.00\nb,\"B\",B-1,2.00\nc,C,C-1,3.00\n")]
    [InlineData("a,\"A,A-1,1.00\nb,\"B, too\",B-1,2.00\nc,C,C-1,3.00\n")]
    [InlineData("a,\"A,A-1,1.00\r\n\r\nb,B,\"B-1\",2.00\r\nc,C,C-1,3.00")]
    public async Task An_open_quote_does_not_swallow_the_rows_up_to_the_next_quote(string rows)
    {
        var products = await ReadText("Handle,Title,Variant SKU,Variant Price\n" + rows);

        Assert.Equal("malformed_row", Assert.Single(products[0].Errors).Code);
        Assert.Equal(["b", "c"], products.Skip(1).Select(product => product.Content!.Handle));
    }

    [Fact]
    public async Task A_quote_that_closes_rows_later_and_by_chance_fits_is_found_by_its_line_break()
    {
        var products = await ReadText(
            "Handle,Title,Variant SKU,Variant Price\na,\"A,A-1,1.00\nb,B\",B-1,2.00\nc,C,C-1,3.00\n");

        Assert.Equal([1, 2], products[0].Errors.Select(error => error.Row));
        Assert.StartsWith("Title has a line break", products[0].Errors[0].Detail, StringComparison.Ordinal);
        Assert.Equal("c", products[1].Content!.Handle);
    }

    [Fact]
    public async Task A_row_that_is_longer_than_allowed_is_an_error_and_the_next_row_is_read()
    {
        var text = new StringBuilder("Handle,Title,Variant SKU,Variant Price\n")
            .Append("a,A,A-1,").Append(',', 3_000_000).Append('\n')
            .Append("b,\"").Append('b', 3_000_000).Append('\n')
            .Append("c,C,C-1,3.00\n");

        var products = await ReadText(text.ToString());

        Assert.All(products[0].Errors, error => Assert.Equal("malformed_row", error.Code));
        Assert.All(products[0].Errors, error => Assert.StartsWith("The row is longer", error.Detail, StringComparison.Ordinal));
        Assert.Equal([1, 2], products[0].Errors.Select(error => error.Row));
        Assert.Equal((3, "c"), (products[1].Row, products[1].Content!.Handle));
    }

    [Fact]
    public async Task Empty_fields_that_a_spreadsheet_left_out_at_the_end_are_empty()
    {
        var row = Mug().TrimEnd(',');

        Assert.NotNull((await ReadOne(row)).Content);
    }

    [Fact]
    public async Task A_product_with_a_thousand_errors_does_not_collect_more()
    {
        var products = await Read([Mug(), .. Enumerable.Repeat(Row("Handle", "mug", "Variant SKU", "MUG"), 2_500)]);

        Assert.All(products, product => Assert.InRange(product.Errors.Length, 0, 1_002));
        Assert.Equal(2_501, products.Sum(product => product.Rows));
        Assert.Single(products, product => product.Content is not null);
    }

    [Fact]
    public async Task Of_rows_that_want_the_same_name_the_first_keeps_it()
    {
        var product = await ReadOne(
            Mug("Option1 Name", "Size", "Option1 Value", "S"),
            Row("Handle", "mug", "Option1 Value", "M", "Variant SKU", "MUG-M", "Variant Price", "6"));
        Assert.Equal([("handle:mug", 1), ("sku:MUG", 1), ("sku:MUG-M", 2)], product.Names);
        Dictionary<string, long> own = new() { ["handle:mug"] = 1, ["sku:MUG"] = 1, ["sku:MUG-M"] = 2 };

        var whole = product.WithNames(own);
        var part = product.WithNames(new Dictionary<string, long>(own) { ["sku:MUG"] = 9 });
        var empty = part.WithNames(new Dictionary<string, long>(own) { ["sku:MUG-M"] = 9 });
        var none = product.WithNames(new Dictionary<string, long>(own) { ["handle:mug"] = 9 });

        Assert.Equal(product, whole);
        Assert.Equal("MUG-M", Assert.Single(part.Content!.Variants).Sku.Value);
        Assert.Equal([new(2, part.Content.Variants[0].Sku, null)], part.Variants);
        Assert.Equal((1, "Variant SKU", "duplicate_sku"), Blame(Assert.Single(part.Errors)));
        Assert.Null(empty.Content);
        Assert.Null(none.Content);
        Assert.Equal((1, "Handle", "duplicate_handle"), Blame(Assert.Single(none.Errors)));
        Assert.Empty(none.Names);
    }

    [Theory]
    [InlineData("JPY", "1099", 1099)]
    [InlineData("JPY", "1099.00", 1099)]
    [InlineData("JPY", "10.5", null)]
    [InlineData("GBP", "0.07", 7)]
    [InlineData("GBP", "4.350", 435)]
    [InlineData("GBP", "4.355", null)]
    [InlineData("KWD", "1.234", 1234)]
    [InlineData("KWD", "1.2345", null)]
    public void Prices_are_exact_in_the_currency_s_digits(string currency, string text, int? expected)
    {
        Assert.True(ImportText.TryNumber(text, out var amount));
        Assert.Equal(expected, ImportText.MinorUnits(amount, Currency.Parse(currency, null)));
    }

    [Theory]
    [InlineData("<p>One</p><p>Two<br/>Three</p>", "One\nTwo\nThree")]
    [InlineData("<ul><li>a</li>\n<li>b &amp; c</li></ul>", "a\nb & c")]
    [InlineData("Tom &lt;b&gt;&nbsp;Jerry", "Tom <b> Jerry")]
    [InlineData("<script>alert(1)</script><STYLE>p{}</style >x<!-- y > z -->", "x")]
    [InlineData("5 < 6 and I <3 it", "5 < 6 and I <3 it")]
    [InlineData("<a href=\"x>y\" title='>'>link</a> end", "link end")]
    [InlineData("a<div class='", "a")]
    [InlineData("nul\0&#0;\u0007 bell", "nul bell")]
    public void Html_becomes_plain_text(string html, string text) => Assert.Equal(text, ImportText.FromHtml(html));

    [Theory]
    [InlineData("Crème Brûlée  (Größe 2)", "creme-brulee-grose-2")]
    [InlineData("--A_b/C--", "a-b-c")]
    [InlineData("!!!", "")]
    public void A_handle_is_of_small_letters_digits_and_hyphens(string text, string handle) =>
        Assert.Equal(handle, ImportText.Slug(text));

    [Fact]
    public void Texts_in_other_scripts_get_handles_of_their_own()
    {
        Assert.NotEqual(ImportText.Slug("コーヒー"), ImportText.Slug("茶"));
        Assert.Matches("^1-[0-9a-f]{8}$", ImportText.Slug("1 茶"));
    }

    [Fact]
    public void Whatever_the_file_holds_every_row_is_accounted_for_and_any_checkpoint_goes_on_alike()
    {
        string[] pieces =
        [
            "a", "b", ",", ",", ",", "\"", "\"\"", "\n", "\n", "\r\n", "é", "1.00", "<p>", " ", "\u00ff", "x,X,X-1,2\n",
            "y,\"Y\n\",Y-1,3\n",
        ];
        Gen.OneOf(pieces.Select(Gen.Const).ToArray()).Array[0, 60].Sample(
            parts =>
            {
                var file = Encoding.Latin1.GetBytes("Handle,Title,Variant SKU,Variant Price\n" + string.Concat(parts));
                var all = Drain(file).GetAwaiter().GetResult();
                Assert.Equal(all.Sum(product => product.Rows), all.LastOrDefault()?.End.Row ?? 0);
                for (var i = 0; i < all.Count; i++)
                {
                    var rest = Drain(file, all[i].End).GetAwaiter().GetResult();
                    Assert.Equal(all.Skip(i + 1).Select(Text), rest.Select(Text));
                }
            },
            iter: 2_000);

        static string Text(ShopifyProduct product) => JsonSerializer.Serialize(product, CommerceJson.Stored);
    }

    [Fact]
    public async Task A_hundred_thousand_rows_are_read_in_little_memory_and_time()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var file = new EndlessFile(Header + "\n", 100_000, row => Mug(
            "Handle", $"mug-{row / 4}", "Variant SKU", $"MUG-{row}", "Option1 Name", "Size", "Option1 Value", $"{row}",
            "Body (HTML)", "<p>A mug to drink from.</p>"));
        var csv = (await ShopifyFile.OpenAsync(file, Gbp, default, 1_048_576, cancellation)).Required;
        var watch = Stopwatch.StartNew();
        var (rows, products, before, most) = (0L, 0, GC.GetTotalMemory(forceFullCollection: true), 0L);

        while (await csv.ReadAsync(cancellation) is { } product)
        {
            Assert.Empty(product.Errors);
            rows += product.Rows;
            if (++products % 5_000 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal((100_000, 25_000), (rows, products));
        Assert.InRange(most, long.MinValue, 4_000_000);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    private static (long Row, string? Column, string Code) Blame(ImportError error) => (error.Row, error.Column, error.Code);

    /// <summary>A row of the full header with these cells: name, text, name, text …</summary>
    private static string Row(params string[] cells)
    {
        var fields = new string[Names.Length];
        for (var i = 0; i < cells.Length; i += 2)
        {
            var at = Array.IndexOf(Names, cells[i]);
            var text = cells[i + 1];
            fields[at] = text.AsSpan().ContainsAny(",\"\n\r")
                ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
                : text;
        }

        return string.Join(",", fields);
    }

    /// <summary>A product that is fine, but for these cells.</summary>
    private static string Mug(params string[] cells) =>
        Row(["Handle", "mug", "Title", "Mug", "Variant SKU", "MUG", "Variant Price", "5.00", .. cells]);

    private static async Task<ShopifyProduct> ReadOne(params string[] rows) => Assert.Single(await Read(rows));

    private static Task<List<ShopifyProduct>> Read(params string[] rows) =>
        ReadText($"{Header}\n{string.Join("\n", rows)}\n");

    private static Task<List<ShopifyProduct>> ReadText(string text) => Drain(Encoding.UTF8.GetBytes(text));

    private static Task<Result<ShopifyFile>> Open(byte[] file, ImportCheckpoint from = default) =>
        ShopifyFile.OpenAsync(new MemoryStream(file), Gbp, from, 1_048_576, CancellationToken.None);

    private static async Task<List<ShopifyProduct>> Drain(byte[] file, ImportCheckpoint from = default)
    {
        await using var csv = (await Open(file, from)).Required;
        var products = new List<ShopifyProduct>();
        while (await csv.ReadAsync(CancellationToken.None) is { } product)
        {
            products.Add(product);
        }

        return products;
    }

    /// <summary>A file that is made up while it is read; its beginning can be read twice.</summary>
    private sealed class EndlessFile(string header, int rows, Func<int, string> row) : Stream
    {
        private byte[] _line = Encoding.UTF8.GetBytes(header);
        private int _at;
        private int _next;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => 1;

        public override long Position
        {
            get => 0;
            set => _at = value == 0 && _next == 0 ? 0 : throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_at == _line.Length && _next < rows)
            {
                (_line, _at) = (Encoding.UTF8.GetBytes(row(_next++) + "\n"), 0);
            }

            var read = Math.Min(count, _line.Length - _at);
            _line.AsSpan(_at, read).CopyTo(buffer.AsSpan(offset));
            _at += read;
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
