using System.Net;
using System.Text.Json.Nodes;
using static Commerce.Shopping;

namespace Commerce;

public sealed class ReturnJourneys(RunningShop shop)
{
    [Fact]
    public async Task What_comes_back_is_in_stock_again_and_its_money_with_the_customer()
    {
        var order = await shop.NewSentOrderAsync(quantity: 3);
        var (returns, line, sku) = ($"/v1/orders/{order["id"]}/returns", (string)order["lines"]![0]!["id"]!, (string)order["lines"]![0]!["sku"]!);
        var (wish, key) = (new { lines = new[] { new { line, quantity = 2, reason = "does_not_fit" } }, note = "Too tight" }, Key());

        var asked = await shop.PostAsync(returns, wish, key);
        var again = await shop.PostAsync(returns, wish, key);

        Assert.Equal((1, "requested"), ((int?)asked.Expect(HttpStatusCode.Created)["number"], (string?)asked.Body!["status"]));
        Assert.Equal((asked.Text, $"{returns}/1"), (again.Text, asked.Location));
        (await shop.PostAsync(returns, wish, Key())).ExpectProblem(HttpStatusCode.Conflict, "return_exceeds_sent", "/lines/0/quantity");
        var operators = $"/v1/admin/orders/{order["id"]}/returns/1";
        var receipt = new
        {
            lines = new[] { new { line, quantity = 1, condition = "sellable" }, new { line, quantity = 1, condition = "unsellable" } },
        };
        (await shop.AsOperator.PostAsync($"{operators}/receive", receipt, Key())).ExpectProblem(HttpStatusCode.Conflict, "return_not_approved");
        await shop.EventuallyAsync(async () => (await ListedAsync("status=requested")).Any(listed => IsOf(listed, order)));
        (await shop.AsOperator.SendAsync(HttpMethod.Post, $"{operators}/approve")).Expect(HttpStatusCode.OK);
        await shop.EventuallyAsync(() => Task.FromResult(shop.Mails.Any(mail =>
            mail.Contains($"You can send it back: order {order["number"]}", StringComparison.Ordinal))));

        var nowhere = new { receipt.lines, location = "atlantis" };
        (await shop.AsOperator.PostAsync($"{operators}/receive", nowhere, Key())).ExpectProblem(HttpStatusCode.UnprocessableEntity, "location_unknown", "/location");
        var received = (await shop.AsOperator.PostAsync($"{operators}/receive", receipt, Key())).Expect(HttpStatusCode.OK);

        Assert.Equal(("received", 2000), ((string?)received["status"], (int?)received["returned"]!["amount"]));
        await shop.EventuallyAsync(async () => (await shop.GetAsync($"/v1/orders/{order["id"]}")).Body is { } now
            && (int?)now["refunded"]!["amount"] == 2000 && (int?)now["amount_owed"]!["amount"] == 0
            && (int?)now["totals"]!["total"]!["amount"] == (int?)order["totals"]!["total"]!["amount"] - 2000);
        await shop.EventuallyAsync(async () => (int?)(await shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}")).Body!["available"] == 1);
        await shop.EventuallyAsync(async () => (await ListedAsync("status=received")).Any(listed => IsOf(listed, order)));
        await shop.EventuallyAsync(() => Task.FromResult(shop.Mails.Any(mail =>
            mail.Contains($"Your return has arrived: order {order["number"]}", StringComparison.Ordinal))));
        var after = (await shop.GetAsync($"/v1/orders/{order["id"]}")).Expect(HttpStatusCode.OK);
        Assert.Equal(("paid", "completed", 1), ((string?)after["payment_status"], (string?)after["status"], (int?)after["lines"]![0]!["returnable"]));
    }

    [Fact]
    public async Task A_customer_keeps_it_after_all_and_a_shop_says_no()
    {
        var order = await shop.NewSentOrderAsync(quantity: 2);
        var (returns, line) = ($"/v1/orders/{order["id"]}/returns", (string)order["lines"]![0]!["id"]!);
        var wish = new { lines = new[] { new { line, quantity = 1, reason = "unwanted" } } };
        (await shop.PostAsync(returns, wish)).ExpectProblem(HttpStatusCode.BadRequest, "idempotency_key_missing");
        for (var i = 0; i < 2; i++)
        {
            (await shop.PostAsync(returns, wish, Key())).Expect(HttpStatusCode.Created);
        }

        (await shop.SendAsync(HttpMethod.Post, $"{returns}/1/cancel")).Expect(HttpStatusCode.OK);
        (await shop.SendAsync(HttpMethod.Post, $"{returns}/1/cancel")).Expect(HttpStatusCode.OK);
        (await shop.AsOperator.SendAsync(HttpMethod.Post, $"/v1/admin{returns[3..]}/2/decline")).Expect(HttpStatusCode.OK);
        (await shop.SendAsync(HttpMethod.Post, $"{returns}/2/cancel")).ExpectProblem(HttpStatusCode.Conflict, "return_closed");
        (await shop.SendAsync(HttpMethod.Post, $"{returns}/3/cancel")).ExpectProblem(HttpStatusCode.NotFound, "return_not_found");
        (await shop.GetAsync($"{returns}/0")).ExpectProblem(HttpStatusCode.NotFound, "return_not_found");

        Assert.Equal(["canceled", "declined"], (await shop.GetAsync(returns)).Body!["data"]!.AsArray().Select(known => (string?)known!["status"]));
        Assert.Equal(0, (int?)(await shop.GetAsync($"/v1/orders/{order["id"]}")).Body!["refunded"]!["amount"]);
        (await shop.PostAsync(returns, new { lines = Array.Empty<object>() }, Key()))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "return_lines_malformed", "/lines");
    }

    [Fact]
    public async Task What_an_operator_begins_is_approved_and_the_customer_is_told()
    {
        var order = await shop.NewSentOrderAsync(quantity: 2);
        var (returns, line) = ($"/v1/admin/orders/{order["id"]}/returns", (string)order["lines"]![0]!["id"]!);

        var begun = await shop.AsOperator.PostAsync(returns, new { lines = new[] { new { line, quantity = 2, reason = "defective" } } }, Key());

        Assert.Equal("approved", (string?)begun.Expect(HttpStatusCode.Created)["status"]);
        await shop.EventuallyAsync(() => Task.FromResult(shop.Mails.Any(mail =>
            mail.Contains($"You can send it back: order {order["number"]}", StringComparison.Ordinal))));
        var twice = new { lines = new[] { new { line, quantity = 2, condition = "sellable" }, new { line, quantity = 1, condition = "unsellable" } } };
        (await shop.AsOperator.PostAsync($"{returns}/1/receive", twice, Key()))
            .ExpectProblem(HttpStatusCode.Conflict, "return_exceeds_expected", "/lines/1/quantity");
    }

    [Fact]
    public async Task Twenty_who_ask_at_once_get_no_more_back_than_was_sent()
    {
        var order = await shop.NewSentOrderAsync(quantity: 3);
        var wish = new { lines = new[] { new { line = (string)order["lines"]![0]!["id"]!, quantity = 1, reason = "unwanted" } } };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.PostAsync($"/v1/orders/{order["id"]}/returns", wish, Key())));

        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer =>
            answer.ExpectProblem(HttpStatusCode.Conflict, "return_exceeds_sent", "/lines/0/quantity"));
    }

    private static bool IsOf(JsonNode? listed, JsonNode order) => (string?)listed!["order_number"] == (string?)order["number"];

    private async Task<JsonArray> ListedAsync(string filter) =>
        (await shop.AsOperator.GetAsync($"/v1/admin/returns?{filter}&limit=100")).Expect(HttpStatusCode.OK)["data"]!.AsArray();
}
