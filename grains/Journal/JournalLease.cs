using Dapper;
using Npgsql;

namespace Commerce.Journal;

/// <summary>
/// The right to run one reader, held by one process at a time. A row with a deadline rather than an advisory lock: a
/// process that froze keeps its lock, but not its lease. The epoch tells a former owner that it is one.
/// </summary>
internal sealed class JournalLease(NpgsqlDataSource database, string name, TimeSpan duration)
{
    private static readonly string Owner = $"{Environment.MachineName}/{Environment.ProcessId}";
    private long _epoch;
    private long _renewAt;

    /// <summary>Whether the lease was held when last looked at.</summary>
    public bool IsHeld => _epoch > 0;

    /// <summary>Holds the lease from now on for its duration, if nobody else does; renews it when a third has passed.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        if (_epoch > 0 && Environment.TickCount64 < _renewAt)
        {
            return true;
        }

        await using var connection = await database.OpenConnectionAsync(cancellation);
        var epoch = _epoch > 0
            ? await connection.ExecuteScalarAsync<long?>(
                """
                update journal_leases set expires_at = clock_timestamp() + @duration
                where name = @name and epoch = @_epoch returning epoch
                """,
                new { name, duration, _epoch })
            : await connection.ExecuteScalarAsync<long?>(
                """
                insert into journal_leases as l (name, owner, epoch, expires_at)
                values (@name, @Owner, 1, clock_timestamp() + @duration)
                on conflict (name) do update
                set owner = excluded.owner, epoch = l.epoch + 1, expires_at = excluded.expires_at
                where l.expires_at < clock_timestamp()
                returning epoch
                """,
                new { name, Owner, duration });
        _epoch = epoch ?? 0;
        _renewAt = Environment.TickCount64 + ((long)duration.TotalMilliseconds / 3);
        return _epoch > 0;
    }

    /// <summary>Whether the lease is still ours, locked until the transaction ends: nobody can take it before that.</summary>
    public async Task<bool> ConfirmAsync(NpgsqlConnection connection)
    {
        _epoch = await connection.ExecuteScalarAsync<long?>(
            "select epoch from journal_leases where name = @name and epoch = @_epoch for update", new { name, _epoch }) ?? 0;
        return _epoch > 0;
    }

    /// <summary>Lets others have it at once.</summary>
    public async Task ReleaseAsync()
    {
        if (_epoch > 0)
        {
            await using var connection = await database.OpenConnectionAsync();
            await connection.ExecuteAsync(
                "update journal_leases set expires_at = clock_timestamp() where name = @name and epoch = @_epoch",
                new { name, _epoch });
            _epoch = 0;
        }
    }
}
