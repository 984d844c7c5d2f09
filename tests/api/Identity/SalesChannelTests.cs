using System.Net;
using System.Text.Json.Nodes;
using static Commerce.Shopping;

namespace Commerce.Identity;

/// <summary>What publishable keys say of where something is sold.</summary>
[Collection(nameof(SignedInOutside))]
public sealed class SalesChannelTests(OutsideSignInShop shop)
{
    private const string Origin = "https://kiosk.example";
    private readonly string _kiosk = $"kiosk-{NewName()}";

    [Fact]
    public async Task What_is_bought_in_a_storefront_is_sold_in_its_channel_whoever_is_signed_in_there()
    {
        var key = await NewKeyAsync();
        var (sku, _) = await shop.Operator.NewProductAsync();

        var guest = await BuyAsync(new(shop.Http, new("Bearer", key)), sku);
        var signedIn = await BuyAsync(shop.Customer("cus_grace"), sku, ("Publishable-Key", key));
        var elsewhere = await BuyAsync(shop.Nobody, sku);

        Assert.Equal([_kiosk, _kiosk, null], new[] { guest, signedIn, elsewhere }.Select(order => (string?)order["sales_channel"]));
        await Eventually.TrueAsync(async () => await SoldAsync(_kiosk) == $"{signedIn["number"]} {guest["number"]}");
        Assert.Equal("", await SoldAsync("elsewhere"));
    }

    [Fact]
    public async Task A_key_counts_in_pages_of_its_origins_and_what_is_no_publishable_key_is_none()
    {
        var key = await NewKeyAsync();
        Task<Answer> CreateAsync(string presented, string origin) => shop.Nobody.PostAsync(
            "/v1/carts", new { currency = "GBP" }, ("Publishable-Key", presented), ("Origin", origin));
        var secret = (string)(await shop.Operator.PostAsync(
            "/v1/admin/api-keys", new { kind = "secret", name = "server", scopes = new[] { "orders:read" } })).Expect(HttpStatusCode.Created)["secret"]!;

        Assert.Equal(_kiosk, (string?)(await CreateAsync(key, Origin)).Expect(HttpStatusCode.Created)["sales_channel"]);
        (await CreateAsync(key, "https://copied.example")).ExpectProblem(HttpStatusCode.Forbidden, "origin_not_allowed");
        (await CreateAsync(secret, Origin)).ExpectProblem(HttpStatusCode.Forbidden, "publishable_key_invalid");
        (await CreateAsync($"{key}x", Origin)).ExpectProblem(HttpStatusCode.Forbidden, "publishable_key_invalid");
        (await new Door(shop.Http, new("Bearer", $"{key}x")).PostAsync("/v1/carts", new { currency = "GBP" }))
            .ExpectProblem(HttpStatusCode.Forbidden, "publishable_key_invalid");
    }

    [Fact]
    public async Task The_key_that_follows_a_key_sells_where_that_one_did()
    {
        var key = (await shop.Operator.PostAsync("/v1/admin/api-keys", Kiosk)).Expect(HttpStatusCode.Created)["key"]!;

        var next = (await shop.Operator.PostAsync($"/v1/admin/api-keys/{key["id"]}/rotate", new { overlap_seconds = 60 })).Expect(HttpStatusCode.Created);

        var cart = (await shop.Nobody.PostAsync("/v1/carts", new { currency = "GBP" }, ("Publishable-Key", (string)next["secret"]!))).Expect(HttpStatusCode.Created);
        Assert.Equal(_kiosk, (string?)cart["sales_channel"]);
    }

    private object Kiosk => new { kind = "publishable", name = "kiosk", sales_channel = _kiosk, origins = new[] { Origin } };

    private async Task<string> NewKeyAsync() =>
        (string)(await shop.Operator.PostAsync("/v1/admin/api-keys", Kiosk)).Expect(HttpStatusCode.Created)["secret"]!;

    /// <summary>Numbers of a channel's orders, the newest first.</summary>
    private async Task<string> SoldAsync(string channel) => string.Join(
        ' ', (await shop.Operator.GetAsync($"/v1/admin/orders?sales_channel={channel}")).Expect(HttpStatusCode.OK)["data"]!.AsArray()
            .Select(order => (string?)order!["number"]));

    private static async Task<JsonNode> BuyAsync(Door door, string sku, params (string Name, string Value)[] headers)
    {
        var cart = await door.NewReadyCartAsync(sku, headers: headers);
        return (await door.PostAsync($"{cart}/complete", new { payment_method = "pm_card_visa" }, Key())).Expect(HttpStatusCode.Created);
    }
}
