using System.Text.Json.Nodes;
using Commerce.Journal;
using static Commerce.Verification.SeededJournal;

namespace Commerce.Verification;

/// <summary>Each rule sees the violation that it is for, and names the event.</summary>
public sealed partial class JournalRulesTests(JournalRulesTests.EmptyJournal journal) : IClassFixture<JournalRulesTests.EmptyJournal>
{
    public static TheoryData<string> Rules() => [.. JournalRules.All.Select(rule => rule.Code)];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_violation_is_seen_and_its_event_named(string rule)
    {
        Assert.True(Cases.TryGetValue(rule, out var violation), $"No journal breaks {rule} yet.");
        var seeded = OfOnePurchase();
        violation.Break(seeded);

        var report = await seeded.VerifyAsync(journal.Database);

        var found = Assert.Single(report.Violations, found => found.Rule.Code == rule);
        Assert.Equal((violation.Stream, violation.Version, violation.Type), (found.Stream, found.Version, found.Type));
        Assert.Contains($"{found.Stream} version {found.Version} {found.Type}: {found.What}", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purchase_as_it_should_be_breaks_no_rule()
    {
        var report = await OfOnePurchase().VerifyAsync(journal.Database);

        Assert.Empty(report.Violations);
        Assert.Empty(report.NotUnderstood);
        Assert.Equal(31, report.Events);
        Assert.Contains($"{JournalRules.All.Length} rules hold", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purchase_in_a_drop_breaks_no_rule()
    {
        var report = await OfOnePurchase().InADrop().VerifyAsync(journal.Database);

        Assert.Empty(report.Violations);
        Assert.Empty(report.NotUnderstood);
    }

    [Fact]
    public async Task Who_gives_a_place_back_before_the_draw_is_passed_over_rightly()
    {
        var seeded = new SeededJournal()
            .Add(DropStream, "drop.planned", """{ "definition": { "sku": "COFFEE-250G", "units": 1 }, "seed": "5eed" }""")
            .Add(DropStream, "drop.scheduled", """{ "units": 1, "stock_version": 1 }""")
            .Add(DropStream, "drop.joined", """{ "ticket": "tkt_a", "cart": "cart_a", "quantity": 1, "number": 1, "is_sealed": true }""")
            .Add(DropStream, "drop.joined", """{ "ticket": "tkt_b", "cart": "cart_b", "quantity": 1, "number": 2, "is_sealed": true }""")
            .Add(DropStream, "drop.joined", """{ "ticket": "tkt_c", "cart": "cart_c", "quantity": 1, "number": 3, "is_sealed": true }""")
            .Add(DropStream, "drop.left", """{ "ticket": "tkt_a" }""")
            .Add(DropStream, "drop.left", """{ "ticket": "tkt_b" }""")
            .Add(DropStream, "drop.drawn", """{ "seed": "5eed" }""")
            .Add(DropStream, "drop.called", """{ "tickets": [{ "ticket": "tkt_c", "quantity": 1 }] }""")
            .SetDeadline(DropStream);

        Assert.Empty((await seeded.VerifyAsync(journal.Database)).Violations);
    }

    [Fact]
    public async Task A_purchase_that_a_gift_card_pays_in_part_or_whole_breaks_no_rule_and_neither_does_its_return()
    {
        var back = OfOnePurchase().PaidWithCredit()
            .Add(CreditStream, "credit.returned", Ledger(93, 400, left: 100))
            .Add(OrderStream, "order.refunded", $$"""
                { "refund": "r1", "credit": "{{CreditStream.Split('/')[1]}}", "amount": { "amount": 93, "currency": "GBP" } }
                """);
        var whole = OfOnePurchase().PaidWithCredit().ForgetIntents()
            .Remove("payment.requested").Remove("payment.authorized").Remove("payment.captured")
            .Remove("checkout.payment_authorized").Remove("checkout.payment_captured").Remove("order.payment_recorded")
            .Change("order.placed", e => e.Remove("payment"))
            .Change("credit.issued", e => (e["amount"]!["amount"], e["balance"]!["amount"]) = (2193, 2193))
            .Change("credit.reserved", e => (e["amount"]!["amount"], e["balance"]!["amount"]) = (2193, 2193))
            .Change("credit.committed", e => (e["amount"]!["amount"], e["balance"]!["amount"]) = (2193, 0));
        foreach (var type in new[] { "checkout.cart_frozen", "order.placed" })
        {
            whole.Change(type, e => e["cart"]!["gift_cards"]![0]!["amount"]!["amount"] = 2193);
        }

        Assert.Empty((await back.VerifyAsync(journal.Database)).Violations);
        Assert.Empty((await whole.VerifyAsync(journal.Database)).Violations);
    }

    [Fact]
    public async Task Each_credit_gets_back_no_more_than_it_paid()
    {
        var seeded = OfOnePurchase().PaidWithCredit().Add(OrderStream, "order.refunded", $$"""
            { "refund": "r1", "credit": "{{CreditStream.Split('/')[1]}}", "amount": { "amount": 194, "currency": "GBP" } }
            """);

        Assert.Contains((await seeded.VerifyAsync(journal.Database)).Violations, found => found.Rule.Code == "order-is-not-overrefunded");
    }

    [Theory]
    [InlineData("checkout.began")]
    [InlineData("checkout.cart_frozen")]
    [InlineData("stock.held")]
    [InlineData("payment.requested")]
    [InlineData("payment.authorized")]
    [InlineData("stock.committed")]
    [InlineData("order.placed")]
    public async Task A_purchase_under_way_breaks_no_rule(string last)
    {
        var seeded = OfOnePurchase().EndWith(last).SetDeadline(CheckoutStream).SetDeadline(StockStream).ForgetIntents();

        Assert.Empty((await seeded.VerifyAsync(journal.Database)).Violations);
    }

    [Fact]
    public async Task Stock_that_is_sold_before_it_comes_moved_damaged_and_kept_back_breaks_no_rule()
    {
        const string without = """{ "hold": "hold_b", "quantity": 3, "allocations": [{ "location": "leeds", "quantity": 1 }, { "quantity": 2 }] }""";
        var seeded = new SeededJournal()
            .Add(StockStream, "stock.received", """{ "location": "leeds", "quantity": 5 }""")
            .Add(StockStream, "stock.safety_set", """{ "location": "leeds", "quantity": 1, "delta": 1 }""")
            .Add(StockStream, "stock.damaged", """{ "location": "leeds", "quantity": 2 }""")
            .Add(StockStream, "stock.transferred", """{ "from": "leeds", "to": "york", "quantity": 1 }""")
            .Add(StockStream, "stock.scrapped", """{ "location": "leeds", "quantity": 1 }""")
            .Add(StockStream, "stock.adjusted", """{ "location": "york", "delta": -1 }""")
            .Add(StockStream, "stock.policy_set", """{ "policy": { "when_out": "backorder", "backorder_floor": 2 } }""")
            .Add(StockStream, "stock.held", without)
            .Add(StockStream, "stock.hold_extended", """{ "hold": "hold_b" }""")
            .Add(StockStream, "stock.committed", without)
            .Add(StockStream, "stock.received", """{ "location": "york", "quantity": 2 }""")
            .Add(StockStream, "stock.allocated", """
                { "hold": "hold_b", "is_committed": true, "allocations": [{ "location": "york", "quantity": 2, "part": 1 }] }
                """)
            .Add(StockStream, "stock.shipped", """{ "hold": "hold_b", "location": "leeds", "quantity": 1 }""")
            .Add(StockStream, "stock.shipped", """{ "hold": "hold_b", "location": "york", "quantity": 2, "part": 1 }""");

        Assert.Empty((await seeded.VerifyAsync(journal.Database)).Violations);

        seeded.Change("stock.policy_set", e => e["policy"]!["backorder_floor"] = 1);

        var found = Assert.Single((await seeded.VerifyAsync(journal.Database)).Violations);
        Assert.Equal(("promises-without-stock-are-within-policy", 8), (found.Rule.Code, found.Version));
    }

    [Fact]
    public async Task Units_without_stock_that_are_called_off_were_withheld_and_got_none()
    {
        const string without = """{ "hold": "hold_b", "quantity": 3, "allocations": [{ "quantity": 3 }] }""";
        var seeded = new SeededJournal()
            .Add(StockStream, "stock.policy_set", """{ "policy": { "when_out": "backorder", "backorder_floor": 3 } }""")
            .Add(StockStream, "stock.held", without)
            .Add(StockStream, "stock.committed", without)
            .Add(StockStream, "stock.backorder_withheld", """{ "hold": "hold_b", "change": 1, "quantity": 1 }""")
            .Add(StockStream, "stock.backorder_resumed", """{ "hold": "hold_b", "change": 1 }""")
            .Add(StockStream, "stock.backorder_withheld", """{ "hold": "hold_b", "change": 2, "quantity": 2 }""")
            .Add(StockStream, "stock.received", """{ "location": "leeds", "quantity": 1 }""")
            .Add(StockStream, "stock.allocated", """
                { "hold": "hold_b", "is_committed": true, "allocations": [{ "location": "leeds", "quantity": 1, "part": 1 }] }
                """)
            .Add(StockStream, "stock.backorder_reduced", """{ "hold": "hold_b", "change": 2, "quantity": 2 }""")
            .Add(StockStream, "stock.shipped", """{ "hold": "hold_b", "location": "leeds", "quantity": 1, "part": 1 }""");

        Assert.Empty((await seeded.VerifyAsync(journal.Database)).Violations);

        seeded.Change("stock.backorder_reduced", e => e["quantity"] = 1);

        var found = (await seeded.VerifyAsync(journal.Database)).Violations;
        Assert.Contains(found, violation => (violation.Rule.Code, violation.Version) == ("hold-ends-once", 9));
    }

    [Fact]
    public async Task Discounts_and_tax_that_is_not_owed_are_part_of_the_sum()
    {
        var seeded = OfOnePurchase();
        foreach (var type in new[] { "checkout.cart_frozen", "order.placed" })
        {
            seeded.Change(type, e =>
            {
                var (line, totals) = (e["cart"]!["lines"]![0]!, e["cart"]!["totals"]!);
                (line["discount"], line["gross"], line["net"]) = (Pounds(98), Pounds(1700), Pounds(1400));
                (totals["discount"], totals["shipping_discount"], totals["tax_relief"]) = (Pounds(493), Pounds(395), Pounds(100));
                totals["tax_lines"] = new JsonArray(new JsonObject { ["amount"] = Pounds(366) });
                totals["total"] = Pounds(1600);
            });
        }

        var report = await seeded.VerifyAsync(journal.Database);

        Assert.DoesNotContain(report.Violations, found => found.Rule.Code == "order-adds-up");
        Assert.Contains(report.Violations, found => found.Rule.Code == "order-has-its-money");

        static JsonObject Pounds(long pence) => new() { ["amount"] = pence, ["currency"] = "GBP" };
    }

    [Theory]
    [InlineData("gross")]
    [InlineData("net")]
    public async Task Net_and_tax_of_a_line_are_its_gross(string member)
    {
        var seeded = OfOnePurchase().Change("order.placed", e =>
        {
            var line = e["cart"]!["lines"]![0]!;
            (line["gross"], line["net"]) = (Pounds(1798), Pounds(1498));
            line[member]!["amount"] = (long)line[member]!["amount"]! + 1;
        });

        Assert.Contains((await seeded.VerifyAsync(journal.Database)).Violations, found => found.Rule.Code == "order-adds-up");

        static JsonObject Pounds(long pence) => new() { ["amount"] = pence, ["currency"] = "GBP" };
    }

    [Fact]
    public async Task Of_several_violations_the_first_in_the_journal_is_the_first_that_is_named()
    {
        var seeded = OfOnePurchase().Add(CheckoutStream, "checkout.failed", "{}");
        seeded.Change("stock.counted", e => e["delta"] = -2).Change("payment.captured", e => e["amount"]!["amount"] = 1);

        var report = await seeded.VerifyAsync(journal.Database);

        Assert.Equal("count-adds-up", report.First!.Rule.Code);
        Assert.Equal("checkout.failed", report.Violations[^1].Type);
    }

    [Fact]
    public async Task An_event_of_an_unknown_kind_is_counted_and_proves_nothing_of_its_stream_from_there_on()
    {
        var seeded = OfOnePurchase()
            .AddBefore("stock.held", StockStream, "stock.teleported", """{ "location": "mars", "quantity": -4 }""")
            .Add("drone/1", "drone.launched", "{}");

        var report = await seeded.VerifyAsync(journal.Database);

        Assert.Empty(report.Violations);
        Assert.Equal(1, Assert.Single(report.NotUnderstood, kind => kind.Key == "stock.teleported").Value);
        Assert.Contains("not understood: stock.teleported", report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>An event that the verifier has never heard of is a hole in the proof: whoever adds one says what it means.</summary>
    [Fact]
    public void Every_event_of_the_code_is_understood()
    {
        var samples = Path.Combine(Repository.Root, "tests", "contracts", "events");
        var unknown = EventTypes.All.Select(type => type.Key)
            .Where(alias => !JournalRules.Unproved.Any(category => alias.StartsWith(Prefix(category), StringComparison.Ordinal)))
            .Where(alias => !JournalRules.Folds.Any(fold => Understands(fold.New(), alias, samples)));

        Assert.Empty(unknown);
    }

    private static bool Understands(StreamRule fold, string alias, string samples)
    {
        using var sample = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(samples, alias + ".json")));
        return fold.Apply(alias, sample.RootElement);
    }

    private static string Prefix(string category) => category switch
    {
        "fulfillment-router" or "fulfillment-recorder" or "payment-recorder" => "following.",
        _ => category.Replace('-', '_') + ".",
    };

    private static JsonNode FirstLine(JsonObject e) => e[Line]!["lines"]![0]!;

    /// <summary>A database whose journal stays empty.</summary>
    public sealed class EmptyJournal : IAsyncLifetime
    {
        private TestDatabase _database = null!;

        internal Npgsql.NpgsqlDataSource Database => _database.Source;

        public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

        public ValueTask DisposeAsync() => _database.DisposeAsync();
    }
}
