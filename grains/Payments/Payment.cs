using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.Payments;

/// <summary>What is known about the money of one order, and every decision about it.</summary>
internal sealed record Payment : IJournaledState<Payment, PaymentEvent>
{
    /// <summary>Numbers the attempts; 0: none.</summary>
    public int Attempt { get; init; }

    public PaymentStatus Status { get; init; }

    public Money Amount { get; init; }

    public string Method { get; init; } = "";

    /// <summary>The gateway's id; null until it answered.</summary>
    public string? Intent { get; init; }

    public NextAction? NextAction { get; init; }

    public string? DeclineCode { get; init; }

    public Money Captured { get; init; }

    public string Summary => Attempt == 0 ? "" : $"attempt {Attempt} {Status}";

    /// <summary>Begins an attempt, before the gateway is asked.</summary>
    public Decision<PaymentEvent> Request(AuthorizePayment command)
    {
        if (command.Attempt == Attempt)
        {
            return command.Amount == Amount && command.Method == Method
                ? Decision<PaymentEvent>.Nothing
                : PaymentRejections.AttemptUnknown;
        }

        var isOver = Attempt == 0 || Status is PaymentStatus.Declined or PaymentStatus.Voided;
        return isOver && command.Attempt > Attempt && command.Amount.MinorUnits > 0
            ? new PaymentRequested(command.Attempt, command.Amount, command.Method)
            : PaymentRejections.AttemptUnknown;
    }

    /// <summary>Takes over what the gateway answered; what is known already is not news.</summary>
    public Decision<PaymentEvent> Learn(int attempt, GatewayIntent intent) => (Status, intent.Status) switch
    {
        _ when attempt != Attempt => PaymentRejections.AttemptUnknown,
        (PaymentStatus.Pending or PaymentStatus.RequiresAction, GatewayStatus.Authorized) =>
            new PaymentAuthorized(attempt, intent.Id),
        (PaymentStatus.Pending or PaymentStatus.RequiresAction, GatewayStatus.Declined) =>
            new PaymentDeclined(attempt, intent.Id, intent.DeclineCode ?? "generic_decline"),
        (PaymentStatus.Pending or PaymentStatus.RequiresAction, GatewayStatus.MethodUnknown) =>
            new PaymentDeclined(attempt, intent.Id, MethodUnknown),
        (PaymentStatus.Pending, GatewayStatus.RequiresAction) =>
            new PaymentActionRequired(attempt, intent.Id, intent.NextAction!),
        (not PaymentStatus.Paid, GatewayStatus.Captured) => new PaymentCaptured(attempt, Amount),
        (not PaymentStatus.Paid and not PaymentStatus.Declined and not PaymentStatus.Voided, GatewayStatus.Voided) =>
            new PaymentVoided(attempt),
        _ => Decision<PaymentEvent>.Nothing,
    };

    public Payment Apply(PaymentEvent @event) => @event switch
    {
        PaymentRequested e => new()
        {
            Attempt = e.Attempt, Status = PaymentStatus.Pending, Amount = e.Amount, Method = e.Method,
            Captured = Money.Zero(e.Amount.Currency),
        },
        PaymentAuthorized e => this with { Status = PaymentStatus.Authorized, Intent = e.Intent, NextAction = null },
        PaymentActionRequired e => this with
        {
            Status = PaymentStatus.RequiresAction, Intent = e.Intent, NextAction = e.NextAction,
        },
        PaymentDeclined e => this with
        {
            Status = PaymentStatus.Declined, Intent = e.Intent, DeclineCode = e.DeclineCode, NextAction = null,
        },
        PaymentCaptured e => this with { Status = PaymentStatus.Paid, Captured = e.Amount },
        PaymentVoided => this with { Status = PaymentStatus.Voided, NextAction = null },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    /// <summary>The payment as callers see it, or that it was refused.</summary>
    public Result<PaymentView> View() => this switch
    {
        { Attempt: 0 } => PaymentRejections.NotFound,
        { Status: PaymentStatus.Declined, DeclineCode: MethodUnknown } => PaymentRejections.MethodUnknown,
        { Status: PaymentStatus.Declined } => PaymentRejections.Declined(DeclineCode!),
        _ => new PaymentView(
            Attempt,
            Status,
            Intent,
            Method,
            Status is PaymentStatus.Authorized or PaymentStatus.Paid ? Amount : Money.Zero(Amount.Currency),
            Captured,
            NextAction),
    };

    private const string MethodUnknown = "payment_method_unknown";
}

/// <summary>What can happen to a payment.</summary>
internal abstract record PaymentEvent : IJournalEvent;

[Alias("payment.requested")]
internal sealed record PaymentRequested(int Attempt, Money Amount, string Method) : PaymentEvent;

[Alias("payment.authorized")]
internal sealed record PaymentAuthorized(int Attempt, string Intent) : PaymentEvent;

[Alias("payment.action_required")]
internal sealed record PaymentActionRequired(int Attempt, string Intent, NextAction NextAction) : PaymentEvent;

[Alias("payment.declined")]
internal sealed record PaymentDeclined(int Attempt, string Intent, string DeclineCode) : PaymentEvent;

[Alias("payment.captured")]
internal sealed record PaymentCaptured(int Attempt, Money Amount) : PaymentEvent;

[Alias("payment.voided")]
internal sealed record PaymentVoided(int Attempt) : PaymentEvent;
