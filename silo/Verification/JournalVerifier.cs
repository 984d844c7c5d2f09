using System.Data;
using System.Text.Json;
using Npgsql;

namespace Commerce.Verification;

/// <summary>
/// Reads the whole journal in one snapshot and proves the rules. Memory is bounded by what one stream has open: events
/// come stream by stream, in the order of their versions, and what spans streams is a query.
/// </summary>
/// <remarks>It takes no lock and no transaction id, so a shop that is open neither waits for it nor confuses it.</remarks>
internal sealed class JournalVerifier
{
    private const string Events = """
        select e.stream, e.version, e.type, e.position, s.version, s.wake_at, e.events,
               case when split_part(e.stream, '/', 1) = any ($1) then e.data::text end
        from journal_events e left join journal_streams s on s.stream = e.stream
        order by e.stream, e.version
        """;

    // Sorts and joins of millions of rows; and a fold may take its time between rows.
    private const string Settings = "set local work_mem = '128MB'; set local idle_in_transaction_session_timeout = 0";

    private readonly VerificationReport _report = new();
    private List<StreamRule> _folds = [];
    private Row _last;

    /// <summary>Proves everything on one connection, within its transaction or, without one, in one of its own.</summary>
    public static async Task<VerificationReport> RunAsync(NpgsqlConnection connection, CancellationToken cancellation = default)
    {
        var verifier = new JournalVerifier();
        await ExecuteAsync(connection, Settings, cancellation);
        await verifier.FoldAsync(connection, cancellation);
        foreach (var (rule, sql) in JournalRules.Queries)
        {
            await verifier.QueryAsync(connection, rule, sql, cancellation);
        }

        await verifier._report.AddFiguresAsync(connection, cancellation);
        return verifier._report;
    }

    /// <summary>The same in a snapshot of its own.</summary>
    public static async Task<VerificationReport> RunAsync(NpgsqlDataSource database, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await ExecuteAsync(connection, "set transaction read only", cancellation);
        return await RunAsync(connection, cancellation);
    }

    private async Task FoldAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Events, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = JournalRules.Folds.Select(fold => fold.Category).Distinct().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var row = new Row(
                reader.GetString(0),
                reader.GetInt64(1),
                reader.GetString(2),
                reader.GetInt64(3),
                reader.IsDBNull(4) ? 0 : reader.GetInt64(4),
                !reader.IsDBNull(5),
                reader.GetInt32(6));
            Take(row, reader.IsDBNull(7) ? null : reader.GetString(7));
        }

        End();
    }

    private void Take(Row row, string? data)
    {
        if (row.Stream != _last.Stream)
        {
            End();
            _last = default;
            _folds = [.. JournalRules.Folds.Where(fold => fold.Category == row.Category).Select(fold => fold.New())];
            _report.CountStream(row.Category);
        }

        _report.CountEvents(row.Category, row.Events);
        if (row.Version - row.Events != _last.Version)
        {
            Report(JournalRules.VersionsGapless, row, $"it follows version {_last.Version}");
        }

        _last = row;
        if (data is not null && _folds.Count > 0)
        {
            using var json = JsonDocument.Parse(data);
            var isPacked = json.RootElement.ValueKind == JsonValueKind.Array;
            var facts = isPacked ? json.RootElement.EnumerateArray().ToArray() : [json.RootElement];
            if (facts.Length != row.Events)
            {
                Report(JournalRules.VersionsGapless, row, $"it holds {facts.Length} events and says {row.Events}");
            }

            for (var i = 0; i < facts.Length; i++)
            {
                var (fact, at) = (facts[i], row with { Version = row.Version - facts.Length + 1 + i });
                _folds.RemoveAll(fold => !IsUnderstood(fold, at, fact));
            }
        }
    }

    private bool IsUnderstood(StreamRule fold, Row row, JsonElement data)
    {
        fold.Next();
        var isUnderstood = false;
        try
        {
            isUnderstood = fold.Apply(row.Type, data);
            if (!isUnderstood)
            {
                _report.CountNotUnderstood(row.Type);
            }
        }
        catch (Exception malformed) when (malformed is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            Report(JournalRules.Readable, row, malformed.Message);
        }

        foreach (var (rule, what) in fold.Faults)
        {
            Report(rule, row, what);
        }

        return isUnderstood;
    }

    private void End()
    {
        if (_last.Stream is null)
        {
            return;
        }

        if (_last.Head != _last.Version)
        {
            Report(JournalRules.HeadIsLast, _last, $"the head has version {_last.Head}");
        }

        foreach (var waits in _folds.Select(fold => fold.WaitsFor).OfType<string>().Where(_ => !_last.HasDeadline))
        {
            Report(JournalRules.NothingStuck, _last, $"it waits for {waits} without a deadline");
        }
    }

    private async Task QueryAsync(NpgsqlConnection connection, JournalRule rule, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            _report.Add(new(
                rule,
                reader.GetFieldValue<string>("stream"),
                reader.GetFieldValue<long>("version"),
                reader.GetFieldValue<string>("type"),
                reader.GetFieldValue<long>("position"),
                reader.GetFieldValue<string>("what")));
        }
    }

    private void Report(JournalRule rule, Row row, string what) =>
        _report.Add(new(rule, row.Stream, row.Version, row.Type, row.Position, what));

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private readonly record struct Row(
        string Stream, long Version, string Type, long Position, long Head, bool HasDeadline, int Events)
    {
        public string Category => Stream[..Stream.IndexOf('/', StringComparison.Ordinal)];
    }
}
