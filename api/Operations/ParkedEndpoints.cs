using Commerce.Identity;
using Dapper;
using Npgsql;

namespace Commerce.Operations;

/// <summary>Streams that a subscriber could not go on with, for operators to see and to have tried again.</summary>
internal static class ParkedEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        var parked = routes.MapGroup("/parked-streams").WithTags("Operations").Needs(Area.Operations);
        parked.MapGet("/", List).WithName("ListParkedStreams");
        parked.MapPost("/redrive", Redrive).WithName("RedriveParkedStreams");
    }

    private static async Task<Ok<Page<ParkedStream>>> List(
        [AsParameters] ListQuery list, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var after = list.After<ParkedPosition>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<ParkedStream>(new CommandDefinition(
            """
            select subscriber, stream, version, error, attempts, parked_at as parkedat, next_attempt as nextattempt
            from journal_parked
            where @stream::text is null or (stream, subscriber) > (@stream, @subscriber)
            order by stream, subscriber limit @limit
            """,
            new { stream = after?.Stream, subscriber = after?.Subscriber, limit = list.Size + 1 },
            cancellationToken: cancellation));
        return TypedResults.Ok(list.Page(rows.AsList(), row => row, row => new ParkedPosition(row.Stream, row.Subscriber)));
    }

    /// <summary>Makes parked streams due at once; they are tried again in order within a second or so.</summary>
    private static async Task<Accepted<RedriveStarted>> Redrive(
        RedriveRequest body, NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var streams = await connection.ExecuteAsync(new CommandDefinition(
            """
            update journal_parked set next_attempt = clock_timestamp()
            where (@stream::text is null or stream = @stream) and (@subscriber::text is null or subscriber = @subscriber)
            """,
            new { stream = body.Stream, subscriber = body.Subscriber },
            cancellationToken: cancellation));
        return TypedResults.Accepted("/v1/admin/parked-streams", new RedriveStarted(streams));
    }

    private sealed record ParkedPosition(string Stream, string Subscriber);
}

/// <summary>A stream that waits for one subscriber.</summary>
internal sealed record ParkedStream(
    string Subscriber, string Stream, long Version, string Error, int Attempts, DateTime ParkedAt, DateTime NextAttempt);

/// <param name="Stream">Only this stream; left out: all.</param>
/// <param name="Subscriber">Only for this subscriber; left out: all.</param>
internal sealed record RedriveRequest(string? Stream = null, string? Subscriber = null);

/// <param name="Streams">How many are tried again now.</param>
internal sealed record RedriveStarted(int Streams);
