using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Commerce.Journal;

/// <summary>
/// A grain whose memory is a cache of its stream. A command decides on the newest state, its events are applied and
/// queued in the same step, and it is answered when PostgreSQL has them. On any doubt every waiting caller gets a
/// <see cref="RetryableException"/> and the activation is dropped: the next call replays what the journal really holds.
/// </summary>
/// <remarks>
/// Deciding never awaits, so a grain may be reentrant: whatever interleaves, each decision sees all decisions before it,
/// and the version fence in the journal makes two activations of one grain exclude each other.
/// </remarks>
internal abstract partial class JournaledActor<TState, TEvent> : Grain, IWakeable
    where TState : class, IJournaledState<TState, TEvent>, new()
    where TEvent : class, IJournalEvent
{
    private readonly CommandMemory _commands = new();
    private readonly Queue<(long Version, TState State)> _states = new();
    private EventJournal _journal = null!;
    private StreamKeys _keys = null!;
    private JournalOptions _options = null!;
    private TimeProvider _time = null!;
    private string _stream = null!;
    private PendingAppend? _tail;
    private Task _settled = Task.CompletedTask;
    private int _pending;
    private bool _isDropped;
    private StreamKey? _key;
    private byte[]? _kept;

    /// <summary>The newest state, of which the last events may still be on their way to the journal.</summary>
    protected TState State { get; private set; } = new();

    /// <summary>The version of <see cref="State"/>; 0 until the first event.</summary>
    protected long Version { get; private set; }

    public async Task Wake()
    {
        var before = Version;
        await OnWake();
        await Settled();
        if (Version == before)
        {
            await _journal.SetWakeAtAsync(_stream, Version, State.WakeAt);
        }
    }

    /// <summary>Implements the method of this name that each grain interface has for the dashboard.</summary>
    public Task<EntityState> GetState() =>
        Task.FromResult(new EntityState(_stream, Version, State.WakeAt, _pending, State.Summary));

    /// <summary>Does what is due. Called at or after <see cref="IJournaledState{TSelf,TEvent}.WakeAt"/>, perhaps twice.</summary>
    protected virtual Task OnWake() => Task.CompletedTask;

    /// <summary>Decides, applies, and answers once it is durable.</summary>
    /// <param name="decide">The core's decision on the newest state; synchronous and pure.</param>
    /// <param name="answer">
    /// The answer from the state after the decision; also used when there was nothing to do. Kept with the events of a
    /// command that has an id, so that its repetition is told the same.
    /// </param>
    /// <param name="header">The command's id and the version it insists on.</param>
    /// <exception cref="RetryableException">The outcome is unknown, or too much is waiting.</exception>
    protected Task<Result<TAnswer>> Commit<TAnswer>(
        Func<TState, Decision<TEvent>> decide, Func<TState, TAnswer> answer, CommandHeader? header = null) =>
        Commit(decide, answer, header, isErasure: false);

    /// <summary>
    /// The same, and with the events the key of the stream is destroyed: whatever personal was journaled reads as null from
    /// then on. The state after the events must have nothing personal any more, and the grain must not take on anything new.
    /// </summary>
    protected Task<Result<TAnswer>> Erase<TAnswer>(Func<TState, Decision<TEvent>> decide, Func<TState, TAnswer> answer) =>
        Commit(decide, answer, header: null, isErasure: true);

    private async Task<Result<TAnswer>> Commit<TAnswer>(
        Func<TState, Decision<TEvent>> decide, Func<TState, TAnswer> answer, CommandHeader? header, bool isErasure)
    {
        ThrowIfUnavailable();
        Result<TAnswer> result;
        if (_commands.Find(header?.Id) is { } known)
        {
            return known.Fingerprint == header!.Fingerprint ? await Repeat(known, answer) : Rejection.IdempotencyMismatch;
        }

        if (header?.IfVersion is { } expected && expected != Version)
        {
            result = Rejection.VersionMismatch(expected, Version);
        }
        else
        {
            var decision = decide(State);
            result = decision.Rejection is { } rejection ? rejection : Append(decision.Events.AsSpan(), answer, header, isErasure);
        }

        // A refusal or a "nothing to do" may rest on events that are not durable yet: it waits for them as well.
        await Settled();
        return result;
    }

    /// <summary>Whether a command of this id was carried out.</summary>
    protected bool IsKnown(CommandHeader header) => _commands.Find(header.Id) is not null;

    /// <summary>What the state answers once all it rests on is durable.</summary>
    protected async Task<TAnswer> Read<TAnswer>(Func<TState, TAnswer> answer)
    {
        ThrowIfUnavailable();
        var result = answer(State);
        await Settled();
        return result;
    }

    /// <summary>The answer that was given when the command was carried out.</summary>
    private async Task<Result<TAnswer>> Repeat<TAnswer>(RememberedCommand command, Func<TState, TAnswer> answer)
    {
        await Settled();
        var kept = await _journal.ReadAnswerAsync(_stream, command.Version);
        return Result<TAnswer>.Repeated(
            kept is null ? answer(State) : JsonSerializer.Deserialize<TAnswer>(StreamKey.Open(_key, kept), CommerceJson.Stored)!);
    }

    private TAnswer Append<TAnswer>(
        ReadOnlySpan<TEvent> events, Func<TState, TAnswer> answer, CommandHeader? header, bool isErasure)
    {
        if (events.IsEmpty)
        {
            return answer(State);
        }

        var (before, version) = (State, Version);
        var encoded = new EncodedEvent[events.Length];
        var kept = isErasure ? [] : CreateKey();
        TAnswer result;
        try
        {
            for (var i = 0; i < events.Length; i++)
            {
                State = State.Apply(events[i]);
                encoded[i] = EncodedEvent.Of(events[i], _key, header, _time.GetUtcNow());
            }

            Version += events.Length;
            result = answer(State);
            encoded[^1] = encoded[^1].With(header?.Id is null ? null : Encoding.UTF8.GetString(StreamKey.Serialize(_key, result!, typeof(TAnswer))));
            if (_tail is null || !_tail.TryAdd(encoded, State.WakeAt, kept))
            {
                var append = new PendingAppend(_stream, version, after: _tail?.Committed);
                append.TryAdd(encoded, State.WakeAt, kept);
                _journal.Enqueue(append);
                (_tail, _settled) = (append, PassOn(append.Committed));
            }
        }
        catch
        {
            // Nothing has left for the journal yet.
            (State, Version) = (before, version);
            throw;
        }

        (_key, _kept) = (isErasure ? null : _key, kept ?? _kept);
        RememberState(isErasure);
        _commands.Remember(header?.Id, header?.Fingerprint, Version, _options.RememberedCommandsMax);
        return result;
    }

    /// <summary>The key of a stream that has personal data and no key yet, as it is to be kept; null: as it was.</summary>
    private byte[]? CreateKey()
    {
        if (!TState.IsPersonal || _kept is not null)
        {
            return null;
        }

        _key ??= StreamKey.Create();
        return _keys.Wrap(_stream, _key);
    }

    /// <summary>
    /// Ends within the grain when a batch does, and with it all who wait for it one after another: otherwise each of
    /// hundreds would be scheduled by itself.
    /// </summary>
    private static async Task PassOn(Task committed) => await committed;

    /// <summary>Waits until everything decided so far is durable.</summary>
    private async Task Settled()
    {
        if (_tail is not { } tail)
        {
            return;
        }

        var (state, version) = (State, Version);
        _pending++;
        try
        {
            await _settled;
        }
        catch (Exception failure)
        {
            Drop();

            // Without its cause, which other processes could not read; the lane has logged it.
            throw failure is Npgsql.PostgresException { SqlState: ['2', '2' or '3', ..] } refusal
                ? new InvalidOperationException($"The journal refuses an event of {_stream}: {refusal.MessageText}")
                : new RetryableException("The journal did not confirm the command. Repeat it with the same id.");
        }
        finally
        {
            _pending--;
        }

        if (ReferenceEquals(_tail, tail))
        {
            _tail = null;
        }

        if (!_isDropped && IsSnapshotDue(version))
        {
            _ = SaveSnapshotAsync(state, version);
        }
    }

    private void ThrowIfUnavailable()
    {
        if (_isDropped || _pending >= _options.PendingPerActorMax)
        {
            throw new RetryableException(_isDropped ? "The entity is being read again." : "Too many commands are waiting.");
        }
    }

    private void Drop()
    {
        if (!_isDropped)
        {
            _isDropped = true;
            ServiceProvider.GetRequiredService<JournalMetrics>().Dropped(StreamName.Category(_stream));
            DeactivateOnIdle();
        }
    }
}
