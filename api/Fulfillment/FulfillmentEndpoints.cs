using System.Collections.Immutable;
using Commerce.Identity;
using Commerce.Inventory;
using Commerce.Orders;
using Dapper;
using Npgsql;

namespace Commerce.Fulfillment;

internal static class FulfillmentEndpoints
{
    public static void MapFulfillmentAdministration(this IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/fulfillment-orders").WithTags("Fulfillment").Needs(Area.Fulfillment);
        orders.MapGet("/", List).WithName("ListFulfillmentOrders");
        orders.MapGet("/{id:fo}", Read).WithName("ReadFulfillmentOrder");
        orders.MapPost("/{id:fo}/accept", Accept).WithName("AcceptFulfillmentOrder");
        orders.MapPost("/{id:fo}/fulfillments", Fulfill).WithName("CreateFulfillment");
        orders.MapPost("/{id:fo}/fulfillments/{parcel}/delivery", Deliver).WithName("RecordDelivery");
    }

    private static async Task<Ok<Page<ListedFulfillmentOrder>>> List(
        [AsParameters] ListQuery list,
        [AsParameters] FulfillmentOrderFilter filter,
        FulfillmentListing orders,
        CancellationToken cancellation) =>
        TypedResults.Ok(await orders.ListAsync(list, filter, cancellation));

    private static async Task<Results<Ok<FulfillmentOrderView>, ProblemHttpResult>> Read(
        FulfillmentOrderId id, HttpContext http, IGrainFactory grains) =>
        (await grains.GetFulfillmentOrder(id).Read()).ToOk(http, order => order.Version);

    private static async Task<Results<Ok<FulfillmentOrderView>, ProblemHttpResult>> Accept(
        FulfillmentOrderId id, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetFulfillmentOrder(id).Accept(headers.For("accept", id))).ToOk(http, order => order.Version);

    private static async Task<Results<Created<FulfillmentOrderView>, ProblemHttpResult>> Fulfill(
        FulfillmentOrderId id, FulfillRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var command = new FulfillLines(body.Lines ?? [], body.Tracking);
        var result = await grains.GetFulfillmentOrder(id).Fulfill(command, headers.For("fulfill", command));
        return result.ToCreated(http, order => $"/v1/admin/fulfillment-orders/{order.Id}", order => order.Version);
    }

    private static async Task<Results<Ok<FulfillmentOrderView>, ProblemHttpResult>> Deliver(
        FulfillmentOrderId id, string parcel, DeliverRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetFulfillmentOrder(id).Deliver(parcel, body.At, headers.For($"deliver:{parcel}", body))).ToOk(http, order => order.Version);
}

/// <param name="At">When it arrived; left out: now.</param>
internal sealed record DeliverRequest(DateTimeOffset? At = null);

/// <param name="Lines">Left out: everything that is still to send.</param>
/// <param name="Tracking">Left out: the parcel cannot be followed.</param>
internal sealed record FulfillRequest(ImmutableArray<SkuQuantity>? Lines = null, Tracking? Tracking = null);

/// <summary>Which fulfillment orders to list; what is left out does not matter.</summary>
internal sealed record FulfillmentOrderFilter
{
    public Word<FulfillmentOrderStatus>? Status { get; init; }

    public LocationId? Location { get; init; }

    [Microsoft.AspNetCore.Mvc.FromQuery(Name = "order_id")]
    public OrderId? Order { get; init; }
}

/// <summary>A fulfillment order in a list.</summary>
internal sealed record ListedFulfillmentOrder(
    FulfillmentOrderId Id,
    OrderId OrderId,
    string OrderNumber,
    LocationId Location,
    FulfillmentOrderStatus Status,
    int Units,
    int OpenUnits,
    DateTimeOffset OpenedAt);

/// <summary>Queries over the fulfillment orders' read model.</summary>
internal sealed class FulfillmentListing(NpgsqlDataSource database)
{
    private const string Oldest = """
        select id, order_id, order_number, location, status, units, open_units, opened_at from fulfillment_orders
        where (@status::text is null or status = @status) and (@location::text is null or location = @location)
          and (@order::text is null or order_id = @order)
          and (@id::text is null or (opened_at, id) > (@at, @id))
        order by opened_at, id limit @limit
        """;

    /// <summary>A page of fulfillment orders, the oldest first.</summary>
    public async Task<Page<ListedFulfillmentOrder>> ListAsync(
        ListQuery list, FulfillmentOrderFilter filter, CancellationToken cancellation)
    {
        var after = list.After<Position>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Oldest,
            new
            {
                status = filter.Status?.ToString(),
                location = filter.Location?.Value,
                order = filter.Order?.Value,
                id = after?.Id,
                at = after?.At ?? default,
                limit = list.Size + 1,
            },
            cancellationToken: cancellation));
        return list.Page(rows.AsList(), View, row => new Position(row.Opened_at, row.Id));
    }

    private static ListedFulfillmentOrder View(Row row) => new(
        new(row.Id),
        new(row.Order_id),
        row.Order_number,
        new(row.Location),
        Word<FulfillmentOrderStatus>.Parse(row.Status, null).Value,
        row.Units,
        row.Open_units,
        row.Opened_at);

    private sealed record Position(DateTime At, string Id);

    private sealed record Row(
        string Id, string Order_id, string Order_number, string Location, string Status, int Units, int Open_units,
        DateTime Opened_at);
}
