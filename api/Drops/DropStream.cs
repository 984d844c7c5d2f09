using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Commerce.Drops;

/// <summary>
/// Server-sent events of a drop or a ticket. Each event is the whole state, so that nothing is missing for who missed some;
/// its id says what was told, so that who comes back with it is told only what is new, whichever process he comes to.
/// </summary>
internal static class DropStream
{
    /// <summary>What stands there now, unless it was told before, and what comes after.</summary>
    /// <param name="now">As it was before the listener began to listen.</param>
    /// <param name="told">The id of the last event that the client has seen; null: none.</param>
    public static async IAsyncEnumerable<SseItem<T?>> Of<T>(
        DropListener<T> listener,
        T now,
        string? told,
        Func<T, (string Id, long Version)> mark,
        string kind,
        [EnumeratorCancellation] CancellationToken cancellation)
        where T : class
    {
        using (listener)
        {
            var (first, version) = mark(now);
            yield return EventStream.First(now, kind, first, told);
            told = first;
            while (await listener.WaitAsync(cancellation))
            {
                while (listener.TryRead(out var news))
                {
                    if (news is null)
                    {
                        yield return EventStream.Heartbeat<T>();
                    }
                    else if (mark(news) is var (id, seen) && id != told && seen >= version)
                    {
                        (told, version) = (id, seen);
                        yield return new(news, kind) { EventId = id };
                    }
                }
            }
        }
    }

    /// <summary>What is told, and of when.</summary>
    public static (string Id, long Version) Mark(TicketView ticket) => (IdOf(ticket), ticket.Version);

    public static (string Id, long Version) Mark(DropView drop) => ($"{drop.Version}", drop.Version);

    /// <summary>What a holder is told of a ticket, but for the estimate, which is told along.</summary>
    public static string IdOf(TicketView ticket) =>
        $"{ticket.State}-{ticket.Position}-{ticket.Granted}-{ticket.Deadline?.ToUnixTimeSeconds()}".ToLowerInvariant();
}
