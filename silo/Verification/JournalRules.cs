using System.Collections.Immutable;

namespace Commerce.Verification;

/// <summary>
/// All that is proved. A fold over one kind of stream is a class beside this one; what spans streams is a query in
/// <c>Sql/</c>, whose first line is its sentence, and which answers <c>stream, version, type, position, what</c> for
/// each event that breaks it.
/// </summary>
internal static class JournalRules
{
    public static readonly JournalRule VersionsGapless = new(
        "versions-are-gapless", "The versions of a stream are 1, 2, 3 and so on.");

    public static readonly JournalRule HeadIsLast = new(
        "head-is-last-event", "The head of a stream has the version of its last event.");

    public static readonly JournalRule Readable = new(
        "event-is-readable", "An event has the members that its kind has.");

    public static readonly JournalRule NothingStuck = new(
        "nothing-is-stuck", "A stream that waits for something has a deadline.");

    /// <summary>Folds by the category of stream; nothing is proved of the events of other categories but their versions.</summary>
    public static readonly ImmutableArray<(string Category, Func<StreamRule> New)> Folds =
    [
        ("stock-line", () => new StockRule()),
        ("payment", () => new PaymentRule()),
        ("checkout", () => new CheckoutRule()),
        ("order", () => new OrderRule()),
        ("order-amendment", () => new AmendmentRule()),
        ("credit-account", () => new CreditRule()),
        ("cart", () => new CartRule()),
        ("fulfillment-order", () => new FulfillmentRule()),
        ("notification", () => new NotificationRule()),
        ("promotion", () => new PromotionRule()),
        ("drop", () => new DropRule()),
    ];

    /// <summary>Categories that hold neither money nor stock nor a promise to anybody outside.</summary>
    public static readonly ImmutableArray<string> Unproved =
        ["product", "name", "promotion-code", "import", "fulfillment-router", "fulfillment-recorder", "payment-recorder", "drop-follower", "customer",
            "wishlists", "erasure", "sign-ins", "access", "settings"];

    /// <summary>Rules that span streams.</summary>
    public static readonly ImmutableArray<(JournalRule Rule, string Sql)> Queries =
    [
        Query("head-has-events"),
        Query("order-has-its-stock"),
        Query("order-has-its-money"),
        Query("order-has-its-credit"),
        Query("order-is-what-was-frozen"),
        Query("order-number-is-unique"),
        Query("cart-has-one-order"),
        Query("captured-money-has-an-order"),
        Query("completion-has-an-order"),
        Query("committed-stock-has-an-order"),
        Query("spent-credit-has-an-order"),
        Query("credit-agrees-with-orders"),
        Query("finished-checkout-holds-nothing"),
        Query("finished-checkout-reserves-no-credit"),
        Query("finished-checkout-leaves-no-money"),
        Query("gateway-agrees-with-payments"),
        Query("payments-agree-with-orders"),
        Query("ticket-has-its-units"),
        Query("ticket-sale-has-its-stock"),
        Query("erased-stream-has-no-key"),
        Query("returned-units-are-in-stock"),
    ];

    /// <summary>Every rule, by code.</summary>
    public static readonly ImmutableArray<JournalRule> All =
    [
        VersionsGapless, HeadIsLast, Readable, NothingStuck,
        StockRule.NotOversold, StockRule.NothingNegative, StockRule.WithinPolicy, StockRule.HeldOnce, StockRule.EndsOnce,
        StockRule.PartsAddUp, StockRule.CountAddsUp, StockRule.AllotmentsAddUp,
        PaymentRule.AttemptsInOrder, PaymentRule.CapturedWithinAuthorized, PaymentRule.RefundedWithinCaptured,
        PaymentRule.OneOutcome, PaymentRule.OneCallAtATime,
        CheckoutRule.AttemptsInOrder, CheckoutRule.OrderNeedsStockAndMoney, CheckoutRule.UsesCommitted, CheckoutRule.OrderIsFinal,
        CheckoutRule.CreditCommitted,
        OrderRule.PlacedFirst, OrderRule.TotalsAddUp, OrderRule.NotOverpaid, OrderRule.NotOversent,
        OrderRule.ChangesAddUp, OrderRule.NotOverrefunded, OrderRule.ReturnedOnce, AmendmentRule.OneAtATime, AmendmentRule.RecordedIsFinal,
        CreditRule.AddsUp, CreditRule.NotOverdrawn, CreditRule.EndsOnce,
        CartRule.Frozen, CartRule.EndsOnce,
        FulfillmentRule.NotOversent,
        FulfillmentRule.DeliveredOnce,
        NotificationRule.SentOnce, NotificationRule.ConfirmedOnce,
        PromotionRule.WithinLimits, PromotionRule.EndsOnce,
        DropRule.OnePlace, DropRule.InOrder, DropRule.DrawnFairly, DropRule.NotOversold, DropRule.StepsInOrder,
        .. Queries.Select(query => query.Rule),
    ];

    /// <summary>The text of a query, embedded.</summary>
    public static string Text(string name)
    {
        using var stream = typeof(JournalRules).Assembly.GetManifestResourceStream($"verification/{name}.sql")
            ?? throw new InvalidOperationException($"There is no verification/{name}.sql.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static (JournalRule Rule, string Sql) Query(string name)
    {
        var sql = Text(name);
        return (new(name, sql[..sql.IndexOf('\n', StringComparison.Ordinal)].TrimStart('-', ' ').TrimEnd()), sql);
    }
}
