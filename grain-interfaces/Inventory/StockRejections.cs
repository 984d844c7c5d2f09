namespace Commerce.Inventory;

/// <summary>Every way stock can say no. Codes are public API: add, never rename.</summary>
public static class StockRejections
{
    /// <summary>Fewer units are available than wanted.</summary>
    public static Rejection Insufficient(Sku sku, int requested, int available) =>
        new(RejectionKind.Conflict, "out_of_stock", $"{available} of {requested} units of {sku} are available.")
        {
            Lines = [new(sku, requested, available)],
        };

    /// <summary>One order may have fewer units only.</summary>
    public static Rejection AboveOrderMax(Sku sku, int max) =>
        new(RejectionKind.Conflict, "quantity_above_limit", $"An order has at most {max} units of {sku}.", "/quantity");

    /// <summary>One order must have more units.</summary>
    public static Rejection BelowOrderMin(Sku sku, int min) =>
        new(RejectionKind.Conflict, "quantity_below_limit", $"An order has at least {min} units of {sku}.", "/quantity");

    /// <summary>Somebody else made the hold of this id.</summary>
    public static readonly Rejection HoldOfAnother =
        new(RejectionKind.Conflict, "hold_of_another", "The hold belongs to another owner.", "/owner");

    /// <summary>The hold expired and its units were given back, or it never was.</summary>
    public static readonly Rejection HoldGone = new(RejectionKind.Conflict, "hold_gone", "The hold is gone.");

    /// <summary>There is neither a hold nor a sale of this id.</summary>
    public static readonly Rejection HoldNotFound = new(RejectionKind.NotFound, "hold_not_found", "There is no such hold.");

    /// <summary>The hold became a sale: that is terminal, only its order can undo it.</summary>
    public static readonly Rejection HoldCommitted =
        new(RejectionKind.Conflict, "hold_committed", "The hold has become a sale.");

    /// <summary>The correction would leave less than is promised or damaged.</summary>
    public static Rejection BelowPromised(int promised) =>
        new(RejectionKind.Conflict, "stock_below_promised", $"{promised} units are held, committed or damaged there.");

    /// <summary>The correction would leave less than is set aside for drops.</summary>
    public static Rejection SetAside(int units) =>
        new(RejectionKind.Conflict, "stock_below_set_aside", $"{units} units are set aside for drops.");

    /// <summary>More is moved than is there and not promised.</summary>
    public static Rejection NotFree(LocationId location, int free) =>
        new(RejectionKind.Conflict, "stock_not_free", $"{free} units at {location} are neither promised nor damaged.", "/quantity");

    /// <summary>More is restored or scrapped than is damaged.</summary>
    public static Rejection NotDamaged(LocationId location, int damaged) =>
        new(RejectionKind.Conflict, "stock_not_damaged", $"{damaged} units at {location} are damaged.", "/quantity");

    /// <summary>A location does not have what the sender thought.</summary>
    public static Rejection ExpectedDiffers(int onHand) =>
        new(RejectionKind.Conflict, "stock_expected_differs", $"{onHand} units are on hand there.", "/expected");

    /// <summary>More feeds or expected receipts than a SKU can remember.</summary>
    public static Rejection TooMany(string what, int max, string pointer) =>
        new(RejectionKind.Conflict, "too_many_for_sku", $"A SKU has at most {max} {what}.", pointer);

    /// <summary>No such location.</summary>
    public static Rejection LocationUnknown(LocationId location) =>
        new(RejectionKind.Invalid, "location_unknown", $"There is no location {location}.", "/location");
}
