using System.Text.Json.Nodes;
using Dapper;
using Npgsql;

namespace Commerce.Verification;

/// <summary>
/// A journal written by hand: one purchase from the delivery of the goods to the parcel, as it should be, for tests to
/// spoil. Written in one transaction that is never committed.
/// </summary>
internal sealed class SeededJournal
{
    public const string CartStream = "cart/cart_01h455vb4pex5vsknk084sn02q";
    public const string CheckoutStream = "checkout/cart_01h455vb4pex5vsknk084sn02q";
    public const string StockStream = "stock-line/COFFEE-250G";
    public const string PaymentStream = "payment/ord_01h455vb4pex5vsknk084sn02q";
    public const string OrderStream = "order/ord_01h455vb4pex5vsknk084sn02q";
    public const string ParcelsStream = "fulfillment-order/fo_01h455vb4pex5vsknk084sn02q";
    public const string MailStream = "notification/ord_01h455vb4pex5vsknk084sn02q";
    public const string PromotionStream = "promotion/promo_01h455vb4pex5vsknk084sn02q";

    public const string CreditStream = "credit-account/credit_01h455vb4pex5vsknk084sn02q";

    public const string DropStream = "drop/drop_01h455vb4pex5vsknk084sn02q";

    public const string Ticket = "tkt_01h455vb4pex5vsknk084sn02q";

    public const string Hold = "hold_01h455vb4pex5vsknk084sn02q.1";

    private const string FrozenCart = """
        { "id": "cart_01h455vb4pex5vsknk084sn02q", "version": 3,
          "lines": [{ "sku": "COFFEE-250G", "quantity": 2, "unit_price": { "amount": 899, "currency": "GBP" },
                      "total": { "amount": 1798, "currency": "GBP" }, "tax": { "amount": 300, "currency": "GBP" } }],
          "totals": { "items": { "amount": 1798, "currency": "GBP" }, "shipping": { "amount": 395, "currency": "GBP" },
                      "tax": { "amount": 366, "currency": "GBP" }, "total": { "amount": 2193, "currency": "GBP" },
                      "tax_included": true } }
        """;

    private const string Allocations = """[{ "location": "leeds", "quantity": 2 }]""";

    private const string PromotionUse = """{ "reservation": "a", "discount": { "amount": 100, "currency": "GBP" } }""";

    private const string Authorized = """
        { "attempt": 1, "authorized": { "amount": 2193, "currency": "GBP" }, "captured": { "amount": 0, "currency": "GBP" } }
        """;

    private const string Captured = """
        { "attempt": 1, "authorized": { "amount": 2193, "currency": "GBP" }, "captured": { "amount": 2193, "currency": "GBP" } }
        """;

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, long?> _heads = [];
    private readonly HashSet<string> _deadlines = [];
    private readonly List<(string Key, string Reference, long Amount, long Captured, string Status)> _ledger = [];

    /// <summary>Everything that a purchase writes, in its order.</summary>
    public static SeededJournal OfOnePurchase()
    {
        var journal = new SeededJournal()
            .Add(StockStream, "stock.received", """{ "location": "leeds", "quantity": 6 }""")
            .Add(StockStream, "stock.adjusted", """{ "location": "leeds", "delta": -1, "reason": "broken" }""")
            .Add(StockStream, "stock.counted", """{ "location": "leeds", "on_hand": 4, "delta": -1 }""")
            .Add(CartStream, "cart.created", """{ "currency": "GBP" }""")
            .Add(CartStream, "cart.line_set", """{ "quantity": 2 }""")
            .Add(CheckoutStream, "checkout.began", """{ "attempt": 1 }""")
            .Add(CartStream, "cart.checkout_began", """{ "attempt": 1 }""")
            .Add(CheckoutStream, "checkout.cart_frozen", $$"""{ "cart": {{FrozenCart}} }""")
            .Add(StockStream, "stock.held", $$"""{ "hold": "{{Hold}}", "quantity": 2, "allocations": {{Allocations}} }""")
            .Add(CheckoutStream, "checkout.stock_held", "{}")
            .Add(PaymentStream, "payment.requested", """{ "attempt": 1, "amount": { "amount": 2193, "currency": "GBP" } }""")
            .Add(PaymentStream, "payment.authorized", """{ "attempt": 1, "intent": "pi_1" }""")
            .Add(CheckoutStream, "checkout.payment_authorized", "{}")
            .Add(StockStream, "stock.committed", $$"""{ "hold": "{{Hold}}", "quantity": 2, "allocations": {{Allocations}} }""")
            .Add(CheckoutStream, "checkout.stock_committed", "{}")
            .Add(OrderStream, "order.placed", $$"""
                { "number": "ZT3BY23H", "hold": "{{Hold}}", "cart": {{FrozenCart}}, "payment": {{Authorized}} }
                """)
            .Add(CheckoutStream, "checkout.order_placed", "{}")
            .Add(PaymentStream, "payment.captured", """{ "attempt": 1, "amount": { "amount": 2193, "currency": "GBP" } }""")
            .Add(OrderStream, "order.payment_recorded", $$"""{ "payment": {{Captured}} }""")
            .Add(CheckoutStream, "checkout.payment_captured", "{}")
            .Add(CartStream, "cart.completed", """{ "attempt": 1, "order": "ord_01h455vb4pex5vsknk084sn02q" }""")
            .Add(CheckoutStream, "checkout.completed", "{}")
            .Add(MailStream, "notification.queued", """{ "message": "msg_1", "kind": "order_confirmation" }""")
            .Add(MailStream, "notification.sent", """{ "message": "msg_1" }""")
            .Add(ParcelsStream, "fulfillment_order.opened", """{ "asked": { "lines": [{ "sku": "COFFEE-250G", "quantity": 2 }] } }""")
            .Add(ParcelsStream, "fulfillment_order.fulfilled", """
                { "fulfillment": { "lines": [{ "sku": "COFFEE-250G", "quantity": 2 }] } }
                """)
            .Add(StockStream, "stock.shipped", $$"""{ "hold": "{{Hold}}", "location": "leeds", "quantity": 2 }""")
            .Add(OrderStream, "order.fulfillment_recorded", """
                { "fulfillment": { "lines": [{ "sku": "COFFEE-250G", "quantity": 2 }] } }
                """)
            .Add(PromotionStream, "promotion.saved", """{ "definition": { "limits": { "uses_max": 1 } } }""")
            .Add(PromotionStream, "promotion.use_reserved", PromotionUse)
            .Add(PromotionStream, "promotion.use_committed", PromotionUse);
        journal.AddIntent(1, 2193, 2193, "Captured");
        return journal;
    }

    /// <summary>The same, of which a gift card of 5.00 pays 1.93.</summary>
    public SeededJournal PaidWithCredit()
    {
        AddBefore("checkout.stock_held", CreditStream, "credit.issued", Ledger(500, 500));
        AddBefore("payment.requested", CreditStream, "credit.reserved", Ledger(193, 500));
        AddBefore("payment.requested", CheckoutStream, "checkout.credit_reserved", "{}");
        AddBefore("order.placed", CreditStream, "credit.committed", Ledger(193, 307));
        AddBefore("order.placed", CheckoutStream, "checkout.credit_committed", "{}");
        foreach (var type in new[] { "checkout.cart_frozen", "order.placed" })
        {
            Change(type, e => e["cart"]!["gift_cards"] = JsonNode.Parse(
                $$"""[{ "id": "{{CreditStream.Split('/')[1]}}", "amount": { "amount": 193, "currency": "GBP" } }]"""));
        }

        Change("payment.requested", e => e["amount"]!["amount"] = 2000);
        Change("payment.captured", e => e["amount"]!["amount"] = 2000);
        Change("order.placed", e => e["payment"]!["authorized"]!["amount"] = 2000);
        Change("order.payment_recorded", e =>
            (e["payment"]!["authorized"]!["amount"], e["payment"]!["captured"]!["amount"]) = (2000, 2000));
        return ForgetIntents().AddIntent(1, 2000, 2000, "Captured");
    }

    /// <summary>The same, in a drop of two units, by who is first of two in line.</summary>
    public SeededJournal InADrop()
    {
        const string drop = "drop_01h455vb4pex5vsknk084sn02q";
        const string hold = "hold_01h455vb4pex5vsknk084sn02q.0";
        const string begin = "checkout.began";
        AddBefore(begin, DropStream, "drop.planned", """{ "definition": { "sku": "COFFEE-250G", "units": 2 }, "seed": "5eed" }""");
        AddBefore(begin, StockStream, "stock.allotted", $$"""{ "drop": "{{drop}}", "units": 2, "delta": 2 }""");
        AddBefore(begin, DropStream, "drop.scheduled", """{ "units": 2, "stock_version": 4 }""");
        AddBefore(begin, DropStream, "drop.opened", "{}");
        AddBefore(begin, DropStream, "drop.joined", $$"""
            { "ticket": "{{Ticket}}", "cart": "cart_01h455vb4pex5vsknk084sn02q", "quantity": 2, "number": 1 }
            """);
        AddBefore(begin, DropStream, "drop.joined", """{ "ticket": "tkt_b", "cart": "cart_b", "quantity": 1, "number": 2 }""");
        AddBefore(begin, DropStream, "drop.called", $$"""{ "tickets": [{ "ticket": "{{Ticket}}", "quantity": 2 }] }""");
        AddBefore(begin, StockStream, "stock.allotment_drawn", $$"""{ "drop": "{{drop}}", "hold": "{{hold}}", "quantity": 2 }""");
        AddBefore(begin, DropStream, "drop.admitted", $$"""{ "tickets": [{ "ticket": "{{Ticket}}", "quantity": 2 }] }""");
        AddBefore("stock.held", StockStream, "stock.hold_released", $$"""{ "hold": "{{hold}}", "quantity": 2 }""");
        AddBefore("stock.held", StockStream, "stock.allotment_passed", $$"""
            { "drop": "{{drop}}", "from": "{{hold}}", "to": "{{Hold}}", "quantity": 2 }
            """);
        AddBefore(begin, StockStream, "stock.held", $$"""{ "hold": "{{hold}}", "quantity": 2, "allocations": {{Allocations}} }""");
        AddBefore("checkout.stock_committed", StockStream, "stock.allotment_sold", $$"""
            { "drop": "{{drop}}", "hold": "{{hold}}", "by": "{{Hold}}", "quantity": 2 }
            """);
        AddBefore("checkout.stock_committed", DropStream, "drop.bought", $$"""
            { "ticket": "{{Ticket}}", "quantity": 2, "stock_version": 11 }
            """);
        return SetDeadline(StockStream);
    }

    /// <summary>An entry of the ledger of credit, under the hold of the purchase.</summary>
    public static string Ledger(int amount, int balance, int left = 0) => $$"""
        { "reservation": "{{Hold}}", "amount": { "amount": {{amount}}, "currency": "GBP" },
          "balance": { "amount": {{balance}}, "currency": "GBP" }, "left": { "amount": {{left}}, "currency": "GBP" } }
        """;

    /// <summary>Adds an event at the end.</summary>
    public SeededJournal Add(string stream, string type, string data)
    {
        _entries.Add(new(stream, type, JsonNode.Parse(data)!.AsObject()));
        return this;
    }

    /// <summary>Adds an event before the last one of a type.</summary>
    public SeededJournal AddBefore(string before, string stream, string type, string data)
    {
        _entries.Insert(_entries.FindLastIndex(entry => entry.Type == before), new(stream, type, JsonNode.Parse(data)!.AsObject()));
        return this;
    }

    /// <summary>Adds to the gateway's ledger.</summary>
    public SeededJournal AddIntent(int attempt, long amount, long captured, string status)
    {
        var order = OrderStream["order/".Length..];
        _ledger.Add(($"{order}/{attempt}/authorize/{_ledger.Count}", order, amount, captured, status));
        return this;
    }

    /// <summary>The gateway forgets.</summary>
    public SeededJournal ForgetIntents()
    {
        _ledger.Clear();
        return this;
    }

    /// <summary>Takes the only event of a type out, as if it had never been.</summary>
    public SeededJournal Remove(string type)
    {
        Assert.Equal(1, _entries.RemoveAll(entry => entry.Type == type));
        return this;
    }

    /// <summary>Takes out everything after the last event of a type.</summary>
    public SeededJournal EndWith(string type)
    {
        var last = _entries.FindLastIndex(entry => entry.Type == type);
        _entries.RemoveRange(last + 1, _entries.Count - last - 1);
        return this;
    }

    /// <summary>Changes the event of a type.</summary>
    public SeededJournal Change(string type, Action<JsonObject> change)
    {
        change(_entries.Last(entry => entry.Type == type).Data);
        return this;
    }

    /// <summary>Says that the head of a stream has another version; null: that it has none.</summary>
    public SeededJournal SetHead(string stream, long? version)
    {
        _heads[stream] = version;
        return this;
    }

    /// <summary>Leaves a hole in the versions before the last event of a type.</summary>
    public SeededJournal SkipVersionBefore(string type)
    {
        var index = _entries.FindLastIndex(entry => entry.Type == type);
        _entries[index] = _entries[index] with { Skips = 1 };
        return this;
    }

    /// <summary>Gives a stream a deadline.</summary>
    public SeededJournal SetDeadline(string stream)
    {
        _deadlines.Add(stream);
        return this;
    }

    /// <summary>Writes it and verifies it, and leaves no trace.</summary>
    public async Task<VerificationReport> VerifyAsync(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await WriteAsync(connection);
        return await JournalVerifier.RunAsync(connection);
    }

    /// <summary>Writes it.</summary>
    public async Task WriteAsync(NpgsqlConnection connection)
    {
        var versions = new Dictionary<string, long>();
        foreach (var (stream, type, data, skips) in _entries)
        {
            var version = versions[stream] = versions.GetValueOrDefault(stream) + 1 + skips;
            await connection.ExecuteAsync(
                """
                insert into journal_events (stream, version, partition, type, data, metadata)
                values (@stream, @version, 0, @type, @data::jsonb, '{}')
                """,
                new { stream, version, type, data = data.ToJsonString() });
        }

        foreach (var stream in versions.Keys.Union(_heads.Keys))
        {
            if (_heads.GetValueOrDefault(stream, versions.GetValueOrDefault(stream)) is { } version)
            {
                await connection.ExecuteAsync(
                    "insert into journal_streams (stream, version, wake_at) values (@stream, @version, case when @waits then now() end)",
                    new { stream, version, waits = _deadlines.Contains(stream) });
            }
        }

        foreach (var (key, reference, amount, captured, status) in _ledger)
        {
            await connection.ExecuteAsync(
                """
                insert into sandbox_intents (id, key, reference, amount, captured, currency, method, status)
                values (@key, @key, @reference, @amount, @captured, 'GBP', 'pm_card_visa', @status)
                """,
                new { key, reference, amount, captured, status });
        }
    }

    private sealed record Entry(string Stream, string Type, JsonObject Data, int Skips = 0);
}
