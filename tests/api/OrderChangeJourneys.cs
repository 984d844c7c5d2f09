using System.Net;
using static Commerce.Shopping;

namespace Commerce;

public sealed class OrderChangeJourneys(RunningShop shop)
{
    [Fact]
    public async Task A_shopper_calls_off_and_is_told_the_same_when_asking_again()
    {
        var order = await shop.NewOrderAsync(quantity: 2);
        var (path, key) = ($"/v1/orders/{order["id"]}/cancel", Key());
        (await shop.SendAsync(HttpMethod.Post, path)).ExpectProblem(HttpStatusCode.BadRequest, "idempotency_key_missing");

        var first = await shop.SendAsync(HttpMethod.Post, path, null, key);
        var again = await shop.SendAsync(HttpMethod.Post, path, null, key);

        Assert.Equal("canceled", (string?)first.Expect(HttpStatusCode.OK)["status"]);
        Assert.Equal(first.Text, again.Text);
        (await shop.SendAsync(HttpMethod.Post, path, null, Key())).ExpectProblem(HttpStatusCode.Conflict, "order_canceled");
        await shop.EventuallyAsync(() => Task.FromResult(shop.Mails.Any(mail =>
            mail.Contains($"Your order {order["number"]} has been canceled", StringComparison.Ordinal))));
        await shop.EventuallyAsync(async () =>
            (await shop.AsOperator.GetAsync($"/v1/admin/orders?number={order["number"]}&status=canceled")).Expect(HttpStatusCode.OK)["data"]!
                .AsArray() is [{ } listed] && (int?)listed["total"]!["amount"] == 0);
        Assert.Empty((await shop.AsOperator.GetAsync($"/v1/admin/orders?number={order["number"]}&status=open")).Body!["data"]!.AsArray());
    }

    [Fact]
    public async Task An_operator_calls_off_a_part_and_never_what_was_sent()
    {
        var order = await shop.NewOrderAsync(quantity: 3);
        var (path, line) = ($"/v1/admin/orders/{order["id"]}/cancel", (string)order["lines"]![0]!["id"]!);

        var part = await shop.AsOperator.PostAsync(path, new { reason = "inventory", lines = new[] { new { line, quantity = 1 } } }, Key());
        Assert.Equal((2, 1), ((int?)part.Expect(HttpStatusCode.OK)["lines"]![0]!["quantity"], (int?)part.Body!["lines"]![0]!["canceled"]));
        await shop.SendAllAsync(order);

        (await shop.AsOperator.PostAsync(path, new { reason = "staff" }, Key())).ExpectProblem(HttpStatusCode.Conflict, "order_fulfilled");
        (await shop.SendAsync(HttpMethod.Post, $"/v1/orders/{order["id"]}/cancel", null, Key()))
            .ExpectProblem(HttpStatusCode.Conflict, "order_in_fulfillment");
        (await shop.AsOperator.PostAsync(path, new { reason = "staff", lines = Array.Empty<object>() }, Key()))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "order_lines_malformed", "/lines");
        (await shop.AsOperator.PostAsync(path, new { reason = "boredom" }, Key()))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
        (await shop.AsOperator.PostAsync("/v1/admin/orders/ord_01h455vb4pex5vsknk084sn02q/cancel", new { reason = "staff" }, Key()))
            .ExpectProblem(HttpStatusCode.NotFound, "order_not_found");
    }

    [Fact]
    public async Task An_edit_is_shown_before_it_is_made()
    {
        var order = await shop.NewOrderAsync(quantity: 1);
        var (more, _) = await shop.NewProductAsync(units: 1);
        var edits = $"/v1/admin/orders/{order["id"]}/edits";

        var proposed = await shop.AsOperator.PostAsync(edits, new { add = new[] { new { sku = more, quantity = 1 } }, shipping_option = "express" });
        var edit = proposed.Expect(HttpStatusCode.Created);
        Assert.Equal(proposed.Location, $"{edits}/{edit["id"]}");
        Assert.True((int)edit["difference"]!["amount"]! > 1000);
        Assert.Equal((int?)edit["difference"]!["amount"], (int?)edit["amount_due"]!["amount"]);
        Assert.Equal("open", (string?)(await shop.GetAsync($"/v1/orders/{order["id"]}")).Body!["status"]);

        var applied = await shop.AsOperator.SendAsync(HttpMethod.Post, $"{proposed.Location}/apply", null, Key());

        Assert.Equal(
            edit["after"]!["total"]!.ToJsonString(), applied.Expect(HttpStatusCode.OK)["totals"]!["total"]!.ToJsonString());
        Assert.Equal("partially_paid", (string?)applied.Body!["payment_status"]);
        Assert.Equal("applied", (string?)(await shop.AsOperator.GetAsync(proposed.Location!)).Body!["status"]);
        await shop.EventuallyAsync(async () => (await shop.AsOperator.GetAsync(
            $"/v1/admin/orders?balanced=false&number={order["number"]}")).Body!["data"]!.AsArray().Count == 1);
        (await shop.AsOperator.PostAsync(edits, new { })).ExpectProblem(HttpStatusCode.UnprocessableEntity, "order_edit_empty");
        (await shop.AsOperator.PostAsync(edits, new { shipping_option = "teleport" }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "shipping_option_unknown", "/shipping_option");
    }

    [Fact]
    public async Task Notes_are_for_operators()
    {
        var order = await shop.NewOrderAsync();
        var notes = $"/v1/admin/orders/{order["id"]}/notes";

        (await shop.AsOperator.PostAsync(notes, new { text = "Rang: wants it wrapped." }, Key())).Expect(HttpStatusCode.OK);

        Assert.Equal("Rang: wants it wrapped.", (string?)(await shop.AsOperator.GetAsync(notes)).Body!["data"]![0]!["text"]);
        Assert.DoesNotContain("wrapped", (await shop.GetAsync($"/v1/orders/{order["id"]}")).Text, StringComparison.Ordinal);
        (await shop.AsOperator.PostAsync(notes, new { text = "" })).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/text");
    }
}
