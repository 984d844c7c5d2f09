using Npgsql;

namespace Commerce.Journal;

/// <summary>
/// A connection that one loop keeps to itself for statements that are always the same: they are planned once, whatever
/// their parameters. Left to itself, PostgreSQL plans a read of the journal anew each time, which takes longer than the read.
/// </summary>
internal sealed class JournalConnection(NpgsqlDataSource database)
{
    private NpgsqlConnection? _connection;

    /// <summary>The connection; opened when there is none.</summary>
    public async ValueTask<NpgsqlConnection> GetAsync(CancellationToken cancellation = default)
    {
        if (_connection is { State: System.Data.ConnectionState.Open } open)
        {
            return open;
        }

        await CloseAsync();
        _connection = await database.OpenConnectionAsync(cancellation);
        await ExecuteAsync(_connection, "set plan_cache_mode = force_generic_plan", cancellation);
        return _connection;
    }

    /// <summary>Gives it back; the next one is another.</summary>
    public async ValueTask CloseAsync()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        _connection = null;
        if (connection.State == System.Data.ConnectionState.Open)
        {
            try
            {
                await ExecuteAsync(connection, "reset plan_cache_mode", CancellationToken.None);
            }
            catch (NpgsqlException)
            {
                // Broken: the pool does not keep it.
            }
        }

        await connection.DisposeAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
