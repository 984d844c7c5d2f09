namespace Commerce.SignIns;

/// <summary>
/// Who tries to sign in to one account, keyed by the account's id: decides each attempt by what it remembers of those before,
/// and journals each decision. Nothing personal is in it: addresses and devices are keyed digests.
/// </summary>
[Alias("commerce.ISignIns")]
public interface ISignInsGrain : IGrainWithStringKey
{
    /// <summary>
    /// Decides an attempt. Not repeatable: asking twice is trying twice. While an account is locked or shut, what is refused is
    /// journaled once a minute at most.
    /// </summary>
    [Alias("Attempt")]
    Task<SignInAnswer> Attempt(SignInAttempt attempt);

    /// <summary>
    /// The owner has proved by mail who he is, or an operator vouches for him: wrong tries until now count no more. Repeating it
    /// is harmless.
    /// </summary>
    /// <param name="reason">Why, for the journal: <c>password_reset</c>, <c>operator</c>.</param>
    [Alias("Unlock")]
    Task Unlock(string reason);

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <summary>An attempt, with what was found out about it.</summary>
/// <param name="Proof">What it was proved with.</param>
/// <param name="Factor">Whether a second one was given, and right.</param>
/// <param name="IsFactorWanted">Whether the owner wants a second one each time.</param>
/// <param name="Code">A keyed digest of what is good once: the second factor's code, or what a passkey answers; null: nothing.</param>
/// <param name="Device">A keyed digest of what the browser was given when somebody signed in with it; null: nothing.</param>
/// <param name="Address">A keyed digest of where it comes from.</param>
/// <param name="Crowd">How much comes from there.</param>
/// <param name="Country">ISO 3166-1 alpha-2, as somebody in front of the shop says; null: nobody does.</param>
[GenerateSerializer, Immutable, Alias("commerce.SignInAttempt")]
public sealed record SignInAttempt(
    [property: Id(0)] SignInProof Proof,
    [property: Id(1)] SignInFactor Factor,
    [property: Id(2)] bool IsFactorWanted,
    [property: Id(3)] string? Code,
    [property: Id(4)] string? Device,
    [property: Id(5)] string Address,
    [property: Id(6)] SignInCrowd Crowd,
    [property: Id(7)] string? Country)
{
    /// <summary>Nobody may sign in whatever he proves: an operator has locked the account, or its address is not verified.</summary>
    [Id(8)]
    public bool IsShut { get; init; }
}

/// <summary>What somebody proves who he is with.</summary>
[GenerateSerializer, Alias("commerce.SignInProof")]
public enum SignInProof
{
    /// <summary>A password that is not his.</summary>
    WrongPassword = 0,

    /// <summary>The password.</summary>
    Password = 1,

    /// <summary>A passkey: something that he has, and that knows him.</summary>
    Passkey = 2,
}

/// <summary>The second factor of an attempt.</summary>
[GenerateSerializer, Alias("commerce.SignInFactor")]
public enum SignInFactor
{
    /// <summary>None was given.</summary>
    Missing = 0,

    /// <summary>It is not his, or too old.</summary>
    Wrong = 1,

    /// <summary>It is good, unless it was used before.</summary>
    Right = 2,
}

/// <summary>How many attempts come from one address, at whatever accounts.</summary>
[GenerateSerializer, Alias("commerce.SignInCrowd")]
public enum SignInCrowd
{
    /// <summary>As many as people make.</summary>
    Few = 0,

    /// <summary>As many as an office makes on a Monday morning.</summary>
    Many = 1,

    /// <summary>As many as programs make.</summary>
    TooMany = 2,
}

/// <summary>What becomes of an attempt.</summary>
/// <param name="IsCodeDue">A code is to be sent by mail now: a second factor is needed, and the owner has no other.</param>
/// <param name="IsNewDevice">Signed in with a device that is unknown so far, although others are known.</param>
[GenerateSerializer, Immutable, Alias("commerce.SignInAnswer")]
public sealed record SignInAnswer(
    [property: Id(0)] SignInOutcome Outcome, [property: Id(1)] bool IsCodeDue = false, [property: Id(2)] bool IsNewDevice = false);

/// <summary>What is decided of an attempt.</summary>
[GenerateSerializer, Alias("commerce.SignInOutcome")]
public enum SignInOutcome
{
    /// <summary>No, whatever the reason: he is told nothing of it.</summary>
    Refused = 0,

    /// <summary>A second factor is needed.</summary>
    FactorNeeded = 1,

    /// <summary>Yes.</summary>
    Allowed = 2,
}

/// <summary>What makes an attempt suspicious.</summary>
[GenerateSerializer, Alias("commerce.SignInRisk")]
public enum SignInRisk
{
    /// <summary>None of the devices that were signed in with before.</summary>
    NewDevice = 0,

    /// <summary>Another country than last time.</summary>
    NewCountry = 1,

    /// <summary>Another country than two hours ago or less: nobody travels so fast.</summary>
    ImpossibleTravel = 2,

    /// <summary>Wrong tries just before.</summary>
    WrongBefore = 3,

    /// <summary>Many attempts at this account within minutes.</summary>
    BusyAccount = 4,

    /// <summary>Many attempts from this address.</summary>
    BusyAddress = 5,

    /// <summary>More attempts from this address than people make.</summary>
    HostileAddress = 6,

    /// <summary>The account is locked for a while.</summary>
    Locked = 7,

    /// <summary>A code that was used before.</summary>
    CodeUsed = 8,

    /// <summary>An operator has locked the account, or its address is not verified.</summary>
    Shut = 9,
}
