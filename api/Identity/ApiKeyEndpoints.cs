using System.Collections.Immutable;

namespace Commerce.Identity;

/// <summary>Keys of programs: made, listed, rotated and revoked by administrators.</summary>
internal static class ApiKeyEndpoints
{
    private const int NameLengthMax = 100;
    private const int OriginsMax = 20;
    private const int OverlapSecondsMax = 30 * 24 * 3600;

    private static readonly Rejection NotFound = new(RejectionKind.NotFound, "api_key_not_found", "There is no such key.");
    private static readonly Rejection TooMany = new(RejectionKind.Conflict, "too_many_api_keys", "There are as many keys as there can be.");

    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api-keys").WithTags("API keys").Needs(Area.Accounts);
        keys.MapGet("/", List).WithName("ListApiKeys");
        keys.MapPost("/", Create).WithName("CreateApiKey");
        keys.MapPost("/{id:apikey}/rotate", Rotate).WithName("RotateApiKey");
        keys.MapDelete("/{id:apikey}", Revoke).WithName("RevokeApiKey");
    }

    private static async Task<Ok<Page<ApiKey>>> List(ApiKeys keys) =>
        TypedResults.Ok(Page<ApiKey>.Whole(await keys.ListAsync()));

    private static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> Create(
        CreateApiKeyRequest body, HttpContext http, ApiKeys keys, IGrainFactory grains, TimeProvider time)
    {
        if (Check(body, time.GetUtcNow()) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (!http.User.IsGiven(body.Scopes ?? []))
        {
            // Whoever makes keys must not become more than he is.
            return new Rejection(RejectionKind.Forbidden, "scope_not_held", "A key cannot do what its maker may not.", "/scopes").ToProblem();
        }

        var made = await keys.CreateAsync(
            body.Kind, body.Name, body.Scopes ?? [], body.Origins ?? [], body.SalesChannel, body.ExpiresAt);
        return await MadeAsync(made, http, grains);
    }

    private static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> Rotate(
        ApiKeyId id, RotateApiKeyRequest body, HttpContext http, ApiKeys keys, IGrainFactory grains, TimeProvider time)
    {
        if (body.OverlapSeconds is < 0 or > OverlapSecondsMax)
        {
            return new Rejection(
                RejectionKind.Invalid, "overlap_out_of_range", $"0 to {OverlapSecondsMax} seconds.", "/overlap_seconds").ToProblem();
        }

        if (await keys.FindAsync(id.Value) is not { } key || key.ExpiresAt <= time.GetUtcNow())
        {
            return NotFound.ToProblem();
        }

        if (!http.User.IsGiven(key.Scopes))
        {
            return new Rejection(RejectionKind.Forbidden, "scope_not_held", "A key cannot do what its maker may not.").ToProblem();
        }

        var made = await keys.CreateAsync(
            key.Kind, key.Name, key.Scopes, key.Origins, key.SalesChannel, key.ExpiresAt, (key.Id, TimeSpan.FromSeconds(body.OverlapSeconds)));
        return await MadeAsync(made, http, grains);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(ApiKeyId id, ApiKeys keys, IGrainFactory grains)
    {
        if (await keys.FindAsync(id.Value) is null)
        {
            return NotFound.ToProblem();
        }

        await grains.GetAccess(id.Value).SetWithdrawn(true);
        await keys.RevokeAsync(id.Value);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> MadeAsync(
        (ApiKey Key, string Secret)? made, HttpContext http, IGrainFactory grains)
    {
        if (made is not var (key, secret))
        {
            return TooMany.ToProblem();
        }

        // Until its secret is told, nobody has it: there is no use of it without a record.
        await grains.GetAccess(key.Id).Grant(key.Scopes, key.Replaces);

        // A secret is for who asked, not for who stands between.
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/v1/admin/api-keys/{key.Id}", new CreatedApiKey(key, secret));
    }

    private static Rejection? Check(CreateApiKeyRequest body, DateTimeOffset now)
    {
        var (scopes, origins) = (body.Scopes ?? [], body.Origins ?? []);
        return body switch
        {
            { Name: null or "" or { Length: > NameLengthMax } } => Invalid("name_invalid", $"1 to {NameLengthMax} characters.", "/name"),
            _ when scopes.FirstOrDefault(scope => !Scopes.All.Contains(scope)) is { } unknown =>
                Invalid("scope_unknown", $"There is no scope {unknown}; scopes are {string.Join(", ", Scopes.All.Order())}.", "/scopes"),
            { Kind: ApiKeyKind.Secret } when scopes.IsEmpty => Invalid("scopes_missing", "A secret key needs a scope.", "/scopes"),
            { Kind: ApiKeyKind.Publishable } when !scopes.IsEmpty => Invalid("scopes_not_allowed", "Everybody sees a publishable key.", "/scopes"),
            { Kind: ApiKeyKind.Secret, SalesChannel: not null } =>
                Invalid("sales_channel_not_allowed", "A secret key is of a server, and of no storefront.", "/sales_channel"),
            _ when origins.Length > OriginsMax || origins.Any(origin => !IsOrigin(origin)) =>
                Invalid("origin_invalid", $"Up to {OriginsMax} such as https://shop.example.", "/origins"),
            { ExpiresAt: { } end } when end <= now => Invalid("expires_in_the_past", "It would be over already.", "/expires_at"),
            _ => null,
        };

        static Rejection Invalid(string code, string detail, string pointer) => new(RejectionKind.Invalid, code, detail, pointer);
    }

    /// <summary>RFC 6454 §6.1: scheme, host and port, and nothing else.</summary>
    private static bool IsOrigin(string? origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.GetLeftPart(UriPartial.Authority) == origin;

    private static bool IsGiven(this System.Security.Claims.ClaimsPrincipal maker, ImmutableArray<string> scopes) =>
        scopes.All(maker.Holds);
}

/// <param name="Scopes">What a secret key grants; a publishable one grants nothing.</param>
/// <param name="Origins">From where a browser may use it; left out: no browser.</param>
/// <param name="SalesChannel">Of a publishable key: where is sold what is sold with it; left out: nowhere in particular.</param>
/// <param name="ExpiresAt">From when it is refused; null: until it is revoked.</param>
internal sealed record CreateApiKeyRequest(
    ApiKeyKind Kind, string Name, ImmutableArray<string>? Scopes = null, ImmutableArray<string>? Origins = null,
    SalesChannel? SalesChannel = null, DateTimeOffset? ExpiresAt = null);

/// <param name="OverlapSeconds">How long the key that is replaced goes on, so that nothing stands still meanwhile.</param>
internal sealed record RotateApiKeyRequest(int OverlapSeconds = 0);

/// <summary>A new key.</summary>
/// <param name="Secret">Shown now and never again.</param>
internal sealed record CreatedApiKey(ApiKey Key, string Secret)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => Key.Id;
}
