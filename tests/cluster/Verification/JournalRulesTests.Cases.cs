using System.Text.Json.Nodes;
using Commerce.Journal;
using static Commerce.Verification.SeededJournal;

namespace Commerce.Verification;

/// <content>How each rule is broken.</content>
public sealed partial class JournalRulesTests
{
    private const string Line = "fulfillment";
    private const string AmendmentStream = "order-amendment/ord_01h455vb4pex5vsknk084sn02q";

    private const string OneUnit =
        $$"""{ "hold": "{{Hold}}", "quantity": 1, "allocations": [{ "location": "leeds", "quantity": 1 }] }""";

    private const string SecondUse = """{ "reservation": "b", "discount": { "amount": 100, "currency": "GBP" } }""";

    private static string Back(int quantity, int restocked) => $$"""
        { "return": 1, "received": [{ "line": "COFFEE-250G", "quantity": {{quantity}}, "condition": "sellable" }],
          "restocked": {{(restocked == 0 ? "[]" : $$"""[{ "sku": "COFFEE-250G", "quantity": {{restocked}} }]""")}},
          "location": "leeds", "returned": { "amount": 100, "currency": "GBP" } }
        """;

    private static string Refund(int operation, int amount) =>
        $$"""{ "attempt": 1, "refund": { "operation": {{operation}}, "amount": { "amount": {{amount}} }, "status": "succeeded" } }""";

    private static string RefundCall(int number) =>
        $$"""{ "attempt": 1, "operation": { "number": {{number}}, "verb": "refund", "amount": { "amount": 100 } } }""";

    /// <summary>By rule: how to break it, and the event at which it is broken.</summary>
    private static readonly Dictionary<string, (Action<SeededJournal> Break, string Stream, long Version, string Type)> Cases = new()
    {
        ["versions-are-gapless"] = (j => j.SkipVersionBefore("stock.held"), StockStream, 5, "stock.held"),
        ["head-is-last-event"] = (j => j.SetHead(OrderStream, 7), OrderStream, 3, "order.fulfillment_recorded"),
        ["head-has-events"] = (j => j.SetHead("cart/cart_nothing", 2), "cart/cart_nothing", 2, ""),
        ["event-is-readable"] = (j => j.Change("order.placed", e => e.Remove("cart")), OrderStream, 1, "order.placed"),
        ["nothing-is-stuck"] = (
            j => j.EndWith("checkout.payment_authorized").SetDeadline(StockStream), CheckoutStream, 4, "checkout.payment_authorized"),
        ["stock-is-not-oversold"] = (
            j => j.Change("stock.counted", e => (e["on_hand"], e["delta"]) = (1, -4)), StockStream, 4, "stock.held"),
        ["stock-is-not-negative"] = (
            j => j.Change("stock.adjusted", e => e["delta"] = -7), StockStream, 2, "stock.adjusted"),
        ["promises-without-stock-are-within-policy"] = (
            j => j.Change("stock.held", e => e["allocations"] = JsonNode.Parse("""[{ "quantity": 2 }]""")),
            StockStream, 4, "stock.held"),
        ["hold-is-made-once"] = (
            j => j.AddBefore("stock.committed", StockStream, "stock.held", OneUnit), StockStream, 5, "stock.held"),
        ["hold-ends-once"] = (
            j => j.AddBefore("stock.shipped", StockStream, "stock.hold_released", $$"""{ "hold": "{{Hold}}", "quantity": 2 }"""),
            StockStream, 6, "stock.hold_released"),
        ["allocations-add-up"] = (
            j => j.Change("stock.held", e => e["allocations"]![0]!["quantity"] = 1), StockStream, 4, "stock.held"),
        ["count-adds-up"] = (j => j.Change("stock.counted", e => e["delta"] = -2), StockStream, 3, "stock.counted"),
        ["payment-attempts-in-order"] = (
            j => j.Add(PaymentStream, "payment.requested", """{ "attempt": 2, "amount": { "amount": 1, "currency": "GBP" } }"""),
            PaymentStream, 4, "payment.requested"),
        ["captured-within-authorized"] = (
            j => j.Change("payment.captured", e => e["amount"]!["amount"] = 2194), PaymentStream, 3, "payment.captured"),
        ["refunded-within-captured"] = (
            j => j.Add(PaymentStream, "payment.refund_changed", Refund(1, 2000)).Add(PaymentStream, "payment.refund_changed", Refund(2, 194)),
            PaymentStream, 5, "payment.refund_changed"),
        ["payment-calls-have-an-outcome"] = (
            j => j.Add(PaymentStream, "payment.operation_began", RefundCall(2)).Add(PaymentStream, "payment.operation_began", RefundCall(3))
                .SetDeadline(PaymentStream),
            PaymentStream, 5, "payment.operation_began"),
        ["payment-has-one-outcome"] = (
            j => j.Add(PaymentStream, "payment.voided", """{ "attempt": 1 }"""), PaymentStream, 4, "payment.voided"),
        ["checkout-attempts-in-order"] = (
            j => j.Change("checkout.began", e => e["attempt"] = 2), CheckoutStream, 1, "checkout.began"),
        ["checkout-has-stock-and-money-before-order"] = (
            j => j.Remove("checkout.stock_committed"), CheckoutStream, 5, "checkout.order_placed"),
        ["checkout-cannot-fail-after-order"] = (
            j => j.Add(CheckoutStream, "checkout.failed", "{}"), CheckoutStream, 9, "checkout.failed"),
        ["order-begins-when-placed"] = (
            j => j.Add(OrderStream, "order.placed", """{ "cart": { "totals": {} } }"""), OrderStream, 4, "order.placed"),
        ["order-adds-up"] = (
            j => j.Change("order.placed", e => e["cart"]!["totals"]!["total"]!["amount"] = 2194), OrderStream, 1, "order.placed"),
        ["order-is-not-overpaid"] = (
            j => j.Change("order.payment_recorded", e => e["payment"]!["captured"]!["amount"] = 2194), OrderStream, 2, "order.payment_recorded"),
        ["order-is-not-oversent"] = (
            j => j.Change("order.fulfillment_recorded", e => FirstLine(e)["quantity"] = 3), OrderStream, 3, "order.fulfillment_recorded"),
        ["order-changes-add-up"] = (
            j => j.Add(OrderStream, "order.lines_canceled", """{ "change": 1, "canceled": [], "returned": { "amount": 2194, "currency": "GBP" } }"""),
            OrderStream, 4, "order.lines_canceled"),
        ["units-come-back-once"] = (
            j => j.Add(OrderStream, "order.return_requested", """{ "return": 1, "lines": [{ "line": "COFFEE-250G", "quantity": 1 }] }""")
                .Add(OrderStream, "order.return_received", Back(2, restocked: 0)),
            OrderStream, 5, "order.return_received"),
        ["returned-units-are-in-stock"] = (
            j => j.Add(OrderStream, "order.return_requested", """{ "return": 1, "lines": [{ "line": "COFFEE-250G", "quantity": 2 }] }""")
                .Add(OrderStream, "order.return_received", Back(2, restocked: 2))
                .Add(StockStream, "stock.received", $$"""{ "location": "leeds", "quantity": 1, "reference": "{{OrderStream[6..]}}.r1" }"""),
            OrderStream, 5, "order.return_received"),
        ["order-is-not-overrefunded"] = (
            j => j.Add(OrderStream, "order.refunded", """{ "refund": "r1", "amount": { "amount": 2194, "currency": "GBP" } }"""),
            OrderStream, 4, "order.refunded"),
        ["order-changes-one-at-a-time"] = (
            j => j.Add(AmendmentStream, "order_amendment.began", """{ "change": 2 }""").SetDeadline(AmendmentStream),
            AmendmentStream, 1, "order_amendment.began"),
        ["recorded-change-goes-on"] = (
            j => j.Add(AmendmentStream, "order_amendment.began", """{ "change": 1 }""")
                .Add(AmendmentStream, "order_amendment.recorded", "{}")
                .Add(AmendmentStream, "order_amendment.failed", "{}").SetDeadline(AmendmentStream),
            AmendmentStream, 3, "order_amendment.failed"),
        ["credit-adds-up"] = (
            j => j.Add(CreditStream, "credit.issued", Ledger(100, 99)), CreditStream, 1, "credit.issued"),
        ["credit-is-not-overdrawn"] = (
            j => j.Add(CreditStream, "credit.issued", Ledger(100, 100))
                .Add(CreditStream, "credit.reserved", Ledger(101, 100)).SetDeadline(CreditStream),
            CreditStream, 2, "credit.reserved"),
        ["credit-reservation-ends-once"] = (
            j => j.Add(CreditStream, "credit.issued", Ledger(100, 100))
                .Add(CreditStream, "credit.reservation_released", Ledger(5, 100)),
            CreditStream, 2, "credit.reservation_released"),
        ["cart-is-frozen-at-checkout"] = (
            j => j.AddBefore("stock.held", CartStream, "cart.line_set", "{}"), CartStream, 4, "cart.line_set"),
        ["cart-is-completed-once"] = (
            j => j.Add(CartStream, "cart.checkout_ended", """{ "attempt": 1 }"""), CartStream, 5, "cart.checkout_ended"),
        ["parcels-hold-what-was-asked"] = (
            j => j.Change("fulfillment_order.fulfilled", e => FirstLine(e)["quantity"] = 3), ParcelsStream, 2, "fulfillment_order.fulfilled"),
        ["parcels-arrive-once"] = (
            j => j.Add(ParcelsStream, "fulfillment_order.delivered", """{ "fulfillment": "fo_9.1" }"""), ParcelsStream, 3, "fulfillment_order.delivered"),
        ["message-is-sent-once"] = (
            j => j.Add(MailStream, "notification.sent", """{ "message": "msg_1" }"""), MailStream, 3, "notification.sent"),
        ["order-is-confirmed-once"] = (
            j => j.Add(MailStream, "notification.queued", """{ "message": "msg_2", "kind": "order_confirmation" }""").SetDeadline(MailStream),
            MailStream, 3, "notification.queued"),
        ["promotion-keeps-to-limits"] = (
            j => j.Add(PromotionStream, "promotion.use_reserved", SecondUse).SetDeadline(PromotionStream),
            PromotionStream, 4, "promotion.use_reserved"),
        ["promotion-use-ends-once"] = (
            j => j.AddBefore("promotion.use_committed", PromotionStream, "promotion.use_returned", """{ "reservation": "a" }"""),
            PromotionStream, 3, "promotion.use_returned"),
        ["checkout-commits-reserved-credit"] = (
            j => j.PaidWithCredit().Remove("checkout.credit_committed"), CheckoutStream, 7, "checkout.order_placed"),
        ["order-has-its-credit"] = (
            j => j.PaidWithCredit().Change("credit.committed", e =>
                (e["amount"]!["amount"], e["balance"]!["amount"]) = (192, 308)), OrderStream, 1, "order.placed"),
        ["spent-credit-has-an-order"] = (
            j => j.PaidWithCredit().EndWith("checkout.credit_committed")
                .Add(CheckoutStream, "checkout.failed", "{}").Add(CheckoutStream, "checkout.undone", "{}"),
            CreditStream, 3, "credit.committed"),
        ["credit-agrees-with-orders"] = (
            j => j.PaidWithCredit().Add(CreditStream, "credit.returned", Ledger(93, 400, left: 100)), OrderStream, 1, "order.placed"),
        ["finished-checkout-reserves-no-credit"] = (
            j => j.PaidWithCredit().EndWith("checkout.credit_reserved").SetDeadline(CreditStream)
                .Add(CheckoutStream, "checkout.failed", "{}").Add(CheckoutStream, "checkout.undone", "{}"),
            CreditStream, 2, "credit.reserved"),
        ["order-has-its-stock"] = (
            j => j.AddBefore("stock.shipped", StockStream, "stock.commitment_released", $$"""{ "hold": "{{Hold}}", "quantity": 2 }"""),
            OrderStream, 1, "order.placed"),
        ["order-has-its-money"] = (
            j => j.Change("payment.requested", e => e["amount"]!["amount"] = 2192), OrderStream, 1, "order.placed"),
        ["order-is-what-was-frozen"] = (
            j => j.Change("order.placed", e => e["cart"]!["lines"]![0]!["quantity"] = 3), OrderStream, 1, "order.placed"),
        ["order-number-is-unique"] = (
            j => j.Add("order/ord_2", "order.placed", """{ "number": "ZT3BY23H", "cart": { "id": "cart_2", "totals": {} } }"""),
            "order/ord_2", 1, "order.placed"),
        ["cart-has-one-order"] = (
            j => j.Add("order/ord_2", "order.placed", """
                { "number": "2", "cart": { "id": "cart_01h455vb4pex5vsknk084sn02q", "totals": {} } }
                """),
            "order/ord_2", 1, "order.placed"),
        ["erased-stream-has-no-key"] = (
            j => j.Add(OrderStream, "order.erased", """{"at": "2026-03-14T09:26:53+00:00"}"""), OrderStream, 4, "order.erased"),
        ["captured-money-has-an-order"] = (j => j.Remove("order.placed"), PaymentStream, 3, "payment.captured"),
        ["completion-has-an-order"] = (j => j.Remove("cart.completed"), CheckoutStream, 8, "checkout.completed"),
        ["committed-stock-has-an-order"] = (
            j => j.EndWith("checkout.stock_committed").Add(CheckoutStream, "checkout.failed", "{}").Add(CheckoutStream, "checkout.undone", "{}"),
            StockStream, 5, "stock.committed"),
        ["finished-checkout-holds-nothing"] = (
            j => j.EndWith("checkout.stock_held").Add(CheckoutStream, "checkout.failed", "{}").Add(CheckoutStream, "checkout.undone", "{}"),
            StockStream, 4, "stock.held"),
        ["checkout-commits-promotions-before-order"] = (
            j => j.AddBefore("checkout.payment_authorized", CheckoutStream, "checkout.promotions_reserved", "{}"),
            CheckoutStream, 7, "checkout.order_placed"),
        ["finished-checkout-leaves-no-money"] = (
            j => j.EndWith("payment.authorized").Add(CheckoutStream, "checkout.failed", "{}").Add(CheckoutStream, "checkout.undone", "{}"),
            PaymentStream, 2, "payment.authorized"),
        ["gateway-agrees-with-payments"] = (
            j => j.ForgetIntents().AddIntent(1, 2193, 2192, "Captured"), PaymentStream, 3, "payment.captured"),
        ["allotments-add-up"] = (
            j => j.InADrop().Change("stock.allotted", e => e["units"] = 1), StockStream, 5, "stock.allotment_drawn"),
        ["drop-gives-one-place"] = (
            j => j.InADrop().AddBefore("drop.called", DropStream, "drop.joined", $$"""{ "ticket": "{{Ticket}}", "cart": "cart_c", "number": 3 }"""),
            DropStream, 6, "drop.joined"),
        ["drop-keeps-the-order"] = (
            j => j.InADrop().Change("drop.called", e => e["tickets"]![0]!["ticket"] = "tkt_b"), DropStream, 6, "drop.called"),
        ["drop-is-drawn-by-its-seed"] = (
            j => j.InADrop().Add(DropStream, "drop.drawn", """{ "seed": "other" }"""), DropStream, 9, "drop.drawn"),
        ["drop-is-not-oversold"] = (j => j.InADrop().Change("drop.scheduled", e => e["units"] = 1), DropStream, 8, "drop.bought"),
        ["ticket-steps-are-in-order"] = (
            j => j.InADrop().Change("drop.bought", e => e["quantity"] = 3), DropStream, 8, "drop.bought"),
        ["ticket-has-its-units"] = (
            j => j.InADrop().Change("drop.admitted", e => e["tickets"]![0]!["quantity"] = 3), DropStream, 7, "drop.admitted"),
        ["ticket-sale-has-its-stock"] = (
            j => j.InADrop().Change("drop.bought", e => e["stock_version"] = 10), DropStream, 8, "drop.bought"),
        ["payments-agree-with-orders"] = (j => j.Remove("order.payment_recorded"), OrderStream, 1, "order.placed"),
    };
}
