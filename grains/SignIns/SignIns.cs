using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.SignIns;

/// <summary>
/// What is remembered of attempts to sign in to an account, which is bounded: ten devices, ten times, eight codes and where
/// somebody was last.
/// </summary>
internal sealed record SignIns : IJournaledState<SignIns, SignInEvent>
{
    private const int WrongMax = 5;
    private const int DevicesMax = 10;
    private const int TimesMax = 10;
    private const int CodesMax = 8;
    private const int FactorFrom = 50;
    private const int RefusedFrom = 100;

    private static readonly TimeSpan JustNow = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Travel = TimeSpan.FromHours(2);

    // As long as any kind of code is good for, and longer.
    private static readonly TimeSpan CodesKnownFor = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan CodeEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RefusalEvery = TimeSpan.FromMinutes(1);

    // NIST SP 800-63B-4 §3.2.2: each wait is longer than the one before.
    private static readonly ImmutableArray<TimeSpan> Locks =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4),
        TimeSpan.FromHours(24),
    ];

    /// <summary>Wrong tries since the last right one or the last lock.</summary>
    public int Wrong { get; init; }

    /// <summary>Locks since the last time that somebody signed in.</summary>
    public int LockCount { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Signed in with before, longest ago first.</summary>
    public ImmutableArray<KnownDevice> Devices { get; init; } = [];

    /// <summary>When the last attempts were.</summary>
    public ImmutableArray<DateTimeOffset> Times { get; init; } = [];

    /// <summary>Codes that were used.</summary>
    public ImmutableArray<UsedCode> Codes { get; init; } = [];

    /// <summary>Where somebody signed in last.</summary>
    public string? Country { get; init; }

    public DateTimeOffset SignedInAt { get; init; }

    public DateTimeOffset? CodeSentAt { get; init; }

    public DateTimeOffset? RefusedAt { get; init; }

    public string Summary => LockedUntil is { } end ? $"locked until {end:u} at most" : $"{Wrong} wrong tries";

    /// <summary>Decides an attempt: by a lock first, then by what was proved, then by how suspicious it is.</summary>
    public Decision<SignInEvent> Attempt(SignInAttempt attempt, DateTimeOffset now, out SignInAnswer answer)
    {
        var device = Devices.FirstOrDefault(known => known.Digest == attempt.Device);

        // Who locks an account from outside keeps its owner out neither of his own devices nor with his passkey.
        var isLocked = LockedUntil > now && device is null && attempt.Proof != SignInProof.Passkey;
        if (isLocked || attempt.IsShut)
        {
            answer = new(SignInOutcome.Refused);
            return RefusedAt + RefusalEvery > now
                ? Decision<SignInEvent>.Nothing
                : Decided(attempt, SignInOutcome.Refused, RefusedFrom, [attempt.IsShut ? SignInRisk.Shut : SignInRisk.Locked], now);
        }

        var isUsed = attempt.Code is not null && Codes.Any(code => code.Digest == attempt.Code && code.At + CodesKnownFor > now);
        var factor = isUsed && attempt.Factor == SignInFactor.Right ? SignInFactor.Wrong : attempt.Factor;
        var risks = Risks(attempt, device is not null, isUsed, now);
        var score = risks.Sum(Weight);
        var outcome = attempt.Proof switch
        {
            SignInProof.WrongPassword => SignInOutcome.Refused,
            SignInProof.Passkey => isUsed ? SignInOutcome.Refused : SignInOutcome.Allowed,
            _ when score >= RefusedFrom => SignInOutcome.Refused,
            _ when factor == SignInFactor.Right => SignInOutcome.Allowed,
            _ when attempt.IsFactorWanted || score >= FactorFrom || factor == SignInFactor.Wrong => SignInOutcome.FactorNeeded,
            _ => SignInOutcome.Allowed,
        };
        var isCodeDue = outcome == SignInOutcome.FactorNeeded && !attempt.IsFactorWanted && !(CodeSentAt + CodeEvery > now);
        answer = new(outcome, isCodeDue, outcome == SignInOutcome.Allowed && risks.Contains(SignInRisk.NewDevice));
        return Decided(attempt with { Factor = factor }, outcome, score, risks, now, isCodeDue);
    }

    public Decision<SignInEvent> Unlock(string reason) =>
        Wrong == 0 && LockCount == 0 ? Decision<SignInEvent>.Nothing : new SignInUnlocked(reason);

    public SignIns Apply(SignInEvent @event) => @event switch
    {
        SignInDecided e => Apply(e),
        SignInUnlocked => this with { Wrong = 0, LockCount = 0, LockedUntil = null, RefusedAt = null },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    private SignIns Apply(SignInDecided e)
    {
        var next = this with
        {
            Times = Last([.. Times, e.At], TimesMax),
            Codes = e.Code is null ? Codes : Last([.. Codes, new(e.Code, e.At)], CodesMax),
            CodeSentAt = e.IsCodeSent ? e.At : CodeSentAt,
            RefusedAt = IsUnheard(e) ? e.At : RefusedAt,
        };
        if (e.Outcome == SignInOutcome.Allowed)
        {
            return next with
            {
                Wrong = 0,
                LockCount = 0,
                LockedUntil = null,
                Country = e.Country ?? Country,
                SignedInAt = e.At,
                Devices = e.Device is null ? Devices
                    : Last([.. Devices.Where(known => known.Digest != e.Device), new(e.Device, 0)], DevicesMax),
            };
        }

        if (!IsWrong(e) || IsUnheard(e))
        {
            return next;
        }

        // A device that is wrong too often is known no more, and counts among all others from then on.
        var isKnown = Devices.Any(known => known.Digest == e.Device);
        return isKnown
            ? next with
            {
                Devices = [.. Devices.Select(known => known.Digest == e.Device ? known with { Wrong = known.Wrong + 1 } : known)
                    .Where(known => known.Wrong < WrongMax)],
            }
            : e.LockedUntil is { } end
                ? next with { Wrong = 0, LockCount = LockCount + 1, LockedUntil = end, RefusedAt = null }
                : next with { Wrong = Wrong + 1 };
    }

    private SignInDecided Decided(
        SignInAttempt attempt, SignInOutcome outcome, int score, ImmutableArray<SignInRisk> risks, DateTimeOffset now, bool isCodeSent = false)
    {
        var decided = new SignInDecided(
            outcome, attempt.Proof, attempt.Factor, score, risks, outcome == SignInOutcome.Allowed ? attempt.Code : null, attempt.Device,
            attempt.Address, attempt.Country, isCodeSent, LockedUntil: null, now);
        var isLocking = IsWrong(decided) && !IsUnheard(decided) && Wrong + 1 >= WrongMax
            && !Devices.Any(known => known.Digest == attempt.Device);
        return isLocking ? decided with { LockedUntil = now + Locks[Math.Min(LockCount, Locks.Length - 1)] } : decided;
    }

    private static bool IsWrong(SignInDecided e) =>
        e.Proof == SignInProof.WrongPassword || (e.Factor == SignInFactor.Wrong && e.Outcome != SignInOutcome.Allowed);

    /// <summary>Whether it was refused whatever was proved, so that it counts for nothing.</summary>
    private static bool IsUnheard(SignInDecided e) => e.Risks.Any(risk => risk is SignInRisk.Locked or SignInRisk.Shut);

    private ImmutableArray<SignInRisk> Risks(SignInAttempt attempt, bool isKnown, bool isUsed, DateTimeOffset now)
    {
        var risks = ImmutableArray.CreateBuilder<SignInRisk>();
        void Add(SignInRisk risk, bool isThere)
        {
            if (isThere)
            {
                risks.Add(risk);
            }
        }

        var hasMoved = Country is not null && attempt.Country is not null && attempt.Country != Country;
        Add(SignInRisk.NewDevice, !isKnown && !Devices.IsEmpty);
        Add(SignInRisk.NewCountry, hasMoved);
        Add(SignInRisk.ImpossibleTravel, hasMoved && now - SignedInAt < Travel);
        Add(SignInRisk.WrongBefore, !isKnown && (Wrong >= 3 || LockCount > 0));
        Add(SignInRisk.BusyAccount, Times.Length == TimesMax && now - Times[0] < JustNow);
        Add(SignInRisk.BusyAddress, !isKnown && attempt.Crowd == SignInCrowd.Many);
        Add(SignInRisk.HostileAddress, !isKnown && attempt.Crowd == SignInCrowd.TooMany);
        Add(SignInRisk.CodeUsed, isUsed);
        return risks.ToImmutable();
    }

    private static int Weight(SignInRisk risk) => risk switch
    {
        SignInRisk.NewDevice or SignInRisk.NewCountry or SignInRisk.WrongBefore => 30,
        SignInRisk.ImpossibleTravel or SignInRisk.BusyAccount or SignInRisk.BusyAddress => 40,
        SignInRisk.HostileAddress or SignInRisk.Locked or SignInRisk.Shut => RefusedFrom,
        _ => 0,
    };

    private static ImmutableArray<T> Last<T>(ImmutableArray<T> all, int max) => all.Length > max ? all.RemoveRange(0, all.Length - max) : all;
}

/// <param name="Wrong">Wrong tries with it since the last right one.</param>
internal sealed record KnownDevice(string Digest, int Wrong);

internal sealed record UsedCode(string Digest, DateTimeOffset At);
