using Commerce.Credit;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Commerce;

/// <summary>A gift card on two silos, at once from everywhere.</summary>
public sealed class CreditAccountGrainTests(CreditAccountGrainTests.TwoSilos cluster) : IClassFixture<CreditAccountGrainTests.TwoSilos>
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_worth_ten_purchases_pays_for_exactly_ten_of_a_hundred()
    {
        var card = await NewCardAsync(10_000);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            card.Reserve(new(new($"cart_{i}.1"), Gbp(1_000), Ttl), Cancellation)));

        Assert.Equal(10, answers.Count(answer => answer.IsAccepted));
        Assert.All(answers.Where(answer => !answer.IsAccepted), answer => Assert.Equal("credit_reserved", answer.Rejection!.Code));
        var view = (await card.Read(Cancellation)).Required;
        Assert.Equal((Gbp(10_000), Gbp(10_000), Gbp(0)), (view.Balance, view.Reserved, view.Available));
    }

    [Fact]
    public async Task What_is_repeated_by_everybody_at_once_happens_once()
    {
        var card = await NewCardAsync(10_000);
        var id = new CreditReservationId("cart_1.1");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => card.Reserve(new(id, Gbp(4_000), Ttl), Cancellation)));
        var committed = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => card.Commit(id, Cancellation)));

        Assert.All(committed, answer => Assert.Equal((Gbp(4_000), true), (answer.Required.Amount, answer.Required.IsCommitted)));
        var view = (await card.Read(Cancellation)).Required;
        Assert.Equal((Gbp(6_000), Gbp(0), 3), (view.Balance, view.Reserved, view.Version));
    }

    [Fact]
    public async Task When_commit_and_release_race_the_money_is_spent_or_there()
    {
        var card = await NewCardAsync(20_000);
        CreditReservationId[] ids = [.. Enumerable.Range(0, 20).Select(i => new CreditReservationId($"cart_{i}.1"))];
        await Task.WhenAll(ids.Select(id => card.Reserve(new(id, Gbp(1_000), Ttl), Cancellation)));

        await Task.WhenAll(ids.SelectMany(id => new Task[] { card.Commit(id, Cancellation), card.Release(id, Cancellation) }));

        // Released after it was spent it came back; released before, it could not be spent. Either way it is here.
        var view = (await card.Read(Cancellation)).Required;
        Assert.Equal((Gbp(20_000), Gbp(0)), (view.Balance, view.Reserved));
        Assert.All(
            await Task.WhenAll(ids.Select(id => card.Commit(id, Cancellation))),
            late => Assert.Equal("credit_reservation_gone", late.Rejection!.Code));
    }

    [Fact]
    public async Task What_is_journaled_survives_the_activation()
    {
        var card = await NewCardAsync(10_000);
        await card.Reserve(new(new("cart_1.1"), Gbp(4_000), Ttl), Cancellation);
        await card.Adjust(new(Gbp(-500), "miscounted"), new("adjust-1", "digest"));

        await cluster.ForgetAsync(card);
        var again = await card.Adjust(new(Gbp(-500), "miscounted"), new("adjust-1", "digest"));

        Assert.True(again.IsRepeated);
        var view = (await card.Read(Cancellation)).Required;
        Assert.Equal((Gbp(9_500), Gbp(4_000)), (view.Balance, view.Reserved));
    }

    [Fact]
    public async Task What_runs_out_is_swept_without_anybody_asking()
    {
        var card = await NewCardAsync(10_000);
        await card.Reserve(new(new("cart_1.1"), Gbp(4_000), TimeSpan.FromSeconds(1)), Cancellation);

        await Eventually.TrueAsync(async () => (await card.Read(Cancellation)).Required.Reserved == Gbp(0));

        Assert.Equal(Gbp(6_000), (await card.Commit(new("cart_1.1"), Cancellation)).Required.Amount + Gbp(2_000));
    }

    private static Money Gbp(long minorUnits) => new(minorUnits, Shop.Gbp);

    private async Task<ICreditAccountGrain> NewCardAsync(long amount)
    {
        var card = cluster.Grains.GetCreditAccount(EntityId.Derive<CreditAccountId>($"{Guid.NewGuid()}"));
        Assert.True((await card.Issue(new(CreditKind.GiftCard, Gbp(amount), "sold"), CommandHeader.None)).IsAccepted);
        return card;
    }

    public sealed class TwoSilos : CommerceCluster
    {
        protected override short Silos => 2;

        protected override void Configure(ISiloBuilder silo) => silo.Services.Configure<Journal.JournalOptions>(
            journal => journal.WakeEvery = TimeSpan.FromMilliseconds(100));
    }
}
