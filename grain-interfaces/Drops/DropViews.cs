namespace Commerce.Drops;

/// <summary>What is sold, to how many, and how fast.</summary>
/// <param name="Title">For shoppers, 1 to 200 characters.</param>
/// <param name="Sku">What is sold.</param>
/// <param name="Units">Units set aside, 1 to 1,000,000.</param>
/// <param name="OpensAt">From when on tickets are given out.</param>
/// <param name="QuantityMax">Most units of one ticket, 1 to 100.</param>
/// <param name="Order">Who comes first.</param>
/// <param name="LotterySeconds">
/// For <see cref="DropOrder.Lottery"/>: for so long after the opening, tickets are sealed, and then drawn; 1 to 86,400.
/// Otherwise 0.
/// </param>
/// <param name="OnePer">Whom one ticket is for.</param>
/// <param name="HoldSeconds">How long who is admitted has to buy, 5 to 86,400.</param>
/// <param name="InCheckoutMax">Most tickets that are admitted and have not bought, at once; 1 to 10,000.</param>
/// <param name="TicketsMax">Most tickets, 1 to 1,000,000.</param>
[GenerateSerializer, Immutable, Alias("commerce.DropDefinition")]
public sealed record DropDefinition(
    [property: Id(0)] string Title,
    [property: Id(1)] Sku Sku,
    [property: Id(2)] int Units,
    [property: Id(3)] DateTimeOffset OpensAt,
    [property: Id(4)] int QuantityMax = 1,
    [property: Id(5)] DropOrder Order = DropOrder.Arrival,
    [property: Id(6)] int LotterySeconds = 0,
    [property: Id(7)] OnePer OnePer = OnePer.Email,
    [property: Id(8)] int HoldSeconds = 600,
    [property: Id(9)] int InCheckoutMax = 500,
    [property: Id(10)] int TicketsMax = 200_000);

/// <summary>Who comes first.</summary>
[GenerateSerializer, Alias("commerce.DropOrder")]
public enum DropOrder
{
    /// <summary>Who came first.</summary>
    Arrival = 0,

    /// <summary>Who drew best of those that came in time; then those who came later, as they came.</summary>
    Lottery = 1,
}

/// <summary>Whom one ticket is for.</summary>
[GenerateSerializer, Alias("commerce.OnePer")]
public enum OnePer
{
    /// <summary>An e-mail address.</summary>
    Email = 0,

    /// <summary>A means of payment.</summary>
    PaymentMethod = 1,
}

/// <summary>Where a drop stands.</summary>
[GenerateSerializer, Alias("commerce.DropStatus")]
public enum DropStatus
{
    /// <summary>It is not there, or not yet.</summary>
    None = 0,

    /// <summary>Its units are set aside; tickets are given out from its time on.</summary>
    Scheduled = 1,

    /// <summary>Tickets are given out and admitted.</summary>
    Open = 2,

    /// <summary>Tickets are given out; nobody is admitted.</summary>
    Paused = 3,

    /// <summary>Everything is sold; who is in line waits for units that come back.</summary>
    SoldOut = 4,

    /// <summary>It is over.</summary>
    Closed = 5,
}

/// <summary>A drop, with everything an operator watches.</summary>
/// <param name="Version">The ETag: rises with every change, tickets included.</param>
/// <param name="Units">Units set aside in all, sold ones included.</param>
/// <param name="Sold">Of these: sold.</param>
/// <param name="Held">Of these: held by who is admitted.</param>
/// <param name="Tickets">Tickets given out.</param>
/// <param name="Waiting">Tickets in line, sealed ones included.</param>
/// <param name="Admitted">Tickets that may buy now.</param>
/// <param name="Bought">Tickets that have bought.</param>
/// <param name="Lapsed">Tickets whose time went by.</param>
/// <param name="Left">Tickets given back.</param>
/// <param name="AdmittedPerMinute">Tickets admitted in a minute, at the pace of the last ones; null: not known.</param>
/// <param name="SeedHash">
/// For a lottery: SHA-256 of the seed, in hexadecimal, published before the first ticket. Null without one.
/// </param>
/// <param name="Seed">
/// The seed, 64 hexadecimal digits, once it is drawn. The line is then in the order of SHA-256 of <c>seed:ticket</c>, where
/// <c>ticket</c> is the ticket's public id. Null before.
/// </param>
[GenerateSerializer, Immutable, Alias("commerce.DropView")]
public sealed record DropView(
    [property: Id(0)] DropId Id,
    [property: Id(1)] long Version,
    [property: Id(2)] DropStatus Status,
    [property: Id(3)] DropDefinition Definition,
    [property: Id(4)] int Units,
    [property: Id(5)] int Sold,
    [property: Id(6)] int Held,
    [property: Id(7)] int Tickets,
    [property: Id(8)] int Waiting,
    [property: Id(9)] int Admitted,
    [property: Id(10)] int Bought,
    [property: Id(11)] int Lapsed,
    [property: Id(12)] int Left,
    [property: Id(13)] long? AdmittedPerMinute,
    [property: Id(14)] string? SeedHash,
    [property: Id(15)] string? Seed);

/// <summary>A place in the line, as its holder sees it.</summary>
/// <param name="Version">Of the drop when it was looked at: what comes later is told by events behind this one.</param>
/// <param name="Cart">The cart that may buy.</param>
/// <param name="Quantity">Units wanted.</param>
/// <param name="Granted">Units held for him, or bought; 0 before. May be fewer than wanted when no more are left.</param>
/// <param name="Position">1: next. Null unless waiting or waitlisted, or while it is sealed.</param>
/// <param name="EstimateSeconds">How long it may take until he is admitted; null: not known.</param>
/// <param name="Deadline">Until when he may buy; null unless admitted.</param>
[GenerateSerializer, Immutable, Alias("commerce.TicketView")]
public sealed record TicketView(
    [property: Id(0)] TicketId Id,
    [property: Id(1)] DropId Drop,
    [property: Id(2)] long Version,
    [property: Id(3)] Carts.CartId Cart,
    [property: Id(4)] TicketState State,
    [property: Id(5)] int Quantity,
    [property: Id(6)] int Granted,
    [property: Id(7)] int? Position,
    [property: Id(8)] long? EstimateSeconds,
    [property: Id(9)] DateTimeOffset? Deadline)
{
    /// <summary>Whether nothing more becomes of it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOver => State is TicketState.Lapsed or TicketState.SoldOut or TicketState.Left;
}

/// <summary>What became of a place in the line, so far.</summary>
[GenerateSerializer, Alias("commerce.TicketState")]
public enum TicketState
{
    /// <summary>It is in line; in a lottery, before the draw, without a position.</summary>
    Waiting = 0,

    /// <summary>Units are held for it: its cart may buy them until the deadline.</summary>
    Admitted = 1,

    /// <summary>It has bought.</summary>
    Bought = 2,

    /// <summary>Its time went by.</summary>
    Lapsed = 3,

    /// <summary>The drop ended before its turn.</summary>
    SoldOut = 4,

    /// <summary>Its holder gave it back.</summary>
    Left = 5,

    /// <summary>Everything is sold; it gets units that come back, in its turn.</summary>
    Waitlisted = 6,
}
