using Commerce.Journal;
using Microsoft.Extensions.Options;

namespace Commerce.Payments;

/// <summary>
/// Runs <see cref="Payment"/>. Every call to the gateway is journaled with its key before it is made: after any crash,
/// and as long as the gateway is silent, the same call is made again and answered as the first time.
/// </summary>
[GrainType("payment"), OfOnePurchase]
internal sealed partial class PaymentGrain(
    IPaymentGateway gateway, TimeProvider time, IOptions<PaymentOptions> options, ILogger<PaymentGrain> log)
    : JournaledActor<Payment, PaymentEvent>, IPaymentGrain, IIncomingGrainCallFilter
{
    // Gateways forget keys after a day (https://docs.stripe.com/api/idempotent_requests): before that, look first.
    private static readonly TimeSpan KeyKnownFor = TimeSpan.FromHours(23);

    private string Id => this.GetPrimaryKeyString();

    private PaymentClock Clock => new(time.GetUtcNow(), options.Value.ExpiryMargin);

    /// <summary>A silent gateway is an outage to whoever calls: the same command later is safe and right.</summary>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (GatewayUnavailableException silent)
        {
            throw new RetryableException($"The payment gateway did not answer: {silent.Message}");
        }
    }

    public async Task<Result<PaymentView>> Authorize(AuthorizePayment command)
    {
        var requested = await Commit(payment => payment.Request(Id, command, Clock), payment => payment.Attempts.Length);
        if (!requested.IsAccepted)
        {
            return requested.Rejection!;
        }

        await Resolve(command.Attempt);
        return Outcome(command.Attempt);
    }

    public async Task<Result<PaymentView>> Refresh(int attempt)
    {
        await Resolve(attempt);
        if (State.Find(attempt) is { Status: PaymentStatus.RequiresAction, Intent: { } intent })
        {
            await LearnOf(attempt, intent);
        }

        return Outcome(attempt);
    }

    public async Task<Result<PaymentView>> Capture(int attempt)
    {
        var late = await Resolve(attempt);
        var isForLater = options.Value.Captures == CaptureMoment.ByOperator;
        var kept = await Commit(
            payment => isForLater ? payment.KeepReserved(attempt) : payment.Keep(Id, attempt, Clock), payment => payment.LastOperation);
        late ??= kept.Rejection ?? await Resolve(attempt);
        return late is not null ? late
            : isForLater || State.Find(attempt) is { Captured.MinorUnits: > 0 } ? Outcome(attempt)
            : PaymentRejections.NotAuthorized;
    }

    public async Task<Result<PaymentView>> Void(int attempt)
    {
        var abandoned = await Commit(payment => payment.Abandon(attempt, Clock), payment => payment.LastOperation);
        if (!abandoned.IsAccepted)
        {
            return abandoned.Rejection!;
        }

        // The promise is journaled. Where the gateway does not answer, the wake-up keeps it.
        await Remedy(attempt, mayBeLate: true);
        return Outcome(attempt);
    }

    public Task<Result<PaymentView>> Take(CapturePayment command, CommandHeader header) =>
        Operate(payment => payment.Take(Id, command, Clock), header);

    public Task<Result<PaymentView>> Refund(RefundPayment command, CommandHeader header)
    {
        var before = State.LastOperation;
        return Operate(payment => payment.Refund(Id, command, header.Id, Clock), header, payment =>
        {
            var failed = payment.Attempts.SelectMany(attempt => attempt.Refunds).LastOrDefault(refund =>
                refund.Status == PaymentRefundStatus.Failed
                && (header.Id is null ? refund.Operation > before : refund.CommandId == header.Id));
            return failed is null ? null : PaymentRejections.RefundRefused(failed.FailureCode ?? "failed");
        });
    }

    public Task<Result<PaymentView>> Release(CommandHeader header) =>
        Operate(payment => payment.Release(Id, Clock), header);

    public async Task<Result<PaymentView>> Look(string? intent)
    {
        await ResolveAll();
        foreach (var attempt in State.Attempts.Where(attempt => attempt.Intent is not null && (intent is null || attempt.Intent == intent)))
        {
            await LearnOf(attempt.Number, attempt.Intent!);
        }

        return await Read();
    }

    public Task<Result<PaymentView>> Read() => Read(payment => payment.Whole(Version));

    protected override async Task OnWake()
    {
        if (await ResolveAll() is { } open)
        {
            throw new RetryableException(open.Detail);
        }

        foreach (var attempt in State.Attempts.Where(attempt => attempt.WakeAt <= Clock.Now))
        {
            var number = attempt.Number;
            if (attempt.IsOwed || attempt.IsToBeTold)
            {
                await Remedy(number, mayBeLate: false);
            }
            else if (State.IsExpiring(number, Clock))
            {
                await Expire(attempt);
            }
            else if (attempt.Intent is { } intent)
            {
                await LearnOf(number, intent);
            }
        }
    }

    private async Task Expire(PaymentAttempt attempt)
    {
        LogExpiring(Id[^6..], attempt.Capturable, attempt.CaptureBefore!.Value);
        await Commit(payment => payment.Notice(attempt.Number, Clock), payment => payment.LastOperation);
        if (options.Value.BeforeExpiry == ExpiryAction.Capture)
        {
            await Commit(payment => payment.Keep(Id, attempt.Number, Clock), payment => payment.LastOperation);
            await Resolve(attempt.Number);
        }
    }

    /// <summary>What an operator asks for: first what is open, then this, then the calls it takes.</summary>
    /// <param name="refused">Why it came to nothing, though every call was answered; null: it did not.</param>
    private async Task<Result<PaymentView>> Operate(
        Func<Payment, Decision<PaymentEvent>> decide, CommandHeader header, Func<Payment, Rejection?>? refused = null)
    {
        if (await ResolveAll() is { } open)
        {
            return open;
        }

        var before = State.LastOperation;
        var begun = await Commit(decide, payment => payment.LastOperation, header);
        if (!begun.IsAccepted)
        {
            return begun.Rejection!;
        }

        if (begun.IsRepeated)
        {
            return await AsTold(begun.Required, payment => refused?.Invoke(payment));
        }

        return (await ResolveAll(before) ?? refused?.Invoke(State)) is { } no ? no : await Read();
    }

    /// <summary>What a command was told when its calls, up to this number, had come to an end.</summary>
    private async Task<Result<PaymentView>> AsTold(int lastOperation, Func<Payment, Rejection?> refused)
    {
        var (idleAt, no, told, toldIn) = (0, default(Rejection), default(Result<PaymentView>), 0UL);
        await foreach (var (payment, stored) in Past())
        {
            if (told is not null && stored.TransactionId != toldIn)
            {
                break;
            }

            if (stored.Decode() is PaymentOperationEnded { Refusal: { } code } ended
                && ended.Operation > idleAt && ended.Operation <= lastOperation)
            {
                no ??= refused(payment) ?? PaymentRejections.RefusedByGateway(code);
            }

            if (payment.Attempts.All(attempt => attempt.Pending is null))
            {
                // What was recorded in one commit was told together.
                (told, toldIn) = payment.LastOperation < lastOperation ? (null, 0UL)
                    : (no ?? refused(payment)) is { } refusal ? (Result<PaymentView>.Repeated(refusal), stored.TransactionId)
                    : (Result<PaymentView>.Repeated(payment.Whole(stored.Version).Required), stored.TransactionId);
                idleAt = payment.LastOperation;
            }
        }

        return told ?? await Read();
    }

    private async Task<Rejection?> ResolveAll(int reportAfter = int.MaxValue)
    {
        Rejection? refused = null;
        foreach (var attempt in State.Attempts.Where(attempt => attempt.Pending is not null))
        {
            refused ??= await Resolve(attempt.Number, reportAfter);
        }

        return refused;
    }

    /// <summary>Gives back and lets go until nothing is owed, or until the gateway refuses.</summary>
    private async Task Remedy(int number, bool mayBeLate)
    {
        for (var before = -1L; before != Version;)
        {
            before = Version;
            try
            {
                await Resolve(number);
                await Commit(payment => payment.Remedy(Id, number, Clock), payment => payment.LastOperation);
                await Resolve(number);
            }
            catch (GatewayUnavailableException) when (mayBeLate)
            {
                return;
            }
        }
    }

    /// <summary>Makes the open call, if there is one, and takes over what comes of it.</summary>
    /// <param name="reportAfter">Of which calls a refusal is told: those with a higher number.</param>
    /// <returns>Why the call could not be made, or was refused; null when its outcome is known.</returns>
    private async Task<Rejection?> Resolve(int number, int reportAfter = int.MaxValue)
    {
        if (State.Find(number) is not { Pending: { } open } attempt)
        {
            return null;
        }

        var answer = await Ask(attempt, open);
        if (answer.IsMisconfigured)
        {
            LogMisconfigured(open.Verb, answer.Refusal);
            if (open.Verb != PaymentVerb.Authorize)
            {
                // Once somebody has put it right, the wake-up makes the call.
                return PaymentRejections.GatewayMisconfigured;
            }
        }

        await Commit(payment => payment.Conclude(number, open.Number, answer, Clock), payment => payment.LastOperation);
        return answer.Refusal is { } code && open.Number > reportAfter && open.Verb != PaymentVerb.Refund
            ? PaymentRejections.RefusedByGateway(code)
            : null;
    }

    private async Task<GatewayAnswer> Ask(PaymentAttempt attempt, PaymentOperation open)
    {
        var key = open.Key.Length > 0 ? open.Key : $"{Id}/{attempt.Number}/authorize";
        if (Clock.Now - open.At > KeyKnownFor && await Known(attempt, open, key) is { } done)
        {
            return done;
        }

        try
        {
            return await Call(attempt, open, key);
        }
        catch (GatewayUnavailableException silent) when (silent.IsReplayed)
        {
            if (await Known(attempt, open, key) is { } seen)
            {
                return seen;
            }

            throw;
        }
    }

    private Task<GatewayAnswer> Call(PaymentAttempt attempt, PaymentOperation open, string key) => open.Verb switch
    {
        PaymentVerb.Authorize => gateway.AuthorizeAsync(
            new(key, open.Amount, attempt.Method, Id, attempt.Number), CancellationToken.None),
        PaymentVerb.Capture => gateway.CaptureAsync(
            new(key, attempt.Intent!, open.Amount, open.IsFinal), CancellationToken.None),
        PaymentVerb.Refund => gateway.RefundAsync(
            new(key, attempt.Intent!, open.Amount, Id, open.Number), CancellationToken.None),
        _ => gateway.CancelAsync(key, attempt.Intent!, CancellationToken.None),
    };

    /// <summary>What came of a call that the gateway may have forgotten, by what it has; null: nothing.</summary>
    private async Task<GatewayAnswer?> Known(PaymentAttempt attempt, PaymentOperation open, string key)
    {
        var intent = open.Verb == PaymentVerb.Authorize
            ? await gateway.FindByKeyAsync(key, CancellationToken.None)
            : await gateway.FindAsync(attempt.Intent!, CancellationToken.None);
        var isDone = intent is not null && open.Verb switch
        {
            PaymentVerb.Authorize => true,
            PaymentVerb.Capture => intent.Captured.MinorUnits >= (attempt.Captured + open.Amount).MinorUnits,
            PaymentVerb.Refund => intent.Refunds is { } refunds && refunds.Any(refund => refund.Operation == open.Number),
            _ => intent.Status == GatewayStatus.Voided,
        };
        return isDone ? new(intent) : null;
    }

    private async Task LearnOf(int number, string intent)
    {
        var known = await gateway.FindAsync(intent, CancellationToken.None);
        await Commit(payment => payment.Learn(number, known, Clock), payment => payment.LastOperation);
        await Remedy(number, mayBeLate: false);
    }

    private Result<PaymentView> Outcome(int attempt) => State.Outcome(attempt, Version);

    // The id of an order is the key to it and does not belong into a log: its end is enough to find it.
    [LoggerMessage(Level = LogLevel.Warning, Message = "The reservation of {Amount} for order …{End} ends at {CaptureBefore}")]
    private partial void LogExpiring(string end, Money amount, DateTimeOffset captureBefore);

    [LoggerMessage(Level = LogLevel.Error, Message = "The payment gateway does not accept {Verb}: {Code}")]
    private partial void LogMisconfigured(PaymentVerb verb, string? code);
}
