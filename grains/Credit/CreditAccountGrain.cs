using Commerce.Journal;

namespace Commerce.Credit;

/// <summary>
/// Runs <see cref="CreditAccount"/>. Reentrant: decide + apply + enqueue is one synchronous step on the newest state, so
/// however calls interleave, no money is promised twice; only answers wait for the commit.
/// </summary>
[GrainType("credit-account"), Reentrant]
internal sealed class CreditAccountGrain(TimeProvider time) : JournaledActor<CreditAccount, CreditEvent>, ICreditAccountGrain
{
    private CreditAccountId Id => new(this.GetPrimaryKeyString());

    public Task<Result<CreditAccountView>> Issue(IssueCredit command, CommandHeader header) =>
        Answer(account => account.Issue(command, time.GetUtcNow()), header);

    public Task<Result<CreditAccountView>> Adjust(AdjustCredit command, CommandHeader header) =>
        Answer(account => account.Adjust(command), header);

    public Task<Result<CreditAccountView>> SetStatus(SetCreditStatus command, CommandHeader header) =>
        Answer(account => account.SetStatus(command), header);

    public Task<Result<CreditReservationView>> Reserve(ReserveCredit command, CancellationToken cancellation) =>
        Commit(account => account.Reserve(command, time.GetUtcNow()), account => account.ViewReservation(command.Reservation));

    public Task<Result<CreditReservationView>> Commit(CreditReservationId reservation, CancellationToken cancellation) =>
        Commit(account => account.Commit(reservation, time.GetUtcNow()), account => account.ViewReservation(reservation));

    public Task<Result<CreditAccountView>> Release(CreditReservationId reservation, CancellationToken cancellation) =>
        Answer(account => account.Release(reservation));

    public Task<Result<CreditAccountView>> Return(ReturnCredit command, CancellationToken cancellation) =>
        Answer(account => account.Return(command));

    public Task<Result<CreditAccountView>> Read(CancellationToken cancellation) => Read(View);

    protected override Task OnWake() => Commit(account => account.Expire(time.GetUtcNow()), account => account.Balance);

    private Result<CreditAccountView> View(CreditAccount account) => account.View(Id, Version, time.GetUtcNow());

    private async Task<Result<CreditAccountView>> Answer(
        Func<CreditAccount, Decision<CreditEvent>> decide, CommandHeader? header = null)
    {
        // What was never issued has nothing to show, and nothing to release.
        var result = await Commit(decide, account => account.Kind is null ? null : View(account).Required, header);
        return result is { IsAccepted: true, Value: null } ? CreditRejections.NotFound : result.Select(view => view!);
    }
}
