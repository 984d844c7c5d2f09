using System.Net;
using static Commerce.Shopping;

namespace Commerce;

public sealed class StatisticsJourneys(RunningShop shop)
{
    [Fact]
    public async Task What_is_sold_is_counted_once_by_the_hour_and_by_SKU()
    {
        var before = await SumAsync();
        var (sku, _) = await shop.NewProductAsync(units: 2_000);
        var declined = await shop.NewReadyCartAsync(sku);
        (await shop.CompleteAsync(declined, "pm_card_chargeDeclined")).ExpectProblem(HttpStatusCode.PaymentRequired, "payment_declined");
        var total = (long)(await shop.CompleteAsync(declined)).Expect(HttpStatusCode.Created)["totals"]!["total"]!["amount"]!
            + (long)(await shop.CompleteAsync(await shop.NewReadyCartAsync(sku, 700))).Expect(HttpStatusCode.Created)["totals"]!["total"]!["amount"]!;

        // So many that it is among the best sellers; others sell as well meanwhile, but not this.
        await shop.EventuallyAsync(async () => await UnitsAsync(sku) == 701);
        var after = await SumAsync();

        Assert.True(after.Begun - before.Begun >= 2 && after.Orders - before.Orders >= 2 && after.Pounds - before.Pounds >= total, $"{before} {after}");
        var hours = (await shop.AsOperator.GetAsync("/v1/admin/statistics/sales?hours=48")).Expect(HttpStatusCode.OK)["hours"]!.AsArray();
        Assert.Equal(48, hours.Count);
        Assert.All(hours.Take(40), hour => Assert.Equal((0, 0), ((int)hour!["orders"]!, hour["revenue"]!.AsArray().Count)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("745")]
    [InlineData("x")]
    public async Task Nobody_asks_for_no_hours_or_too_many(string hours) =>
        (await shop.AsOperator.GetAsync($"/v1/admin/statistics/sales?hours={hours}")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");

    [Fact]
    public async Task Readers_tell_how_far_they_are()
    {
        await shop.NewOrderAsync();

        await shop.EventuallyAsync(async () =>
            (await shop.AsOperator.GetAsync("/v1/admin/statistics/readers")).Expect(HttpStatusCode.OK)["data"]!.AsArray() is { Count: > 5 } readers
            && readers.Any(reader => (string?)reader!["reader"] == "orders") && readers.All(reader => (double)reader!["seconds"]! < 5));
    }

    [Fact]
    public async Task A_message_to_a_customer_is_sent_once_more_when_an_operator_asks_and_only_once()
    {
        var order = await shop.NewOrderAsync();
        var messages = $"/v1/admin/orders/{order["id"]}/messages";
        await shop.EventuallyAsync(async () => await StatusesAsync() is ["sent"]);
        var message = (string?)(await shop.AsOperator.GetAsync(messages)).Body!["data"]![0]!["id"];
        var key = Key();

        var again = (await shop.AsOperator.PostAsync($"{messages}/{message}/send", new { }, key)).Expect(HttpStatusCode.OK);
        (await shop.AsOperator.PostAsync($"{messages}/{message}/send", new { }, key)).Expect(HttpStatusCode.OK);
        await shop.EventuallyAsync(async () => await StatusesAsync() is ["sent", "sent"]);

        Assert.NotEqual(message, (string?)again["id"]);
        Assert.Equal(2, shop.Mails.Count(mail => mail.Contains((string)order["number"]!, StringComparison.Ordinal)));
        (await shop.AsOperator.PostAsync($"{messages}/msg_01h455vb4pex5vsknk084sn02q/send", new { }, Key()))
            .ExpectProblem(HttpStatusCode.NotFound, "message_not_found");

        async Task<string?[]> StatusesAsync() =>
            [.. (await shop.AsOperator.GetAsync(messages)).Expect(HttpStatusCode.OK)["data"]!.AsArray().Select(each => (string?)each!["status"])];
    }

    private async Task<int> UnitsAsync(string sku) =>
        (int?)(await shop.AsOperator.GetAsync("/v1/admin/statistics/sales?hours=2")).Expect(HttpStatusCode.OK)["best_sellers"]!.AsArray()
            .FirstOrDefault(sold => (string?)sold!["sku"] == sku)?["units"] ?? 0;

    private async Task<(int Begun, int Orders, long Pounds)> SumAsync()
    {
        var hours = (await shop.AsOperator.GetAsync("/v1/admin/statistics/sales?hours=24")).Expect(HttpStatusCode.OK)["hours"]!.AsArray();
        return (
            hours.Sum(hour => (int)hour!["checkouts_begun"]!), hours.Sum(hour => (int)hour!["orders"]!),
            hours.SelectMany(hour => hour!["revenue"]!.AsArray()).Where(sum => (string?)sum!["currency"] == "GBP").Sum(sum => (long)sum!["amount"]!));
    }
}
