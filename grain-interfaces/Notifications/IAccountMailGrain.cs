namespace Commerce.Notifications;

/// <summary>
/// Writes to the owner of an account, keyed by the account. Nothing of it is kept: a message that is lost is asked for anew.
/// </summary>
[Alias("commerce.IAccountMail")]
public interface IAccountMailGrain : IGrainWithStringKey
{
    /// <summary>Begins to send a message and returns at once: how long it takes tells whether there is an account.</summary>
    /// <param name="email">The account's address, RFC 5322.</param>
    /// <param name="code">What the link proves; null where the message needs none. Never logged.</param>
    [Alias("Send"), Orleans.Concurrency.OneWay]
    Task Send(AccountMessage message, string email, string? code);

    /// <summary>
    /// Removes what is still here of messages to an address. What a mail server took over is out of our hands. Idempotent.
    /// </summary>
    /// <param name="email">The account's address, in any case.</param>
    [Alias("Forget")]
    Task Forget(string email);
}

/// <summary>What an account's owner is told.</summary>
[GenerateSerializer, Alias("commerce.AccountMessage")]
public enum AccountMessage
{
    /// <summary>How to prove that the address is his.</summary>
    VerifyEmail = 0,

    /// <summary>How to choose a new password.</summary>
    ResetPassword = 1,

    /// <summary>That somebody tried to register with his address, which has an account.</summary>
    AlreadyRegistered = 2,

    /// <summary>A code that finishes a sign-in which looks unusual.</summary>
    SignInCode = 3,

    /// <summary>That somebody signed in with a device that was unknown so far.</summary>
    NewDevice = 4,

    /// <summary>That a passkey was added.</summary>
    PasskeyAdded = 5,
}
