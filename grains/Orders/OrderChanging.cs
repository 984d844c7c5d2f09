using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Journal;
using Commerce.Tax;

namespace Commerce.Orders;

/// <summary>
/// How a placed order may be changed. A change is planned without effect, the locations decide what is not sent, and what
/// they decided is recorded: then, and not before, the order is another.
/// </summary>
internal sealed partial record Order
{
    private const int ChangesMax = 100;
    private const int LinesMax = 200;
    private const int AddedMax = 50;
    private const int UnitsMax = 1_000_000;

    private bool TaxIncluded => Placed!.Cart.Totals.TaxIncluded;

    /// <summary>What calling off takes, or why it is refused.</summary>
    public Result<OrderPlan> Plan(CancelOrder command, OrderId id, long version, DateTimeOffset now)
    {
        var checkedUnits = Check(command);
        if (!checkedUnits.IsAccepted)
        {
            return checkedUnits.Rejection!;
        }

        var units = checkedUnits.Required;
        return Plan(id, version, UnitsBySku(units), [], Cancel(Change + 1, command, units, now));
    }

    /// <summary>What an edit takes, or why it is refused.</summary>
    public Result<OrderPlan> Plan(PricedEdit edit, OrderId id, long version, DateTimeOffset now)
    {
        if (Check(edit) is { } refused)
        {
            return refused;
        }

        var changes = edit.Lines.Select(line => (Line: Lines.First(there => there.Bought.Id == line.Line), line.Quantity)).ToList();
        return Plan(
            id,
            version,
            Summed(changes.Select(change => new SkuQuantity(change.Line.Bought.Sku, change.Line.Quantity - change.Quantity))),
            Summed(changes.Select(change => new SkuQuantity(change.Line.Bought.Sku, change.Quantity - change.Line.Quantity))
                .Where(change => change.Quantity > 0)
                .Concat(edit.Add.Select(line => new SkuQuantity(line.Sku, line.Quantity)))),
            Edit(new(Change + 1, default, edit, default, ImmutableDictionary<Sku, ImmutableArray<Inventory.Allocation>>.Empty), id, now));
    }

    /// <summary>Takes down what is called off: of a whole order, what its locations could keep back.</summary>
    public Decision<OrderEvent> Record(RecordCancellation command, DateTimeOffset now)
    {
        if (command.Change <= Change)
        {
            return Decision<OrderEvent>.Nothing;
        }

        var checkedUnits = Check(command.Cancel);
        if (!checkedUnits.IsAccepted)
        {
            return checkedUnits.Rejection!;
        }

        var units = command.Cancel.Lines.IsEmpty ? KeptBack(command.Withheld) : checkedUnits.Required;
        return units.IsEmpty ? OrderRejections.JustSent : Cancel(command.Change, command.Cancel, units, now);
    }

    /// <summary>Takes down what is edited.</summary>
    public Decision<OrderEvent> Record(RecordEdit command, OrderId id, DateTimeOffset now) =>
        command.Change <= Change ? Decision<OrderEvent>.Nothing : Check(command.Edit) ?? (Decision<OrderEvent>)Edit(command, id, now);

    private Result<ImmutableArray<OrderLineQuantity>> Check(CancelOrder command)
    {
        if (CheckChange() is { } refused)
        {
            return refused;
        }

        if (command.By == OrderParty.System && !IsUnpaid)
        {
            return OrderRejections.Paid;
        }

        if (command.By == OrderParty.Shopper && !Fulfillments.IsEmpty)
        {
            return OrderRejections.InFulfillment;
        }

        if (command.Lines.IsEmpty)
        {
            ImmutableArray<OrderLineQuantity> open = [.. Lines.Where(line => line.Open > 0)
                .Select(line => new OrderLineQuantity(line.Bought.Id, line.Open))];
            return open.IsEmpty ? OrderRejections.Fulfilled : open;
        }

        if (CheckLines(command.Lines, minimum: 1) is { } malformed)
        {
            return malformed;
        }

        foreach (var wanted in command.Lines)
        {
            var line = Lines.First(there => there.Bought.Id == wanted.Line);
            if (wanted.Quantity > line.Open)
            {
                return OrderRejections.Sent(wanted.Line, line.Open);
            }
        }

        return command.Lines;
    }

    private Rejection? Check(PricedEdit edit)
    {
        if ((CheckChange() ?? CheckLines(edit.Lines, minimum: 0)) is { } refused)
        {
            return refused;
        }

        if (edit.Revision is { } revision && revision != Revision)
        {
            return OrderRejections.EditStale;
        }

        foreach (var wanted in edit.Lines)
        {
            var line = Lines.First(there => there.Bought.Id == wanted.Line);
            if (wanted.Quantity < line.Fulfilled)
            {
                return OrderRejections.Sent(wanted.Line, line.Open);
            }
        }

        for (var i = 0; i < edit.Add.Length; i++)
        {
            var added = edit.Add[i];
            if (added.Quantity is < 1 or > UnitsMax)
            {
                return OrderRejections.QuantityOutOfRange($"/add/{i}/quantity", 1, UnitsMax);
            }

            if (Lines.Any(line => line.Bought.Id == added.Id) || edit.Add.Take(i).Any(other => other.Id == added.Id))
            {
                return OrderRejections.LineExists(i);
            }
        }

        return edit.Add.Length > AddedMax || Lines.Length + edit.Add.Length > LinesMax ? OrderRejections.LinesMalformed
            : CheckDelivery(edit) ?? CheckOutcome(edit);
    }

    private Rejection? CheckDelivery(PricedEdit edit)
    {
        if (edit.ShippingAddress is null && edit.ShippingOption is null)
        {
            return null;
        }

        if (!Fulfillments.IsEmpty && Lines.All(line => line.Open == 0) && edit.Add.IsEmpty)
        {
            return OrderRejections.Fulfilled;
        }

        var errors = ImmutableArray.CreateBuilder<FieldError>();
        ContactRules.Check(edit.ShippingAddress, "/shipping_address", errors);
        return errors.Count > 0 ? Rejection.Invalid(errors.ToImmutable())
            : edit.ShippingAddress is { } address
                && (address.Country, address.Region) != (ShippingAddress!.Country, ShippingAddress.Region) ? OrderRejections.CountryFixed
            : null;
    }

    private Rejection? CheckOutcome(PricedEdit edit)
    {
        var quantities = edit.Lines.ToDictionary(line => line.Line, line => line.Quantity);
        var isSame = edit.Add.IsEmpty
            && Lines.All(line => quantities.GetValueOrDefault(line.Bought.Id, line.Quantity) == line.Quantity)
            && (edit.ShippingAddress ?? ShippingAddress) == ShippingAddress
            && (edit.ShippingOption ?? ShippingOption) == ShippingOption;
        var isNothing = edit.Add.IsEmpty && Lines.All(line => quantities.GetValueOrDefault(line.Bought.Id, line.Quantity) == 0);
        return isSame ? OrderRejections.EditEmpty : isNothing ? OrderRejections.EditCancels : null;
    }

    private Rejection? CheckChange() =>
        Placed is null ? OrderRejections.NotFound
        : IsCanceled ? OrderRejections.Canceled
        : Cancellations.Length + Edits >= ChangesMax ? OrderRejections.TooManyChanges(ChangesMax)
        : null;

    private Rejection? CheckLines(ImmutableArray<OrderLineQuantity> lines, int minimum)
    {
        if (lines.Length > LinesMax || lines.DistinctBy(line => line.Line).Count() != lines.Length)
        {
            return OrderRejections.LinesMalformed;
        }

        for (var i = 0; i < lines.Length; i++)
        {
            if (Lines.All(line => line.Bought.Id != lines[i].Line))
            {
                return OrderRejections.LineUnknown(i);
            }

            if (lines[i].Quantity < minimum || lines[i].Quantity > UnitsMax)
            {
                return OrderRejections.QuantityOutOfRange($"/lines/{i}/quantity", minimum, UnitsMax);
            }
        }

        return null;
    }

    private OrderPlan Plan(
        OrderId id, long version, ImmutableArray<SkuQuantity> withhold, ImmutableArray<SkuQuantity> add, OrderEvent @event) => new(
        Revision, withhold, add, [.. Requests.Reverse()], View(id, version).Required, Apply(@event).View(id, version).Required);

    private OrderLinesCanceled Cancel(
        int change, CancelOrder command, ImmutableArray<OrderLineQuantity> units, DateTimeOffset now)
    {
        ImmutableArray<OrderLineChange> lines = [.. units.Select(unit =>
        {
            var line = Lines.First(there => there.Bought.Id == unit.Line);
            return line.To(line.Quantity - unit.Quantity, TaxIncluded);
        })];

        // Shipping was for something until nothing is left of the order.
        var after = Changed(change, lines, Shipping!);
        after = after.IsCanceled ? after with { Shipping = OrderAmounts.None(Placed!.Cart.Currency) } : after;
        return new(
            change, lines, units, after.Shipping!, Total - after.Total, command.Reason, command.By, command.Restock, now);
    }

    private OrderEdited Edit(RecordEdit command, OrderId id, DateTimeOffset now)
    {
        var edit = command.Edit;
        var zero = Money.Zero(Placed!.Cart.Currency);
        var shipping = edit.ShippingOption is { } option && option != ShippingOption
            ? OrderAmounts.Of(TaxedAmount.Of(
                option.Price, TaxCalculation.Taxes(option.Price, edit.ShippingTaxes, TaxIncluded), TaxIncluded, Placed.Cart.TaxFree), option.Price)
            : Shipping!;
        var draft = new OrderEdited(
            command.Change,
            command.Id,
            [.. from wanted in edit.Lines
                let line = Lines.First(there => there.Bought.Id == wanted.Line)
                where line.Quantity != wanted.Quantity
                select line.To(wanted.Quantity, TaxIncluded)],
            edit.Add,
            [.. FulfillmentPlan.For(id, Placed.Number, command.Hold, command.Allocations)],
            edit.ShippingAddress,
            edit.ShippingOption,
            shipping,
            zero,
            command.Hold,
            now);
        return draft with { Difference = Apply(draft).Total - Total };
    }

    /// <summary>Which lines lose the units that were kept back: the last first, since the first are served first.</summary>
    private ImmutableArray<OrderLineQuantity> KeptBack(ImmutableArray<SkuQuantity> withheld)
    {
        // Several locations may keep back units of one SKU.
        var left = Summed(withheld).ToDictionary(line => line.Sku, line => line.Quantity);
        var kept = ImmutableArray.CreateBuilder<OrderLineQuantity>();
        foreach (var line in Lines.Reverse())
        {
            var units = Math.Min(left.GetValueOrDefault(line.Bought.Sku), line.Open);
            if (units > 0)
            {
                left[line.Bought.Sku] -= units;
                kept.Insert(0, new(line.Bought.Id, units));
            }
        }

        return kept.ToImmutable();
    }

    private ImmutableArray<SkuQuantity> UnitsBySku(ImmutableArray<OrderLineQuantity> units) =>
        Summed(units.Select(unit => new SkuQuantity(Lines.First(line => line.Bought.Id == unit.Line).Bought.Sku, unit.Quantity)));

    private static ImmutableArray<SkuQuantity> Summed(IEnumerable<SkuQuantity> lines) =>
    [
        .. lines.Where(line => line.Quantity > 0).GroupBy(line => line.Sku).OrderBy(group => group.Key)
            .Select(group => new SkuQuantity(group.Key, group.Sum(line => line.Quantity))),
    ];
}
