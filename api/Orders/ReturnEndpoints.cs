using System.Collections.Immutable;
using Commerce.Customers;
using Commerce.Identity;
using Commerce.Inventory;
using Dapper;
using Npgsql;

namespace Commerce.Orders;

internal static class ReturnEndpoints
{
    public static void MapReturns(this IEndpointRouteBuilder routes)
    {
        var returns = routes.MapGroup("/orders/{orderId:order}/returns").WithTags("Returns");
        returns.MapGet("/", ListOf).WithName("ListOrderReturns");
        returns.MapGet("/{number:int}", Read).WithName("ReadReturn");
        returns.MapPost("/", RequestAsShopper).WithName("RequestReturn").RequireIdempotencyKey();
        returns.MapPost("/{number:int}/cancel", Cancel).WithName("CancelReturn");
    }

    public static void MapOwnReturns(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/me/returns", ListOwn).WithTags("Own account").ForTheShopper().WithName("ListOwnReturns");

    public static void MapReturnAdministration(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/returns", List).WithTags("Return administration").Needs(Area.Orders).WithName("ListReturns");
        var returns = routes.MapGroup("/orders/{orderId:order}/returns").WithTags("Return administration").Needs(Area.Orders);
        returns.MapPost("/", RequestAsOperator).WithName("BeginReturn").RequireIdempotencyKey();
        returns.MapPost("/{number:int}/approve", Approve).WithName("ApproveReturn");
        returns.MapPost("/{number:int}/decline", Decline).WithName("DeclineReturn");

        // Whoever sends goods takes them in.
        routes.MapGroup("/orders/{orderId:order}/returns").WithTags("Return administration").Needs(Area.Fulfillment)
            .MapPost("/{number:int}/receive", Receive).WithName("ReceiveReturn").RequireIdempotencyKey();
    }

    private static async Task<Results<Ok<Page<OrderReturnView>>, ProblemHttpResult>> ListOf(
        OrderId orderId, HttpContext http, IGrainFactory grains) =>
        (await grains.GetOrder(orderId).Read()).Select(order => Page<OrderReturnView>.Whole(order.Returns)).ToOk(http);

    private static async Task<Results<Ok<OrderReturnView>, ProblemHttpResult>> Read(
        OrderId orderId, int number, HttpContext http, IGrainFactory grains)
    {
        var order = await grains.GetOrder(orderId).Read();
        return (order.Rejection is { } unknown ? unknown
            : order.Required.Returns.FirstOrDefault(known => known.Number == number) is { } found ? found
            : (Result<OrderReturnView>)ReturnRejections.NotFound).ToOk(http);
    }

    private static Task<Results<Created<OrderReturnView>, ProblemHttpResult>> RequestAsShopper(
        OrderId orderId, RequestReturnRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        RequestAsync(orderId, body, OrderParty.Shopper, headers, http, grains);

    private static Task<Results<Created<OrderReturnView>, ProblemHttpResult>> RequestAsOperator(
        OrderId orderId, RequestReturnRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        RequestAsync(orderId, body, OrderParty.Operator, headers, http, grains);

    private static async Task<Results<Created<OrderReturnView>, ProblemHttpResult>> RequestAsync(
        OrderId order, RequestReturnRequest body, OrderParty by, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var command = new RequestReturn(body.Lines, body.Note, by);
        return (await grains.GetOrder(order).RequestReturn(command, headers.For("return", command)))
            .ToCreated(http, made => $"/v1/orders/{order}/returns/{made.Number}");
    }

    private static Task<Results<Ok<OrderReturnView>, ProblemHttpResult>> Cancel(
        OrderId orderId, int number, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        DecideAsync(orderId, number, ReturnStatus.Canceled, headers, http, grains);

    private static Task<Results<Ok<OrderReturnView>, ProblemHttpResult>> Approve(
        OrderId orderId, int number, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        DecideAsync(orderId, number, ReturnStatus.Approved, headers, http, grains);

    private static Task<Results<Ok<OrderReturnView>, ProblemHttpResult>> Decline(
        OrderId orderId, int number, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        DecideAsync(orderId, number, ReturnStatus.Declined, headers, http, grains);

    private static async Task<Results<Ok<OrderReturnView>, ProblemHttpResult>> DecideAsync(
        OrderId order, int number, ReturnStatus status, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetOrder(order).DecideReturn(number, status, headers.For($"return:{number}:{status}", null))).ToOk(http);

    private static async Task<Results<Ok<OrderReturnView>, ProblemHttpResult>> Receive(
        OrderId orderId, int number, ReceiveReturnRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var command = new ReceiveReturn(body.Lines, body.Location, body.RefundShipping);
        return (await grains.GetOrder(orderId).ReceiveReturn(number, command, headers.For($"receive:{number}", command))).ToOk(http);
    }

    private static Task<Ok<Page<ListedReturn>>> ListOwn(
        [AsParameters] ListQuery list, HttpContext http, ReturnListing returns, CancellationToken cancellation) =>
        ListAsync(list, new(), returns, http.User.CustomerId(), cancellation);

    private static Task<Ok<Page<ListedReturn>>> List(
        [AsParameters] ListQuery list, [AsParameters] ReturnFilter filter, ReturnListing returns, CancellationToken cancellation) =>
        ListAsync(list, filter, returns, customer: null, cancellation);

    private static async Task<Ok<Page<ListedReturn>>> ListAsync(
        ListQuery list, ReturnFilter filter, ReturnListing returns, CustomerId? customer, CancellationToken cancellation) =>
        TypedResults.Ok(await returns.ListAsync(list, filter, customer, cancellation));
}

/// <param name="Lines">Units by line, no more than the line's <c>returnable</c>.</param>
/// <param name="Note">What the shop should know, at most 500 characters; left out: nothing.</param>
internal sealed record RequestReturnRequest(ImmutableArray<ReturnLine> Lines, string? Note = null)
{
    /// <summary>Without what is said.</summary>
    public override string ToString() => "return";
}

/// <param name="Lines">Units by line and condition; what is left out does not come any more.</param>
/// <param name="Location">Where they are; left out: where the last parcel of the order left from.</param>
/// <param name="RefundShipping">Whether what was paid for shipping goes back as well; left out: no.</param>
internal sealed record ReceiveReturnRequest(
    ImmutableArray<ReceivedLine> Lines, LocationId? Location = null, bool RefundShipping = false);

/// <summary>Which returns to list; what is left out does not matter.</summary>
internal sealed record ReturnFilter
{
    public Word<ReturnStatus>? Status { get; init; }
}

/// <summary>A return in a list.</summary>
/// <param name="Number">Of the order's returns.</param>
internal sealed record ListedReturn(
    OrderId OrderId, string OrderNumber, int Number, ReturnStatus Status, int Units, DateTimeOffset RequestedAt);

/// <summary>Queries over the returns' read model.</summary>
internal sealed class ReturnListing(NpgsqlDataSource database)
{
    private const string Newest = """
        select r.order_id, o.number as order_number, r.number, r.status, r.units, r.requested_at
        from order_returns r join orders o on o.id = r.order_id
        where (@status::text is null or r.status = @status) and (@customer::text is null or o.customer = @customer)
          and (@id::text is null or (r.requested_at, r.order_id, r.number) < (@at, @id, @number))
        order by r.requested_at desc, r.order_id desc, r.number desc limit @limit
        """;

    /// <summary>A page of returns, the newest first.</summary>
    /// <param name="customer">Whose; null: everybody's.</param>
    public async Task<Page<ListedReturn>> ListAsync(
        ListQuery list, ReturnFilter filter, CustomerId? customer, CancellationToken cancellation)
    {
        var after = list.After<Position>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Newest,
            new
            {
                status = filter.Status?.ToString(),
                customer = customer?.Value,
                id = after?.Id,
                number = after?.Number ?? 0,
                at = after?.At ?? default,
                limit = list.Size + 1,
            },
            cancellationToken: cancellation));
        return list.Page(
            rows.AsList(),
            row => new ListedReturn(
                new(row.Order_id), row.Order_number, row.Number, Word<ReturnStatus>.Parse(row.Status, null).Value, row.Units, row.Requested_at),
            row => new Position(row.Requested_at, row.Order_id, row.Number));
    }

    private sealed record Position(DateTime At, string Id, int Number);

    private sealed record Row(string Order_id, string Order_number, int Number, string Status, int Units, DateTime Requested_at);
}
