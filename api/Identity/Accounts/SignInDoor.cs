using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Commerce.Edge;
using Commerce.Notifications;
using Commerce.SignIns;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Commerce.Identity.Accounts;

/// <summary>
/// Finds out what is true of an attempt to sign in, has the account's <see cref="ISignInsGrain"/> decide it, and signs in.
/// </summary>
internal sealed class SignInDoor(
    UserManager<Account> accounts, SignInManager<Account> signIn, IPasswordHasher<Account> hasher, IGrainFactory grains,
    ShopSecret secret, IOptions<SignInOptions> options, TimeProvider time)
{
    private const string SignedInAt = "signed-in-at";
    private const string DeviceCookie = "commerce-device";
    private const int DeviceBytes = 16;
    private static readonly TimeSpan DeviceKnownFor = TimeSpan.FromDays(365);

    // What one address may try at whatever accounts: a hundred at once, ten a minute from then on.
    private static readonly Bucket Attempts = new(Burst: 100, PerMinute: 10);
    private static readonly int ManyLeft = Attempts.Burst / 2;

    /// <summary>With a password, and a second factor where one is needed.</summary>
    public async Task<SignInOutcome> TryAsync(HttpContext http, SignInRequest body)
    {
        var account = await accounts.FindByEmailAsync(body.Email ?? "");
        if (account is null)
        {
            // As much work as for an account that there is.
            hasher.HashPassword(new(), body.Password ?? "");
            await CrowdAsync(await AddressAsync(http));
            return SignInOutcome.Refused;
        }

        var isRight = await accounts.CheckPasswordAsync(account, body.Password ?? "");

        // A code that would open nothing is not used up.
        var factor = !isRight || IsShut(account) || string.IsNullOrEmpty(body.Code) ? SignInFactor.Missing
            : await IsFactorAsync(account, body.Code) ? SignInFactor.Right : SignInFactor.Wrong;
        return await DecideAsync(
            http, account, isRight ? SignInProof.Password : SignInProof.WrongPassword, factor, factor == SignInFactor.Missing ? null : body.Code,
            body.StaySignedIn);
    }

    /// <summary>With a passkey that was found to be good.</summary>
    /// <param name="challenge">What it has answered, which is good once as codes are.</param>
    public Task<SignInOutcome> AllowAsync(HttpContext http, Account account, string challenge) =>
        DecideAsync(http, account, SignInProof.Passkey, SignInFactor.Missing, challenge, staySignedIn: false);

    /// <summary>When somebody last proved who he is; the cookie itself is renewed as he goes on. Null: long ago.</summary>
    public static DateTimeOffset? ProvedAt(AuthenticationProperties? cookie) => cookie?.Items.TryGetValue(SignedInAt, out var at) is true
        && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, out var proved) ? proved : null;

    private async Task<SignInOutcome> DecideAsync(
        HttpContext http, Account account, SignInProof proof, SignInFactor factor, string? code, bool staySignedIn)
    {
        var device = http.Request.Cookies[DeviceCookie] is { Length: 2 * DeviceBytes } known ? known : null;
        var address = await AddressAsync(http);
        var next = device ?? RandomNumberGenerator.GetHexString(2 * DeviceBytes, lowercase: true);
        var answer = await grains.GetSignIns(account.Id).Attempt(new(
            proof, factor, account.TwoFactorEnabled,
            code is null ? null : await DigestAsync("code", $"{account.Id}/{code}"),
            await DigestAsync("device", next), address, await CrowdAsync(address), Country(http))
        {
            IsShut = IsShut(account),
        });
        if (answer.IsCodeDue)
        {
            var mailed = await accounts.GenerateTwoFactorTokenAsync(account, TokenOptions.DefaultEmailProvider);
            await grains.GetAccountMail(account.Id).Send(AccountMessage.SignInCode, account.Email!, mailed);
        }

        if (answer.Outcome == SignInOutcome.Allowed)
        {
            http.Response.Cookies.Append(DeviceCookie, next, new()
            {
                HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, MaxAge = DeviceKnownFor, IsEssential = true,
            });
            await signIn.SignInAsync(account, new AuthenticationProperties
            {
                IsPersistent = staySignedIn, Items = { [SignedInAt] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) },
            });
            if (answer.IsNewDevice)
            {
                await grains.GetAccountMail(account.Id).Send(AccountMessage.NewDevice, account.Email!, null);
            }
        }

        return answer.Outcome;
    }

    private static bool IsShut(Account account) => account.IsLocked || !account.EmailConfirmed;

    private async Task<bool> IsFactorAsync(Account account, string code) => account.TwoFactorEnabled
        ? await AccountEndpoints.IsSecondFactorAsync(accounts, account, code)
        : code.Length <= 40 && await accounts.VerifyTwoFactorTokenAsync(account, TokenOptions.DefaultEmailProvider, code);

    private async Task<SignInCrowd> CrowdAsync(string address)
    {
        var left = await grains.GetAllowance($"sign-ins/{address}").Take(1, Attempts);
        return left.Granted == 0 ? SignInCrowd.TooMany : left.Left < ManyLeft ? SignInCrowd.Many : SignInCrowd.Few;
    }

    private Task<string> AddressAsync(HttpContext http)
    {
        // Of IPv6 a house has 64 bits or more for itself.
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return DigestAsync("address", address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString());
    }

    private string? Country(HttpContext http) =>
        options.Value.CountryHeader is { } header && http.Request.Headers[header] is [{ Length: 2 } country] && country != "XX"
        && country.All(char.IsAsciiLetterUpper)
            ? country : null;

    private async Task<string> DigestAsync(string kind, string text) =>
        Convert.ToHexStringLower((await secret.HashAsync($"sign-in-{kind}", text)).AsSpan(0, 16));
}
