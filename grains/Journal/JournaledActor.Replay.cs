using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Commerce.Journal;

/// <summary>How a grain comes by its state: the newest snapshot and the events after it.</summary>
internal abstract partial class JournaledActor<TState, TEvent>
{
    private long _snapshotVersion;
    private volatile int _snapshotBytes;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _journal = ServiceProvider.GetRequiredService<EventJournal>();
        _keys = ServiceProvider.GetRequiredService<StreamKeys>();
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

    // A large state is written down more rarely, in proportion, so that what a command costs does not grow with it.
    private bool IsSnapshotDue(long version) =>
        version - _snapshotVersion >= Math.Max(_options.SnapshotEvery, _snapshotBytes / 32);

    private async Task ReplayAsync(CancellationToken cancellation)
    {
        var known = await _journal.LoadAsync(_stream, TState.Schema);
        (_kept, _key) = (known.Key, _keys.Unwrap(_stream, known.Key));
        if (known.Snapshot is var (state, version))
        {
            var snapshot = TState.IsPersonal
                ? JsonSerializer.Deserialize<Snapshot>(StreamKey.Open(_key, Encoding.UTF8.GetString(state)), CommerceJson.Stored)!
                : JsonSerializer.Deserialize<Snapshot>(state, CommerceJson.Stored)!;
            (State, Version) = (snapshot.State, version);
            (_snapshotVersion, _snapshotBytes) = (version, state.Length);
            _commands.Load(snapshot.Commands);
        }

        foreach (var stored in known.Events)
        {
            Replay(stored with { Data = StreamKey.Open(_key, stored.Data) });
        }

        if (known.Events.Count == StreamLane.EventsMax)
        {
            await foreach (var stored in _journal.ReadStreamAsync(_stream, Version, int.MaxValue, cancellation))
            {
                Replay(stored);
            }
        }
    }

    private void Replay(JournalEvent stored)
    {
        foreach (var (at, @event) in stored.DecodeAll())
        {
            // A snapshot may have been taken in the middle of a row.
            if (at > Version)
            {
                (State, Version) = (State.Apply((TEvent)@event), at);
            }
        }

        _commands.Remember(stored, _options.RememberedCommandsMax);
    }

    /// <summary>How many of its last states it remembers, so that what was told of one need not be read again; 0: none.</summary>
    protected virtual int StatesRemembered => 0;

    /// <summary>The state as it was at a version, for streams that are short by nature.</summary>
    protected async Task<TState> AsOf(long version)
    {
        if (_states.FirstOrDefault(known => known.Version == version).State is { } remembered)
        {
            return remembered;
        }

        var state = new TState();
        await foreach (var (then, _) in Past((int)Math.Min(version, int.MaxValue)))
        {
            state = then;
        }

        return state;
    }

    /// <param name="isErasure">Whether those before are to be forgotten.</param>
    private void RememberState(bool isErasure)
    {
        if (isErasure)
        {
            _states.Clear();
        }

        if (StatesRemembered > 0)
        {
            _states.Enqueue((Version, State));
            if (_states.Count > StatesRemembered)
            {
                _states.Dequeue();
            }
        }
    }

    /// <summary>Every event with the state that it led to, oldest first, for streams that are short by nature.</summary>
    protected async IAsyncEnumerable<(TState State, JournalEvent Event)> Past(int eventsMax = int.MaxValue)
    {
        var state = new TState();
        await foreach (var stored in _journal.ReadStreamAsync(_stream, 0, eventsMax, CancellationToken.None))
        {
            state = stored.DecodeAll().Aggregate(state, (before, fact) => before.Apply((TEvent)fact.Event));
            yield return (state, stored);
        }
    }

    /// <summary>
    /// Writes a state down, outside the grain's turn: the state does not change any more, however long writing takes, and
    /// nobody waits for it.
    /// </summary>
    private Task SaveSnapshotAsync(TState state, long version)
    {
        _snapshotVersion = version;
        var (snapshot, key) = (new Snapshot(state, _commands.UpTo(version)), _key);
        return Task.Run(async () =>
        {
            try
            {
                var text = StreamKey.Serialize(key, snapshot, typeof(Snapshot));
                _snapshotBytes = text.Length;
                await _journal.SaveSnapshotAsync(_stream, version, TState.Schema, text);
            }
            catch (Npgsql.NpgsqlException)
            {
                // A snapshot only saves time: without it the next activation replays a longer tail.
            }
        });
    }

    private sealed record Snapshot(TState State, RememberedCommand[] Commands);
}
