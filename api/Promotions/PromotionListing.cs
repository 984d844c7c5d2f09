using System.Text.Json;
using Dapper;
using Npgsql;

namespace Commerce.Promotions;

/// <summary>A promotion in a list.</summary>
/// <param name="Used">Uses committed to orders, as of a moment ago.</param>
internal sealed record ListedPromotion(
    PromotionId Id,
    string Title,
    string? Code,
    PromotionStatus Status,
    int Priority,
    PromotionKind Kind,
    PromotionStacking Stacking,
    string? Group,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    PromotionLimits? Limits,
    long Used,
    DateTimeOffset CreatedAt);

/// <summary>Queries over the promotions' read model.</summary>
internal sealed class PromotionListing(NpgsqlDataSource database)
{
    private const string Newest = """
        select id, definition::text as definition, used, created_at from promotions
        where (@status::text is null or status = @status)
          and (@code::text is null or code = upper(@code))
          and (@id::text is null or (created_at, id) < (@at, @id))
        order by created_at desc, id desc limit @limit
        """;

    /// <summary>A page of promotions, the newest first.</summary>
    public async Task<Page<ListedPromotion>> ListAsync(
        ListQuery list, Word<PromotionStatus>? status, string? code, CancellationToken cancellation)
    {
        var after = list.After<Position>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Newest,
            new { status = status?.ToString(), code, id = after?.Id, at = after?.At ?? default, limit = list.Size + 1 },
            cancellationToken: cancellation));
        return list.Page(rows.AsList(), View, row => new Position(row.Created_at, row.Id));
    }

    private static ListedPromotion View(Row row)
    {
        var definition = JsonSerializer.Deserialize<PromotionDefinition>(row.Definition, CommerceJson.Stored)!;
        return new(
            PromotionId.Parse(row.Id, null),
            definition.Title,
            definition.Code,
            definition.Status,
            definition.Priority,
            definition.Action.Kind,
            definition.Stacking,
            definition.Group,
            definition.Conditions?.StartsAt,
            definition.Conditions?.EndsAt,
            definition.Limits,
            row.Used,
            row.Created_at);
    }

    private sealed record Position(DateTime At, string Id);

    private sealed record Row(string Id, string Definition, long Used, DateTime Created_at);
}
