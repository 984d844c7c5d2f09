using Commerce.Credit;

namespace Commerce.Checkout;

/// <summary>Gift cards and store credit: reserved before anybody is asked for the rest, spent before the order is placed.</summary>
internal sealed partial class CheckoutGrain
{
    /// <summary>
    /// What the cart was frozen with, to the penny: who was shown that a gift card pays something is never charged more
    /// because somebody else was quicker with it.
    /// </summary>
    private async Task ReserveCredit()
    {
        foreach (var credit in State.Cart!.Credits.OrderBy(credit => credit.Id.Value, StringComparer.Ordinal))
        {
            var reserved = await GrainFactory.GetCreditAccount(credit.Id).Reserve(
                new(CreditReservationId.For(HoldId), credit.Amount, Ttl));
            if (reserved.Rejection is { } refused)
            {
                await Record(CheckoutStep.ReserveCredit, Failed(refused with { Pointer = null }));
                return;
            }
        }

        await Record(CheckoutStep.ReserveCredit, new CheckoutCreditReserved(Deadline()));
    }

    /// <summary>Also what is spent: until the order is placed, nobody was told that it is paid.</summary>
    private Task ReleaseCredit() => State.Cart is null
        ? Task.CompletedTask
        : Task.WhenAll(State.Cart.Credits.Select(credit =>
            GrainFactory.GetCreditAccount(credit.Id).Release(CreditReservationId.For(HoldId))));

    /// <summary>Before the order is placed, as with stock: a reservation that ran out may find its money spent.</summary>
    private async Task CommitCredit()
    {
        foreach (var credit in State.Cart!.Credits)
        {
            var committed = await GrainFactory.GetCreditAccount(credit.Id).Commit(CreditReservationId.For(HoldId));
            if (committed.Rejection is { } refused)
            {
                await Record(CheckoutStep.CommitCredit, Failed(refused));
                return;
            }
        }

        await Record(CheckoutStep.CommitCredit, new CheckoutCreditCommitted(Deadline()));
    }
}
