using System.Collections.Immutable;

namespace Commerce.Journal;

/// <summary>What a core decides: events, in order; or nothing, because it is so already; or a rejection.</summary>
internal readonly struct Decision<TEvent>
    where TEvent : class, IJournalEvent
{
    private readonly ImmutableArray<TEvent> _events;

    private Decision(ImmutableArray<TEvent> events, Rejection? rejection) => (_events, Rejection) = (events, rejection);

    /// <summary>Nothing needs to happen.</summary>
    public static Decision<TEvent> Nothing => default;

    /// <summary>What happens, in order.</summary>
    public ImmutableArray<TEvent> Events => _events.IsDefault ? [] : _events;

    /// <summary>Why nothing may happen; null unless refused.</summary>
    public Rejection? Rejection { get; }

    /// <summary>Several events that commit together.</summary>
    public static Decision<TEvent> Of(params ReadOnlySpan<TEvent> events) => new([.. events], null);

    /// <summary>The same decision, with each event as this makes it.</summary>
    public Decision<TEvent> Select(Func<TEvent, TEvent> selector) => new([.. Events.Select(selector)], Rejection);

    public static implicit operator Decision<TEvent>(TEvent @event) => new([@event], null);

    public static implicit operator Decision<TEvent>(Rejection rejection) => new([], rejection);
}
