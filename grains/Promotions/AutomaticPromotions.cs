using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Commerce.Promotions;

/// <summary>
/// The promotions that apply without a code, once per silo for all its carts: read from the list of promotions and, for
/// those with limits, from the promotions themselves, every few seconds while somebody asks.
/// </summary>
internal sealed class AutomaticPromotions(
    NpgsqlDataSource database, IGrainFactory grains, IOptions<PromotionOptions> options, TimeProvider time)
{
    private const string Active = """
        select id, definition::text as definition from promotions
        where code is null and status = 'active' order by priority, id limit @limit
        """;

    private readonly Lock _lock = new();
    private Task<ImmutableArray<PromotionCandidate>> _candidates = Task.FromResult<ImmutableArray<PromotionCandidate>>([]);
    private DateTimeOffset? _readAt;

    /// <summary>The active ones, by priority; at most so old as the options allow.</summary>
    public Task<ImmutableArray<PromotionCandidate>> ReadAsync()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_readAt is not { } at || now - at >= options.Value.StaleAfter || _candidates.IsFaulted)
            {
                // On the thread pool: whoever asks first may be gone before it is done.
                _candidates = Task.Run(LoadAsync);
                _readAt = now;
            }

            return _candidates;
        }
    }

    /// <summary>Whether one more may be active.</summary>
    public async Task<bool> HasRoomForAsync(PromotionId promotion)
    {
        var active = await ListAsync();
        return active.Count < options.Value.AutomaticMax || active.Any(row => row.Id == promotion.Value);
    }

    private async Task<ImmutableArray<PromotionCandidate>> LoadAsync()
    {
        var candidates = (await ListAsync()).Select(async row =>
        {
            var id = new PromotionId(row.Id);
            var listed = new PromotionCandidate(
                id, JsonSerializer.Deserialize<PromotionDefinition>(row.Definition, CommerceJson.Stored)!);
            return listed.Definition.Limits is null ? listed : await grains.GetPromotion(id).Candidate(null) ?? listed;
        });
        return [.. await Task.WhenAll(candidates)];
    }

    private async Task<IReadOnlyList<Row>> ListAsync()
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            return (await connection.QueryAsync<Row>(Active, new { limit = options.Value.AutomaticMax })).AsList();
        }
        catch (NpgsqlException outage)
        {
            throw new RetryableException($"The promotions cannot be read: {outage.Message}");
        }
    }

    private sealed record Row(string Id, string Definition);
}
