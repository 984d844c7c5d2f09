using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Commerce.Customers;
using Microsoft.Extensions.Options;

namespace Commerce.Live;

/// <summary>
/// Server-sent events of one thing. Each event is the whole of it, as reading it would show it, so that nothing is missing for
/// who missed some; its id says what was told, so that who comes back with it is told only what is new, whichever process he
/// comes to.
/// </summary>
internal sealed partial class LiveStream(
    LiveFeed feed, IOptions<LiveOptions> options, TimeProvider time, ILogger<LiveStream> log)
{
    /// <summary>What stands there now, unless it was told before, and what comes after.</summary>
    /// <param name="kind">The type of the events.</param>
    /// <param name="read">Reads it; a rejection ends the stream, or is the answer if it is the first.</param>
    /// <param name="mark">What an event is known by.</param>
    /// <param name="follow">The names of what it depends on: streams of the journal, or surrogate keys of the catalogue.</param>
    public async Task<Results<ServerSentEventsResult<T?>, ProblemHttpResult>> FollowAsync<T>(
        HttpContext http,
        string kind,
        Func<Task<Result<T>>> read,
        Func<T, string> mark,
        Func<T, IEnumerable<string>> follow)
        where T : class
    {
        var first = await read();
        if (!first.IsAccepted)
        {
            return first.Rejection!.ToProblem();
        }

        if (feed.Listen(http, follow(first.Required)) is not { } listener)
        {
            return EventStream.Full(http);
        }

        // Also when it is never told anything.
        http.Response.RegisterForDispose(listener);

        // What happened between the first look and the listening is seen at once.
        listener.Ring();
        return TypedResults.ServerSentEvents(Tell(
            listener, kind, first.Required, EventStream.LastEventId(http), read, mark, EventStream.Lasting(http, options.Value.SignedInFor)));
    }

    private async IAsyncEnumerable<SseItem<T?>> Tell<T>(
        LiveListener listener,
        string kind,
        T first,
        string? told,
        Func<Task<Result<T>>> read,
        Func<T, string> mark,
        [EnumeratorCancellation] CancellationToken cancellation)
        where T : class
    {
        using (listener)
        {
            yield return EventStream.First(first, kind, mark(first), told);
            told = mark(first);
            while (await listener.WaitAsync(options.Value.HeartbeatEvery, time, cancellation) is not Wake.End and var wake)
            {
                // Also when nothing has changed for a while: time alone changes some things, and some have no version.
                var now = await LookAsync(listener, read, cancellation);
                if (now is { IsAccepted: false })
                {
                    break;
                }

                if (now?.Required is { } news && mark(news) is var id && id != told)
                {
                    yield return new(news, kind) { EventId = told = id };
                    await RestAsync(options.Value.TellEvery, cancellation);
                }
                else if (wake == Wake.Heartbeat)
                {
                    yield return EventStream.Heartbeat<T>();
                }
            }
        }
    }

    /// <summary>What stands there now; null when it cannot be read just now, and then he looks again in a moment.</summary>
    private async Task<Result<T>?> LookAsync<T>(LiveListener listener, Func<Task<Result<T>>> read, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (NotYoursException somebodys) when (somebodys.AsIf is { } missing)
        {
            // It has become somebody's meanwhile.
            return missing;
        }
        catch (Exception outage) when (!cancellation.IsCancellationRequested)
        {
            LogCannotLook(outage.Message);
            await RestAsync(TimeSpan.FromSeconds(1), cancellation);
            listener.Ring();
            return null;
        }
    }

    private Task RestAsync(TimeSpan rest, CancellationToken cancellation) =>
        Task.Delay(rest, time, cancellation).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What somebody follows cannot be read just now: {Reason}")]
    private partial void LogCannotLook(string reason);
}
