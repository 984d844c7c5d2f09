using Commerce.Journal;

namespace Commerce.Payments;

/// <summary>
/// Runs <see cref="Payment"/>. Each call to the gateway is named by order, attempt and verb, and the attempt is journaled
/// before the first: after any crash the same call is made again and the gateway answers what it did the first time.
/// </summary>
[GrainType("payment")]
internal sealed class PaymentGrain(IPaymentGateway gateway) : JournaledActor<Payment, PaymentEvent>, IPaymentGrain
{
    public async Task<Result<PaymentView>> Authorize(AuthorizePayment command)
    {
        var requested = await Commit(payment => payment.Request(command), payment => payment.Status);
        if (!requested.IsAccepted)
        {
            return requested.Rejection!;
        }

        return requested.Value == PaymentStatus.Pending
            ? await Learn(await gateway.AuthorizeAsync(
                Key("authorize"), command.Amount, command.Method, this.GetPrimaryKeyString(), CancellationToken.None))
            : State.View();
    }

    public async Task<Result<PaymentView>> Refresh(int attempt) =>
        attempt == State.Attempt && State.Status == PaymentStatus.RequiresAction
            ? await Learn(await gateway.FindAsync(State.Intent!, CancellationToken.None))
            : State.View();

    public async Task<Result<PaymentView>> Capture(int attempt)
    {
        if (attempt != State.Attempt || State.Status is not (PaymentStatus.Authorized or PaymentStatus.Paid))
        {
            return PaymentRejections.NotAuthorized;
        }

        return State.Status == PaymentStatus.Authorized
            ? await Learn(await gateway.CaptureAsync(Key("capture"), State.Intent!, CancellationToken.None))
            : State.View();
    }

    public async Task<Result<PaymentView>> Void(int attempt)
    {
        if (State.Attempt != attempt)
        {
            return PaymentRejections.NotFound;
        }

        if (State.Status == PaymentStatus.Pending)
        {
            // The answer to the authorization was lost. Ask again by the same key to learn what there is to void.
            await Authorize(new(attempt, State.Amount, State.Method));
        }

        return State.Status switch
        {
            PaymentStatus.Paid => PaymentRejections.AlreadyCaptured,
            PaymentStatus.Authorized or PaymentStatus.RequiresAction =>
                await Learn(await gateway.VoidAsync(Key("void"), State.Intent!, CancellationToken.None)),
            _ => State.View(),
        };
    }

    public Task<Result<PaymentView>> Read() => Read(payment => payment.View());

    private string Key(string verb) => $"{this.GetPrimaryKeyString()}/{State.Attempt}/{verb}";

    private async Task<Result<PaymentView>> Learn(GatewayIntent intent)
    {
        var learned = await Commit(payment => payment.Learn(payment.Attempt, intent), payment => payment.View());
        return learned.IsAccepted ? learned.Value! : learned.Rejection!;
    }
}
