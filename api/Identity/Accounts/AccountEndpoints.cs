using System.Collections.Immutable;
using System.Text;
using Commerce.Customers;
using Commerce.Edge;
using Commerce.Identity.Tokens;
using Commerce.Notifications;
using Commerce.SignIns;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Commerce.Identity.Accounts;

/// <summary>
/// Registering, signing in, and what somebody does with his own account. Nothing here tells whether an address has an
/// account to somebody who cannot read its mail.
/// </summary>
internal static class AccountEndpoints
{
    private const int PasswordLengthMax = 200;

    private static readonly Rejection WrongCredentials = new(
        RejectionKind.Forbidden, "wrong_credentials", "No account has this address and this password, or it cannot sign in now.");

    private static readonly Rejection FactorNeeded = new(
        RejectionKind.Forbidden, "second_factor_required", "A code is missing or wrong: of the authenticator app, or one that was just sent by mail.", "/code");

    private static readonly Rejection WrongCode = new(RejectionKind.Invalid, "wrong_code", "The code is wrong, used or too old.", "/code");

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/accounts").WithTags("Accounts");
        accounts.MapPost("/", Register).WithName("RegisterAccount").Produces(StatusCodes.Status202Accepted).Limited(Limit.Mail);
        accounts.MapPost("/verify-email", Verify).WithName("VerifyEmail").Produces(StatusCodes.Status204NoContent).Limited(Limit.Guesses);
        accounts.MapPost("/forgot-password", Forgot).WithName("ForgotPassword").Produces(StatusCodes.Status202Accepted).Limited(Limit.Mail);
        accounts.MapPost("/reset-password", Reset).WithName("ResetPassword").Produces(StatusCodes.Status204NoContent).Limited(Limit.Guesses);
        routes.MapPost("/session", SignIn).WithTags("Accounts").WithName("SignIn").Produces(StatusCodes.Status204NoContent).Limited(Limit.SignIn);
        routes.MapDelete("/session", SignOut).WithTags("Accounts").WithName("SignOut").Produces(StatusCodes.Status204NoContent);
        routes.MapPasskeySignIn();
    }

    public static void MapOwnAccount(this IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup("/me").WithTags("Own account").ForTheShopper();
        own.MapGet("/sessions", ListSessions).WithName("ListOwnSessions");
        own.MapDelete("/sessions", EndSessions).WithName("EndOwnSessions");
        own.MapDelete("/sessions/{id}", EndSession).WithName("EndOwnSession");
        own.MapPost("/two-factor", StartTwoFactor).WithName("StartTwoFactor");
        own.MapPut("/two-factor", ConfirmTwoFactor).WithName("ConfirmTwoFactor");
        own.MapDelete("/two-factor", EndTwoFactor).WithName("EndTwoFactor");
        routes.MapOwnPasskeys();
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> Register(
        RegisterRequest body, UserManager<Account> accounts, IGrainFactory grains, TimeProvider time)
    {
        if (CheckPassword(body.Password) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var now = time.GetUtcNow();
        var id = EntityId.New<AccountId>(now).Value;
        var account = new Account
        {
            Id = id, Customer = CustomerId.OfSubject(id).Value, UserName = body.Email, Email = body.Email, CreatedAt = now,
        };
        var made = await CreateAsync(accounts, account, body.Password);
        if (made.Errors.Any(error => error.Code is "InvalidEmail" or "InvalidUserName"))
        {
            return Rejection.Invalid("/email", "This is not an e-mail address that an account can have.", "email_invalid").ToProblem();
        }

        // Somebody has the address already: its owner is told, and whoever asks is told nothing.
        if (made.Succeeded)
        {
            await SendAsync(grains, account, AccountMessage.VerifyEmail, Code(await accounts.GenerateEmailConfirmationTokenAsync(account)));
        }
        else if (await accounts.FindByEmailAsync(body.Email) is { } there)
        {
            await SendAsync(grains, there, AccountMessage.AlreadyRegistered, null);
        }

        return TypedResults.Accepted((string?)null);
    }

    private static async Task<IdentityResult> CreateAsync(UserManager<Account> accounts, Account account, string password)
    {
        try
        {
            return await accounts.CreateAsync(account, password);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Somebody was faster with the same address.
            return IdentityResult.Failed();
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Verify(VerifyEmailRequest body, UserManager<Account> accounts) =>
        await accounts.FindByEmailAsync(body.Email ?? "") is { } account && Decode(body.Code) is { } code
            && (await accounts.ConfirmEmailAsync(account, code)).Succeeded
            ? TypedResults.NoContent()
            : WrongCode.ToProblem();

    private static async Task<Accepted> Forgot(ForgotPasswordRequest body, UserManager<Account> accounts, IGrainFactory grains)
    {
        if (await accounts.FindByEmailAsync(body.Email ?? "") is { } account)
        {
            await SendAsync(grains, account, AccountMessage.ResetPassword, Code(await accounts.GeneratePasswordResetTokenAsync(account)));
        }

        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Reset(
        ResetPasswordRequest body, UserManager<Account> accounts, Sessions sessions, IGrainFactory grains)
    {
        if (CheckPassword(body.Password) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (await accounts.FindByEmailAsync(body.Email ?? "") is not { } account || Decode(body.Code) is not { } code)
        {
            return WrongCode.ToProblem();
        }

        // Written with the new password, if the code is right: it came by mail to that address.
        account.EmailConfirmed = true;
        if (!(await accounts.ResetPasswordAsync(account, code, body.Password)).Succeeded)
        {
            return WrongCode.ToProblem();
        }

        // Whoever knew the old password is out.
        await grains.GetSignIns(account.Id).Unlock("password_reset");
        await sessions.EndAsync(account.Id, session: null);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SignIn(SignInRequest body, HttpContext http, SignInDoor door) =>
        await door.TryAsync(http, body) switch
        {
            SignInOutcome.Allowed => TypedResults.NoContent(),
            SignInOutcome.FactorNeeded => FactorNeeded.ToProblem(),
            _ => WrongCredentials.ToProblem(),
        };

    private static async Task<NoContent> SignOut(SignInManager<Account> signIn)
    {
        await signIn.SignOutAsync();
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<Session>>> ListSessions(HttpContext http, Sessions sessions) =>
        TypedResults.Ok(Page<Session>.Whole(await sessions.ListAsync(Own(http))));

    private static async Task<NoContent> EndSessions(
        HttpContext http, UserManager<Account> accounts, Sessions sessions,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "keep_this")] bool keepThis = false)
    {
        await AskBrowsersAgainAsync(http, accounts);
        await sessions.EndAsync(Own(http), session: null, but: keepThis ? http.User.FindFirst(Principals.Session)?.Value : null);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndSession(
        string id, HttpContext http, UserManager<Account> accounts, Sessions sessions)
    {
        await AskBrowsersAgainAsync(http, accounts);
        return await sessions.EndAsync(Own(http), id) > 0
            ? TypedResults.NoContent()
            : new Rejection(RejectionKind.NotFound, "session_not_found", "There is no such sign-in of yours that goes on.").ToProblem();
    }

    /// <summary>Browsers that are signed in here would get new tokens at once: whoever sits at one says again who he is.</summary>
    private static async Task AskBrowsersAgainAsync(HttpContext http, UserManager<Account> accounts)
    {
        if (await accounts.FindByIdAsync(Own(http)) is { } account)
        {
            await accounts.UpdateSecurityStampAsync(account);
        }
    }

    private static async Task<Results<Ok<TwoFactorSecret>, ProblemHttpResult>> StartTwoFactor(HttpContext http, UserManager<Account> accounts)
    {
        if (await accounts.FindByIdAsync(Own(http)) is not { TwoFactorEnabled: false } account)
        {
            return new Rejection(RejectionKind.Conflict, "two_factor_is_on", "The second factor is on already, or there is no account here.").ToProblem();
        }

        await accounts.ResetAuthenticatorKeyAsync(account);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new TwoFactorSecret((await accounts.GetAuthenticatorKeyAsync(account))!));
    }

    private static async Task<Results<Ok<RecoveryCodes>, ProblemHttpResult>> ConfirmTwoFactor(
        ConfirmTwoFactorRequest body, HttpContext http, UserManager<Account> accounts, IGrainFactory grains)
    {
        if (!await MayGuessAsync(http, grains) || await accounts.FindByIdAsync(Own(http)) is not { TwoFactorEnabled: false } account || !await IsSecondFactorAsync(accounts, account, body.Code))
        {
            return WrongCode.ToProblem();
        }

        (await accounts.SetTwoFactorEnabledAsync(account, true)).Required();
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new RecoveryCodes([.. await accounts.GenerateNewTwoFactorRecoveryCodesAsync(account, 10) ?? []]));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndTwoFactor(
        [Microsoft.AspNetCore.Mvc.FromBody] ConfirmTwoFactorRequest body, HttpContext http, UserManager<Account> accounts, IGrainFactory grains)
    {
        if (!await MayGuessAsync(http, grains) || await accounts.FindByIdAsync(Own(http)) is not { TwoFactorEnabled: true } account || !await IsSecondFactorAsync(accounts, account, body.Code))
        {
            return WrongCode.ToProblem();
        }

        (await accounts.SetTwoFactorEnabledAsync(account, false)).Required();
        return TypedResults.NoContent();
    }

    /// <summary>RFC 6238, or one of the codes for when the phone is lost.</summary>
    internal static async Task<bool> IsSecondFactorAsync(UserManager<Account> accounts, Account account, string? code) =>
        code is { Length: > 0 and <= 40 }
        && (await accounts.VerifyTwoFactorTokenAsync(account, accounts.Options.Tokens.AuthenticatorTokenProvider, code)
            || (account.TwoFactorEnabled && (await accounts.RedeemTwoFactorRecoveryCodeAsync(account, code)).Succeeded));

    /// <summary>Whoever has somebody's token must not find his code by trying all: five at once, one a minute from then on.</summary>
    private static async Task<bool> MayGuessAsync(HttpContext http, IGrainFactory grains) =>
        (await grains.GetAllowance($"factor-guesses/{Own(http)}").Take(1, new(Burst: 5, PerMinute: 1))).Granted > 0;

    private static Rejection? CheckPassword(string? password) => password is { Length: >= 12 and <= PasswordLengthMax }
        ? null
        : Rejection.Invalid("/password", $"A password has 12 to {PasswordLengthMax} characters.", "password_length");

    private static Task SendAsync(IGrainFactory grains, Account account, AccountMessage message, string? code) =>
        grains.GetAccountMail(account.Id).Send(message, account.Email!, code);

    private static string Own(HttpContext http) => http.User.FindFirst(Principals.Subject)!.Value;

    private static string Code(string token) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(token));

    private static string? Decode(string? code)
    {
        try
        {
            return code is { Length: > 0 and < 2000 } ? Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(code)) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

internal sealed record RegisterRequest(string Email, string Password)
{
    /// <summary>Without what is said.</summary>
    public override string ToString() => "register";
}

internal sealed record VerifyEmailRequest(string? Email, string? Code);

internal sealed record ForgotPasswordRequest(string? Email);

internal sealed record ResetPasswordRequest(string? Email, string? Code, string Password)
{
    /// <summary>Without what is said.</summary>
    public override string ToString() => "reset";
}

/// <param name="Code">Of the authenticator app, where the account has a second factor.</param>
internal sealed record SignInRequest(string? Email, string? Password, string? Code = null, bool StaySignedIn = false)
{
    /// <summary>Without what is said.</summary>
    public override string ToString() => "sign in";
}

internal sealed record ConfirmTwoFactorRequest(string? Code);

/// <summary>What an authenticator app is given (RFC 6238), base32; it counts once a code was confirmed.</summary>
internal sealed record TwoFactorSecret(string Secret);

/// <summary>Each is good once; shown now and never again.</summary>
internal sealed record RecoveryCodes(ImmutableArray<string> Codes);
