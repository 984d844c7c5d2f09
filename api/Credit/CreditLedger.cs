using System.Text.Json;
using Dapper;
using Npgsql;

namespace Commerce.Credit;

/// <summary>The ledger of a gift card or of store credit: its journal, as an accountant reads it.</summary>
internal sealed class CreditLedger(NpgsqlDataSource database)
{
    private const string Events = """
        select version, type, data::text as data, metadata ->> 'actor' as actor, recorded_at
        from journal_events where stream = @stream and version > @version order by version limit @limit
        """;

    /// <summary>A page of entries, oldest first.</summary>
    public async Task<Page<CreditEntry>> ReadAsync(CreditAccountId account, ListQuery list, CancellationToken cancellation)
    {
        var after = list.After<Position>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Events,
            new { stream = $"credit-account/{account}", version = after?.Version ?? 0, limit = list.Size + 1 },
            cancellationToken: cancellation));
        return list.Page(rows.AsList(), View, row => new Position(row.Version));
    }

    private static CreditEntry View(Row row)
    {
        var data = JsonSerializer.Deserialize<Content>(row.Data, CommerceJson.Stored)!;
        return new(
            row.Version, row.Type["credit.".Length..], data.Amount, data.Balance, data.Reservation, data.Reason, row.Actor,
            row.Recorded_at);
    }

    private sealed record Position(long Version);

    private sealed record Row(long Version, string Type, string Data, string? Actor, DateTime Recorded_at);

    private sealed record Content(Money Balance, Money? Amount, CreditReservationId? Reservation, string? Reason);
}

/// <summary>One line of a ledger.</summary>
/// <param name="Type"><c>issued</c>, <c>adjusted</c>, <c>reserved</c>, <c>committed</c>, <c>returned</c>, ….</param>
/// <param name="Amount">What it is about; only an adjustment is signed. Null where no money is meant.</param>
/// <param name="Balance">What was in it afterwards, reserved money included.</param>
internal sealed record CreditEntry(
    long Version,
    string Type,
    Money? Amount,
    Money Balance,
    CreditReservationId? Reservation,
    string? Reason,
    string? Actor,
    DateTimeOffset At);
