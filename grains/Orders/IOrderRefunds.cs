using Commerce.Payments;

namespace Commerce.Orders;

/// <summary>Gives captured money back. The one place where a change of an order moves money to the customer.</summary>
internal interface IOrderRefunds
{
    /// <summary>Gives an amount back, once per refund, however often it is asked.</summary>
    /// <param name="refund">Names the refund; journaled with its amount before the first call.</param>
    /// <param name="reason">A code.</param>
    /// <returns>Null when the money goes back; otherwise the code of why it does not.</returns>
    /// <exception cref="RetryableException">The outcome is not known: the same call is made again.</exception>
    Task<string?> RefundAsync(OrderId order, string refund, Money amount, string reason);
}

/// <summary>By the order's payment.</summary>
internal sealed class PaymentRefunds(IGrainFactory grains) : IOrderRefunds
{
    public async Task<string?> RefundAsync(OrderId order, string refund, Money amount, string reason)
    {
        var refunded = await grains.GetPayment(order).Refund(new(amount.MinorUnits, reason), new(refund));
        return refunded.Rejection?.Code == PaymentRejections.GatewayMisconfigured.Code
            ? throw new RetryableException(refunded.Rejection.Detail)
            : refunded.Rejection?.Code;
    }
}
