using System.Net;
using static Commerce.Shopping;

namespace Commerce;

public sealed class PaymentJourneys(RunningShop shop)
{
    [Fact]
    public async Task An_operator_gives_money_back_once_per_key_and_never_more_than_was_taken()
    {
        var order = await shop.NewOrderAsync();
        var (payment, key) = ($"/v1/admin/orders/{order["id"]}/payment", Key());

        var refunded = await shop.AsOperator.PostAsync($"{payment}/refunds", new { amount = 300, reason = "scratched" }, key);
        var more = await shop.AsOperator.PostAsync($"{payment}/refunds", new { amount = 100 }, Key());
        var repeated = await shop.AsOperator.PostAsync($"{payment}/refunds", new { amount = 300, reason = "scratched" }, key);

        Assert.Equal(400, (int)more.Expect(HttpStatusCode.OK)["amounts"]!["refunded"]!["amount"]!);
        Assert.Equal(
            refunded.Expect(HttpStatusCode.OK).ToJsonString(), repeated.Expect(HttpStatusCode.OK).ToJsonString());
        Assert.True(repeated.IsReplayed);
        (await shop.AsOperator.PostAsync($"{payment}/refunds", new { amount = 400, reason = "scratched" }, key))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
        (await shop.AsOperator.PostAsync($"{payment}/refunds", new { amount = 100_000 }, Key()))
            .ExpectProblem(HttpStatusCode.Conflict, "refund_exceeds_captured", "/amount");
        (await shop.AsOperator.PostAsync($"{payment}/refunds", new { amount = 0 }, Key()))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "payment_amount_invalid", "/amount");
        (await shop.AsOperator.PostAsync($"{payment}/refunds", new { amount = 300 }))
            .ExpectProblem(HttpStatusCode.BadRequest, "idempotency_key_missing");

        var view = (await shop.AsOperator.GetAsync(payment)).Expect(HttpStatusCode.OK);
        Assert.Equal((400, "succeeded"), ((int)view["amounts"]!["refunded"]!["amount"]!, (string)view["refunds"]![0]!["status"]!));
        Assert.Equal(("paid", 1), ((string)view["attempts"]![0]!["status"]!, view["attempts"]!.AsArray().Count));
        await shop.EventuallyAsync(async () =>
            (string)(await shop.GetAsync($"/v1/orders/{order["id"]}")).Expect(HttpStatusCode.OK)["payment_status"]! == "partially_refunded");
    }

    [Fact]
    public async Task What_is_taken_is_neither_taken_again_nor_let_go()
    {
        var order = await shop.NewOrderAsync();
        var payment = $"/v1/admin/orders/{order["id"]}/payment";

        (await shop.AsOperator.PostAsync($"{payment}/captures", new { }, Key()))
            .ExpectProblem(HttpStatusCode.Conflict, "payment_not_authorized");
        (await shop.AsOperator.PostAsync($"{payment}/void", new { }, Key()))
            .ExpectProblem(HttpStatusCode.Conflict, "payment_not_authorized");
    }

    [Fact]
    public async Task The_books_of_the_gateway_are_compared_with_ours()
    {
        await shop.NewOrderAsync();
        var (from, to) = (DateTimeOffset.UtcNow.AddHours(-1).ToString("O"), DateTimeOffset.UtcNow.AddMinutes(1).ToString("O"));
        var route = $"/v1/admin/payments/reconciliation?from={Uri.EscapeDataString(from)}&to={Uri.EscapeDataString(to)}";

        await shop.EventuallyAsync(async () =>
            (await shop.AsOperator.GetAsync(route)).Expect(HttpStatusCode.OK)["differences"]!.AsArray().Count == 0);

        Assert.True((int)(await shop.AsOperator.GetAsync(route)).Expect(HttpStatusCode.OK)["payments"]! > 0);
        (await shop.AsOperator.GetAsync($"/v1/admin/payments/reconciliation?from={Uri.EscapeDataString(to)}&to={Uri.EscapeDataString(from)}"))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "period_invalid", "/to");
    }

    [Fact]
    public async Task Nothing_that_could_be_a_card_is_taken_for_a_payment_method()
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewReadyCartAsync(sku);

        foreach (var card in new[] { "4242424242424242", "4242 4242 4242 4242", "card 4242", "pm_4242/4242" })
        {
            (await shop.CompleteAsync(cart, card)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/payment_method");
        }
    }

    [Fact]
    public async Task Without_a_secret_no_events_are_taken() =>
        (await shop.PostAsync("/v1/hooks/stripe", new { id = "evt_1" })).ExpectProblem(HttpStatusCode.NotFound, "not_found");
}
