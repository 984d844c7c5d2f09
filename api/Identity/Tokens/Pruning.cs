using Commerce.Identity.Accounts;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenIddict.Abstractions;

namespace Commerce.Identity.Tokens;

/// <summary>
/// Deletes what was issued once it can be of no use: not to its owner, and not to tell that it came a second time. One front
/// door does so at a time; the lock is the database's, and gone with whoever had it.
/// </summary>
internal sealed partial class Pruning(
    NpgsqlDataSource database, IServiceProvider services, TimeProvider time, IOptions<SignInOptions> options, ILogger<Pruning> log)
    : BackgroundService
{
    private const long Lock = 0x7072756e;

    // Api keys that were over for so long are shown no more.
    private static readonly TimeSpan KeysShownFor = TimeSpan.FromDays(31);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PruneEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PruneInTurnAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogCannotPrune(failure.Message);
            }
        }
    }

    private async Task PruneInTurnAsync(CancellationToken cancellation)
    {
        // Not a transaction: one that stays open while others work keeps every reader of the journal waiting.
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (!await connection.ExecuteScalarAsync<bool>("select pg_try_advisory_lock(@Lock)", new { Lock }))
        {
            return;
        }

        try
        {
            await PruneAsync(connection, cancellation);
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(@Lock)", new { Lock });
        }
    }

    private async Task PruneAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // A redeemed refresh token that comes again ends its sign-in. It is kept for as long as it could have been used, no
        // matter how young its successors are; after that it is refused for its age, whoever has it.
        var now = time.GetUtcNow();
        var threshold = now - options.Value.RefreshTokenLifetime - TimeSpan.FromHours(1);
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(threshold, cancellation);
        await scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>().PruneAsync(threshold, cancellation);
        await connection.ExecuteAsync(
            """
            delete from identity.signing_keys where created_at <= @retired;
            update identity.api_keys set replaces = null
                where replaces in (select id from identity.api_keys where expires_at <= @over);
            delete from identity.api_keys where expires_at <= @over;
            """,
            new { retired = SigningKeys.RetiredAt(now, options.Value).UtcDateTime, over = (now - KeysShownFor).UtcDateTime });

        // The last, and a turn of its own for each: one that cannot be deleted keeps nobody else.
        foreach (var id in await AccountErasure.LeftAsync(connection))
        {
            try
            {
                await using var own = services.CreateAsyncScope();
                await own.ServiceProvider.GetRequiredService<AccountErasure>().EraseAsync(id);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                LogCannotPrune(failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is over cannot be deleted: {Reason}")]
    private partial void LogCannotPrune(string reason);
}
