using Commerce.Journal;

namespace Commerce.SignIns;

/// <summary>
/// Runs <see cref="SignIns"/>. Reentrant: decide + apply + enqueue is one synchronous step, so that of a thousand guesses at
/// once the sixth finds the account locked.
/// </summary>
[GrainType("sign-ins"), Reentrant]
internal sealed class SignInsGrain(TimeProvider time) : JournaledActor<SignIns, SignInEvent>, ISignInsGrain
{
    public async Task<SignInAnswer> Attempt(SignInAttempt attempt)
    {
        var answer = new SignInAnswer(SignInOutcome.Refused);
        var decided = await Commit(signIns => signIns.Attempt(attempt, time.GetUtcNow(), out answer), _ => answer);
        return decided.Required;
    }

    public Task Unlock(string reason) => Commit(signIns => signIns.Unlock(reason), _ => true);
}
