using Npgsql;

namespace Commerce;

/// <summary>Connections to the shop's PostgreSQL, with the settings that every process uses.</summary>
public static class Database
{
    /// <summary>Makes a pool. Disposing it closes the connections.</summary>
    public static NpgsqlDataSource Connect(string connectionString) => new NpgsqlDataSourceBuilder(
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "commerce",
            MaxPoolSize = 60,
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            // Nothing is set on a connection that the next user must not see, but for what is taken back.
            NoResetOnClose = true,
            Timeout = 10,
            CommandTimeout = 20,

            // How alike words must be for a search to take one for a misspelling of the other, 0 to 1; and how long a
            // process that froze inside a transaction may keep every reader of the journal waiting.
            Options = "-c pg_trgm.word_similarity_threshold=0.3 -c idle_in_transaction_session_timeout=5s",
        }.ConnectionString).Build();
}
