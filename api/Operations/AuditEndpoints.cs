using Commerce.Identity;
using Dapper;
using Npgsql;

namespace Commerce.Operations;

/// <summary>What operators did to the shop: the journal, read backwards, as far as it was their doing.</summary>
internal static class AuditEndpoints
{
    // The first condition is that of an index. Events that share a row were one operator's, in one append.
    private const string Newest = """
        select position, metadata ->> 'actor' as actor, type, stream, version - events as before, version as after,
               coalesce(metadata ->> 'reason', case jsonb_typeof(data -> 'reason') when 'string' then data ->> 'reason' end) as reason,
               metadata ->> 'trace_id' as trace, (metadata ->> 'at')::timestamptz as at
        from journal_events
        where metadata ->> 'actor' like 'operator%'
          and (@before::bigint is null or position < @before)
          and (@actor::text is null or metadata ->> 'actor' = @actor)
          and (@stream::text is null or stream = @stream)
          and (@type::text is null or type = @type)
          and (@since::timestamptz is null or recorded_at >= @since)
          and (@until::timestamptz is null or recorded_at < @until)
        order by position desc limit @limit
        """;

    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/audit", List).WithTags("Operations").WithName("ListOperatorActions").Needs(Area.Audit);

    private static async Task<Ok<Page<OperatorAction>>> List(
        [AsParameters] ListQuery list, [AsParameters] AuditFilter filter, NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Newest,
            new
            {
                before = list.After<AuditPosition>()?.Position,
                actor = filter.Actor,
                stream = filter.Stream,
                type = filter.Type,
                since = filter.Since?.UtcDateTime,
                until = filter.Until?.UtcDateTime,
                limit = list.Size + 1,
            },
            cancellationToken: cancellation));
        return TypedResults.Ok(list.Page(
            rows.AsList(),
            row => new OperatorAction(
                row.Actor, row.Type, row.Stream, row.Before, row.After, row.Reason, row.Trace, new(row.At, TimeSpan.Zero)),
            row => new AuditPosition(row.Position)));
    }

    private sealed record AuditPosition(long Position);

    private sealed record Row(
        long Position, string Actor, string Type, string Stream, long Before, long After, string? Reason, string? Trace, DateTime At);
}

/// <summary>Which actions to list; what is left out does not matter.</summary>
internal sealed record AuditFilter
{
    /// <summary><c>operator</c>, which is the operator key, or <c>operator:</c> and who it was.</summary>
    public string? Actor { get; init; }

    /// <summary>What it was done to, <c>order/ord_…</c>.</summary>
    public string? Stream { get; init; }

    /// <summary>The event, <c>order.noted</c>.</summary>
    public string? Type { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }
}

/// <summary>Something that an operator did, or that came of it at once.</summary>
/// <param name="Actor">Who; see <see cref="AuditFilter"/>.</param>
/// <param name="Before">The version before it.</param>
/// <param name="After">The version after it.</param>
/// <param name="Reason">Why: what the request's <c>Audit-Reason</c> said, or the command itself; null where nobody did.</param>
/// <param name="TraceId">Of the request; null where requests are not traced.</param>
internal sealed record OperatorAction(
    string Actor, string Type, string Stream, long Before, long After, string? Reason, string? TraceId, DateTimeOffset At);
