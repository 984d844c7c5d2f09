using System.Net.ServerSentEvents;
using Commerce.Carts;
using Commerce.Identity;
using Commerce.Live;
using Microsoft.Extensions.Options;

namespace Commerce.Drops;

internal static class DropEndpoints
{
    public static void MapDrops(this IEndpointRouteBuilder routes)
    {
        var drops = routes.MapGroup("/drops").WithTags("Drops");
        drops.MapGet("/", ListUpcoming).WithName("ListDrops");
        var drop = drops.MapGroup("/{dropId:drop}");
        drop.MapGet("/", ReadPublic).WithName("ReadDrop");
        drop.MapGet("/events", FollowPublic).WithName("FollowDrop").DisableRequestTimeout();
        drop.MapPost("/tickets", Join).WithName("JoinDrop");
        drop.MapGet("/tickets/{token:ticket}", ReadTicket).WithName("ReadTicket");
        drop.MapDelete("/tickets/{token:ticket}", Leave).WithName("LeaveDrop");
        drop.MapGet("/tickets/{token:ticket}/events", FollowTicket).WithName("FollowTicket").DisableRequestTimeout();
    }

    public static void MapDropAdministration(this IEndpointRouteBuilder routes)
    {
        var drops = routes.MapGroup("/drops").WithTags("Drops").Needs(Area.Drops);
        drops.MapGet("/", List).WithName("ListAllDrops");
        drops.MapPost("/", Create).WithName("CreateDrop").RequireIdempotencyKey();
        var drop = drops.MapGroup("/{dropId:drop}");
        drop.MapGet("/", Read).WithName("WatchDrop");
        drop.MapGet("/events", Follow).WithName("FollowDropAsOperator").DisableRequestTimeout();
        drop.MapPut("/units", SetUnits).WithName("SetDropUnits");
        drop.MapPost("/open", Open).WithName("OpenDrop");
        drop.MapPost("/pause", Pause).WithName("PauseDrop");
        drop.MapPost("/close", Close).WithName("CloseDrop");
    }

    private static async Task<Ok<Page<ListedDrop>>> ListUpcoming(
        [AsParameters] ListQuery list, DropListing drops, CancellationToken cancellation) =>
        TypedResults.Ok(await drops.ListAsync(list, status: null, isClosedToo: false, cancellation));

    private static async Task<Results<Ok<PublicDrop>, ProblemHttpResult>> ReadPublic(
        DropId dropId, HttpContext http, IGrainFactory grains, CancellationToken cancellation)
    {
        var drop = await grains.GetDrop(dropId).Read(cancellation);
        return (drop.IsAccepted ? PublicDrop.Of(drop.Value!) : (Result<PublicDrop>)drop.Rejection!).ToOk(http);
    }

    private static async Task<Results<Created<JoinedDrop>, Ok<JoinedDrop>, ProblemHttpResult>> Join(
        DropId dropId, JoinDropRequest body, IGrainFactory grains, DropTickets tickets, CancellationToken cancellation)
    {
        var cart = await grains.GetCart(body.Cart).Read(cancellation);
        if (cart.Rejection is { } missing)
        {
            return (missing with { Pointer = "/cart" }).ToProblem();
        }

        if (cart.Value!.Status is not (CartStatus.Active or CartStatus.CheckingOut))
        {
            return DropRejections.CartIsOver.ToProblem();
        }

        var ticket = await tickets.OfAsync(dropId, cart.Value.Email, body.PaymentMethod);
        if (!ticket.IsAccepted)
        {
            return ticket.Rejection!.ToProblem();
        }

        var isProven = body.Token is not null && await tickets.ReadAsync(dropId, body.Token) == ticket.Value;
        var joined = await grains.GetDrop(dropId).Join(new(ticket.Value, body.Cart, body.Quantity, isProven), cancellation);
        if (!joined.IsAccepted)
        {
            return joined.Rejection!.ToProblem();
        }

        var answer = new JoinedDrop(await tickets.SignAsync(dropId, joined.Value!.Id), joined.Value);
        return joined.IsRepeated
            ? TypedResults.Ok(answer)
            : TypedResults.Created($"/v1/drops/{dropId}/tickets/{answer.Token}", answer);
    }

    private static async Task<Results<Ok<TicketView>, ProblemHttpResult>> ReadTicket(
        DropId dropId, string token, HttpContext http, IGrainFactory grains, DropTickets tickets, CancellationToken cancellation) =>
        await tickets.ReadAsync(dropId, token) is { } ticket
            ? (await grains.GetDrop(dropId).ReadTicket(ticket, cancellation)).ToOk(http)
            : DropRejections.TicketNotFound.ToProblem();

    private static async Task<Results<Ok<TicketView>, ProblemHttpResult>> Leave(
        DropId dropId, string token, HttpContext http, IGrainFactory grains, DropTickets tickets, CancellationToken cancellation) =>
        await tickets.ReadAsync(dropId, token) is { } ticket
            ? (await grains.GetDrop(dropId).Leave(ticket, cancellation)).ToOk(http)
            : DropRejections.TicketNotFound.ToProblem();

    private static async Task<Results<ServerSentEventsResult<TicketView?>, NoContent, ProblemHttpResult>> FollowTicket(
        DropId dropId,
        string token,
        HttpContext http,
        IGrainFactory grains,
        DropTickets tickets,
        DropFeeds feeds,
        CancellationToken cancellation)
    {
        if (await tickets.ReadAsync(dropId, token) is not { } ticket)
        {
            return DropRejections.TicketNotFound.ToProblem();
        }

        var now = await grains.GetDrop(dropId).ReadTicket(ticket, cancellation);
        if (!now.IsAccepted)
        {
            return now.Rejection!.ToProblem();
        }

        var told = EventStream.LastEventId(http);
        if (now.Value!.IsOver && DropStream.IdOf(now.Value) == told)
        {
            // The standard's way to say: do not connect again.
            return TypedResults.NoContent();
        }

        return feeds.Listen(dropId, ticket) is { } listener
            ? TypedResults.ServerSentEvents(DropStream.Of(listener, now.Value, told, DropStream.Mark, "ticket", cancellation))
            : EventStream.Full(http);
    }

    private static Task<Results<ServerSentEventsResult<PublicDrop?>, ProblemHttpResult>> FollowPublic(
        DropId dropId, HttpContext http, IGrainFactory grains, DropFeeds feeds, IOptions<LiveOptions> live) =>
        StreamAsync(dropId, http, grains, feeds, PublicDrop.Of, EventStream.Lasting(http, live.Value.SignedInFor));

    private static Task<Results<ServerSentEventsResult<DropView?>, ProblemHttpResult>> Follow(
        DropId dropId, HttpContext http, IGrainFactory grains, DropFeeds feeds, IOptions<LiveOptions> live) =>
        StreamAsync(dropId, http, grains, feeds, drop => drop, EventStream.Lasting(http, live.Value.SignedInFor));

    private static async Task<Results<ServerSentEventsResult<T?>, ProblemHttpResult>> StreamAsync<T>(
        DropId dropId,
        HttpContext http,
        IGrainFactory grains,
        DropFeeds feeds,
        Func<DropView, T> show,
        CancellationToken cancellation)
        where T : class
    {
        var now = await grains.GetDrop(dropId).Read(cancellation);
        return !now.IsAccepted ? now.Rejection!.ToProblem()
            : feeds.Listen(dropId) is { } listener ? TypedResults.ServerSentEvents(Shown(
                DropStream.Of(listener, now.Value!, EventStream.LastEventId(http), DropStream.Mark, "drop", cancellation), show))
            : EventStream.Full(http);
    }

    private static async IAsyncEnumerable<SseItem<T?>> Shown<T>(IAsyncEnumerable<SseItem<DropView?>> items, Func<DropView, T> show)
        where T : class
    {
        await foreach (var item in items)
        {
            yield return new(item.Data is { } drop ? show(drop) : null, item.EventType)
            {
                EventId = item.EventId, ReconnectionInterval = item.ReconnectionInterval,
            };
        }
    }

    private static async Task<Ok<Page<ListedDrop>>> List(
        [AsParameters] ListQuery list, Word<DropStatus>? status, DropListing drops, CancellationToken cancellation) =>
        TypedResults.Ok(await drops.ListAsync(list, status, isClosedToo: true, cancellation));

    private static async Task<Results<Created<DropView>, ProblemHttpResult>> Create(
        DropDefinition body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var id = EntityId.Derive<DropId>($"create/{headers.Key}");
        var result = await grains.GetDrop(id).Create(body, headers.For("create", body));
        return result.ToCreated(http, drop => $"/v1/admin/drops/{drop.Id}", drop => drop.Version);
    }

    private static async Task<Results<Ok<DropView>, ProblemHttpResult>> Read(
        DropId dropId, HttpContext http, IGrainFactory grains, CancellationToken cancellation) =>
        (await grains.GetDrop(dropId).Read(cancellation)).ToOk(http, drop => drop.Version);

    private static async Task<Results<Ok<DropView>, ProblemHttpResult>> SetUnits(
        DropId dropId, DropUnitsRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetDrop(dropId).SetUnits(body.Units, headers.For("units", body))).ToOk(http, drop => drop.Version);

    private static async Task<Results<Ok<DropView>, ProblemHttpResult>> Open(
        DropId dropId, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetDrop(dropId).Open(headers.For("open", null))).ToOk(http, drop => drop.Version);

    private static async Task<Results<Ok<DropView>, ProblemHttpResult>> Pause(
        DropId dropId, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetDrop(dropId).Pause(headers.For("pause", null))).ToOk(http, drop => drop.Version);

    private static async Task<Results<Ok<DropView>, ProblemHttpResult>> Close(
        DropId dropId, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetDrop(dropId).Close(headers.For("close", null))).ToOk(http, drop => drop.Version);
}

/// <param name="Cart">The cart that will buy; it says whose place it is by its e-mail address.</param>
/// <param name="Quantity">Units wanted, 1 to the drop's <c>quantity_max</c>.</param>
/// <param name="PaymentMethod">For drops with one place per payment method: the gateway's id of one.</param>
/// <param name="Token">Of the place that the holder has already, when he asks with another cart.</param>
internal sealed record JoinDropRequest(CartId Cart, int Quantity = 1, string? PaymentMethod = null, string? Token = null);

/// <param name="Token">Names the place and proves that it is his: whoever has it can look at it and leave it.</param>
internal sealed record JoinedDrop(string Token, TicketView Ticket);

/// <param name="Units">In all, those already sold included.</param>
internal sealed record DropUnitsRequest(int Units);

/// <summary>A drop as shoppers see it.</summary>
/// <param name="Left">Units that are not sold.</param>
/// <param name="Waiting">Tickets in line.</param>
/// <param name="AdmittedPerMinute">The pace of the last admissions; null: not known.</param>
/// <param name="SeedHash">For a lottery: SHA-256 of the seed, in hexadecimal, published before the first ticket.</param>
/// <param name="Seed">The seed, once it is drawn: the line is in the order of SHA-256 of <c>seed:ticket</c>.</param>
internal sealed record PublicDrop(
    DropId Id,
    string Title,
    Sku Sku,
    DropStatus Status,
    DateTimeOffset OpensAt,
    int Units,
    int Left,
    int Waiting,
    int QuantityMax,
    DropOrder Order,
    int LotterySeconds,
    OnePer OnePer,
    int HoldSeconds,
    long? AdmittedPerMinute,
    string? SeedHash,
    string? Seed)
{
    /// <summary>What of a drop is public.</summary>
    public static PublicDrop Of(DropView drop) => new(
        drop.Id,
        drop.Definition.Title,
        drop.Definition.Sku,
        drop.Status,
        drop.Definition.OpensAt,
        drop.Units,
        drop.Units - drop.Sold,
        drop.Waiting,
        drop.Definition.QuantityMax,
        drop.Definition.Order,
        drop.Definition.LotterySeconds,
        drop.Definition.OnePer,
        drop.Definition.HoldSeconds,
        drop.AdmittedPerMinute,
        drop.SeedHash,
        drop.Seed);
}
