using Dapper;
using Npgsql;

namespace Commerce.Processes;

/// <summary>
/// Stops chosen writes inside PostgreSQL, so that a process can be killed exactly while one is on its way: afterwards it
/// is for us to say whether it comes to nothing or takes effect. The process under test knows nothing of this.
/// </summary>
internal sealed class Parking : IAsyncDisposable
{
    private const long Key = 20_031_969;

    private readonly NpgsqlConnection _keeper;
    private readonly List<(CrashCase Case, int Backend)> _parked = [];

    private Parking(NpgsqlConnection keeper) => _keeper = keeper;

    public static async Task<Parking> OpenAsync(NpgsqlDataSource database)
    {
        var parking = new Parking(await database.OpenConnectionAsync());
        await parking._keeper.ExecuteAsync(
            $$"""
            create table parking (stream text, type text, primary key (stream, type));
            create function park(name text, kind text) returns void language plpgsql as $park$
            begin
                if exists (select from parking where stream = name and type = kind) then
                    perform pg_advisory_xact_lock_shared({{Key}});
                end if;
            end $park$;
            create function park_event() returns trigger language plpgsql as
                $park$ begin perform park(new.stream, new.type); return new; end $park$;
            create function park_intent() returns trigger language plpgsql as
                $park$ begin perform park('gateway/' || new.reference, new.status); return new; end $park$;
            create trigger park before insert on journal_events for each row execute function park_event();
            -- The gateway's effects are transactions: they stop in their commit.
            create constraint trigger park after insert or update on sandbox_intents deferrable initially deferred
                for each row execute function park_intent();
            select pg_advisory_lock({{Key}});
            """);
        return parking;
    }

    /// <summary>From now on the write of this case stops.</summary>
    public Task ArmAsync(CrashCase @case) => _keeper.ExecuteAsync(
        "insert into parking values (@Stream, @Type)", new { @case.Stream, @case.Point.Effect.Type });

    /// <summary>Whether the write has come and stands still.</summary>
    public async Task<bool> HasStoppedAsync(CrashCase @case)
    {
        var known = _parked.Select(parked => parked.Backend).ToArray();
        var backend = await _keeper.QuerySingleOrDefaultAsync<int?>(
            $"""
            select pid from pg_locks
            where locktype = 'advisory' and not granted and objid = {Key} and pid <> all (@known)
              and database = (select oid from pg_database where datname = current_database())
            """,
            new { known });
        if (backend is { } found)
        {
            _parked.Add((@case, found));
        }

        return backend is not null;
    }

    /// <summary>After the process died: what is to be lost is lost, and what is to be durable becomes so.</summary>
    public async Task SettleAsync()
    {
        var lost = _parked.Where(parked => !parked.Case.Point.IsDurable).Select(parked => parked.Backend).ToArray();
        await _keeper.ExecuteAsync("select pg_terminate_backend(pid) from unnest(@lost) as pid", new { lost });
        await GoneAsync(lost);
        await _keeper.ExecuteAsync($"delete from parking; select pg_advisory_unlock({Key})");
        await Eventually.TrueAsync(async () => await _keeper.ExecuteScalarAsync<int>(
            $"select count(*) from pg_locks where locktype = 'advisory' and objid = {Key}") == 0);
        await GoneAsync([.. _parked.Select(parked => parked.Backend)]);
        foreach (var (@case, _) in _parked)
        {
            Assert.True(@case.Point.IsDurable == await IsWrittenAsync(@case), $"{@case}: it did not stop where it should.");
        }

        await _keeper.ExecuteAsync($"select pg_advisory_lock({Key})");
        _parked.Clear();
    }

    public ValueTask DisposeAsync() => _keeper.DisposeAsync();

    /// <summary>A backend whose client is dead ends with its statement.</summary>
    private Task GoneAsync(int[] backends) => Eventually.TrueAsync(async () => await _keeper.ExecuteScalarAsync<int>(
        "select count(*) from pg_stat_activity where pid = any (@backends)", new { backends }) == 0);

    private async Task<bool> IsWrittenAsync(CrashCase @case) => await _keeper.ExecuteScalarAsync<bool>(
        """
        select exists (select from journal_facts where stream = @Stream and type = @Type
                       and coalesce(data ->> 'hold', data ->> 'reservation', '.' || substr(@Cart, 6) || '.')
                           like '%' || substr(@Cart, 6) || '.%')
            or exists (select from sandbox_intents where 'gateway/' || reference = @Stream and status = @Type)
        """,
        new { @case.Stream, @case.Point.Effect.Type, @case.Cart });
}
