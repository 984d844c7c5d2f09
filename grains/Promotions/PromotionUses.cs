using Commerce.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Commerce.Promotions;

/// <summary>When a promise ends.</summary>
internal readonly record struct UseExpiry(DateTimeOffset At, string Reservation) : IComparable<UseExpiry>
{
    public int CompareTo(UseExpiry other) =>
        At.CompareTo(other.At) is var order and not 0 ? order : string.CompareOrdinal(Reservation, other.Reservation);
}

/// <summary>How a use ended.</summary>
/// <param name="Version">Of the event.</param>
internal sealed record EndedUse(long Version, string Reservation, string? Customer, Money Discount, UseEnd End);

internal enum UseEnd
{
    Committed,
    Released,
    Returned,
}

/// <summary>What the journal says of uses up to a version.</summary>
/// <param name="Through">The version; the state's memory must reach back to it.</param>
/// <param name="Use">The newest event of the reservation; null: there was none.</param>
/// <param name="UsesOfCustomer">Committed and not given back by the customer.</param>
internal sealed record PastUses(long Through, PromotionUseEvent? Use = null, int UsesOfCustomer = 0)
{
    /// <summary>Nothing was asked, because nothing needs to be known.</summary>
    public static readonly PastUses Unasked = new(long.MaxValue);
}

/// <summary>
/// Reads what the journal says of uses. So a promotion's memory stays small however often it is used, and yet a use can be
/// given back after any time and a customer's uses are counted exactly.
/// </summary>
internal sealed class PromotionUses(NpgsqlDataSource database)
{
    // The types are written out as the partial indexes have them, or those would not serve.
    private const string Sql = """
        with newest as (
            select type, data from journal_events
            where stream = $1 and version <= $2 and data ->> 'reservation' = $3
              and type in ('promotion.use_reserved', 'promotion.use_expired', 'promotion.use_committed',
                           'promotion.use_released', 'promotion.use_returned')
            order by version desc limit 1)
        select (select type from newest), (select data::text from newest),
            (select coalesce(sum(case type when 'promotion.use_committed' then 1 else -1 end), 0)::int
             from journal_events
             where stream = $1 and version <= $2
               and data ->> 'customer' = coalesce($4, (select data ->> 'customer' from newest))
               and type in ('promotion.use_committed', 'promotion.use_returned'))
        """;

    /// <summary>What is journaled up to a version.</summary>
    /// <param name="stream">The promotion's.</param>
    /// <param name="through">A version that is durable.</param>
    /// <param name="reservation">Whose newest event is wanted; null: none.</param>
    /// <param name="customer">Whose uses are counted; null: of the reservation's customer.</param>
    public async Task<PastUses> ReadAsync(string stream, long through, string? reservation, string? customer)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = stream });
        command.Parameters.Add(new() { Value = through });
        command.Parameters.Add(new() { Value = (object?)reservation ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)customer ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        try
        {
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            var use = reader.IsDBNull(0) ? null : (PromotionUseEvent)EventTypes.Decode(reader.GetString(0), reader.GetString(1));
            return new(through, use, reader.GetInt32(2));
        }
        catch (NpgsqlException outage) when (outage is not PostgresException)
        {
            throw new RetryableException($"The journal cannot be read: {outage.Message}");
        }
    }
}
