using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>What operators and their systems say about what is in the warehouses.</summary>
internal sealed partial record StockLine
{
    private const int OnHandMax = 1_000_000_000;
    private const int SafetyMax = 1_000_000;
    private const int TextLengthMax = 200;
    private const int IncomingMax = 100;
    private const int FeedsMax = 16;
    private const int SourceLengthMax = 64;

    /// <summary>Takes a message of a feed once: one at or before the last taken changes nothing.</summary>
    public Decision<StockEvent> Once(FeedPosition? feed, Func<StockLine, Decision<StockEvent>> decide)
    {
        switch (feed)
        {
            case null:
                return decide(this);
            case not { Source.Length: >= 1 and <= SourceLengthMax }:
                return Rejection.Invalid("/feed/source", "A source is 1 to 64 characters.");
            case { Sequence: < 0 }:
                return Rejection.Invalid("/feed/sequence", "A sequence is 0 or more.");
        }

        if (Feeds.TryGetValue(feed.Source, out var last) ? feed.Sequence <= last : Feeds.Count == FeedsMax)
        {
            return Feeds.ContainsKey(feed.Source)
                ? Decision<StockEvent>.Nothing
                : StockRejections.TooMany("feeds", FeedsMax, "/feed/source");
        }

        var decision = decide(this);
        return decision.Rejection is { } refused
            ? refused
            : Decision<StockEvent>.Of([.. decision.Events, new StockFed(feed.Source, feed.Sequence)]);
    }

    /// <summary>Units arrive.</summary>
    public Decision<StockEvent> Receive(ReceiveStock command)
    {
        if ((CheckQuantity(command.Quantity) ?? CheckRoom(command.Quantity, "/quantity") ?? CheckReference(command.Reference))
            is { } refused)
        {
            return refused;
        }

        int? expected = command.Reference is { } reference && Incoming.TryGetValue(reference, out var incoming)
            ? Math.Min(incoming.Quantity, command.Quantity)
            : null;
        return Tell(
            new StockReceived(command.Location, command.Quantity, command.Reference, expected), Left + command.Quantity);
    }

    /// <summary>Corrects by a difference.</summary>
    public Decision<StockEvent> Adjust(AdjustStock command)
    {
        if (command.Delta is 0 or < -1_000_000 or > 1_000_000)
        {
            return Rejection.Invalid("/delta", "The delta must be from -1,000,000 to 1,000,000 and not 0.");
        }

        if ((CheckReason(command.Reason) ?? CheckRoom(command.Delta, "/delta") ?? CheckReference(command.Reference)) is { } refused)
        {
            return refused;
        }

        if (CheckAllotted(-command.Delta) is { } setAside)
        {
            return setAside;
        }

        var there = At(command.Location);
        return there.Loose + command.Delta >= 0
            ? Tell(
                new StockAdjusted(command.Location, command.Delta, command.Reason, command.Reference), Left + command.Delta)
            : StockRejections.BelowPromised(there.Promised + there.Damaged);
    }

    /// <summary>Sets what was counted.</summary>
    public Decision<StockEvent> Count(CountStock command)
    {
        if (command.OnHand is < 0 or > 100_000_000)
        {
            return Rejection.Invalid("/on_hand", "The count must be from 0 to 100,000,000.", "quantity_out_of_range");
        }

        var there = At(command.Location);
        var delta = command.OnHand - there.OnHand;
        if ((CheckRoom(delta, "/on_hand") ?? CheckReference(command.Reference)) is { } refused)
        {
            return refused;
        }

        if (command.Expected is { } expected && expected != there.OnHand)
        {
            return StockRejections.ExpectedDiffers(there.OnHand);
        }

        if (there.Loose + delta < 0)
        {
            return StockRejections.BelowPromised(there.Promised + there.Damaged);
        }

        if (CheckAllotted(-delta) is { } setAside)
        {
            return setAside;
        }

        return delta == 0 && Locations.ContainsKey(command.Location)
            ? Decision<StockEvent>.Nothing
            : Tell(new StockCounted(command.Location, command.OnHand, delta, command.Reference), Left + delta);
    }

    /// <summary>Units go to another location.</summary>
    public Decision<StockEvent> Transfer(TransferStock command)
    {
        if (command.From == command.To)
        {
            return Rejection.Invalid("/to", "Units are transferred to another location.");
        }

        if ((CheckQuantity(command.Quantity) ?? CheckReference(command.Reference)
            ?? CheckText(command.Reason, "/reason", "A reason")) is { } refused)
        {
            return refused;
        }

        var loose = At(command.From).Loose;
        return command.Quantity <= loose
            ? new StockTransferred(command.From, command.To, command.Quantity, command.Reason, command.Reference)
            : StockRejections.NotFree(command.From, loose);
    }

    /// <summary>Units are damaged, restored or scrapped.</summary>
    public Decision<StockEvent> MoveDamaged(DamageStock command)
    {
        if ((CheckQuantity(command.Quantity) ?? CheckReason(command.Reason) ?? CheckReference(command.Reference)) is { } refused)
        {
            return refused;
        }

        var there = At(command.Location);
        var (location, quantity) = (command.Location, command.Quantity);
        return command.Action switch
        {
            DamageAction.Damage when quantity > there.Loose => StockRejections.NotFree(location, there.Loose),
            DamageAction.Damage when CheckAllotted(quantity) is { } setAside => setAside,
            DamageAction.Damage =>
                Tell(new StockDamaged(location, quantity, command.Reason, command.Reference), Left - quantity),
            _ when quantity > there.Damaged => StockRejections.NotDamaged(location, there.Damaged),
            DamageAction.Restore =>
                Tell(new StockRestored(location, quantity, command.Reason, command.Reference), Left + quantity),
            DamageAction.Scrap => new StockScrapped(location, quantity, command.Reason, command.Reference),
            _ => Rejection.Invalid("/action", "The action must be damage, restore or scrap."),
        };
    }

    /// <summary>Says what is on its way.</summary>
    public Decision<StockEvent> Expect(ExpectStock command)
    {
        if (string.IsNullOrWhiteSpace(command.Reference) || command.Reference.Length > TextLengthMax)
        {
            return Rejection.Invalid("/reference", "A reference of 1 to 200 characters is needed.");
        }

        if (command.Quantity is < 0 or > 1_000_000)
        {
            return Rejection.Invalid("/quantity", "The quantity must be from 0 to 1,000,000.", "quantity_out_of_range");
        }

        var (known, wanted) = (
            Incoming.GetValueOrDefault(command.Reference),
            new ExpectedReceipt(command.Reference, command.Location, command.Quantity, command.At));
        return known == wanted || (known is null && command.Quantity == 0) ? Decision<StockEvent>.Nothing
            : known is null && Incoming.Count == IncomingMax
                ? StockRejections.TooMany("expected receipts", IncomingMax, "/reference")
            : new StockExpected(command.Reference, command.Location, command.Quantity, command.At);
    }

    /// <summary>Says what a location keeps back.</summary>
    public Decision<StockEvent> SetSafety(SetSafetyStock command)
    {
        if (command.Quantity is < 0 or > SafetyMax)
        {
            return Rejection.Invalid("/quantity", "The quantity must be from 0 to 1,000,000.", "quantity_out_of_range");
        }

        var delta = command.Quantity - At(command.Location).Safety;
        return delta == 0 ? Decision<StockEvent>.Nothing
            : CheckAllotted(delta) is { } setAside ? setAside
            : Tell(new SafetyStockSet(command.Location, command.Quantity, delta), Left - delta);
    }

    /// <summary>Says how the SKU is sold.</summary>
    public Decision<StockEvent> SetPolicy(StockPolicy policy)
    {
        if (CheckPolicy(policy) is { } refused)
        {
            return refused;
        }

        return policy == Policy
            ? Decision<StockEvent>.Nothing
            : (this with { Policy = policy }).Tell(new StockPolicySet(policy), Left);
    }

    /// <summary>An event, and what it makes of the level, if that is news.</summary>
    /// <param name="left">What is left after the event.</param>
    /// <param name="isSupply">
    /// Whether it is about what is there. What a checkout gives back is told only when there is plenty again: it may be
    /// sold in a moment, and nobody wants to hear of each.
    /// </param>
    private Decision<StockEvent> Tell(StockEvent @event, int left, bool isSupply = true)
    {
        var threshold = Policy.LowStock;
        StockEvent? news = Level switch
        {
            not StockLevel.Out when left <= 0 && (Level != StockLevel.Untold || Left > 0) => new StockRanOut(left, threshold),
            StockLevel.Enough when left <= threshold => new StockRanLow(left, threshold),
            StockLevel.Out when left > (isSupply ? 0 : threshold) => new StockBack(left, threshold),
            StockLevel.Low when left > threshold + Math.Max(1, threshold / 2) => new StockReplenished(left, threshold),
            _ => null,
        };
        return news is null ? @event : Decision<StockEvent>.Of(@event, news);
    }

    private LocationStock At(LocationId location) => Locations.GetValueOrDefault(location);

    private static Rejection? CheckPolicy(StockPolicy policy)
    {
        const int max = 1_000_000;
        var isBackorder = policy.WhenOut == WhenOut.Backorder;
        var isPreorder = policy.WhenOut == WhenOut.Preorder;
        return policy switch
        {
            _ when (isBackorder ? policy.BackorderFloor is < 1 or > max : policy.BackorderFloor != 0) => Rejection.Invalid(
                "/backorder_floor", "It is from 1 to 1,000,000 for backorders and 0 otherwise."),
            _ when (isPreorder ? policy.PreorderCap is < 1 or > max : policy.PreorderCap != 0) => Rejection.Invalid(
                "/preorder_cap", "It is from 1 to 1,000,000 for preorders and 0 otherwise."),
            _ when isPreorder != policy.ReleasesAt is not null => Rejection.Invalid(
                "/releases_at", "Preorders need a date of release, and nothing else has one."),
            { OrderMin: < 1 or > max } => Rejection.Invalid("/order_min", "It is from 1 to 1,000,000."),
            { OrderMax: < 1 or > max } => Rejection.Invalid("/order_max", "It is from 1 to 1,000,000."),
            _ when policy.OrderMax < policy.OrderMin => Rejection.Invalid("/order_max", "It is at least order_min."),
            { LowStock: < 0 or > max } => Rejection.Invalid("/low_stock", "It is from 0 to 1,000,000."),
            _ => null,
        };
    }

    private Rejection? CheckRoom(int more, string pointer) => (long)OnHand + more > OnHandMax
        ? Rejection.Invalid(pointer, "A SKU has at most 1,000,000,000 units in all locations.", "quantity_out_of_range")
        : null;

    private static Rejection? CheckQuantity(int quantity) => quantity is < 1 or > 1_000_000
        ? Rejection.Invalid("/quantity", "The quantity must be from 1 to 1,000,000.", "quantity_out_of_range")
        : null;

    private static Rejection? CheckReason(string? reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > TextLengthMax
        ? Rejection.Invalid("/reason", "A reason of 1 to 200 characters is needed.")
        : null;

    private static Rejection? CheckReference(string? reference) => CheckText(reference, "/reference", "A reference");

    private static Rejection? CheckText(string? text, string pointer, string what) => text?.Length > TextLengthMax
        ? Rejection.Invalid(pointer, $"{what} is at most 200 characters.")
        : null;
}
