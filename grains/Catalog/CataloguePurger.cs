using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Commerce.Journal;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Commerce.Catalog;

/// <summary>Tells the front doors and then the CDN which pages of the catalogue to forget, on one silo at a time.</summary>
internal sealed partial class CataloguePurger(
    NpgsqlDataSource database, IOptions<CataloguePurgeOptions> options, IOptions<JournalOptions> journal, TimeProvider time,
    ILogger<CataloguePurger> log) : BackgroundService
{
    // PostgreSQL's notifications hold 8,000 bytes at most.
    private const int NotificationKeysMax = 100;
    private const int RequestKeysMax = 1_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = LongestWait })
    {
        Timeout = options.Value.Timeout,
    };

    private DateTimeOffset _askAgainAt;
    private int _refusals;

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lease = new JournalLease(database, "catalogue-purger", journal.Value.Lease);
        using var rounds = new PeriodicTimer(options.Value.Every, time);
        try
        {
            while (await rounds.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (await lease.HoldAsync(stoppingToken))
                    {
                        await RoundAsync(stoppingToken);
                    }
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(failure);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await lease.ReleaseAsync();
        }
    }

    private async Task RoundAsync(CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);

        // Those of which front doors hear in this round are the CDN's in the next.
        var forCdn = options.Value.Url is null ? [] : await ReadToldAsync(connection);
        while (await TellFrontDoorsAsync(connection) == NotificationKeysMax)
        {
            // There may be more.
        }

        if (forCdn.Count > 0 && time.GetUtcNow() >= _askAgainAt && await TellCdnAsync(options.Value.Url!, forCdn, stop))
        {
            await ForgetAsync(connection, forCdn);
        }
    }

    private static async Task<List<Change>> ReadToldAsync(NpgsqlConnection connection) =>
        (await connection.QueryAsync<Change>(
            "select key, change as number from catalogue_purges where is_told order by change limit @RequestKeysMax",
            new { RequestKeysMax })).AsList();

    // What is being changed just now is waited for nowhere, since whoever changes it may wait for what is held here; it is told
    // in a later round.

    /// <returns>How many keys were told.</returns>
    private async Task<int> TellFrontDoorsAsync(NpgsqlConnection connection) =>
        await connection.ExecuteScalarAsync<int?>(
            $"""
            with mine as (
                select key from catalogue_purges where not is_told order by change limit @NotificationKeysMax for update skip locked),
            told as (
                {(options.Value.Url is null ? "delete from catalogue_purges p using mine" : "update catalogue_purges p set is_told = true from mine")}
                where p.key = mine.key returning p.key)
            select count(*)::int, pg_notify('{SurrogateKeys.Channel}', string_agg(key, ' ')) from told having count(*) > 0
            """,
            new { NotificationKeysMax }) ?? 0;

    /// <summary>But what has changed again meanwhile is told again.</summary>
    private static async Task ForgetAsync(NpgsqlConnection connection, List<Change> changes) =>
        await connection.ExecuteAsync(
            """
            with mine as (
                select p.key from catalogue_purges p, unnest(@keys, @numbers) as t(key, change)
                where p.key = t.key and p.change = t.change for update of p skip locked)
            delete from catalogue_purges p using mine where p.key = mine.key
            """,
            new { keys = changes.Select(change => change.Key).ToArray(), numbers = changes.Select(change => change.Number).ToArray() });

    private async Task<bool> TellCdnAsync(Uri url, List<Change> changes, CancellationToken stop)
    {
        using var request = Signed(url, JsonSerializer.SerializeToUtf8Bytes(
            new { surrogate_keys = changes.Select(change => change.Key) }));
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            answer.EnsureSuccessStatusCode();
            _refusals = 0;
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, _refusals++), LongestWait.TotalSeconds));
            _askAgainAt = time.GetUtcNow() + wait;
            LogRefused(failure.Message, changes.Count, wait);
            return false;
        }
    }

    private HttpRequestMessage Signed(Uri url, byte[] body)
    {
        var (id, at) = ($"msg_{Guid.CreateVersion7():N}", time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var signature = HMACSHA256.HashData(options.Value.Key!, (byte[])[.. Encoding.ASCII.GetBytes($"{id}.{at}."), .. body]);
        return new(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json) } },
            Headers =
            {
                { "webhook-id", id }, { "webhook-timestamp", at }, { "webhook-signature", $"v1,{Convert.ToBase64String(signature)}" },
            },
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Who keeps copies of the catalogue could not be told what has changed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The CDN did not forget {Count} keys ({Reason}); it is asked again after {Wait}")]
    private partial void LogRefused(string reason, int count, TimeSpan wait);

    private sealed record Change(string Key, long Number);
}
