using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Journal;

namespace Commerce.Orders;

/// <summary>
/// How what was sent comes back. All returns of an order are decided here, so that no unit comes back twice; what they cost
/// falls off the total when they are here, and is owed from then on like anything that was paid too much.
/// </summary>
internal sealed partial record Order
{
    private const int ReturnsMax = 20;
    private const int ReturnNoteMax = 500;

    // What the law gives who bought before the shop gave more (Directive 2011/83/EU, article 9).
    private static readonly TimeSpan ReturnWindowMin = TimeSpan.FromDays(14);

    public ImmutableArray<OrderReturnView> Returns { get; init; } = [];

    /// <summary>Until when customers can ask to send something back; null: nothing was sent, or nothing is left to send back.</summary>
    public DateTimeOffset? ReturnableUntil => Lines.Any(line => Returnable(line) > 0)
        ? Fulfillments.Max(parcel => parcel.DeliveredAt ?? parcel.At) + (Placed!.ReturnWindow ?? ReturnWindowMin)
        : null;

    /// <summary>Asks whether units may come back.</summary>
    public Decision<OrderEvent> Request(RequestReturn command, DateTimeOffset now)
    {
        if (Placed is null)
        {
            return OrderRejections.NotFound;
        }

        if (command.Lines.IsEmpty)
        {
            return ReturnRejections.LinesMalformed;
        }

        if (CheckLines([.. command.Lines.Select(line => new OrderLineQuantity(line.Line, line.Quantity))], minimum: 1) is { } malformed)
        {
            return malformed;
        }

        for (var i = 0; i < command.Lines.Length; i++)
        {
            var returnable = Returnable(Line(command.Lines[i].Line));
            if (command.Lines[i].Quantity > returnable)
            {
                return ReturnRejections.NotReturnable(i, command.Lines[i].Line, returnable);
            }
        }

        return command.Note is { Length: > ReturnNoteMax } ? ReturnRejections.NoteMalformed
            : IsErased ? OrderRejections.Erased
            : Returns.Length >= ReturnsMax ? ReturnRejections.TooMany(ReturnsMax)
            : command.By == OrderParty.Shopper && ReturnableUntil is { } until && now > until ? ReturnRejections.TooLate(until)
            : new OrderReturnRequested(
                Returns.Length + 1, command.Lines, string.IsNullOrWhiteSpace(command.Note) ? null : command.Note, command.By, now);
    }

    /// <summary>The shop takes it or not, or the customer keeps it.</summary>
    /// <param name="status">What becomes of it: approved, declined or canceled.</param>
    public Decision<OrderEvent> Decide(int number, ReturnStatus status, DateTimeOffset now) =>
        Placed is null ? OrderRejections.NotFound
        : Find(number) is not { } found ? ReturnRejections.NotFound
        : found.Status == status ? Decision<OrderEvent>.Nothing
        : found.Status == ReturnStatus.Requested || (found.Status == ReturnStatus.Approved && status != ReturnStatus.Approved)
            ? new OrderReturnDecided(number, status, now)
        : ReturnRejections.Closed(found.Status);

    /// <summary>Takes in what came.</summary>
    public Decision<OrderEvent> Receive(int number, ReceiveReturn command, DateTimeOffset now)
    {
        if (Placed is null)
        {
            return OrderRejections.NotFound;
        }

        if (Find(number) is not { } found)
        {
            return ReturnRejections.NotFound;
        }

        if (found.Status != ReturnStatus.Approved)
        {
            return found.Status == ReturnStatus.Requested ? ReturnRejections.NotApproved : ReturnRejections.Closed(found.Status);
        }

        if (command.Lines.Length is 0 or > LinesMax)
        {
            return ReturnRejections.LinesMalformed;
        }

        var expected = found.Lines.ToDictionary(line => line.Line, line => line.Quantity);
        for (var i = 0; i < command.Lines.Length; i++)
        {
            var (line, quantity, _) = command.Lines[i];
            var left = expected.GetValueOrDefault(line);
            if (quantity < 1)
            {
                return OrderRejections.QuantityOutOfRange($"/lines/{i}/quantity", 1, UnitsMax);
            }

            if (quantity > left)
            {
                return ReturnRejections.NotExpected(i, line, left);
            }

            expected[line] = left - quantity;
        }

        var draft = new OrderReturnReceived(
            number,
            command.Lines,
            [.. command.Lines.GroupBy(line => line.Line).Select(lines => Line(lines.Key).Less(lines.Sum(line => line.Quantity)))],
            command.RefundShipping ? OrderAmounts.None(Placed.Cart.Currency) : Shipping!,
            Money.Zero(Placed.Cart.Currency),
            command.Location ?? Fulfillments[^1].Location,
            [.. command.Lines.Where(line => line.Condition == ReturnCondition.Sellable)
                .GroupBy(line => Line(line.Line).Bought.Sku).OrderBy(lines => lines.Key)
                .Select(lines => new SkuQuantity(lines.Key, lines.Sum(line => line.Quantity)))],
            now);
        return draft with { Returned = Total - Apply(draft).Total };
    }

    /// <summary>A return by its number; null: there is none.</summary>
    public OrderReturnView? Find(int number) => number >= 1 && number <= Returns.Length ? Returns[number - 1] : null;

    private Order Request(OrderReturnRequested asked) => this with
    {
        Returns = Returns.Add(new(
            asked.Return,
            asked.By == OrderParty.Shopper ? ReturnStatus.Requested : ReturnStatus.Approved,
            asked.Lines,
            asked.Note,
            asked.At,
            asked.By == OrderParty.Shopper ? null : asked.At,
            null,
            [],
            Money.Zero(Placed!.Cart.Currency))),
        Timeline = Noted(asked.At, "order.return_requested", $"{asked.Lines.Sum(line => line.Quantity)} units are to come back."),
    };

    private Order Decide(OrderReturnDecided decided) => this with
    {
        Returns = Returns.SetItem(
            decided.Return - 1, Returns[decided.Return - 1] with { Status = decided.Status, DecidedAt = decided.At }),
        Timeline = Noted(
            decided.At, $"order.return_{decided.Status.ToString().ToLowerInvariant()}", $"Return {decided.Return} was {decided.Status.ToString().ToLowerInvariant()}."),
    };

    private Order Receive(OrderReturnReceived received)
    {
        var order = this with
        {
            Lines = [.. Lines.Select(line =>
                received.Lines.FirstOrDefault(less => less.Line == line.Bought.Id) is { } less ? line.After(less) : line)],
            Shipping = received.Shipping,
            Revision = Revision + 1,
            Returns = Returns.SetItem(received.Return - 1, Returns[received.Return - 1] with
            {
                Status = ReturnStatus.Received, ReceivedAt = received.At, Received = received.Received, Returned = received.Returned,
            }),
            Timeline = Noted(
                received.At, "order.return_received", $"{received.Received.Sum(line => line.Quantity)} units worth {received.Returned} came back."),
        };
        return order with { SettleAt = order.IsUnsettled ? received.At : order.SettleAt };
    }

    private OrderLine Line(CartLineId id) => Lines.First(line => line.Bought.Id == id);

    /// <summary>Units that were sent, and neither came back nor are about to.</summary>
    private int Returnable(OrderLine line) => line.Fulfilled - line.Returned - Returns
        .Where(known => known.Status is ReturnStatus.Requested or ReturnStatus.Approved)
        .SelectMany(known => known.Lines).Where(coming => coming.Line == line.Bought.Id).Sum(coming => coming.Quantity);
}
