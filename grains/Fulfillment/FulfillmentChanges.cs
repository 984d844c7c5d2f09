using Commerce.Journal;

namespace Commerce.Fulfillment;

/// <summary>What a change of the order may still take back. A unit is sent or it is not, and that is decided here.</summary>
internal sealed partial record FulfillmentOrder
{
    /// <summary>The location begins.</summary>
    public Decision<FulfillmentOrderEvent> Accept(DateTimeOffset now) =>
        Asked is null ? FulfillmentRejections.NotFound
        : AcceptedAt is not null || Status != FulfillmentOrderStatus.Open ? Decision<FulfillmentOrderEvent>.Nothing
        : new FulfillmentOrderAccepted(now);

    /// <summary>Keeps back as much of the wanted as is here. A newer change proves the older ones over.</summary>
    public Decision<FulfillmentOrderEvent> Withhold(WithholdLines command)
    {
        if (Asked is null)
        {
            return FulfillmentRejections.NotFound;
        }

        if (command.Change <= Change)
        {
            return command.Change == Change && !IsChangeOver
                ? Decision<FulfillmentOrderEvent>.Nothing
                : FulfillmentRejections.ChangeOver;
        }

        if (command.OnlyUntouched && (AcceptedAt is not null || !Fulfillments.IsEmpty))
        {
            return FulfillmentRejections.Begun;
        }

        var here = (this with { Withheld = [] }).Open;
        return new FulfillmentWithheld(command.Change, [.. here
            .Select(line => line with { Quantity = Math.Min(line.Quantity, Of(command.Lines, line.Sku)) })
            .Where(line => line.Quantity > 0)]);
    }

    /// <summary>The change is decided.</summary>
    public Decision<FulfillmentOrderEvent> Reduce(int change, bool restock, DateTimeOffset now) =>
        Asked is null ? FulfillmentRejections.NotFound
        : change != Change || IsChangeOver || Withheld.IsEmpty ? Decision<FulfillmentOrderEvent>.Nothing
        : new FulfillmentReduced(
            change,
            Withheld,
            [.. Withheld.Select(line => line with { Quantity = LeftOf(line.Sku) - line.Quantity })],
            restock,
            now);

    /// <summary>The change came to nothing; also one that was never heard of, so that it cannot come late.</summary>
    public Decision<FulfillmentOrderEvent> Resume(int change) =>
        Asked is null ? FulfillmentRejections.NotFound
        : change > Change || (change == Change && !IsChangeOver) ? new FulfillmentResumed(change)
        : Decision<FulfillmentOrderEvent>.Nothing;
}
