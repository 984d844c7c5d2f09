using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Commerce.Carts;

namespace Commerce.Drops;

/// <summary>What a drop remembers of one place in its line.</summary>
/// <param name="Number">In the order of arrival, from 1.</param>
/// <param name="Held">Units held for it, or about to be.</param>
/// <param name="Bought">Units it has bought.</param>
/// <param name="Until">Its deadline; null until it is admitted.</param>
/// <param name="Lot">What it drew; null unless it was in the lottery, and before the draw.</param>
internal sealed record Ticket(
    int Number,
    CartId Cart,
    int Quantity,
    TicketStage Stage,
    int Held = 0,
    int Bought = 0,
    DateTimeOffset? Until = null,
    ulong? Lot = null);

/// <summary>What became of a place in the line, so far.</summary>
internal enum TicketStage
{
    Waiting = 0,
    Sealed = 1,
    Called = 2,
    Admitted = 3,
    Bought = 4,
    Lapsed = 5,
    Left = 6,
}

/// <summary>A place in the order of the line: those of the lottery as they drew, then the others as they came.</summary>
internal readonly record struct Place(ulong? Lot, int Number, TicketId Ticket) : IComparable<Place>
{
    public int CompareTo(Place other) => (Lot, other.Lot) switch
    {
        (null, not null) => 1,
        (not null, null) => -1,
        ({ } mine, { } theirs) when mine != theirs => mine.CompareTo(theirs),
        _ => Number.CompareTo(other.Number),
    };

    /// <summary>The place of a ticket.</summary>
    public static Place Of(TicketId id, Ticket ticket) => new(ticket.Lot, ticket.Number, id);
}

/// <summary>When an admitted ticket's time is up.</summary>
internal readonly record struct TicketDeadline(DateTimeOffset At, TicketId Ticket) : IComparable<TicketDeadline>
{
    public int CompareTo(TicketDeadline other) =>
        At.CompareTo(other.At) is var order and not 0 ? order : string.CompareOrdinal(Ticket.Value, other.Ticket.Value);
}

/// <summary>So many tickets were admitted at a time.</summary>
internal readonly record struct Admission(DateTimeOffset At, int Tickets);

/// <summary>How a lottery orders tickets: nobody can choose his lot, and everybody can compute it afterwards.</summary>
internal static class Lottery
{
    /// <summary>The first 64 bits of SHA-256 of <c>seed:ticket</c>; the lowest lot is first.</summary>
    public static ulong LotOf(string seed, TicketId ticket) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{ticket}")));

    /// <summary>What is published before the first ticket.</summary>
    public static string Commitment(string seed) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)));
}
