using System.Collections.Immutable;
using Commerce.Identity;
using Commerce.Notifications;

namespace Commerce.Orders;

internal static class OrderChangeEndpoints
{
    public static void MapOrderChanges(this IEndpointRouteBuilder routes)
    {
        var order = routes.MapGroup("/orders/{orderId:order}").WithTags("Orders");
        order.MapPost("/cancel", CancelAsShopper).WithName("CancelOrder").RequireIdempotencyKey();
        order.MapPost("/payments", Pay).WithName("PayOrder").RequireIdempotencyKey();
    }

    public static void MapOrderChangeAdministration(this IEndpointRouteBuilder routes)
    {
        var order = routes.MapGroup("/orders/{orderId:order}").WithTags("Order administration").Needs(Area.Orders);
        order.MapPost("/cancel", CancelAsOperator).WithName("CancelAnyOrder").RequireIdempotencyKey();
        order.MapPost("/edits", Propose).WithName("ProposeOrderEdit");
        order.MapGet("/edits/{editId:edit}", ReadEdit).WithName("ReadOrderEdit");
        order.MapPost("/edits/{editId:edit}/apply", Apply).WithName("ApplyOrderEdit").RequireIdempotencyKey();
        order.MapGet("/notes", Notes).WithName("ListOrderNotes");
        order.MapPost("/notes", AddNote).WithName("AddOrderNote");
        order.MapGet("/messages", Messages).WithName("ListOrderMessages");
        order.MapPost("/messages/{messageId:message}/send", SendAgain).WithName("SendOrderMessageAgain").RequireIdempotencyKey();
    }

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> CancelAsShopper(
        OrderId orderId, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var command = new CancelOrder([], OrderCancelReason.Customer, Restock: true, OrderParty.Shopper);
        return (await grains.GetOrderAmendment(orderId).Cancel(command, headers.For("cancel", command)))
            .ToOk(http, order => order.Version);
    }

    private static async Task<Results<Ok<OrderView>, Accepted<OrderPaymentPending>, ProblemHttpResult>> Pay(
        OrderId orderId, PayOrderRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var result = await grains.GetOrderAmendment(orderId).Pay(body.PaymentMethod, headers.For("pay", body), body.ExpectedDue);
        if (result is { Value.NextAction: { } action })
        {
            return TypedResults.Accepted($"/v1/orders/{orderId}", new OrderPaymentPending(orderId, action));
        }

        return result.Select(outcome => outcome.Order!).ToOk(http, order => order.Version).Result switch
        {
            Ok<OrderView> paid => paid,
            var refused => (ProblemHttpResult)refused,
        };
    }

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> CancelAsOperator(
        OrderId orderId, CancelOrderRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        if (body.Lines is { IsEmpty: true })
        {
            // No lines would be all lines, which nobody says by an empty list.
            return OrderRejections.LinesMalformed.ToProblem();
        }

        var command = new CancelOrder(body.Lines ?? [], body.Reason, body.Restock, OrderParty.Operator);
        return (await grains.GetOrderAmendment(orderId).Cancel(command, headers.For("cancel", command)))
            .ToOk(http, order => order.Version);
    }

    private static async Task<Results<Created<OrderEditView>, ProblemHttpResult>> Propose(
        OrderId orderId, EditOrderRequest body, HttpContext http, IGrainFactory grains, TimeProvider time)
    {
        var command = new EditOrder(body.Lines ?? [], body.Add ?? [], body.ShippingAddress, body.ShippingOption);
        var proposed = await grains.GetOrderAmendment(orderId).Propose(EntityId.New<OrderEditId>(time.GetUtcNow()), command);
        return proposed.ToCreated(http, edit => $"/v1/admin/orders/{edit.Order}/edits/{edit.Id}");
    }

    private static async Task<Results<Ok<OrderEditView>, ProblemHttpResult>> ReadEdit(
        OrderId orderId, OrderEditId editId, HttpContext http, IGrainFactory grains) =>
        (await grains.GetOrderAmendment(orderId).ReadEdit(editId)).ToOk(http);

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> Apply(
        OrderId orderId, OrderEditId editId, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetOrderAmendment(orderId).Apply(editId, headers.For("apply", editId))).ToOk(http, order => order.Version);

    private static async Task<Results<Ok<Page<OrderNote>>, ProblemHttpResult>> Notes(
        OrderId orderId, HttpContext http, IGrainFactory grains) =>
        (await grains.GetOrder(orderId).ReadNotes(100)).Select(Page<OrderNote>.Whole).ToOk(http);

    private static async Task<Results<Ok<Page<OrderNote>>, ProblemHttpResult>> AddNote(
        OrderId orderId, AddOrderNoteRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetOrder(orderId).AddNote(body.Text, headers.For("note", body))).Select(Page<OrderNote>.Whole).ToOk(http);

    private static async Task<Ok<Page<MessageView>>> Messages(OrderId orderId, IGrainFactory grains) =>
        TypedResults.Ok(Page<MessageView>.Whole(await grains.GetNotification(orderId).Read()));

    private static async Task<Results<Ok<MessageView>, ProblemHttpResult>> SendAgain(
        OrderId orderId, MessageId messageId, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetNotification(orderId).SendAgain(messageId, headers.For("send", messageId))).ToOk(http);
}

/// <param name="Reason">Why; the customer is not told.</param>
/// <param name="Lines">Units to call off, all or none; left out: everything that is not sent.</param>
/// <param name="Restock">Whether the units can be sold again; left out: yes.</param>
internal sealed record CancelOrderRequest(
    OrderCancelReason Reason, ImmutableArray<OrderLineQuantity>? Lines = null, bool Restock = true);

/// <param name="Lines">Units that lines are to have, 0 or more; left out: as they are.</param>
/// <param name="Add">Lines to add, at today's prices.</param>
/// <param name="ShippingAddress">Where it goes, in the same country and region; left out: as it is.</param>
/// <param name="ShippingOption">How it is shipped; left out: as it is.</param>
internal sealed record EditOrderRequest(
    ImmutableArray<OrderLineQuantity>? Lines = null,
    ImmutableArray<Fulfillment.SkuQuantity>? Add = null,
    Address? ShippingAddress = null,
    string? ShippingOption = null);

/// <param name="PaymentMethod">The gateway's id of the payment method, <c>pm_…</c>; never a card number.</param>
/// <param name="ExpectedDue">What is due as far as the payer knows: of another amount nothing is taken. Left out: whatever is due.</param>
internal sealed record PayOrderRequest(string PaymentMethod, Money? ExpectedDue = null);

/// <summary>The customer must act before the payment is made; pay again afterwards, with the same key.</summary>
internal sealed record OrderPaymentPending(OrderId OrderId, Payments.NextAction NextAction);

/// <param name="Text">1 to 1,000 characters. Shoppers never see it.</param>
internal sealed record AddOrderNoteRequest(string Text);
