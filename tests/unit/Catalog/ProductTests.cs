using System.Collections.Immutable;
using static Commerce.Sample;

namespace Commerce.Catalog;

public sealed class ProductTests
{
    private static readonly ProductId Id = EntityId.Derive<ProductId>("espresso");
    private static readonly ProductVariant Small = Variant("ESP-250", "250 g", 899);
    private static readonly SaveProduct Espresso = new(
        "espresso", "Espresso", "Dark.", "Harbour", ["coffee"], ["dark"], ["Size"],
        [Small, Variant("ESP-500", "500 g", 1650)], [new("/images/espresso.svg", "A bag")]);

    private static readonly Product Draft = new Product().After(new Product().Save(Espresso));
    private static readonly Product Active = Draft.After(Draft.SetStatus(ProductStatus.Active));

    [Fact]
    public void A_new_product_is_a_draft_and_saving_the_same_again_is_harmless()
    {
        Assert.Equal(ProductStatus.Draft, Draft.Status);
        Draft.Save(Espresso with { Tags = ["dark"] }).IsNothing();
        Assert.Equal("Ristretto", Draft.After(Draft.Save(Espresso with { Title = "Ristretto" })).Content!.Title);
    }

    [Fact]
    public void Saving_leaves_the_status_as_it_is() =>
        Assert.Equal(ProductStatus.Active, Active.After(Active.Save(Espresso with { Title = "Ristretto" })).Status);

    [Fact]
    public void A_status_is_set_absolutely_and_only_of_what_exists()
    {
        Active.SetStatus(ProductStatus.Active).IsNothing();
        Assert.Equal(ProductStatus.Archived, Active.After(Active.SetStatus(ProductStatus.Archived)).Status);
        Assert.Equal("product_not_found", new Product().SetStatus(ProductStatus.Active).Code());
    }

    [Fact]
    public void Only_an_active_product_is_offered_by_its_SKUs_in_currencies_that_have_a_price()
    {
        var offer = Active.Offer(Id, Small.Sku, Pounds).Required;

        Assert.Equal((899, "250 g", "/images/espresso.svg"), (offer.Price.MinorUnits, offer.VariantTitle, offer.Image));
        Assert.Equal("sku_not_found", Draft.Offer(Id, Small.Sku, Pounds).Rejection?.Code);
        Assert.Equal("sku_not_found", Active.Offer(Id, Mug, Pounds).Rejection?.Code);
        Assert.Equal("price_not_available", Active.Offer(Id, Small.Sku, Euros).Rejection?.Code);
        Assert.Equal("sku_not_found", new Product().Offer(Id, Small.Sku, Pounds).Rejection?.Code);
    }

    [Fact]
    public void A_price_of_nothing_is_a_price()
    {
        var free = Active.After(Active.Save(Espresso with
        {
            Options = [], Variants = [Small with { Options = ImmutableDictionary<string, string>.Empty, Prices = [Gbp(0)] }],
        }));

        var offer = free.Offer(Id, Small.Sku, Pounds).Required;

        Assert.Equal((0, null), (offer.Price.MinorUnits, offer.VariantTitle));
    }

    public static TheoryData<string, string> Wrong() => new()
    {
        { "no handle", "/handle" },
        { "handle with capitals", "/handle" },
        { "long handle", "/handle" },
        { "no title", "/title" },
        { "long title", "/title" },
        { "long description", "/description" },
        { "too many tags", "/tags" },
        { "empty tag", "/tags" },
        { "too many options", "/options" },
        { "same option twice", "/options" },
        { "insecure image", "/images" },
        { "image of a script", "/images" },
        { "image of another host", "/images" },
        { "title with a line break", "/title" },
        { "no variants", "/variants" },
        { "too many variants", "/variants" },
        { "same SKU twice", "/variants" },
        { "same options twice", "/variants" },
        { "two prices in one currency", "/variants/0/prices" },
        { "negative price", "/variants/0/prices" },
        { "negative weight", "/variants/0/weight_grams" },
        { "no tax class", "/variants/0/tax_class" },
        { "long barcode", "/variants/0/barcode" },
        { "option missing", "/variants/0/options" },
        { "option of another name", "/variants/0/options" },
        { "option too many", "/variants/0/options" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Content_that_is_wrong_is_refused_and_pointed_at(string what, string pointer)
    {
        var refused = new Product().Save(Make(what));

        Assert.Equal("validation_failed", refused.Code());
        Assert.Contains(pointer, refused.Rejection!.Errors.Select(error => error.Pointer));
    }

    [Fact]
    public void A_product_is_read_back_from_its_snapshot() => Decisions.Reread(Active);

    [Fact]
    public void A_name_belongs_to_one_product_until_that_lets_go_of_it()
    {
        var other = EntityId.Derive<ProductId>("other");
        var now = DateTimeOffset.UnixEpoch;
        var claimed = new Name().After(new Name().Claim(Id, null, now));

        claimed.Claim(Id, null, now).IsNothing();
        Assert.Equal("name_taken", claimed.Claim(other, null, now).Code());
        Assert.Equal(other, claimed.After(claimed.Claim(other, abandonedBy: Id, now)).Owner);
        claimed.Release(other).IsNothing();
        Assert.Null(claimed.After(claimed.Release(Id)).Owner);
        Assert.Equal(Id, Decisions.Reread(claimed).Owner);
    }

    private static SaveProduct Make(string what) => what switch
    {
        "no handle" => Espresso with { Handle = "" },
        "handle with capitals" => Espresso with { Handle = "Espresso" },
        "long handle" => Espresso with { Handle = new('x', 129) },
        "no title" => Espresso with { Title = "" },
        "long title" => Espresso with { Title = new('x', 256) },
        "long description" => Espresso with { Description = new('x', 20_001) },
        "too many tags" => Espresso with { Tags = [.. Enumerable.Range(0, 51).Select(i => $"tag{i}")] },
        "empty tag" => Espresso with { Tags = [""] },
        "too many options" => Espresso with { Options = ["A", "B", "C", "D"] },
        "same option twice" => Espresso with { Options = ["Size", "Size"] },
        "insecure image" => Espresso with { Images = [new("http://example.org/x.png", null)] },
        "image of another host" => Espresso with { Images = [new("//example.org/x.png", null)] },
        "title with a line break" => Espresso with { Title = "Espresso\nBcc: all" },
        "image of a script" => Espresso with { Images = [new("javascript:alert(1)", null)] },
        "no variants" => Espresso with { Variants = [] },
        "too many variants" => Espresso with
        {
            Variants = [.. Enumerable.Range(0, 251).Select(i => Variant($"ESP-{i}", $"{i} g", 1))],
        },
        "same SKU twice" => Espresso with { Variants = [Small, Variant("ESP-250", "500 g", 1)] },
        "same options twice" => Espresso with { Variants = [Small, Variant("ESP-500", "250 g", 1)] },
        "two prices in one currency" => With(Small with { Prices = [Gbp(1), Gbp(2)] }),
        "negative price" => With(Small with { Prices = [Gbp(-1)] }),
        "negative weight" => With(Small with { WeightGrams = -1 }),
        "no tax class" => With(Small with { TaxClass = "" }),
        "long barcode" => With(Small with { Barcode = new('1', 33) }),
        "option missing" => With(Small with { Options = ImmutableDictionary<string, string>.Empty }),
        "option of another name" => With(Small with { Options = ImmutableDictionary<string, string>.Empty.Add("Colour", "Red") }),
        "option too many" => With(Small with { Options = Small.Options.Add("Colour", "Red") }),
        _ => throw new ArgumentException(what),
    };

    private static SaveProduct With(ProductVariant variant) => Espresso with { Variants = [variant] };

    private static ProductVariant Variant(string sku, string size, long price) => new(
        new(sku), ImmutableDictionary<string, string>.Empty.Add("Size", size), [Gbp(price)], [], 250, "standard", null);
}
