using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Identity.Accounts;
using Commerce.Identity.Tokens;
using Commerce.Notifications;
using Commerce.Orders;
using Dapper;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Commerce.Customers;

/// <summary>
/// What one customer told and bought, as one archive of JSON documents (GDPR art. 15 and 20): account and sign-ins, record,
/// wishlists, carts, orders, parcels, payments, messages. It is written while it is read, so that a thousand orders need no more
/// memory than one.
/// </summary>
internal sealed class CustomerArchive(
    NpgsqlDataSource database, IGrainFactory grains, FulfillmentListing fulfillment, IOptions<JsonOptions> json)
{
    public const string MediaType = "application/zip";
    private const int PageSize = 100;

    // What is a digest says nothing to anybody.
    private const string SignIns = """
        select (data - 'device' - 'address' - 'code')::text from journal_events
        where stream = @stream and type = 'sign_ins.decided' order by version desc limit 1000
        """;

    public async Task WriteAsync(CustomerId customer, HttpContext http)
    {
        // An archive is finished in one go when it is closed.
        if (http.Features.Get<IHttpBodyControlFeature>() is { } body)
        {
            body.AllowSynchronousIO = true;
        }

        http.Response.ContentType = MediaType;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{customer}.zip\"";
        await using var archive = new ZipArchive(http.Response.BodyWriter.AsStream(), ZipArchiveMode.Create, leaveOpen: true);
        await AddAccountAsync(archive, customer, http.RequestServices);
        await AddAsync(archive, "customer.json", await grains.GetCustomer(customer).Read());
        await AddAsync(archive, "wishlists.json", await grains.GetWishlists(customer).Read());
        for (var after = ""; ;)
        {
            var carts = await CartsAsync(customer, after, http.RequestAborted);
            foreach (var cart in carts)
            {
                await AddCartAsync(archive, new(cart));
            }

            if (carts.Count < PageSize)
            {
                return;
            }

            after = carts[^1];
        }
    }

    /// <summary>Where accounts are ours: the account, and when and from which country it was signed in to.</summary>
    private async Task AddAccountAsync(ZipArchive archive, CustomerId customer, IServiceProvider services)
    {
        if (services.GetService<UserManager<Account>>() is not { } accounts
            || await accounts.FindByCustomerAsync(customer) is not { } account)
        {
            return;
        }

        await AddAsync(archive, "account.json", new
        {
            Account = AccountView.Of(account),
            Passkeys = (await accounts.GetPasskeysAsync(account)).Select(passkey => new { passkey.Name, passkey.CreatedAt }),
            Sessions = await services.GetRequiredService<Sessions>().ListAsync(account.Id),
        });
        await using var connection = await database.OpenConnectionAsync();
        await AddAsync(archive, "sign-ins.json", (await connection.QueryAsync<string>(SignIns, new { stream = $"sign-ins/{account.Id}" }))
            .Select(decided => JsonNode.Parse(decided)));
    }

    private async Task AddCartAsync(ZipArchive archive, CartId cart)
    {
        var order = EntityId.Twin<CartId, OrderId>(cart);
        if (await grains.GetCart(cart).Read() is { Value: { } kept })
        {
            await AddAsync(archive, $"carts/{cart}.json", kept);
        }

        if (await grains.GetOrder(order).Read() is { Value: { } placed })
        {
            await AddAsync(archive, $"orders/{order}.json", placed);
            await AddAsync(archive, $"messages/{order}.json", await grains.GetNotification(order).Read());
            if (await grains.GetPayment(order).Read() is { Value: { } payment })
            {
                await AddAsync(archive, $"payments/{order}.json", payment);
            }

            foreach (var parcel in (await fulfillment.ListAsync(new() { Limit = PageSize }, new() { Order = order }, CancellationToken.None)).Data)
            {
                await AddAsync(archive, $"parcels/{parcel.Id}.json", (await grains.GetFulfillmentOrder(parcel.Id).Read()).Value);
            }
        }
    }

    private async Task AddAsync<T>(ZipArchive archive, string name, T document)
    {
        await using var entry = await archive.CreateEntry(name).OpenAsync();
        await JsonSerializer.SerializeAsync(entry, document, json.Value.SerializerOptions);
    }

    private async Task<IReadOnlyList<string>> CartsAsync(CustomerId customer, string after, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            "select cart from customer_carts where customer = @customer and cart > @after order by cart limit @limit",
            new { customer = customer.Value, after, limit = PageSize }, cancellationToken: cancellation))).AsList();
    }
}
