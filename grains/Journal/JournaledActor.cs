using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

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
internal abstract class JournaledActor<TState, TEvent> : Grain, IWakeable
    where TState : class, IJournaledState<TState, TEvent>, new()
    where TEvent : class, IJournalEvent
{
    private readonly CommandMemory _commands = new();
    private EventJournal _journal = null!;
    private JournalOptions _options = null!;
    private TimeProvider _time = null!;
    private string _stream = null!;
    private PendingAppend? _tail;
    private int _pending;
    private bool _isDropped;
    private long _snapshotVersion;
    private int _snapshotBytes;

    /// <summary>The newest state, of which the last events may still be on their way to the journal.</summary>
    protected TState State { get; private set; } = new();

    /// <summary>The version of <see cref="State"/>; 0 until the first event.</summary>
    protected long Version { get; private set; }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _journal = ServiceProvider.GetRequiredService<EventJournal>();
        _options = ServiceProvider.GetRequiredService<IOptions<JournalOptions>>().Value;
        _time = ServiceProvider.GetRequiredService<TimeProvider>();
        _stream = StreamName.Of(this.GetGrainId());
        try
        {
            await ReplayAsync(cancellationToken);
        }
        catch (Npgsql.NpgsqlException outage)
        {
            throw new RetryableException($"The journal cannot be read: {outage.Message}");
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var isDurable = !_isDropped && _tail?.Committed.IsCompletedSuccessfully != false;
        if (isDurable && Version - _snapshotVersion > _options.SnapshotEvery / 10)
        {
            await SaveSnapshotAsync(State, Version);
        }
    }

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
    /// <param name="answer">The answer from the state after the decision; also used when there was nothing to do.</param>
    /// <param name="header">The command's id and the version it insists on.</param>
    /// <exception cref="RetryableException">The outcome is unknown, or too much is waiting.</exception>
    protected async Task<Result<TAnswer>> Commit<TAnswer>(
        Func<TState, Decision<TEvent>> decide, Func<TState, TAnswer> answer, CommandHeader? header = null)
    {
        ThrowIfUnavailable();
        Result<TAnswer> result;
        if (_commands.Find(header?.Id) is { } known)
        {
            result = known.Fingerprint == header!.Fingerprint ? answer(State) : Rejection.IdempotencyMismatch;
        }
        else if (header?.IfVersion is { } expected && expected != Version)
        {
            result = Rejection.VersionMismatch(expected, Version);
        }
        else
        {
            var decision = decide(State);
            Append(decision.Events.AsSpan(), header);
            result = decision.Rejection is { } rejection ? rejection : answer(State);
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

    private async Task ReplayAsync(CancellationToken cancellation)
    {
        if (await _journal.ReadSnapshotAsync(_stream, TState.Schema, cancellation) is var (text, version))
        {
            var snapshot = JsonSerializer.Deserialize<Snapshot>(text, CommerceJson.Stored)!;
            (State, Version) = (snapshot.State, version);
            (_snapshotVersion, _snapshotBytes) = (version, text.Length);
            _commands.Load(snapshot.Commands);
        }

        await foreach (var stored in _journal.ReadStreamAsync(_stream, Version, int.MaxValue, cancellation))
        {
            State = State.Apply((TEvent)stored.Decode());
            Version = stored.Version;
            _commands.Remember(stored, _options.RememberedCommandsMax);
        }
    }

    private void Append(ReadOnlySpan<TEvent> events, CommandHeader? header)
    {
        if (events.IsEmpty)
        {
            return;
        }

        var state = State;
        var encoded = new EncodedEvent[events.Length];
        for (var i = 0; i < events.Length; i++)
        {
            state = state.Apply(events[i]);
            encoded[i] = EncodedEvent.Of(events[i], header, _time.GetUtcNow());
        }

        if (_tail is null || !_tail.TryAdd(encoded, state.WakeAt))
        {
            var append = new PendingAppend(_stream, Version, after: _tail?.Committed);
            append.TryAdd(encoded, state.WakeAt);
            _journal.Enqueue(append);
            _tail = append;
        }

        (State, Version) = (state, Version + events.Length);
        _commands.Remember(header?.Id, header?.Fingerprint, Version, _options.RememberedCommandsMax);
    }

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
            await tail.Committed;
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

        // A large state is written down more rarely, in proportion, so that what a command costs does not grow with it.
        if (!_isDropped && version - _snapshotVersion >= Math.Max(_options.SnapshotEvery, _snapshotBytes / 64))
        {
            await SaveSnapshotAsync(state, version);
        }
    }

    private async Task SaveSnapshotAsync(TState state, long version)
    {
        _snapshotVersion = version;
        var text = JsonSerializer.Serialize(new Snapshot(state, _commands.UpTo(version)), CommerceJson.Stored);
        _snapshotBytes = text.Length;
        try
        {
            await _journal.SaveSnapshotAsync(_stream, version, TState.Schema, text);
        }
        catch (Npgsql.NpgsqlException)
        {
            // A snapshot only saves time: without it the next activation replays a longer tail.
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

    private sealed record Snapshot(TState State, RememberedCommand[] Commands);
}
