using System.Net;

namespace Commerce.Identity;

/// <summary>Who may do what, with an outside authority that says who somebody is, and with keys.</summary>
[Collection(nameof(SignedInOutside))]
public sealed class RightsTests(OutsideSignInShop shop)
{
    [Fact]
    public Task Everybody_may_do_what_the_document_says_and_nothing_else() => RightsWalk.AssertAsync(shop.Http, [.. Callers()]);

    [Fact]
    public async Task On_shoppers_routes_somebody_of_the_shop_is_like_anybody_unless_orders_are_his_work()
    {
        Door As(string subject, params string[] roles) => new(shop.Http, new("Bearer", shop.Authority.Token(subject, roles)));
        var id = (string)(await As("cus_ada").PostAsync("/v1/carts", """{"currency":"GBP"}""")).Expect(HttpStatusCode.Created)["id"]!;
        Task<Answer> ChangeAsync(Door door) => door.SendAsync(HttpMethod.Patch, $"/v1/carts/{id}", RunningShop.Json("""{"email":"ada@example.org"}"""));

        (await ChangeAsync(As("cus_mel", "merchandiser"))).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        (await ChangeAsync(As("cus_sue", "[Sales] EMEA"))).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        (await ChangeAsync(As("cus_pat", "support"))).Expect(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await As("cus_mel", "merchandiser").GetAsync($"/v1/carts/{id}")).Status);
        (await As("cus_sue", "[Sales] EMEA").GetAsync($"/v1/carts/{id}")).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
    }

    [Fact]
    public async Task A_key_may_do_what_it_was_given_until_it_is_revoked_and_none_gives_more_than_it_has()
    {
        var administrator = shop.Operator;
        var made = (await administrator.PostAsync(
            "/v1/admin/api-keys", """{"kind":"secret","name":"warehouse system","scopes":["stock:read","accounts:write"]}""")).Expect(HttpStatusCode.Created);
        var (id, secret) = ((string)made["key"]!["id"]!, (string)made["secret"]!);
        var system = new Door(shop.Http, new("Bearer", secret));

        Assert.Equal(HttpStatusCode.OK, (await system.GetAsync("/v1/admin/stock")).Status);
        (await system.GetAsync("/v1/admin/orders")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await system.PutAsync("/v1/admin/locations", """{"data":[]}""")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await system.PostAsync("/v1/admin/api-keys", """{"kind":"secret","name":"more","scopes":["orders:write"]}"""))
            .ExpectProblem(HttpStatusCode.Forbidden, "scope_not_held", "/scopes");
        Assert.DoesNotContain(secret, (await administrator.GetAsync("/v1/admin/api-keys")).Text, StringComparison.Ordinal);

        var next = (await administrator.PostAsync($"/v1/admin/api-keys/{id}/rotate", """{"overlap_seconds":3600}""")).Expect(HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.OK, (await system.GetAsync("/v1/admin/stock")).Status);
        Assert.Equal(HttpStatusCode.OK, (await new Door(shop.Http, new("Bearer", (string)next["secret"]!)).GetAsync("/v1/admin/stock")).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await administrator.SendAsync(HttpMethod.Delete, $"/v1/admin/api-keys/{id}")).Status);
        await Eventually.TrueAsync(
            async () => (await system.GetAsync("/v1/admin/stock")).Status == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("""{"kind":"secret","name":"x"}""", "scopes_missing")]
    [InlineData("""{"kind":"secret","name":"x","scopes":["everything"]}""", "scope_unknown")]
    [InlineData("""{"kind":"publishable","name":"x","scopes":["orders:read"]}""", "scopes_not_allowed")]
    [InlineData("""{"kind":"secret","name":"x","scopes":["orders:read"],"sales_channel":"kiosk"}""", "sales_channel_not_allowed")]
    [InlineData("""{"kind":"publishable","name":"x","origins":["https://shop.example/path"]}""", "origin_invalid")]
    [InlineData("""{"kind":"secret","name":"","scopes":["orders:read"]}""", "name_invalid")]
    [InlineData("""{"kind":"secret","name":"x","scopes":["orders:read"],"expires_at":"2020-01-01T00:00:00Z"}""", "expires_in_the_past")]
    public async Task A_key_that_makes_no_sense_is_refused(string body, string code) =>
        (await shop.Operator.PostAsync("/v1/admin/api-keys", body))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, code);

    private IEnumerable<(string Who, string? Token)> Callers() =>
    [
        ("nobody", null),
        ("somebody expired", shop.Authority.Token("cus_1", ["administrator"], isExpired: true)),
        ("a forger", shop.Authority.Token("cus_1", ["administrator"], isForged: true)),
        ("another shop's", shop.Authority.Token("cus_1", ["administrator"], audience: "elsewhere")),
        ("another authority's", shop.Authority.Token("cus_1", ["administrator"], issuer: "https://elsewhere.example/")),
        ("shopper", shop.Authority.Token("cus_01h00000000000000000000001")),
        .. RightsWalk.Roles.Where(role => role != "shopper").Select(role => (role, (string?)shop.Authority.Token("cus_2", [role]))),
    ];
}
