using Commerce.Carts;
using Commerce.Journal;
using Dapper;
using Npgsql;

namespace Commerce.Customers;

/// <summary>Keeps the table that a customer's carts are found by.</summary>
internal sealed class CustomerCartsReader(JournalReading reading) : JournalReader(reading)
{
    private const string Claim = """
        insert into customer_carts (cart, customer, claimed_at) values (@cart, @customer, @at) on conflict (cart) do nothing
        """;

    protected override string Name => "customer-carts";

    protected override WantedEvents[] Wanted => [new("cart", "cart.claimed")];

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        foreach (var stored in events)
        {
            var claimed = (CartClaimed)stored.Decode();
            await connection.ExecuteAsync(
                Claim, new { cart = stored.Key, customer = claimed.Customer.Value, at = stored.RecordedAt.UtcDateTime });
        }
    }
}
