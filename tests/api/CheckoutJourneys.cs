using System.Net;
using System.Text.Json.Nodes;
using static Commerce.Shopping;

namespace Commerce;

public sealed class CheckoutJourneys(RunningShop shop)
{
    [Fact]
    public async Task A_cart_becomes_an_order_that_everybody_sees_alike()
    {
        var (sku, _) = await shop.NewProductAsync(units: 5);
        var cart = await shop.NewReadyCartAsync(sku, 2);

        var answer = await shop.CompleteAsync(cart);

        var order = answer.Expect(HttpStatusCode.Created);
        Assert.Equal($"/v1/orders/{order["id"]}", answer.Location);
        Assert.NotNull(answer.ETag);
        Assert.Matches("^[0-9A-HJKMNP-TV-Z]{8}$", (string?)order["number"]);
        Assert.Equal(
            ("open", "paid", "unfulfilled"),
            ((string?)order["status"], (string?)order["payment_status"], (string?)order["fulfillment_status"]));
        Assert.Equal(2395, (int?)order["totals"]!["total"]!["amount"]);
        Assert.Equal(["order.placed", "order.paid"], order["timeline"]!.AsArray().Select(entry => (string?)entry!["kind"]));
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(order, (await shop.GetAsync(answer.Location!)).Body));
        var bought = (await shop.GetAsync(cart)).Body!;
        Assert.Equal(("completed", (string?)order["id"]), ((string?)bought["status"], (string?)bought["order"]));
        var stock = (await shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}")).Body!;
        Assert.Equal((5, 0, 2, 3), (
            (int?)stock["on_hand"], (int?)stock["held"], (int?)stock["committed"], (int?)stock["available"]));
    }

    [Fact]
    public async Task Completing_needs_a_key_and_a_method()
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewReadyCartAsync(sku);

        (await shop.PostAsync($"{cart}/complete", new { payment_method = "pm_card_visa" }))
            .ExpectProblem(HttpStatusCode.BadRequest, "idempotency_key_missing");
        (await shop.PostAsync($"{cart}/complete", "{}", Key()))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/payment_method");
        (await shop.CompleteAsync(cart, "pm_card_of_nobody"))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "payment_method_unknown", "/payment_method");
    }

    [Fact]
    public async Task However_often_a_cart_is_completed_it_is_one_order()
    {
        var (sku, _) = await shop.NewProductAsync(units: 3);
        var cart = await shop.NewReadyCartAsync(sku);
        var key = NewName();

        var first = await shop.CompleteAsync(cart, key: key);
        var others = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => shop.CompleteAsync(cart, key: i % 2 == 0 ? key : null)));

        Assert.Single(others.Append(first).Select(answer => (string?)answer.Expect(HttpStatusCode.Created)["id"]).Distinct());
        (await shop.CompleteAsync(cart, "pm_card_amex", key)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
        (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 2 })).ExpectProblem(HttpStatusCode.Conflict, "cart_completed");
        (await shop.PatchAsync(cart, new { email = "eve@example.org" })).ExpectProblem(HttpStatusCode.Conflict, "cart_completed");
        Assert.Equal(2, (int?)(await shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}")).Body!["available"]);
    }

    [Theory]
    [InlineData("""{"email":null}""", "email_missing")]
    [InlineData("""{"shipping_address":null}""", "shipping_address_missing")]
    public async Task A_cart_that_lacks_something_is_not_bought(string patch, string code)
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewReadyCartAsync(sku);
        (await shop.PatchAsync(cart, patch)).Expect(HttpStatusCode.OK);

        (await shop.CompleteAsync(cart)).ExpectProblem(HttpStatusCode.Conflict, code);
    }

    [Fact]
    public async Task An_empty_cart_is_not_bought() =>
        (await shop.CompleteAsync(await shop.NewCartAsync())).ExpectProblem(HttpStatusCode.Conflict, "cart_empty");

    [Fact]
    public async Task A_declined_payment_leaves_everything_as_it_was_and_another_card_buys()
    {
        var (sku, _) = await shop.NewProductAsync(units: 1);
        var cart = await shop.NewReadyCartAsync(sku);
        var key = NewName();

        var declined = (await shop.CompleteAsync(cart, "pm_card_chargeDeclinedInsufficientFunds", key))
            .ExpectProblem(HttpStatusCode.PaymentRequired, "payment_declined", "/payment_method");

        Assert.Contains("insufficient_funds", (string?)declined["detail"], StringComparison.Ordinal);
        (await shop.CompleteAsync(cart, "pm_card_chargeDeclinedInsufficientFunds", key))
            .ExpectProblem(HttpStatusCode.PaymentRequired, "payment_declined");
        Assert.Equal("active", (string?)(await shop.GetAsync(cart)).Body!["status"]);
        Assert.Equal(1, (int?)(await shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}")).Body!["available"]);
        (await shop.CompleteAsync(cart)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Missing_stock_is_told_for_every_line()
    {
        var (one, _) = await shop.NewProductAsync(units: 1);
        var (none, _) = await shop.NewProductAsync(units: 0);
        var cart = await shop.NewReadyCartAsync(one, 3);
        await shop.PutAsync($"{cart}/lines/{none}", new { quantity = 2 });

        var problem = (await shop.CompleteAsync(cart)).ExpectProblem(HttpStatusCode.Conflict, "out_of_stock");

        Assert.Equal(
            new[] { $$"""{"sku":"{{one}}","requested":3,"available":1}""", $$"""{"sku":"{{none}}","requested":2,"available":0}""" }.Order(),
            problem["lines"]!.AsArray().Select(line => line!.ToJsonString()).Order());
        Assert.Equal(1, (int?)(await shop.AsOperator.GetAsync($"/v1/admin/stock/{one}")).Body!["available"]);
    }

    [Fact]
    public async Task A_price_that_changed_since_it_was_shown_is_shown_before_it_is_charged()
    {
        var (sku, handle) = await shop.NewProductAsync();
        var cart = await shop.NewReadyCartAsync(sku);
        var product = (await shop.GetAsync($"/v1/products/{handle}")).Body!;
        (await shop.AsOperator.PutAsync($"/v1/admin/products/{product["id"]}", new
        {
            title = "Dearer", handle, variants = new[] { new { sku, prices = new[] { new { amount = 1100, currency = "GBP" } } } },
        })).Expect(HttpStatusCode.OK);

        var problem = (await shop.CompleteAsync(cart)).ExpectProblem(HttpStatusCode.Conflict, "price_changed");

        Assert.Equal(
            $$$"""[{"sku":"{{{sku}}}","was":{"amount":1000,"currency":"GBP"},"now":{"amount":1100,"currency":"GBP"}}]""",
            problem["prices"]!.ToJsonString());
        Assert.Equal(1100, (int?)(await shop.GetAsync(cart)).Body!["lines"]![0]!["unit_price"]!["amount"]);
        Assert.Equal(1495, (int?)(await shop.CompleteAsync(cart)).Expect(HttpStatusCode.Created)["totals"]!["total"]!["amount"]);
    }

    [Fact]
    public async Task A_payment_that_must_be_confirmed_waits_for_the_customer_and_then_becomes_an_order()
    {
        var (sku, _) = await shop.NewProductAsync(units: 1);
        var cart = await shop.NewReadyCartAsync(sku);
        var key = NewName();

        var pending = (await shop.CompleteAsync(cart, "pm_card_authenticationRequired", key)).Expect(HttpStatusCode.Accepted);
        var again = (await shop.CompleteAsync(cart, "pm_card_authenticationRequired", key)).Expect(HttpStatusCode.Accepted);
        var challenge = (string)pending["next_action"]!["url"]!;

        Assert.Equal("redirect_to_url", (string?)pending["next_action"]!["type"]);
        Assert.Equal(challenge, (string?)again["next_action"]!["url"]);
        (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 2 })).ExpectProblem(HttpStatusCode.Conflict, "cart_checking_out");
        Assert.Equal("requires_action", (string?)(await shop.GetAsync(challenge)).Expect(HttpStatusCode.OK)["status"]);
        (await shop.PostAsync(challenge, new { approve = true })).Expect(HttpStatusCode.OK);
        var order = (await shop.CompleteAsync(cart, "pm_card_authenticationRequired", key)).Expect(HttpStatusCode.Created);
        Assert.Equal("paid", (string?)order["payment_status"]);
        Assert.Equal("captured", (string?)(await shop.GetAsync(challenge)).Body!["status"]);
    }

    [Fact]
    public async Task A_customer_who_refuses_at_the_bank_is_declined_and_may_try_again()
    {
        var (sku, _) = await shop.NewProductAsync(units: 1);
        var cart = await shop.NewReadyCartAsync(sku);
        var key = NewName();
        var pending = (await shop.CompleteAsync(cart, "pm_card_authenticationRequired", key)).Expect(HttpStatusCode.Accepted);

        (await shop.PostAsync((string)pending["next_action"]!["url"]!, new { approve = false })).Expect(HttpStatusCode.OK);

        (await shop.CompleteAsync(cart, "pm_card_authenticationRequired", key))
            .ExpectProblem(HttpStatusCode.PaymentRequired, "payment_declined");
        Assert.Equal("active", (string?)(await shop.GetAsync(cart)).Body!["status"]);
        (await shop.CompleteAsync(cart)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_customer_who_cannot_confirm_pays_by_other_means()
    {
        var (sku, _) = await shop.NewProductAsync(units: 1);
        var cart = await shop.NewReadyCartAsync(sku);
        var pending = (await shop.CompleteAsync(cart, "pm_card_authenticationRequired")).Expect(HttpStatusCode.Accepted);

        (await shop.CompleteAsync(cart)).Expect(HttpStatusCode.Created);

        var challenge = (string)pending["next_action"]!["url"]!;
        Assert.Equal("voided", (string?)(await shop.PostAsync(challenge, new { approve = true })).Body!["status"]);
    }

    [Fact]
    public async Task Nobody_confirms_what_the_bank_does_not_know()
    {
        (await shop.GetAsync("/v1/sandbox/challenges/pi_none")).ExpectProblem(HttpStatusCode.NotFound, "challenge_not_found");
        (await shop.PostAsync("/v1/sandbox/challenges/pi_none", new { approve = true }))
            .ExpectProblem(HttpStatusCode.NotFound, "challenge_not_found");
        (await shop.PostAsync("/v1/sandbox/challenges/pi_none", "{}")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
    }

    [Fact]
    public async Task An_order_that_does_not_exist_is_not_found()
    {
        (await shop.GetAsync("/v1/orders/ord_01h455vb4pex5vsknk084sn02q")).ExpectProblem(HttpStatusCode.NotFound, "order_not_found");
        (await shop.GetAsync("/v1/orders/1")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_total_that_is_not_what_the_shopper_saw_is_not_charged_unless_accepted()
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewReadyCartAsync(sku);
        var seen = new { amount = 1, currency = "GBP" };

        (await shop.PostAsync($"{cart}/complete", new { payment_method = "pm_card_visa", expected_total = seen }, Key()))
            .ExpectProblem(HttpStatusCode.Conflict, "price_changed");

        (await shop.PostAsync(
            $"{cart}/complete", new { payment_method = "pm_card_visa", expected_total = seen, accept_price_changes = true }, Key()))
            .Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_repeated_completion_is_answered_as_the_first_whatever_became_of_it_since()
    {
        var (sku, _) = await shop.NewProductAsync();
        var (cart, declined, key) = (await shop.NewReadyCartAsync(sku), NewName(), NewName());
        var refused = await shop.CompleteAsync(cart, "pm_card_chargeDeclined", declined);
        var bought = await shop.CompleteAsync(cart, key: key);
        var order = (string)bought.Expect(HttpStatusCode.Created)["id"]!;
        JsonNode? parcel = null;
        await shop.EventuallyAsync(async () => (parcel = (await shop.AsOperator.GetAsync(
            $"/v1/admin/fulfillment-orders?order_id={order}")).Body!["data"]!.AsArray().FirstOrDefault()) is not null);
        (await shop.AsOperator.PostAsync($"/v1/admin/fulfillment-orders/{parcel!["id"]}/fulfillments", new { })).Expect(HttpStatusCode.Created);
        await shop.EventuallyAsync(async () =>
            (string?)(await shop.GetAsync($"/v1/orders/{order}")).Body!["fulfillment_status"] == "fulfilled");

        var (again, refusedAgain) = (await shop.CompleteAsync(cart, key: key), await shop.CompleteAsync(cart, "pm_card_chargeDeclined", declined));

        Assert.Equal((bought.Status, bought.Text, true), (again.Status, again.Text, again.IsReplayed));
        refused.ExpectProblem(HttpStatusCode.PaymentRequired, "payment_declined");
        refusedAgain.ExpectProblem(HttpStatusCode.PaymentRequired, "payment_declined");
        Assert.True(refusedAgain.IsReplayed);
        (await shop.CompleteAsync(cart, "pm_card_visa", declined)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
    }

    [Fact]
    public async Task A_guest_who_lost_the_link_finds_an_order_by_what_only_he_knows()
    {
        var order = await shop.NewOrderAsync();
        var (number, email) = ((string)order["number"]!, (string)order["email"]!);
        Task<Answer> LookUpAsync(string? named, string? to) => shop.PostAsync("/v1/orders/lookup", new { number = named, email = to });
        await shop.EventuallyAsync(async () => (await LookUpAsync(number, email)).Status == HttpStatusCode.OK);

        var found = (await LookUpAsync($" {number.ToLowerInvariant()} ", email.ToUpperInvariant())).Expect(HttpStatusCode.OK);
        var (foreign, unknown) = (await LookUpAsync(number, "somebody@example.org"), await LookUpAsync("AAAAAAAA", email));

        Assert.Equal((string)order["id"]!, (string?)found["id"]);
        var problem = foreign.ExpectProblem(HttpStatusCode.NotFound, "order_not_found");
        Assert.Equal((string?)problem["detail"], (string?)unknown.ExpectProblem(HttpStatusCode.NotFound, "order_not_found")["detail"]);
        (await LookUpAsync(null, null)).ExpectProblem(HttpStatusCode.NotFound, "order_not_found");
        (await shop.PostAsync("/v1/orders/lookup", "[]")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
    }
}
