using System.Collections.Immutable;
using Commerce.Journal;

namespace Commerce.SignIns;

/// <summary>What can happen at the door of an account.</summary>
internal abstract record SignInEvent : IJournalEvent;

/// <summary>An attempt was decided.</summary>
/// <param name="Score">How suspicious it is: from 50 on a second factor is needed, from 100 on it is refused.</param>
/// <param name="Risks">What makes it so.</param>
/// <param name="Code">Digest of the code that was used up by it; null: none was.</param>
/// <param name="Device">Digest of the device; null: one without a name.</param>
/// <param name="Address">Digest of where it comes from.</param>
/// <param name="LockedUntil">The end of the lock that it caused; null: it caused none.</param>
[Alias("sign_ins.decided")]
internal sealed record SignInDecided(
    SignInOutcome Outcome,
    SignInProof Proof,
    SignInFactor Factor,
    int Score,
    ImmutableArray<SignInRisk> Risks,
    string? Code,
    string? Device,
    string Address,
    string? Country,
    bool IsCodeSent,
    DateTimeOffset? LockedUntil,
    DateTimeOffset At) : SignInEvent;

/// <summary>What was wrong before counts no more.</summary>
[Alias("sign_ins.unlocked")]
internal sealed record SignInUnlocked(string Reason) : SignInEvent;
