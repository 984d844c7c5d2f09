using Commerce.Identity;
using Commerce.Orders;

namespace Commerce.Payments;

internal static class PaymentEndpoints
{
    public static void MapPayments(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/payment-options", Options).WithTags("Checkout").WithName("ReadPaymentOptions");

    public static void MapPaymentAdministration(this IEndpointRouteBuilder routes)
    {
        var payment = routes.MapGroup("/orders/{orderId:order}/payment").WithTags("Payments").Needs(Area.Payments);
        payment.MapPost("/captures", Capture).RequireIdempotencyKey().WithName("CaptureOrderPayment");
        payment.MapPost("/refunds", Refund).RequireIdempotencyKey().WithName("RefundOrderPayment");
        payment.MapPost("/void", Void).RequireIdempotencyKey().WithName("VoidOrderPayment");
        routes.MapGet("/payments/reconciliation", Reconcile).WithTags("Payments").WithName("ReconcilePayments").Needs(Area.Payments);
    }

    // Which gateway it is, the silo decides; a front door of its own is told so by the same settings, or by the key alone.
    private static Ok<PaymentSetup> Options(Microsoft.Extensions.Options.IOptions<StripePageOptions> stripe, IConfiguration configuration) =>
        TypedResults.Ok(stripe.Value.PublishableKey is not null || configuration["Payments:Gateway"] is "Stripe"
            ? new PaymentSetup("stripe", stripe.Value.PublishableKey)
            : new("sandbox", null));

    private static async Task<Results<Ok<PaymentView>, ProblemHttpResult>> Capture(
        OrderId orderId, CapturePayment body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetPayment(orderId).Take(body, headers.For("capture", body))).ToOk(http, Version);

    private static async Task<Results<Ok<PaymentView>, ProblemHttpResult>> Refund(
        OrderId orderId, RefundPayment body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetPayment(orderId).Refund(body, headers.For("refund", body))).ToOk(http, Version);

    private static async Task<Results<Ok<PaymentView>, ProblemHttpResult>> Void(
        OrderId orderId, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetPayment(orderId).Release(headers.For("void", null))).ToOk(http, Version);

    private static async Task<Results<Ok<ReconciliationReport>, ProblemHttpResult>> Reconcile(
        DateTimeOffset from, DateTimeOffset to, HttpContext http, IGrainFactory grains) =>
        (await grains.GetGateway().Reconcile(new(from, to))).ToOk(http);

    private static long Version(PaymentView payment) => payment.Version ?? 0;
}
