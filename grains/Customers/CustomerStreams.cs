using Commerce.Carts;
using Npgsql;

namespace Commerce.Customers;

/// <summary>
/// Finds what belongs to a customer. All of it goes by his carts: the order of a cart, its checkout, payment, messages and
/// changes have the cart's own 128 bits.
/// </summary>
internal sealed class CustomerStreams(NpgsqlDataSource database)
{
    private const int PageSize = 500;

    /// <summary>His carts, in the order of their ids; what was claimed a moment ago may be missing.</summary>
    public async IAsyncEnumerable<CartId> CartsAsync(CustomerId customer)
    {
        for (var (after, isLast) = ("", false); !isLast;)
        {
            var page = new List<string>();
            await using (var command = database.CreateCommand(
                "select cart from customer_carts where customer = $1 and cart > $2 order by cart limit $3"))
            {
                command.Parameters.Add(new() { Value = customer.Value });
                command.Parameters.Add(new() { Value = after });
                command.Parameters.Add(new() { Value = PageSize });
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    page.Add(reader.GetString(0));
                }
            }

            foreach (var cart in page)
            {
                yield return new(cart);
            }

            isLast = page.Count < PageSize;
            after = isLast ? after : page[^1];
        }
    }
}
