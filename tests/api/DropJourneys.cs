using System.Net;
using System.Text.Json.Nodes;
using Commerce.Processes;
using static Commerce.Shopping;

namespace Commerce;

public sealed class DropJourneys(RunningShop shop)
{
    private const string Admin = "/v1/admin/drops";

    [Fact]
    public async Task Buyers_are_admitted_in_turn_buy_and_everybody_is_told_until_it_is_sold_out()
    {
        var (sku, drop) = await NewDropAsync(units: 2, stock: 3);
        Assert.Equal(1, (int?)(await shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}")).Body!["available"]);
        var carts = new[] { await shop.NewReadyCartAsync(sku), await shop.NewReadyCartAsync(sku), await shop.NewReadyCartAsync(sku) };
        var tickets = new List<string>();
        foreach (var cart in carts)
        {
            var joined = await JoinAsync(drop, cart);
            Assert.Equal(HttpStatusCode.Created, joined.Status);
            tickets.Add(joined.Location!);
        }

        using var third = await shop.HearAsync(tickets[2]);
        await third.UntilAsync(ticket => (string?)ticket["state"] == "waiting" && (int?)ticket["position"] == 1);
        await AdmittedAsync(tickets[0]);
        await AdmittedAsync(tickets[1]);

        // What is set aside is for those in line: somebody else has the one unit that is not.
        var stranger = await shop.NewReadyCartAsync(sku, 2);
        (await shop.CompleteAsync(stranger)).ExpectProblem(HttpStatusCode.Conflict, "out_of_stock");
        (await shop.CompleteAsync(carts[0], "pm_card_chargeDeclined")).ExpectProblem(HttpStatusCode.PaymentRequired, "payment_declined");
        (await shop.CompleteAsync(carts[0])).Expect(HttpStatusCode.Created);
        (await shop.CompleteAsync(carts[1])).Expect(HttpStatusCode.Created);

        var waitlisted = await third.UntilAsync(ticket => (string?)ticket["state"] == "waitlisted");
        Assert.Equal(1, (int?)waitlisted["position"]);
        await shop.EventuallyAsync(async () => (string?)(await shop.GetAsync(tickets[0])).Body!["state"] == "bought");
        var shown = (await shop.GetAsync($"/v1/drops/{drop}")).Expect(HttpStatusCode.OK);
        Assert.Equal(("sold_out", 0, 1), ((string?)shown["status"], (int?)shown["left"], (int?)shown["waiting"]));

        (await shop.AsOperator.PostAsync($"{Admin}/{drop}/close", new { })).Expect(HttpStatusCode.OK);
        Assert.Null((await third.UntilAsync(ticket => (string?)ticket["state"] == "sold_out"))["position"]);
        using var again = await shop.FollowAsync($"{tickets[2]}/events", third.LastEventId);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
    }

    [Fact]
    public async Task Whoever_lets_his_time_go_by_is_told_and_so_is_the_next_who_reconnects_to_hear_only_what_is_new()
    {
        var (sku, drop) = await NewDropAsync(units: 1, stock: 1, hold: 5);
        var (ada, grace) = (await shop.NewReadyCartAsync(sku), await shop.NewReadyCartAsync(sku));
        var adas = (await JoinAsync(drop, ada)).Location!;
        var graces = (await JoinAsync(drop, grace)).Location!;
        using var hers = await shop.HearAsync(adas);
        using var watching = await shop.AsOperator.HearAsync($"{Admin}/{drop}");
        await hers.UntilAsync(ticket => (string?)ticket["state"] == "admitted");
        string heard;
        using (var before = await shop.HearAsync(graces))
        {
            Assert.Equal("waiting", (string?)(await before.NextAsync())["state"]);
            heard = before.LastEventId!;
        }

        using var after = await shop.HearAsync(graces, lastEventId: heard);
        var admitted = await after.NextAsync();
        Assert.Equal("admitted", (string?)admitted["state"]);
        Assert.True(DateTimeOffset.Parse((string)admitted["deadline"]!, null) > DateTimeOffset.UtcNow);
        Assert.Equal("lapsed", (string?)(await hers.UntilAsync(ticket => (string?)ticket["state"] != "admitted"))["state"]);
        await watching.UntilAsync(seen => (int?)seen["lapsed"] == 1 && (int?)seen["admitted"] == 1);
        (await shop.CompleteAsync(grace)).Expect(HttpStatusCode.Created);
        await watching.UntilAsync(seen => (string?)seen["status"] == "sold_out" && (int?)seen["bought"] == 1);
    }

    [Fact]
    public async Task One_buyer_has_one_place_however_many_connections_and_carts_he_has()
    {
        var (sku, drop) = await NewDropAsync(units: 1, stock: 1);
        var mail = $"{NewName()}@example.org";
        var carts = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            carts.Add(await shop.NewCartAsync());
            (await shop.PatchAsync(carts[i], new { email = i % 2 == 0 ? mail : mail.Replace("@", $"+{i}@").ToUpperInvariant() }))
                .Expect(HttpStatusCode.OK);
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => JoinAsync(drop, carts[i % 10])));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        var tokens = answers.Where(answer => (int)answer.Status < 300).Select(answer => (string)answer.Body!["token"]!).Distinct().ToList();
        Assert.All(
            answers.Where(answer => (int)answer.Status >= 300 && answer.Status != HttpStatusCode.ServiceUnavailable),
            answer => answer.ExpectProblem(HttpStatusCode.Conflict, "drop_already_joined"));
        Assert.Equal(1, (int?)(await shop.AsOperator.GetAsync($"{Admin}/{drop}")).Body!["tickets"]);
        var other = carts.First(cart => answers.First(answer => answer.Status == HttpStatusCode.Created).Body!["ticket"]!["cart"]!.ToString() != cart[10..]);
        var proven = (await JoinAsync(drop, other, new() { ["token"] = Assert.Single(tokens) })).Expect(HttpStatusCode.OK);
        Assert.Equal(tokens[0], (string?)proven["token"]);

        // A few windows of his may listen, not a thousand.
        var path = $"/v1/drops/{drop}/tickets/{tokens[0]}";
        var open = new[] { await shop.HearAsync(path), await shop.HearAsync(path), await shop.HearAsync(path) };
        using var fourth = await shop.FollowAsync($"{path}/events");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, fourth.StatusCode);
        Assert.NotNull(fourth.Headers.RetryAfter);
        open[0].Dispose();
        await shop.EventuallyAsync(async () =>
        {
            using var free = await shop.FollowAsync($"{path}/events");
            return free.StatusCode == HttpStatusCode.OK;
        });
        Array.ForEach(open, stream => stream.Dispose());
        Assert.Equal(sku, (string?)(await shop.GetAsync($"/v1/drops/{drop}")).Body!["sku"]);
    }

    [Fact]
    public async Task A_place_belongs_to_who_has_its_token()
    {
        var (sku, drop) = await NewDropAsync(units: 1, stock: 1);
        var (_, another) = await NewDropAsync(units: 1, stock: 1);
        var joined = await JoinAsync(drop, await shop.NewReadyCartAsync(sku));
        var token = (string)joined.Body!["token"]!;
        var forged = token[..^1] + (token[^1] == '0' ? '1' : '0');

        foreach (var path in new[]
        {
            $"/v1/drops/{drop}/tickets/{forged}", $"/v1/drops/{another}/tickets/{token}", $"/v1/drops/{drop}/tickets/{token.Split('.')[0]}",
        })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await shop.GetAsync(path)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await shop.SendAsync(HttpMethod.Delete, path)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await shop.GetAsync($"{path}/events")).Status);
        }

        // While he is being admitted he is asked to come again.
        await shop.EventuallyAsync(async () => (string?)(await shop.GetAsync(joined.Location!)).Body!["state"] == "admitted");
        var left = (await shop.SendAsync(HttpMethod.Delete, joined.Location!)).Expect(HttpStatusCode.OK);
        Assert.Equal("left", (string?)left["state"]);
        Assert.Equal("left", (string?)(await shop.SendAsync(HttpMethod.Delete, joined.Location!)).Expect(HttpStatusCode.OK)["state"]);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_a_reason()
    {
        var (sku, drop) = await NewDropAsync(units: 1, stock: 2, opensIn: TimeSpan.FromHours(1), onePer: "payment_method");
        var cart = await shop.NewCartAsync();

        (await JoinAsync(drop, cart)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "drop_holder_missing", "/payment_method");
        (await JoinAsync(drop, cart, Paid("pm_of_nobody"))).ExpectProblem(HttpStatusCode.UnprocessableEntity, "drop_holder_missing");
        (await JoinAsync(drop, cart, Paid("pm_card_visa"))).ExpectProblem(HttpStatusCode.Conflict, "drop_not_open");
        (await shop.AsOperator.PostAsync($"{Admin}/{drop}/pause", new { })).ExpectProblem(HttpStatusCode.Conflict, "drop_not_open");
        (await shop.AsOperator.PostAsync($"{Admin}/{drop}/open", new { })).Expect(HttpStatusCode.OK);
        (await JoinAsync(drop, cart, new() { ["quantity"] = 2, ["payment_method"] = "pm_card_visa" }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "quantity_out_of_range", "/quantity");
        (await JoinAsync(drop, cart, Paid("pm_card_visa"))).Expect(HttpStatusCode.Created);
        (await JoinAsync(drop, await shop.NewCartAsync(), Paid("pm_card_visa"))).ExpectProblem(HttpStatusCode.Conflict, "drop_already_joined");
        (await shop.AsOperator.PostAsync($"{Admin}/{drop}/pause", new { })).Expect(HttpStatusCode.OK);
        (await shop.AsOperator.PutAsync($"{Admin}/{drop}/units", new { units = 9 })).ExpectProblem(HttpStatusCode.Conflict, "out_of_stock", "/units");
        (await shop.AsOperator.PostAsync(Admin, Definition(sku, 5), Key())).ExpectProblem(HttpStatusCode.Conflict, "out_of_stock");
        (await shop.AsOperator.PostAsync(Admin, Definition(sku, 1))).ExpectProblem(HttpStatusCode.BadRequest, "idempotency_key_missing");
        (await shop.AsOperator.PostAsync(Admin, Definition(sku, 0), Key())).ExpectProblem(HttpStatusCode.UnprocessableEntity, "quantity_out_of_range", "/units");
        (await JoinAsync("drop_01h455vb4pex5vsknk084sn02q", cart)).ExpectProblem(HttpStatusCode.NotFound, "drop_not_found");
        (await JoinAsync(drop, "/v1/carts/cart_01h455vb4pex5vsknk084sn02q")).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found", "/cart");
        await shop.EventuallyAsync(async () => await ListedAsync("/v1/drops", drop) is { } listed && (string?)listed["status"] == "paused");
        (await shop.AsOperator.PostAsync($"{Admin}/{drop}/close", new { })).Expect(HttpStatusCode.OK);
        await shop.EventuallyAsync(async () => await ListedAsync("/v1/drops", drop) is null);
        Assert.NotNull(await ListedAsync($"{Admin}?status=closed", drop));
    }

    private static JsonObject Paid(string method) => new() { ["payment_method"] = method };

    private static object Definition(
        string sku, int units, int hold = 600, TimeSpan opensIn = default, string onePer = "email") => new
        {
            title = "Sneaker", sku, units, opens_at = DateTimeOffset.UtcNow.Add(opensIn), hold_seconds = hold, one_per = onePer,
        };

    private async Task<(string Sku, string Drop)> NewDropAsync(
        int units, int stock, int hold = 600, TimeSpan opensIn = default, string onePer = "email")
    {
        var (sku, _) = await shop.NewProductAsync(stock);
        var (body, key) = (Definition(sku, units, hold, opensIn, onePer), Key());
        var created = await shop.AsOperator.PostAsync(Admin, body, key);
        var again = await shop.AsOperator.PostAsync(Admin, body, key);
        var drop = (string)created.Expect(HttpStatusCode.Created)["id"]!;
        Assert.Equal(($"{Admin}/{drop}", drop), (created.Location, (string?)again.Expect(HttpStatusCode.Created)["id"]));
        return (sku, drop);
    }

    private Task<Answer> JoinAsync(string drop, string cart, JsonObject? with = null)
    {
        var body = with ?? [];
        body["cart"] = cart["/v1/carts/".Length..];
        return shop.PostAsync($"/v1/drops/{drop}/tickets", body.ToJsonString());
    }

    private Task AdmittedAsync(string ticket) =>
        shop.EventuallyAsync(async () => (string?)(await shop.GetAsync(ticket)).Body!["state"] == "admitted");

    private async Task<JsonNode?> ListedAsync(string path, string drop)
    {
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await shop.AsOperator.GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit=100{cursor}")).Expect(HttpStatusCode.OK);
            if (page["data"]!.AsArray().FirstOrDefault(listed => (string?)listed!["id"] == drop) is { } found)
            {
                return found;
            }

            cursor = (string?)page["page"]!["next_cursor"] is { } next ? $"&cursor={next}" : null;
        }

        return null;
    }
}
