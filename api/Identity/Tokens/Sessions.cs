using System.Collections.Immutable;
using Dapper;
using Microsoft.Extensions.Caching.Memory;
using Npgsql;
using OpenIddict.Abstractions;

namespace Commerce.Identity.Tokens;

/// <summary>A sign-in on one device: what was issued there, and what is issued for it from now on.</summary>
/// <param name="Client">The program.</param>
/// <param name="Browser">What it runs in, such as Firefox; null: nobody knows.</param>
/// <param name="System">What that runs on, such as Android; null: nobody knows.</param>
internal sealed record Session(string Id, string Client, DateTimeOffset SignedInAt, string? Browser, string? System);

/// <summary>
/// Which sign-ins and tokens are over. What a front door knows of a token it knows for half a minute, so that it costs a look at
/// the database no more often, and a revoked one is refused everywhere within that.
/// </summary>
internal sealed class Sessions(NpgsqlDataSource database) : IDisposable
{
    private const int ListMax = 100;
    private static readonly TimeSpan KnownFor = TimeSpan.FromSeconds(30);
    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 200_000 });

    /// <summary>
    /// Whether an access token is to be refused: it was revoked, its sign-in was ended, or a code or refresh token of that came a
    /// second time, by which the token server revokes all that was issued for it.
    /// </summary>
    public async ValueTask<bool> IsOverAsync(string token)
    {
        if (!_known.TryGetValue(token, out bool isOver))
        {
            await using var connection = await database.OpenConnectionAsync();
            isOver = !await connection.ExecuteScalarAsync<bool>(
                """
                select exists (
                    select from identity."OpenIddictTokens" t
                    left join identity."OpenIddictAuthorizations" a on a."Id" = t."AuthorizationId"
                    where t."Id" = @token and t."Status" = 'valid' and (a."Id" is null or a."Status" = 'valid'))
                """,
                new { token });
            _known.Set(token, isOver, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = KnownFor });
        }

        return isOver;
    }

    /// <summary>Somebody's sign-ins that go on, newest first.</summary>
    public async Task<ImmutableArray<Session>> ListAsync(string subject)
    {
        await using var connection = await database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<(string Id, string Client, DateTime At, string? Browser, string? System)>(
            """
            select a."Id", c."ClientId", a."CreationDate", a."Properties"::jsonb ->> 'browser', a."Properties"::jsonb ->> 'system' from identity."OpenIddictAuthorizations" a
            join identity."OpenIddictApplications" c on c."Id" = a."ApplicationId"
            where a."Subject" = @subject and a."Status" = 'valid'
              and exists (select from identity."OpenIddictTokens" t where t."AuthorizationId" = a."Id"
                          and t."Status" = 'valid' and t."Type" = @RefreshToken and t."ExpirationDate" > now())
            order by a."CreationDate" desc limit @ListMax
            """,
            new { subject, ListMax, OpenIddictConstants.TokenTypeIdentifiers.RefreshToken });
        return [.. rows.Select(row => new Session(row.Id, row.Client, new(DateTime.SpecifyKind(row.At, DateTimeKind.Utc)), row.Browser, row.System))];
    }

    /// <summary>Ends one, or all, and everything that was issued for it.</summary>
    /// <param name="session">Which; null: all.</param>
    /// <param name="but">The one that goes on nevertheless; null: none.</param>
    /// <returns>How many it were.</returns>
    public async Task<int> EndAsync(string subject, string? session, string? but = null)
    {
        await using var connection = await database.OpenConnectionAsync();
        var ended = (await connection.QueryAsync<(string Session, string? Token)>(
            """
            with ended as (
                update identity."OpenIddictAuthorizations" set "Status" = 'revoked'
                where "Subject" = @subject and (@session::text is null or "Id" = @session) and "Id" is distinct from @but
                  and "Status" = 'valid' returning "Id"),
            tokens as (
                update identity."OpenIddictTokens" set "Status" = 'revoked' where "AuthorizationId" in (select "Id" from ended)
                returning "Id", "AuthorizationId")
            select e."Id", t."Id" from ended e left join tokens t on t."AuthorizationId" = e."Id"
            """,
            new { subject, session, but })).AsList();
        foreach (var token in ended.Select(end => end.Token).OfType<string>())
        {
            _known.Remove(token);
        }

        return ended.Select(end => end.Session).Distinct().Count();
    }

    public void Dispose() => _known.Dispose();
}
