using System.Collections.Immutable;
using System.Text.Json;
using Commerce.Edge;
using Commerce.Notifications;
using Commerce.SignIns;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Commerce.Identity.Accounts;

/// <summary>
/// Passkeys (W3C Web Authentication Level 3): made and used by a browser or phone, of which the shop knows public keys alone.
/// What is asked and what is answered are as the browser's <c>navigator.credentials</c> takes and gives them.
/// </summary>
internal static class PasskeyEndpoints
{
    private const int PasskeysMax = 10;
    private const int NameLengthMax = 60;

    private static readonly Rejection NotGood = new(
        RejectionKind.Forbidden, "passkey_not_accepted", "This passkey is not accepted here, or the answer comes too late.", "/credential");

    private static readonly Rejection NotFound = new(RejectionKind.NotFound, "passkey_not_found", "There is no such passkey of yours.");

    private static readonly Rejection TooMany = new(
        RejectionKind.Conflict, "too_many_passkeys", $"An account has at most {PasskeysMax} passkeys.");

    public static void MapPasskeySignIn(this IEndpointRouteBuilder routes)
    {
        var session = routes.MapGroup("/session").WithTags("Accounts");
        session.MapPost("/passkey-options", StartSignIn).WithName("StartPasskeySignIn");
        session.MapPost("/passkey", SignIn).WithName("SignInWithPasskey").Produces(StatusCodes.Status204NoContent).Limited(Limit.SignIn);
    }

    public static void MapOwnPasskeys(this IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup("/me").WithTags("Own account").ForTheShopper();
        own.MapGet("/passkeys", List).WithName("ListOwnPasskeys");
        own.MapPost("/passkey-options", StartAdding).WithName("StartAddingPasskey");
        own.MapPost("/passkeys", Add).WithName("AddOwnPasskey");
        own.MapPut("/passkeys/{id}", Rename).WithName("RenameOwnPasskey");
        own.MapDelete("/passkeys/{id}", Remove).WithName("RemoveOwnPasskey");
    }

    private static async Task<Ok<PasskeyQuestion>> StartSignIn(
        HttpContext http, IPasskeyHandler<Account> passkeys, PasskeyStates states)
    {
        // For nobody in particular: which accounts have passkeys is told to nobody.
        var asked = await passkeys.MakeRequestOptionsAsync(null, http);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new PasskeyQuestion(Parse(asked.RequestOptionsJson), states.Seal(asked.AssertionState)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SignIn(
        PasskeyAnswer body, HttpContext http, IPasskeyHandler<Account> passkeys, PasskeyStates states, UserManager<Account> accounts, SignInDoor door)
    {
        if (states.Open(body.State) is not { } state)
        {
            return NotGood.ToProblem();
        }

        var given = await passkeys.PerformAssertionAsync(
            new() { HttpContext = http, CredentialJson = body.Credential.GetRawText(), AssertionState = state });
        if (!given.Succeeded || await door.AllowAsync(http, given.User, state) != SignInOutcome.Allowed)
        {
            return NotGood.ToProblem();
        }

        // How often it was used, by which a copy of it is found out.
        await accounts.AddOrUpdatePasskeyAsync(given.User, given.Passkey);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Page<PasskeyView>>, ProblemHttpResult>> List(HttpContext http, UserManager<Account> accounts) =>
        await OwnerAsync(http, accounts) is { } account
            ? TypedResults.Ok(Page<PasskeyView>.Whole([.. (await accounts.GetPasskeysAsync(account)).Select(View)]))
            : NotFound.ToProblem();

    private static async Task<Results<Ok<PasskeyQuestion>, ProblemHttpResult>> StartAdding(
        HttpContext http, IPasskeyHandler<Account> passkeys, PasskeyStates states, UserManager<Account> accounts)
    {
        if (await OwnerAsync(http, accounts) is not { } account)
        {
            return NotFound.ToProblem();
        }

        var asked = await passkeys.MakeCreationOptionsAsync(
            new() { Id = account.Id, Name = account.Email!, DisplayName = account.Email! }, http);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new PasskeyQuestion(Parse(asked.CreationOptionsJson), states.Seal(asked.AttestationState)));
    }

    private static async Task<Results<Created<PasskeyView>, ProblemHttpResult>> Add(
        AddPasskeyRequest body, HttpContext http, IPasskeyHandler<Account> passkeys, PasskeyStates states, UserManager<Account> accounts,
        IGrainFactory grains)
    {
        if (CheckName(body.Name) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (await OwnerAsync(http, accounts) is not { } account || states.Open(body.State) is not { } state)
        {
            return NotGood.ToProblem();
        }

        if ((await accounts.GetPasskeysAsync(account)).Count >= PasskeysMax)
        {
            return TooMany.ToProblem();
        }

        var made = await passkeys.PerformAttestationAsync(
            new() { HttpContext = http, CredentialJson = body.Credential.GetRawText(), AttestationState = state });
        if (!made.Succeeded || made.UserEntity.Id != account.Id)
        {
            return NotGood.ToProblem();
        }

        made.Passkey.Name = body.Name;
        if (!await SaveAsync(accounts, account, made.Passkey))
        {
            return NotGood.ToProblem();
        }

        await grains.GetAccountMail(account.Id).Send(AccountMessage.PasskeyAdded, account.Email!, null);
        var view = View(made.Passkey);
        return TypedResults.Created($"/v1/me/passkeys/{view.Id}", view);
    }

    private static async Task<Results<Ok<PasskeyView>, ProblemHttpResult>> Rename(
        string id, RenamePasskeyRequest body, HttpContext http, UserManager<Account> accounts)
    {
        if (CheckName(body.Name) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (await OwnerAsync(http, accounts) is not { } account || Decode(id) is not { } credential
            || await accounts.GetPasskeyAsync(account, credential) is not { } passkey)
        {
            return NotFound.ToProblem();
        }

        passkey.Name = body.Name;
        await accounts.AddOrUpdatePasskeyAsync(account, passkey);
        return TypedResults.Ok(View(passkey));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(string id, HttpContext http, UserManager<Account> accounts)
    {
        if (await OwnerAsync(http, accounts) is not { } account || Decode(id) is not { } credential
            || await accounts.GetPasskeyAsync(account, credential) is null)
        {
            return NotFound.ToProblem();
        }

        (await accounts.RemovePasskeyAsync(account, credential)).Required();
        return TypedResults.NoContent();
    }

    private static async Task<bool> SaveAsync(UserManager<Account> accounts, Account account, UserPasskeyInfo passkey)
    {
        try
        {
            return (await accounts.AddOrUpdatePasskeyAsync(account, passkey)).Succeeded;
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // The same answer came twice at once.
            return false;
        }
    }

    private static Task<Account?> OwnerAsync(HttpContext http, UserManager<Account> accounts) =>
        accounts.FindByIdAsync(http.User.FindFirst(Principals.Subject)!.Value);

    private static Rejection? CheckName(string? name) => name is { Length: > 0 and <= NameLengthMax }
        ? null
        : Rejection.Invalid("/name", $"A name has 1 to {NameLengthMax} characters.", "name_invalid");

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static byte[]? Decode(string id)
    {
        try
        {
            return WebEncoders.Base64UrlDecode(id);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static PasskeyView View(UserPasskeyInfo passkey) => new(
        WebEncoders.Base64UrlEncode(passkey.CredentialId), passkey.Name ?? "", passkey.CreatedAt, passkey.IsBackedUp);
}

/// <summary>A passkey of the caller's.</summary>
/// <param name="IsBackedUp">Whether the device keeps a copy elsewhere, so that it outlives the device.</param>
internal sealed record PasskeyView(string Id, string Name, DateTimeOffset CreatedAt, bool IsBackedUp);

/// <param name="Options">What the browser is asked, <c>PublicKeyCredential.parse…OptionsFromJSON</c>.</param>
/// <param name="State">To be given back with its answer, within five minutes.</param>
internal sealed record PasskeyQuestion(JsonElement Options, string State);

/// <param name="Credential">The browser's answer, <c>toJSON()</c>.</param>
internal sealed record PasskeyAnswer(string? State, JsonElement Credential)
{
    /// <summary>Without what is said.</summary>
    public override string ToString() => "passkey";
}

/// <param name="Credential">The browser's answer, <c>toJSON()</c>.</param>
/// <param name="Name">What the owner calls it: 1 to 60 characters.</param>
internal sealed record AddPasskeyRequest(string? State, JsonElement Credential, string? Name)
{
    /// <summary>Without what is said.</summary>
    public override string ToString() => "passkey";
}

internal sealed record RenamePasskeyRequest(string? Name);
