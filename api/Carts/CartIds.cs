namespace Commerce.Carts;

/// <summary>
/// Chooses the id of a cart to create. With an <c>Idempotency-Key</c> the same caller gets the same cart again; derived
/// under the shop's secret, so that nobody can compute the cart of somebody else's key.
/// </summary>
internal sealed class CartIds(ShopSecret secret, TimeProvider time)
{
    /// <summary>A new id, or the one that belongs to this key and caller.</summary>
    public async ValueTask<CartId> ForAsync(string? key, HttpContext http)
    {
        if (key is null)
        {
            return EntityId.New<CartId>(time.GetUtcNow());
        }

        var name = $"{http.Connection.RemoteIpAddress}|{http.Request.Headers.UserAgent}|{key}";
        return EntityId.Derive<CartId>(Convert.ToHexString(await secret.HashAsync("cart", name)));
    }
}
