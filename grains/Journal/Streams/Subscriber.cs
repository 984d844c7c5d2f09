using System.Reflection;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Commerce.Journal;

/// <summary>
/// A grain that follows the stream of another grain with the same key. Each event is handled at least once and in order,
/// across crash, freeze and redeploy; its effect is exactly once, because the version of the last event handled is
/// part of the state that the effect commits with.
/// </summary>
/// <remarks>
/// A delivery is no more than a wake-up: what was handled before is ignored, what is missing is read from the journal. An
/// event that cannot be handled parks its stream, durably, for this subscriber alone; it is tried again with growing
/// pauses, in order, and never skipped.
/// </remarks>
internal abstract partial class Subscriber<TState, TEvent>
    : JournaledActor<TState, TEvent>, ISubscriber, IStreamSubscriptionObserver, IAsyncObserver<JournalEvent>
    where TState : class, IJournaledState<TState, TEvent>, ISubscriberState, new()
    where TEvent : class, IJournalEvent
{
    private const int ReadMax = 500;
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _parked = new(StringComparer.Ordinal);

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<JournalEvent>().ResumeAsync(this);

    public async Task OnNextAsync(JournalEvent item, StreamSequenceToken? token = null)
    {
        // A parked stream waits for its turn: what comes meanwhile stays in the journal.
        if (!_parked.Contains(item.Stream) && item.Version > Seen(item.Stream))
        {
            await CatchUpAsync(item.Stream, item.FirstVersion == Seen(item.Stream) + 1 ? item : null);
        }
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public async Task Redrive(string stream)
    {
        _parked.Remove(stream);
        var attempts = await AttemptsAsync(stream);
        if (await CatchUpAsync(stream, delivered: null))
        {
            // Unless it was parked once more meanwhile: then there is something that we have not seen.
            await using var connection = await OpenAsync();
            await connection.ExecuteAsync(
                "delete from journal_parked where subscriber = @subscriber and stream = @stream and attempts = @attempts",
                new { subscriber = Name, stream, attempts });
        }
    }

    /// <summary>
    /// Handles one event of a stream. Whatever it commits must make <see cref="ISubscriberState.Handled"/> reach the
    /// event's version; an event it has no use for needs no commit. Called again when it throws.
    /// </summary>
    protected abstract Task Handle(JournalEvent received);

    private string Name => this.GetGrainId().Type.ToString()!;

    private long Seen(string stream) => Math.Max(_seen.GetValueOrDefault(stream), State.Handled.GetValueOrDefault(stream));

    private async Task<bool> CatchUpAsync(string stream, JournalEvent? delivered)
    {
        var journal = ServiceProvider.GetRequiredService<EventJournal>();
        var next = delivered is null ? [] : new List<JournalEvent> { delivered };
        do
        {
            if (next.Count == 0)
            {
                var types = FollowsAttribute.TypesOf(Name, StreamName.Category(stream));
                await foreach (var missing in journal.ReadStreamAsync(
                    stream, Seen(stream), ReadMax, CancellationToken.None, types))
                {
                    next.Add(missing);
                }
            }

            foreach (var received in next)
            {
                try
                {
                    await Handle(received);
                    _seen[stream] = received.Version;
                }
                catch (Exception failure)
                {
                    await ParkAsync(received, failure);
                    return false;
                }
            }

            (var isLast, next) = (next.Count < ReadMax, []);
            if (isLast)
            {
                return true;
            }
        }
        while (true);
    }

    private async Task ParkAsync(JournalEvent received, Exception failure)
    {
        ServiceProvider.GetRequiredService<ILogger<ISubscriber>>()
            .LogWarning(failure, "{Subscriber} parks {Stream} at version {Version}", Name, received.Stream, received.Version);
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(
            ParkedStreams.Park,
            new { subscribers = new[] { Name }, stream = received.Stream, version = received.Version, error = failure.ToString() });
        _parked.Add(received.Stream);
        ServiceProvider.GetRequiredService<JournalMetrics>().Parked(Name);
    }

    private async Task<int> AttemptsAsync(string stream)
    {
        await using var connection = await OpenAsync();
        return await connection.ExecuteScalarAsync<int>(
            "select attempts from journal_parked where subscriber = @subscriber and stream = @stream",
            new { subscriber = Name, stream });
    }

    private ValueTask<NpgsqlConnection> OpenAsync() =>
        ServiceProvider.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
}

/// <summary>What a subscriber remembers of the streams it follows.</summary>
internal interface ISubscriberState
{
    /// <summary>By stream: the version of the last event that took effect.</summary>
    System.Collections.Immutable.ImmutableDictionary<string, long> Handled { get; }
}

/// <summary>A grain that follows streams.</summary>
[Alias("commerce.ISubscriber")]
internal interface ISubscriber : IGrainWithStringKey
{
    /// <summary>Handles everything of a stream that is not handled yet, and unparks it if that succeeds.</summary>
    [Alias("Redrive")]
    Task Redrive(string stream);
}

/// <summary>
/// Subscribes a grain class to the streams of a grain type: its grain with the same key receives them. With event types
/// it receives events of these types alone, so that a hot stream can be followed for what is rare in it.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class FollowsAttribute(string category, params string[] types) : ImplicitStreamSubscriptionAttribute(category)
{
    private static readonly (string Subscriber, FollowsAttribute Follows)[] All =
    [
        .. typeof(FollowsAttribute).Assembly.GetTypes().SelectMany(
            type => type.GetCustomAttributes<FollowsAttribute>(),
            (type, follows) => (
                type.GetCustomAttributesData().Single(a => a.AttributeType == typeof(GrainTypeAttribute))
                    .ConstructorArguments[0].Value!.ToString()!,
                follows)),
    ];

    /// <summary>All subscriptions: which grain types follow which.</summary>
    public static readonly ILookup<string, string> Subscribers =
        All.ToLookup(pair => pair.Follows.Category, pair => pair.Subscriber, StringComparer.Ordinal);

    /// <summary>What is read for subscribers.</summary>
    public static readonly WantedEvents[] Wanted =
    [
        .. All.GroupBy(pair => pair.Follows.Category, pair => pair.Follows.Types).Select(followed => new WantedEvents(
            followed.Key,
            followed.Any(types => types.Length == 0) ? [] : [.. followed.SelectMany(types => types).Distinct()])),
    ];

    /// <summary>The grain type that is followed.</summary>
    public string Category { get; } = category;

    /// <summary>The aliases of the events that are wanted; empty: all.</summary>
    public string[] Types { get; } = types;

    /// <summary>The events that a grain type wants of a grain type that it follows; null: all.</summary>
    public static string[]? TypesOf(string subscriber, string category) =>
        All.First(pair => pair.Subscriber == subscriber && pair.Follows.Category == category).Follows.Types is { Length: > 0 } types
            ? types
            : null;
}

/// <summary>The statement that parks a stream, for whoever cannot deliver it.</summary>
internal static class ParkedStreams
{
    /// <summary>Parks a stream for some subscribers; the pause doubles from half a second to five minutes.</summary>
    public const string Park = """
        insert into journal_parked as p (subscriber, stream, version, error, next_attempt)
        select subscriber, @stream, @version, left(@error, 4000), clock_timestamp() + interval '500 ms'
        from unnest(@subscribers) as s(subscriber)
        on conflict (subscriber, stream) do update
        set version = excluded.version, error = excluded.error, attempts = p.attempts + 1,
            next_attempt = clock_timestamp()
                + least(interval '5 minutes', interval '500 ms' * power(2, least(p.attempts, 12)))
        """;
}
