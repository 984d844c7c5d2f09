using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Identity;
using Commerce.Identity.Accounts;
using Commerce.Orders;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Commerce.Customers;

internal static class CustomerEndpoints
{
    public static void MapOwnCustomer(this IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup("/me").WithTags("Own account").ForTheShopper();
        own.MapGet("/", ReadOwn).WithName("ReadOwnCustomer");
        own.MapPut("/profile", SetProfile).WithName("SetOwnProfile");
        own.MapPut("/addresses/{name}", PutAddress).WithName("PutOwnAddress");
        own.MapDelete("/addresses/{name}", RemoveAddress).WithName("RemoveOwnAddress");
        own.MapPut("/consents/{channel}", SetConsent).WithName("SetOwnConsent");
        own.MapPut("/payment-methods/{id}", PutPaymentMethod).WithName("PutOwnPaymentMethod");
        own.MapDelete("/payment-methods/{id}", RemovePaymentMethod).WithName("RemoveOwnPaymentMethod");
        own.MapGet("/carts", ListCarts).WithName("ListOwnCarts");
        own.MapPut("/carts/{cartId:cart}", ClaimCart).WithName("ClaimCart");
        own.MapGet("/orders", ListOrders).WithName("ListOwnOrders");
        own.MapGet("/export", Export).WithName("ExportOwnData").Produces<Stream>(StatusCodes.Status200OK, CustomerArchive.MediaType)
            .DisableRequestTimeout();
        own.MapDelete("/", EraseOwn).WithName("EraseOwnCustomer");
    }

    public static void MapCustomerAdministration(this IEndpointRouteBuilder routes)
    {
        var customers = routes.MapGroup("/customers/{customerId:customer}").WithTags("Customer administration").Needs(Area.Customers);
        customers.MapGet("/", Read).WithName("ReadCustomer");
        customers.MapPut("/groups", SetGroups).WithName("SetCustomerGroups");
        customers.MapGet("/orders", ListOrdersOf).WithName("ListCustomerOrders");
        customers.MapGet("/export", ExportOf).WithName("ExportCustomerData").Produces<Stream>(StatusCodes.Status200OK, CustomerArchive.MediaType)
            .DisableRequestTimeout();
        customers.MapGet("/erasure", ReadErasure).WithName("ReadCustomerErasure");
        customers.MapPut("/erasure", Erase).WithName("EraseCustomer");
        var guests = routes.MapGroup("/orders/{orderId:order}/erasure").WithTags("Customer administration").Needs(Area.Customers);
        guests.MapGet("/", ReadOrderErasure).WithName("ReadOrderErasure");
        guests.MapPut("/", EraseOrder).WithName("EraseOrder");
    }

    private static Task<Ok<CustomerView>> ReadOwn(HttpContext http, IGrainFactory grains) => Read(Own(http), http, grains);

    private static async Task<Ok<CustomerView>> Read(CustomerId customerId, HttpContext http, IGrainFactory grains)
    {
        var customer = await grains.GetCustomer(customerId).Read();
        http.Response.Headers.ETag = $"\"{customer.Version}\"";
        return TypedResults.Ok(customer);
    }

    private static async Task<Results<Ok<CustomerView>, ProblemHttpResult>> SetProfile(
        CustomerProfile body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCustomer(Own(http)).SetProfile(body, headers.For("profile", body))).ToOk(http, customer => customer.Version);

    private static async Task<Results<Ok<CustomerView>, ProblemHttpResult>> PutAddress(
        string name, CustomerAddress body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCustomer(Own(http)).PutAddress(name, body, headers.For("address", new { name, body })))
            .ToOk(http, customer => customer.Version);

    private static async Task<Results<Ok<CustomerView>, ProblemHttpResult>> RemoveAddress(
        string name, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCustomer(Own(http)).RemoveAddress(name, headers.For("no-address", name)))
            .ToOk(http, customer => customer.Version);

    private static async Task<Results<Ok<CustomerView>, ProblemHttpResult>> SetConsent(
        Word<ConsentChannel> channel, SetConsentRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCustomer(Own(http)).SetConsent(channel.Value, body.Granted, body.Wording, headers.For($"consent:{channel}", body)))
            .ToOk(http, customer => customer.Version);

    private static async Task<Results<Ok<CustomerView>, ProblemHttpResult>> PutPaymentMethod(
        string id, PutPaymentMethodRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        // As names of addresses are, the id is hashed with the body: the name of a command stays readable when what it was about
        // is erased.
        var method = new SavedPaymentMethod(id, body.IsUsual);
        return (await grains.GetCustomer(Own(http)).PutPaymentMethod(method, headers.For("method", method)))
            .ToOk(http, customer => customer.Version);
    }

    private static async Task<Results<Ok<CustomerView>, ProblemHttpResult>> RemovePaymentMethod(
        string id, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCustomer(Own(http)).RemovePaymentMethod(id, headers.For("no-method", id)))
            .ToOk(http, customer => customer.Version);

    /// <summary>Those that he can go on with, wherever he filled them: of the last 20, the last one first.</summary>
    private static async Task<Ok<Page<CartView>>> ListCarts(HttpContext http, NpgsqlDataSource database, IGrainFactory grains)
    {
        IEnumerable<string> claimed;
        await using (var connection = await database.OpenConnectionAsync(http.RequestAborted))
        {
            claimed = await connection.QueryAsync<string>(
                "select cart from customer_carts where customer = @customer order by claimed_at desc, cart desc limit 20",
                new { customer = Own(http).Value });
        }

        var carts = await Task.WhenAll(claimed.Select(cart => grains.GetCart(new(cart)).Read()));
        return TypedResults.Ok(Page<CartView>.Whole(
            [.. carts.Where(cart => cart.IsAccepted).Select(cart => cart.Required).Where(cart => cart.Status == CartStatus.Active)]));
    }

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> ClaimCart(
        CartId cartId, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCart(cartId).Claim(headers.For("claim", null))).ToOk(http, cart => cart.Version);

    private static Task<Ok<Page<ListedOrder>>> ListOrders(
        [AsParameters] ListQuery list, HttpContext http, OrderListing orders, CancellationToken cancellation) =>
        ListOrdersOf(Own(http), list, orders, cancellation);

    private static async Task<Ok<Page<ListedOrder>>> ListOrdersOf(
        CustomerId customerId, [AsParameters] ListQuery list, OrderListing orders, CancellationToken cancellation) =>
        TypedResults.Ok(await orders.ListAsync(list, new(), cancellation, customerId));

    private static Task Export(HttpContext http, CustomerArchive archive) => archive.WriteAsync(Own(http), http);

    private static Task ExportOf(CustomerId customerId, HttpContext http, CustomerArchive archive) => archive.WriteAsync(customerId, http);

    private static async Task<Results<Ok<CustomerView>, ProblemHttpResult>> SetGroups(
        CustomerId customerId, SetGroupsRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCustomer(customerId).SetGroups(body.Groups, headers.For("groups", body))).ToOk(http, customer => customer.Version);

    private static async Task<Accepted<ErasureView>> EraseOwn(HttpContext http, CommandHeaders headers, IGrainFactory grains) =>
        TypedResults.Accepted((string?)null, await EraseAsync(Own(http), http, headers, grains));

    private static async Task<Results<Accepted<ErasureView>, ProblemHttpResult>> Erase(
        CustomerId customerId, HttpContext http, CommandHeaders headers, IGrainFactory grains) =>
        !http.User.Holds(Scopes.Write(Area.Accounts)) && await AccountAsync(customerId, http) is { Roles: [_, ..] }
            ? new Rejection(RejectionKind.Forbidden, "scope_not_held", "Nobody removes an account that acts for the shop and that he may not change.").ToProblem()
            : TypedResults.Accepted($"/v1/admin/customers/{customerId}/erasure", await EraseAsync(customerId, http, headers, grains));

    /// <summary>His account; null: he has none, or it is an outside authority's.</summary>
    private static async Task<Account?> AccountAsync(CustomerId customer, HttpContext http) =>
        http.RequestServices.GetService<UserManager<Account>>() is { } accounts ? await accounts.FindByCustomerAsync(customer) : null;

    /// <summary>First it is sure that he will be forgotten, then he can no longer sign in.</summary>
    private static async Task<ErasureView> EraseAsync(CustomerId customer, HttpContext http, CommandHeaders headers, IGrainFactory grains)
    {
        var erasure = await grains.GetErasure(customer).Begin(headers.For("erase", null));
        if (http.RequestServices.GetService<AccountErasure>() is { } accounts)
        {
            await accounts.EraseAsync(customer);
        }

        return erasure;
    }

    private static async Task<Ok<ErasureView>> ReadErasure(CustomerId customerId, IGrainFactory grains) =>
        TypedResults.Ok(await grains.GetErasure(customerId).Read());

    private static async Task<Accepted<ErasureView>> EraseOrder(OrderId orderId, CommandHeaders headers, IGrainFactory grains) =>
        TypedResults.Accepted($"/v1/admin/orders/{orderId}/erasure", await grains.GetErasure(orderId).Begin(headers.For("erase", null)));

    private static async Task<Ok<ErasureView>> ReadOrderErasure(OrderId orderId, IGrainFactory grains) =>
        TypedResults.Ok(await grains.GetErasure(orderId).Read());

    private static CustomerId Own(HttpContext http) => http.User.CustomerId()!.Value;
}

/// <param name="Wording">Names the text that was agreed to, or that offered to agree.</param>
internal sealed record SetConsentRequest(bool Granted, string Wording);

/// <param name="IsUsual">Whether it is what he pays with unless he says otherwise.</param>
internal sealed record PutPaymentMethodRequest(bool IsUsual = false);

internal sealed record SetGroupsRequest(ImmutableArray<string> Groups);
