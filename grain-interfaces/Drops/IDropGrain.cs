using System.Collections.Immutable;

namespace Commerce.Drops;

/// <summary>One flash sale, keyed by <see cref="DropId"/>: units set aside, a line of tickets, and who may buy now.</summary>
/// <remarks>
/// Whoever is admitted has a hold of his own on the stock line until his deadline: nobody admitted is told "sold out".
/// Tickets are admitted strictly in the order of the line; units sold and held never exceed those set aside.
/// </remarks>
[Alias("commerce.IDrop")]
public interface IDropGrain : IGrainWithStringKey
{
    /// <summary>Most tickets that are read at once.</summary>
    const int TicketsReadMax = 500;

    /// <summary>
    /// Sets the units aside and schedules the drop. Repeatable with the same content; without enough free stock nothing
    /// comes of it.
    /// </summary>
    /// <returns>The drop; or <c>out_of_stock</c>, <c>drop_exists</c>, or what is wrong with the definition.</returns>
    [Alias("Create")]
    Task<Result<DropView>> Create(DropDefinition definition, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>
    /// Makes the drop sell so many units in all, those already sold included. Absolute, so repeatable. More units go to
    /// whoever is next in line, also after it was sold out.
    /// </summary>
    /// <param name="units">1 to 1,000,000.</param>
    /// <returns>The drop; or <c>out_of_stock</c>, <c>drop_units_in_use</c>, <c>drop_closed</c>.</returns>
    [Alias("SetUnits")]
    Task<Result<DropView>> SetUnits(int units, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Opens a scheduled drop before its time, or goes on after a pause. Repeatable.</summary>
    /// <returns>The drop; or <c>drop_closed</c>.</returns>
    [Alias("Open")]
    Task<Result<DropView>> Open(CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Admits nobody until it is opened again. Who is admitted stays so, and the line stays open. Repeatable.</summary>
    /// <returns>The drop; or <c>drop_closed</c>, <c>drop_not_open</c>.</returns>
    [Alias("Pause")]
    Task<Result<DropView>> Pause(CommandHeader header, CancellationToken cancellation = default);

    /// <summary>
    /// Ends it for ever: what is not sold is free for everybody, at once or, of those who are admitted, when their time
    /// is up. Repeatable.
    /// </summary>
    [Alias("Close")]
    Task<Result<DropView>> Close(CommandHeader header, CancellationToken cancellation = default);

    /// <summary>The drop; refused with 404 when it was never scheduled.</summary>
    [Alias("Read"), Orleans.Concurrency.AlwaysInterleave]
    Task<Result<DropView>> Read(CancellationToken cancellation = default);

    /// <summary>
    /// Takes a place in the line. One per ticket id and per cart: asking again is answered with the same place. A ticket
    /// that is another cart's is shown only to who has proved that it is his.
    /// </summary>
    /// <returns>
    /// The ticket, marked as repeated when it was there already; or <c>drop_not_open</c>, <c>drop_closed</c>,
    /// <c>drop_full</c>, <c>drop_already_joined</c>, <c>quantity_out_of_range</c>.
    /// </returns>
    [Alias("Join")]
    Task<Result<TicketView>> Join(JoinDrop command, CancellationToken cancellation = default);

    /// <summary>The ticket as it stands; refused with 404 when there is none.</summary>
    [Alias("ReadTicket"), Orleans.Concurrency.AlwaysInterleave]
    Task<Result<TicketView>> ReadTicket(TicketId ticket, CancellationToken cancellation = default);

    /// <summary>Many tickets as they stand; those that are not there are left out.</summary>
    /// <param name="tickets">At most <see cref="TicketsReadMax"/>; what is beyond is left out.</param>
    [Alias("ReadTickets"), Orleans.Concurrency.AlwaysInterleave]
    Task<ImmutableArray<TicketView>> ReadTickets(ImmutableArray<TicketId> tickets, CancellationToken cancellation = default);

    /// <summary>
    /// Leaves the line for good, or gives up what was held. Repeatable; nothing happens to what is bought or over.
    /// </summary>
    [Alias("Leave")]
    Task<Result<TicketView>> Leave(TicketId ticket, CancellationToken cancellation = default);

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Ticket">Whose place: chosen by the front door from what the drop knows its buyers by.</param>
/// <param name="Cart">The cart that will be bought; holds are made for it.</param>
/// <param name="Quantity">Units wanted, 1 to the drop's <c>quantity_max</c>.</param>
/// <param name="IsProven">Whether the caller has shown the ticket's token.</param>
[GenerateSerializer, Immutable, Alias("commerce.JoinDrop")]
public sealed record JoinDrop(
    [property: Id(0)] TicketId Ticket,
    [property: Id(1)] Carts.CartId Cart,
    [property: Id(2)] int Quantity,
    [property: Id(3)] bool IsProven = false);

/// <summary>Every way a drop can say no. Codes are public API: add, never rename.</summary>
public static class DropRejections
{
    /// <summary>It was never scheduled.</summary>
    public static readonly Rejection NotFound = new(RejectionKind.NotFound, "drop_not_found", "There is no such drop.");

    /// <summary>Nobody has this place.</summary>
    public static readonly Rejection TicketNotFound =
        new(RejectionKind.NotFound, "ticket_not_found", "There is no such ticket.");

    /// <summary>Another drop has the id.</summary>
    public static readonly Rejection Exists =
        new(RejectionKind.Conflict, "drop_exists", "The drop exists with another content.");

    /// <summary>Its time has not come.</summary>
    public static readonly Rejection NotOpen =
        new(RejectionKind.Conflict, "drop_not_open", "The drop has not opened yet.");

    /// <summary>It is over.</summary>
    public static readonly Rejection Closed = new(RejectionKind.Conflict, "drop_closed", "The drop is over.");

    /// <summary>The line is as long as it may be.</summary>
    public static readonly Rejection Full = new(RejectionKind.Conflict, "drop_full", "The line is full.");

    /// <summary>The holder has a place, which another cart took.</summary>
    public static readonly Rejection AlreadyJoined = new(
        RejectionKind.Conflict, "drop_already_joined", "There is a place in line for this holder already, taken by another cart.");

    /// <summary>Nobody knows whose place it would be.</summary>
    public static Rejection HolderMissing(OnePer onePer) => onePer == OnePer.Email
        ? Rejection.Invalid("/cart", "The cart needs an e-mail address: it says whose place it is.", "drop_holder_missing")
        : Rejection.Invalid("/payment_method", "A payment method that the gateway knows says whose place it is.", "drop_holder_missing");

    /// <summary>The cart is ordered, taken over or expired.</summary>
    public static readonly Rejection CartIsOver =
        new(RejectionKind.Conflict, "cart_is_over", "Nothing can be bought with this cart any more.", "/cart");

    /// <summary>More units are sold or held than it is to have.</summary>
    public static Rejection UnitsInUse(int inUse) =>
        new(RejectionKind.Conflict, "drop_units_in_use", $"{inUse} units are sold or held.", "/units");
}
