using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Caching.Memory;
using Npgsql;

namespace Commerce.Identity;

/// <summary>What a key is for.</summary>
internal enum ApiKeyKind
{
    /// <summary>Of a storefront, for everybody to see: it says which browser may call, and grants nothing.</summary>
    Publishable,

    /// <summary>Of a server: it grants its scopes to whoever has it.</summary>
    Secret,
}

/// <summary>A key as operators see it; its secret is nowhere.</summary>
/// <param name="Origins">From where a browser may use it (RFC 6454); empty: no browser.</param>
/// <param name="SalesChannel">Where is sold what is sold with it; null: nowhere in particular.</param>
/// <param name="Replaces">The key that it was made to follow.</param>
/// <param name="ExpiresAt">From when it is refused; null: until it is revoked.</param>
internal sealed record ApiKey(
    string Id,
    ApiKeyKind Kind,
    string Name,
    ImmutableArray<string> Scopes,
    ImmutableArray<string> Origins,
    SalesChannel? SalesChannel,
    DateTimeOffset CreatedAt,
    string? Replaces,
    DateTimeOffset? ExpiresAt);

/// <summary>
/// Keys of programs, in the database as digests. What a front door knows of one it knows for half a minute: so long may a key
/// live after it was revoked.
/// </summary>
internal sealed class ApiKeys(NpgsqlDataSource database, TimeProvider time) : IDisposable
{
    private const string Columns = "id, kind, name, scopes, origins, sales_channel, created_at, replaces, expires_at";
    private const int KeysMax = 1_000;
    private static readonly TimeSpan KnownFor = TimeSpan.FromSeconds(30);

    // Bounded, since whoever guesses keys leaves one entry a guess.
    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 10 * KeysMax });

    private Tuple<FrozenSet<string>, DateTimeOffset> _origins = new([], DateTimeOffset.MinValue);

    /// <summary>What secrets begin with, so that they are found where they do not belong.</summary>
    public static string Prefix(ApiKeyKind kind) => kind == ApiKeyKind.Secret ? "sk_" : "pk_";

    /// <summary>Makes a key and its secret, which is shown once; null: there are too many.</summary>
    /// <param name="replaces">The key that it follows, which goes on for the overlap.</param>
    public async Task<(ApiKey Key, string Secret)?> CreateAsync(
        ApiKeyKind kind, string name, IReadOnlyCollection<string> scopes, IReadOnlyCollection<string> origins,
        SalesChannel? channel, DateTimeOffset? expiresAt, (string Id, TimeSpan Overlap)? replaces = null)
    {
        var now = time.GetUtcNow();
        var secret = Prefix(kind) + RandomNumberGenerator.GetString("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 43);
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var made = await connection.QuerySingleOrDefaultAsync<Row>(
            $"""
            insert into identity.api_keys (id, digest, kind, name, scopes, origins, sales_channel, created_at, replaces, expires_at)
            select @id, @digest, @kind, @name, @scopes, @origins, @channel, @now, @replaced, @expiresAt
            where (select count(*) from identity.api_keys) < {KeysMax}
            returning {Columns}
            """,
            new
            {
                id = EntityId.New<ApiKeyId>(now).Value,
                digest = Digest(secret),
                kind = kind.ToString().ToLowerInvariant(),
                name,
                scopes = scopes.ToArray(),
                origins = origins.ToArray(),
                channel = channel?.Value,
                now = now.UtcDateTime,
                replaced = replaces?.Id,
                expiresAt = expiresAt?.UtcDateTime,
            });
        if (made is not null && replaces is var (before, overlap))
        {
            await EndAsync(connection, before, now + overlap);
        }

        await transaction.CommitAsync();
        return made is null ? null : (made.Key(), secret);
    }

    /// <summary>All that have not been over for a month, newest first.</summary>
    public async Task<ImmutableArray<ApiKey>> ListAsync()
    {
        await using var connection = await database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<Row>(
            $"""
            select {Columns} from identity.api_keys where expires_at is null or expires_at > @since order by id desc limit {KeysMax}
            """,
            new { since = time.GetUtcNow().AddMonths(-1).UtcDateTime });
        return [.. rows.Select(row => row.Key())];
    }

    /// <summary>One of them; null: there is none.</summary>
    public async Task<ApiKey?> FindAsync(string id)
    {
        await using var connection = await database.OpenConnectionAsync();
        var row = await connection.QuerySingleOrDefaultAsync<Row>($"select {Columns} from identity.api_keys where id = @id", new { id });
        return row?.Key();
    }

    /// <summary>Ends a key now. Doing it again changes nothing.</summary>
    public async Task RevokeAsync(string id)
    {
        await using var connection = await database.OpenConnectionAsync();
        await EndAsync(connection, id, time.GetUtcNow());
    }

    /// <summary>The key that has this secret and is not over; null: there is none.</summary>
    public async ValueTask<ApiKey?> KnownByAsync(string secret)
    {
        var digest = Digest(secret);
        var name = Convert.ToHexString(digest);
        if (!_known.TryGetValue(name, out ApiKey? known))
        {
            await using var connection = await database.OpenConnectionAsync();
            var row = await connection.QuerySingleOrDefaultAsync<Row>(
                $"select {Columns} from identity.api_keys where digest = @digest", new { digest });
            known = row?.Key();
            _known.Set(name, known, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = KnownFor });
        }

        return known is { ExpiresAt: var end } && (end is null || end > time.GetUtcNow()) ? known : null;
    }

    /// <summary>From where browsers may call, by all publishable keys together; as old as a key may be known.</summary>
    public ValueTask<FrozenSet<string>> OriginsAsync()
    {
        var (origins, at) = _origins;
        return time.GetUtcNow() - at < KnownFor ? new(origins) : new(ReadAsync());

        async Task<FrozenSet<string>> ReadAsync()
        {
            await using var connection = await database.OpenConnectionAsync();
            var found = await connection.QueryAsync<string>(
                """
                select distinct unnest(origins) from identity.api_keys
                where kind = 'publishable' and (expires_at is null or expires_at > @now)
                """,
                new { now = time.GetUtcNow().UtcDateTime });
            _origins = new(found.ToFrozenSet(StringComparer.Ordinal), time.GetUtcNow());
            return _origins.Item1;
        }
    }

    public void Dispose() => _known.Dispose();

    // Looked up by what nobody can compute without the secret, so how long a look takes tells nothing.
    private static byte[] Digest(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static Task EndAsync(NpgsqlConnection connection, string id, DateTimeOffset at) => connection.ExecuteAsync(
        "update identity.api_keys set expires_at = @at where id = @id and (expires_at is null or expires_at > @at)",
        new { id, at = at.UtcDateTime });

    // Npgsql calls every array an Array, by which Dapper would not find the constructor.
    [method: ExplicitConstructor]
    private sealed record Row(
        string Id, string Kind, string Name, string[] Scopes, string[] Origins, string? Sales_channel, DateTime Created_at,
        string? Replaces, DateTime? Expires_at)
    {
        public ApiKey Key() => new(
            Id, Enum.Parse<ApiKeyKind>(Kind, ignoreCase: true), Name, [.. Scopes], [.. Origins],
            Sales_channel is { } channel ? new SalesChannel(channel) : null, new(Created_at, TimeSpan.Zero), Replaces,
            Expires_at is { } end ? new DateTimeOffset(end, TimeSpan.Zero) : null);
    }
}

/// <summary>Names a key; no secret.</summary>
internal readonly record struct ApiKeyId(string Value) : IEntityId<ApiKeyId>, IParsable<ApiKeyId>
{
    public static string Prefix => "key";

    public static ApiKeyId Of(string value) => new(value);

    public static ApiKeyId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not the id of a key.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ApiKeyId result) =>
        EntityId.TryParse(s, out result);

    public override string ToString() => Value;
}
