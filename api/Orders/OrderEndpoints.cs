using System.Text.Json;
using Commerce.Edge;
using Commerce.Identity;
using Commerce.Live;
using Commerce.Payments;

namespace Commerce.Orders;

internal static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/orders/{orderId:order}", Read).WithTags("Orders").WithName("ReadOrder");
        routes.MapGet("/orders/{orderId:order}/events", Follow).WithTags("Orders").WithName("FollowOrder").DisableRequestTimeout();
        routes.MapPost("/orders/lookup", LookUp).WithTags("Orders").WithName("LookUpOrder").Limited(Limit.Guesses);
    }

    public static void MapOrderAdministration(this IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/orders").WithTags("Order administration").Needs(Area.Orders);
        orders.MapGet("/", List).WithName("ListOrders");
        orders.MapGet("/{orderId:order}", Read).WithName("ReadAnyOrder");
        orders.MapGet("/{orderId:order}/history", History).WithName("ReadOrderHistory");
        orders.MapGet("/{orderId:order}/payment", Payment).WithName("ReadOrderPayment");
    }

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> Read(
        OrderId orderId, HttpContext http, IGrainFactory grains) =>
        (await grains.GetOrder(orderId).Read()).ToOk(http, order => order.Version);

    private static Task<Results<ServerSentEventsResult<OrderView?>, ProblemHttpResult>> Follow(
        OrderId orderId, HttpContext http, IGrainFactory grains, LiveStream live) => live.FollowAsync(
            http, "order", () => grains.GetOrder(orderId).Read(), order => $"{order.Version}", _ => [$"order/{orderId}"]);

    /// <summary>For guests who have lost the link. Who does not know both is told the same as if there were no such order.</summary>
    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> LookUp(
        LookUpOrderRequest body, HttpContext http, OrderListing orders, IGrainFactory grains, CancellationToken cancellation)
    {
        // An order that is not there is asked for like one that is, and takes as long.
        var number = body.Number?.Trim().ToUpperInvariant() ?? "";
        var id = await orders.FindAsync(number, cancellation) ?? EntityId.Derive<OrderId>($"no order/{number}");
        var found = await grains.GetOrder(id).Read();
        var isTheirs = found.Value?.Email is { } email && body.Email is { Length: <= 320 } given
            && email.Equals(given.Trim(), StringComparison.OrdinalIgnoreCase);
        return (isTheirs ? found : OrderRejections.NotFound).ToOk(http, order => order.Version);
    }

    private static async Task<Ok<Page<ListedOrder>>> List(
        [AsParameters] ListQuery list, [AsParameters] OrderFilter filter, OrderListing orders, CancellationToken cancellation) =>
        TypedResults.Ok(await orders.ListAsync(list, filter, cancellation));

    private static async Task<Results<Ok<Page<HistoryEntry>>, ProblemHttpResult>> History(
        OrderId orderId, HttpContext http, [AsParameters] ListQuery list, OrderListing orders, CancellationToken cancellation)
    {
        var page = await orders.HistoryAsync(orderId, list, cancellation);
        var isUnknown = page.Data.IsEmpty && list.Cursor is null;
        return (isUnknown ? OrderRejections.NotFound : (Result<Page<HistoryEntry>>)page).ToOk(http);
    }

    private static async Task<Results<Ok<PaymentView>, ProblemHttpResult>> Payment(
        OrderId orderId, HttpContext http, IGrainFactory grains) =>
        (await grains.GetPayment(orderId).Read()).ToOk(http);
}

/// <param name="Number">The order's, as it is in the confirmation.</param>
/// <param name="Email">That the confirmation went to.</param>
internal sealed record LookUpOrderRequest(string? Number, string? Email)
{
    /// <summary>Without what is said.</summary>
    public override string ToString() => "look-up";
}

/// <summary>Which orders to list; what is left out does not matter.</summary>
internal sealed record OrderFilter
{
    public Word<OrderStatus>? Status { get; init; }

    [Microsoft.AspNetCore.Mvc.FromQuery(Name = "payment_status")]
    public Word<OrderPaymentStatus>? PaymentStatus { get; init; }

    [Microsoft.AspNetCore.Mvc.FromQuery(Name = "fulfillment_status")]
    public Word<FulfillmentStatus>? FulfillmentStatus { get; init; }

    public string? Number { get; init; }

    /// <summary>That it was sold in.</summary>
    [Microsoft.AspNetCore.Mvc.FromQuery(Name = "sales_channel")]
    public SalesChannel? SalesChannel { get; init; }

    /// <summary>Whether nothing is left to pay and nothing owed.</summary>
    public bool? Balanced { get; init; }
}

/// <summary>An order in a list.</summary>
/// <param name="SalesChannel">Null: nothing named one, as in the shop's own pages.</param>
internal sealed record ListedOrder(
    OrderId Id,
    string Number,
    OrderStatus Status,
    OrderPaymentStatus PaymentStatus,
    FulfillmentStatus FulfillmentStatus,
    Money Total,
    int Units,
    string Country,
    DateTimeOffset PlacedAt,
    Money AmountDue,
    Money AmountOwed,
    SalesChannel? SalesChannel);

/// <summary>One event of an order's journal.</summary>
internal sealed record HistoryEntry(long Version, string Type, JsonElement Data, JsonElement Metadata, DateTimeOffset RecordedAt);
