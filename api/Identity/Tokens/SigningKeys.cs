using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using OpenIddict.Server;

namespace Commerce.Identity.Tokens;

/// <summary>
/// The keys that tokens are signed with: made by whichever front door first needs one, the same for all, and replaced every
/// month. A new key is published a day before it signs, an old one for as long as something lives that it signed.
/// </summary>
internal sealed partial class SigningKeys(
    NpgsqlDataSource database, IDataProtectionProvider protection, TimeProvider time, IOptions<SignInOptions> options, ILogger<SigningKeys> log)
    : BackgroundService, IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>
{
    private const long Making = 0x6b657973;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReplacedAfter = TimeSpan.FromDays(30);
    private static readonly TimeSpan PublishedBefore = TimeSpan.FromDays(1);

    private readonly IDataProtector _protector = protection.CreateProtector("signing-keys");
    private CancellationTokenSource _changed = new();
    private volatile Key[] _keys = [];

    /// <summary>The configuration of OpenIddict that this changes.</summary>
    public string Name => Options.DefaultName;

    /// <summary>The keys that a token may have been signed with.</summary>
    public IEnumerable<SecurityKey> Published => _keys.Select(key => key.Signing);

    /// <summary>What was made until then signed nothing that still lives.</summary>
    public static DateTimeOffset RetiredAt(DateTimeOffset now, SignInOptions options) =>
        now - (2 * ReplacedAfter) - options.RefreshTokenLifetime;

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_changed.Token);

    public void Configure(OpenIddictServerOptions options)
    {
        var now = time.GetUtcNow();

        // The newest that is old enough to be known everywhere signs; the first of all has nobody to wait for.
        var keys = _keys.OrderByDescending(key => key.CreatedAt).ToList();
        var signing = keys.FirstOrDefault(key => key.CreatedAt <= now - PublishedBefore) ?? keys.LastOrDefault();
        foreach (var key in keys.OrderByDescending(key => key == signing))
        {
            options.SigningCredentials.Add(new(key.Signing, SecurityAlgorithms.EcdsaSha256));
            options.EncryptionCredentials.Add(new(key.Sealing, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogCannotLook(failure.Message);
            }
        }
    }

    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await ReadAsync(connection);
        var now = time.GetUtcNow();
        if (rows.Count == 0 || rows.Max(row => row.CreatedAt) < now - ReplacedAfter)
        {
            rows = await MakeAsync(connection, now);
        }

        var signers = rows.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        if (!signers.SetEquals(_keys.Select(key => key.Id)) || IsDueToSign(now))
        {
            _keys = [.. rows.Select(row => Key.Of(row.Id, _protector.Unprotect(row.Secret), row.CreatedAt))];
            var changed = _changed;
            _changed = new();
            await changed.CancelAsync();
            changed.Dispose();
        }
    }

    // One that was only published until the last look.
    private bool IsDueToSign(DateTimeOffset now) =>
        _keys.Any(key => key.CreatedAt + PublishedBefore <= now && key.CreatedAt + PublishedBefore > now - (2 * LookEvery));

    private async Task<List<(string Id, byte[] Secret, DateTimeOffset CreatedAt)>> ReadAsync(NpgsqlConnection connection)
    {
        var since = RetiredAt(time.GetUtcNow(), options.Value);
        var rows = await connection.QueryAsync<(string Id, byte[] Secret, DateTime CreatedAt)>(
            "select id, secret, created_at from identity.signing_keys where created_at > @since order by created_at",
            new { since = since.UtcDateTime });
        return [.. rows.Select(row => (row.Id, row.Secret, new DateTimeOffset(row.CreatedAt, TimeSpan.Zero)))];
    }

    private async Task<List<(string Id, byte[] Secret, DateTimeOffset CreatedAt)>> MakeAsync(NpgsqlConnection connection, DateTimeOffset now)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("select pg_advisory_xact_lock(@Making)", new { Making });
        var rows = await ReadAsync(connection);
        if (rows.Count == 0 || rows.Max(row => row.CreatedAt) < now - ReplacedAfter)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            byte[] secret = [.. RandomNumberGenerator.GetBytes(Key.SealingBytes), .. key.ExportPkcs8PrivateKey()];
            await connection.ExecuteAsync(
                "insert into identity.signing_keys (id, secret, created_at) values (@id, @secret, @now)",
                new { id = RandomNumberGenerator.GetHexString(16, true), secret = _protector.Protect(secret), now = now.UtcDateTime });
            rows = await ReadAsync(connection);
        }

        await transaction.CommitAsync();
        return rows;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Signing keys cannot be read: {Reason}")]
    private partial void LogCannotLook(string reason);

    /// <param name="Signing">What access and identity tokens are signed with (RFC 7518 §3.4).</param>
    /// <param name="Sealing">What codes and refresh tokens, which only we read, are encrypted with.</param>
    private sealed record Key(string Id, ECDsaSecurityKey Signing, SymmetricSecurityKey Sealing, DateTimeOffset CreatedAt)
    {
        public const int SealingBytes = 32;

        public static Key Of(string id, byte[] secret, DateTimeOffset createdAt)
        {
            var ec = ECDsa.Create();
            ec.ImportPkcs8PrivateKey(secret.AsSpan(SealingBytes), out _);
            return new(id, new(ec) { KeyId = id }, new(secret[..SealingBytes]) { KeyId = id }, createdAt);
        }
    }
}
