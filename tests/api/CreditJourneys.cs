using System.Net;
using static Commerce.Shopping;

namespace Commerce;

public sealed class CreditJourneys(RunningShop shop)
{
    private static readonly object FiftyPounds = new { amount = 5000, currency = "GBP" };

    [Fact]
    public async Task A_gift_card_is_issued_once_and_its_code_opens_it()
    {
        var key = Key();
        var first = await shop.AsOperator.PostAsync("/v1/admin/gift-cards", new { amount = FiftyPounds, reason = "sold" }, key);
        var again = await shop.AsOperator.PostAsync("/v1/admin/gift-cards", new { amount = FiftyPounds, reason = "sold" }, key);
        var code = (string)first.Expect(HttpStatusCode.Created)["code"]!;

        Assert.Equal(first.Text, again.Text);
        Assert.Matches("^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$", code);
        Assert.Equal(code[^4..], (string?)first.Body!["gift_card"]!["ends_with"]);
        foreach (var typed in new[] { code, code.ToLowerInvariant(), code.Replace("-", " ", StringComparison.Ordinal), code.Replace('0', 'o') })
        {
            var balance = (await shop.PostAsync("/v1/gift-cards/balance", new { code = typed })).Expect(HttpStatusCode.OK);
            Assert.Equal((5000, "GBP"), ((int?)balance["available"]!["amount"], (string?)balance["available"]!["currency"])!);
        }

        (await shop.AsOperator.PostAsync("/v1/admin/gift-cards", new { amount = FiftyPounds, reason = "gift" }, key))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
        (await shop.AsOperator.PostAsync("/v1/admin/gift-cards", new { amount = FiftyPounds, reason = "sold" }))
            .ExpectProblem(HttpStatusCode.BadRequest, "idempotency_key_missing");
    }

    [Fact]
    public async Task Whoever_tries_codes_learns_nothing()
    {
        var issued = (await shop.AsOperator.PostAsync(
            "/v1/admin/gift-cards", new { amount = FiftyPounds, reason = "sold" }, Key())).Expect(HttpStatusCode.Created);
        (await shop.AsOperator.PutAsync(
            $"/v1/admin/gift-cards/{issued["gift_card"]!["id"]}/status", new { is_disabled = true, reason = "reported lost" }))
            .Expect(HttpStatusCode.OK);

        string?[] bodies =
        [
            (string?)issued["code"], "0000-0000-0000-0000-0000", "not a code", "", new('x', 5000),
        ];
        var answers = new List<string>();
        foreach (var code in bodies)
        {
            var problem = (await shop.PostAsync("/v1/gift-cards/balance", new { code }))
                .ExpectProblem(HttpStatusCode.NotFound, "gift_card_unusable", "/code").AsObject();
            problem.Remove("trace_id");
            answers.Add(problem.ToJsonString());
        }

        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task The_ledger_tells_everything_but_the_code()
    {
        var issued = (await shop.AsOperator.PostAsync(
            "/v1/admin/gift-cards", new { amount = FiftyPounds, reason = "sold" }, Key())).Expect(HttpStatusCode.Created);
        var (card, code) = ($"/v1/admin/gift-cards/{issued["gift_card"]!["id"]}", (string)issued["code"]!);
        (await shop.AsOperator.PostAsync($"{card}/adjustments", new { amount = new { amount = -1500, currency = "GBP" }, reason = "returned" }, Key()))
            .Expect(HttpStatusCode.OK);
        (await shop.AsOperator.PostAsync($"{card}/adjustments", new { amount = new { amount = -3501, currency = "GBP" }, reason = "too much" }, Key()))
            .ExpectProblem(HttpStatusCode.Conflict, "credit_below_reserved");

        var page = (await shop.AsOperator.GetAsync($"{card}/ledger?limit=1")).Expect(HttpStatusCode.OK);
        var rest = (await shop.AsOperator.GetAsync($"{card}/ledger?cursor={page["page"]!["next_cursor"]}")).Expect(HttpStatusCode.OK);

        var entries = page["data"]!.AsArray().Concat(rest["data"]!.AsArray()).ToList();
        Assert.Equal(
            [("issued", 5000, 5000, "operator"), ("adjusted", -1500, 3500, "operator")],
            entries.Select(entry => (
                (string)entry!["type"]!, (int)entry["amount"]!["amount"]!, (int)entry["balance"]!["amount"]!, (string)entry["actor"]!)));
        foreach (var path in new[] { card, $"{card}/ledger" })
        {
            var text = (await shop.AsOperator.GetAsync(path)).Text;
            Assert.DoesNotContain(code, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(code.Replace("-", "", StringComparison.Ordinal), text, StringComparison.OrdinalIgnoreCase);
        }

        (await shop.AsOperator.GetAsync($"/v1/admin/gift-cards/{issued["gift_card"]!["id"]!.GetValue<string>()[..^2]}00/ledger"))
            .ExpectProblem(HttpStatusCode.NotFound, "credit_account_not_found");
    }

    [Fact]
    public async Task Store_credit_adds_up_by_customer_and_currency()
    {
        var email = $"{NewName()}@example.org";
        async Task<string> Give(string to, string currency) => (string)(await shop.AsOperator.PostAsync(
            "/v1/admin/store-credits", new { email = to, amount = new { amount = 700, currency }, reason = "goodwill" }, Key()))
            .Expect(HttpStatusCode.Created)["id"]!;

        var id = await Give(email, "GBP");
        Assert.Equal(id, await Give($" {email.ToUpperInvariant()}", "GBP"));
        Assert.NotEqual(id, await Give(email, "EUR"));

        var credit = (await shop.AsOperator.GetAsync($"/v1/admin/store-credits/{id}")).Expect(HttpStatusCode.OK);
        Assert.Equal((1400, "store_credit"), ((int?)credit["balance"]!["amount"], (string?)credit["kind"])!);
        Assert.DoesNotContain(email, credit.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_gift_card_is_entered_like_any_code_and_its_code_is_kept_nowhere()
    {
        var issued = (await shop.AsOperator.PostAsync(
            "/v1/admin/gift-cards", new { amount = new { amount = 600, currency = "GBP" }, reason = "sold" }, Key())).Expect(HttpStatusCode.Created);
        var (code, id) = ((string)issued["code"]!, (string)issued["gift_card"]!["id"]!);
        var cart = await shop.NewReadyCartAsync((await shop.NewProductAsync()).Sku);
        var key = Key();

        var entered = (await shop.PostAsync($"{cart}/codes", new { code }, key)).Expect(HttpStatusCode.OK);
        (await shop.PostAsync($"{cart}/codes", new { code = code.ToLowerInvariant() }, key)).Expect(HttpStatusCode.OK);
        (await shop.PostAsync($"{cart}/codes", new { code = "OTHER" }, key)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");

        var card = Assert.Single(entered["gift_cards"]!.AsArray())!;
        Assert.Equal((id, code[^4..], 600), ((string?)card["id"], (string?)card["last4"], (int?)card["amount"]!["amount"]));
        Assert.Equal((int)entered["totals"]!["total"]!["amount"]! - 600, (int)entered["amount_due"]!["amount"]!);
        Assert.Empty(entered["codes"]!.AsArray());

        // Away and back again, by what the cart says, and as one of several actions.
        var without = (await shop.SendAsync(HttpMethod.Delete, $"{cart}/gift-cards/{id}")).Expect(HttpStatusCode.OK);
        Assert.Empty(without["gift_cards"]!.AsArray());
        var actions = new object[] { new { type = "add_code", code }, new { type = "remove_gift_card", id }, new { type = "add_code", code } };
        (await shop.PostAsync($"{cart}/actions", new { actions }, Key())).Expect(HttpStatusCode.OK);
        (await shop.SendAsync(HttpMethod.Delete, $"{cart}/codes/{code}")).Expect(HttpStatusCode.OK);
        (await shop.PostAsync($"{cart}/actions", new { actions = actions[..1] }, Key())).Expect(HttpStatusCode.OK);

        var order = (await shop.CompleteAsync(cart)).Expect(HttpStatusCode.Created);
        Assert.Equal(("paid", 600), ((string?)order["payment_status"], (int?)order["credits"]![0]!["amount"]!["amount"])!);
        await shop.EventuallyAsync(() => Task.FromResult(shop.Mails.Any(mail =>
            mail.Contains($"{order["number"]}", StringComparison.Ordinal) && mail.Contains(code[^4..], StringComparison.Ordinal))));
        Assert.True(await shop.MentionsAsync(id) > 0);
        foreach (var secret in new[] { code, code.Replace("-", "", StringComparison.Ordinal) })
        {
            Assert.Equal(0, await shop.MentionsAsync(secret));
            Assert.DoesNotContain(secret, shop.Output, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_mistyped_gift_card_is_no_promotion_code()
    {
        var cart = await shop.NewCartAsync();

        (await shop.PostAsync($"{cart}/codes", new { code = "0000-0000-0000-0000-0000" }))
            .ExpectProblem(HttpStatusCode.NotFound, "gift_card_unusable", "/code");
        (await shop.PostAsync($"{cart}/codes", new { code = "credit_01h455vb4pex5vsknk084sn02q" })).Expect(HttpStatusCode.OK);
        Assert.Empty((await shop.GetAsync(cart)).Body!["gift_cards"]!.AsArray());
    }

    [Fact]
    public async Task Store_credit_is_used_by_whoever_knows_the_customer_and_may_pay_everything()
    {
        var email = $"{NewName()}@example.org";
        (await shop.AsOperator.PostAsync("/v1/admin/store-credits", new { email, amount = FiftyPounds, reason = "goodwill" }, Key()))
            .Expect(HttpStatusCode.Created);
        var cart = await shop.NewReadyCartAsync((await shop.NewProductAsync()).Sku);
        (await shop.CompleteWithoutPaymentAsync(cart)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/payment_method");

        var path = $"/v1/admin{cart["/v1".Length..]}/store-credit";
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.PutAsync(path, new { email, currency = "GBP" })).Status);
        var known = (await shop.AsOperator.PutAsync(path, new { email, currency = "GBP" })).Expect(HttpStatusCode.OK);
        Assert.Equal(0, (int?)known["amount_due"]!["amount"]);
        Assert.Equal(
            (int)known["totals"]!["total"]!["amount"]!, (int)(await shop.GetAsync(cart)).Body!["store_credit"]!["amount"]!["amount"]!);
        Assert.Null((await shop.AsOperator.SendAsync(HttpMethod.Delete, path)).Expect(HttpStatusCode.OK)["store_credit"]);
        (await shop.AsOperator.PutAsync(path, new { email, currency = "GBP" })).Expect(HttpStatusCode.OK);

        var order = (await shop.CompleteWithoutPaymentAsync(cart)).Expect(HttpStatusCode.Created);
        Assert.Equal("paid", (string?)order["payment_status"]);
        var canceled = (await shop.SendAsync(HttpMethod.Post, $"/v1/orders/{order["id"]}/cancel", null, Key())).Expect(HttpStatusCode.OK);
        Assert.Equal(("refunded", 0), ((string?)canceled["payment_status"], (int?)canceled["amount_owed"]!["amount"])!);
    }
}
