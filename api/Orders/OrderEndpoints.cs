using System.Text.Json;
using Commerce.Identity;
using Commerce.Payments;

namespace Commerce.Orders;

internal static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/orders/{orderId:order}", Read).WithTags("Orders").WithName("ReadOrder");

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

/// <summary>Which orders to list; what is left out does not matter.</summary>
/// <param name="Balanced">Whether nothing is left to pay and nothing owed.</param>
internal sealed record OrderFilter(
    Word<OrderStatus>? Status,
    [property: Microsoft.AspNetCore.Mvc.FromQuery(Name = "payment_status")] Word<OrderPaymentStatus>? PaymentStatus,
    [property: Microsoft.AspNetCore.Mvc.FromQuery(Name = "fulfillment_status")] Word<FulfillmentStatus>? FulfillmentStatus,
    string? Number,
    bool? Balanced);

/// <summary>An order in a list.</summary>
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
    Money AmountOwed);

/// <summary>One event of an order's journal.</summary>
internal sealed record HistoryEntry(long Version, string Type, JsonElement Data, JsonElement Metadata, DateTimeOffset RecordedAt);
