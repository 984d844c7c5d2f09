using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Journal;

namespace Commerce.Drops;

/// <summary>What can happen to a drop.</summary>
internal abstract record DropEvent : IJournalEvent;

/// <summary>A drop is to be; its units are not set aside yet.</summary>
/// <param name="Seed">Of the lottery, 64 hexadecimal digits, secret until it is drawn.</param>
/// <param name="RetryAt">When setting them aside is tried again, if nothing came of it.</param>
[Alias("drop.planned")]
internal sealed record DropPlanned(DropDefinition Definition, string Seed, DateTimeOffset RetryAt) : DropEvent;

/// <summary>There were not enough units: nothing comes of it.</summary>
[Alias("drop.withdrawn")]
internal sealed record DropWithdrawn : DropEvent;

/// <summary>The units are set aside.</summary>
/// <param name="StockVersion">Of the stock line then: nothing before concerns the drop.</param>
[Alias("drop.scheduled")]
internal sealed record DropScheduled(int Units, long StockVersion) : DropEvent;

/// <summary>The drop is to have so many units in all; they are not set aside yet.</summary>
[Alias("drop.units_wanted")]
internal sealed record DropUnitsWanted(int Units, DateTimeOffset RetryAt) : DropEvent;

/// <param name="Units">What is set aside, sold units included.</param>
[Alias("drop.units_set")]
internal sealed record DropUnitsSet(int Units) : DropEvent;

/// <summary>There were not enough units: it stays as it was.</summary>
[Alias("drop.units_refused")]
internal sealed record DropUnitsRefused : DropEvent;

[Alias("drop.opened")]
internal sealed record DropOpened(DateTimeOffset At) : DropEvent;

[Alias("drop.paused")]
internal sealed record DropPaused : DropEvent;

[Alias("drop.resumed")]
internal sealed record DropResumed : DropEvent;

/// <summary>Everything is sold.</summary>
[Alias("drop.sold_out")]
internal sealed record DropSoldOut : DropEvent;

/// <summary>There are units again, for whoever is next in line.</summary>
[Alias("drop.restocked")]
internal sealed record DropRestocked : DropEvent;

/// <param name="RetryAt">When giving the units back is tried again, if nothing came of it.</param>
[Alias("drop.closed")]
internal sealed record DropClosed(DateTimeOffset RetryAt) : DropEvent;

/// <summary>What is not sold is everybody's.</summary>
[Alias("drop.released")]
internal sealed record DropReleased : DropEvent;

/// <summary>Somebody has a place in line. The order of these events is the order of arrival.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="IsSealed">Whether it waits for the draw of a lottery.</param>
[Alias("drop.joined"), Packed]
internal sealed record TicketJoined(TicketId Ticket, CartId Cart, int Quantity, int Number, bool IsSealed) : DropEvent;

/// <summary>The sealed tickets are in line, in the order of SHA-256 of <c>seed:ticket</c>.</summary>
[Alias("drop.drawn")]
internal sealed record LotteryDrawn(string Seed) : DropEvent;

/// <summary>These are next: units are about to be held for them, in this order.</summary>
/// <param name="RetryAt">When holding them is tried again, if nothing came of it.</param>
[Alias("drop.called")]
internal sealed record TicketsCalled(ImmutableArray<CalledTicket> Tickets, DateTimeOffset RetryAt) : DropEvent;

/// <param name="Quantity">Units, 1 to what the ticket wants.</param>
internal readonly record struct CalledTicket(TicketId Ticket, int Quantity);

/// <summary>These have their units on hold and may buy.</summary>
[Alias("drop.admitted")]
internal sealed record TicketsAdmitted(ImmutableArray<AdmittedTicket> Tickets, DateTimeOffset At) : DropEvent;

/// <param name="Until">When the hold ends; the time of the admission when it is bought already.</param>
internal readonly record struct AdmittedTicket(TicketId Ticket, int Quantity, DateTimeOffset Until);

/// <summary>There were no units for these after all: they are first in line again.</summary>
[Alias("drop.called_back")]
internal sealed record TicketsCalledBack(ImmutableArray<TicketId> Tickets) : DropEvent;

/// <summary>The cart has units of another drop of the SKU: it cannot have these as well.</summary>
[Alias("drop.refused")]
internal sealed record TicketRefused(TicketId Ticket) : DropEvent;

/// <param name="StockVersion">Of the event of the stock line that tells so.</param>
[Alias("drop.bought")]
internal sealed record TicketBought(TicketId Ticket, int Quantity, long StockVersion) : DropEvent;

/// <summary>The sale came to nothing: the units are held for the ticket again.</summary>
[Alias("drop.sale_undone")]
internal sealed record TicketSaleUndone(
    TicketId Ticket, int Quantity, DateTimeOffset Until, long StockVersion) : DropEvent;

/// <summary>Units are not held for the ticket any more.</summary>
[Alias("drop.returned")]
internal sealed record TicketReturned(TicketId Ticket, int Quantity, long StockVersion) : DropEvent;

/// <summary>These are being checked out beyond their deadline; what comes of it is told by the stock.</summary>
[Alias("drop.overdue")]
internal sealed record TicketsOverdue(ImmutableArray<TicketId> Tickets) : DropEvent;

[Alias("drop.left")]
internal sealed record TicketLeft(TicketId Ticket) : DropEvent;
