namespace Commerce.Inventory;

/// <summary>How a SKU is sold. Absolute: setting it replaces it.</summary>
/// <param name="WhenOut">What happens when nothing is left.</param>
/// <param name="BackorderFloor">
/// For <see cref="WhenOut.Backorder"/>: how far available may go below 0, 1 to 1,000,000 units; otherwise 0.
/// </param>
/// <param name="PreorderCap">
/// For <see cref="WhenOut.Preorder"/>: units that may be sold before the release, 1 to 1,000,000; otherwise 0.
/// </param>
/// <param name="ReleasesAt">
/// For <see cref="WhenOut.Preorder"/>: until then every unit is sold ahead of its stock and none is sent; otherwise null.
/// </param>
/// <param name="OrderMin">Fewest units one order may have, 1 to 1,000,000; null: 1.</param>
/// <param name="OrderMax">Most units one order may have, at least <paramref name="OrderMin"/>; null: no limit.</param>
/// <param name="LowStock">Shoppers are told that few are left, and operators that it runs low, from so many units down; 0 to 1,000,000.</param>
[GenerateSerializer, Immutable, Alias("commerce.StockPolicy")]
public sealed record StockPolicy(
    [property: Id(0)] WhenOut WhenOut = WhenOut.Deny,
    [property: Id(1)] int BackorderFloor = 0,
    [property: Id(2)] int PreorderCap = 0,
    [property: Id(3)] DateTimeOffset? ReleasesAt = null,
    [property: Id(4)] int? OrderMin = null,
    [property: Id(5)] int? OrderMax = null,
    [property: Id(6)] int LowStock = StockPolicy.LowStockUsual)
{
    /// <summary>From how many units down a SKU runs low unless somebody says otherwise.</summary>
    public const int LowStockUsual = 5;

    /// <summary>How a SKU is sold that nobody has set anything for.</summary>
    public static readonly StockPolicy Usual = new();

    /// <summary>Whether units are sold ahead of their release at this time.</summary>
    public bool IsPreorder(DateTimeOffset now) => WhenOut == WhenOut.Preorder && now < ReleasesAt;

    /// <summary>Units that may still be promised; may be negative after the policy was tightened.</summary>
    /// <param name="free">Units there that nobody was promised, safety stock left out; 0 or more.</param>
    /// <param name="backordered">Units promised without stock.</param>
    /// <param name="now">The time it is asked for.</param>
    public int Promisable(int free, int backordered, DateTimeOffset now) =>
        IsPreorder(now) ? PreorderCap - backordered : free - backordered + BackorderFloor;

    /// <summary>What shoppers are told; the parameters are those of <see cref="Promisable"/>.</summary>
    public AvailabilityStatus Status(int free, int backordered, DateTimeOffset now)
    {
        var promisable = Promisable(free, backordered, now);
        return IsPreorder(now) && promisable > 0 ? AvailabilityStatus.Preorder
            : promisable <= 0 ? AvailabilityStatus.OutOfStock
            : free - backordered <= 0 ? AvailabilityStatus.Backorder
            : free - backordered <= LowStock ? AvailabilityStatus.LowStock
            : AvailabilityStatus.InStock;
    }
}

/// <summary>What happens when nothing of a SKU is left.</summary>
[GenerateSerializer, Alias("commerce.WhenOut")]
public enum WhenOut
{
    /// <summary>It is not sold.</summary>
    Deny = 0,

    /// <summary>It is sold and sent when stock comes, up to a limit.</summary>
    Backorder = 1,

    /// <summary>It is sold before its release, up to a limit; from the release on as with <see cref="Deny"/>.</summary>
    Preorder = 2,

    /// <summary>It is not sold, and will not come again.</summary>
    Discontinue = 3,
}

/// <summary>What shoppers are told about a SKU.</summary>
[GenerateSerializer, Alias("commerce.AvailabilityStatus")]
public enum AvailabilityStatus
{
    /// <summary>It can be sent.</summary>
    InStock = 0,

    /// <summary>It can be sent, but few are left.</summary>
    LowStock = 1,

    /// <summary>It cannot be bought.</summary>
    OutOfStock = 2,

    /// <summary>It can be bought and is sent when stock comes.</summary>
    Backorder = 3,

    /// <summary>It can be bought before its release, and is sent after it.</summary>
    Preorder = 4,
}

/// <summary>Whether and how a SKU can be bought now; a hint, since the next hold may come before yours.</summary>
/// <param name="Promisable">Units one could hold now, those that are backordered or preordered included; 0 or more.</param>
/// <param name="ReleasesAt">When a preorder is sent; null unless it is one.</param>
/// <param name="RestockAt">When the next units are expected; null when nobody said.</param>
/// <param name="OrderMin">Fewest units one order may have; null: 1.</param>
/// <param name="OrderMax">Most units one order may have; null: no limit.</param>
/// <param name="IsDiscontinued">Sold out, and will not come again.</param>
[GenerateSerializer, Immutable, Alias("commerce.SkuAvailability")]
public sealed record SkuAvailability(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] AvailabilityStatus Status,
    [property: Id(2)] int Promisable,
    [property: Id(3)] DateTimeOffset? ReleasesAt,
    [property: Id(4)] DateTimeOffset? RestockAt,
    [property: Id(5)] int? OrderMin,
    [property: Id(6)] int? OrderMax,
    [property: Id(7)] bool IsDiscontinued);
