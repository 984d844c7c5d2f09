using Commerce.Journal;

namespace Commerce.Promotions;

/// <summary>Two activations of one promotion, and silos that die.</summary>
public sealed class PromotionFailureTests(TornCluster torn) : IClassFixture<TornCluster>
{
    [Fact]
    public async Task Two_activations_that_promise_at_the_same_time_promise_every_use_once()
    {
        var id = await NewAsync(torn.One.Grains, new(UsesMax: 20, UsesPerCustomerMax: 2));
        var promotions = new[] { torn.One.Grains.GetPromotion(id), torn.Two.Grains.GetPromotion(id) };
        await Task.WhenAll(promotions.Select(promotion => promotion.Read()));

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var use = new ReserveUse($"r{i}", $"c{i % 100}", new(100, Shop.Gbp), TimeSpan.FromMinutes(20));
            var (reserved, doubts) = await JournalParts.InsistAsync(() => promotions[i % 2].Reserve(use));
            if (reserved.IsAccepted)
            {
                var (committed, more) = await JournalParts.InsistAsync(() => promotions[(i + 1) % 2].Commit(use.Reservation));
                Assert.True(committed.IsAccepted, committed.Rejection?.ToString());
                doubts += more;
            }

            return (reserved, doubts);
        }));

        Assert.NotEqual(0, answers.Sum(answer => answer.doubts));
        Assert.Equal(20, answers.Count(answer => answer.reserved.IsAccepted));
        await torn.One.ForgetAsync(promotions[0]);
        var usage = (await promotions[0].Read()).Required.Usage;
        Assert.Equal((20, 0, 2_000), (usage.Used, usage.Reserved, usage.Spent[0].MinorUnits));
        Assert.Equal(20, await torn.Database.ScalarAsync<int>(
            "select count(*)::int from journal_events where stream = @stream and type = 'promotion.use_committed'",
            new { stream = $"promotion/{id}" }));
    }

    [Fact]
    public async Task What_was_reserved_on_a_silo_that_died_is_committed_on_another()
    {
        await using var cluster = await JournalCluster.StartAsync(torn.Database, silos: 2);
        var id = await NewAsync(cluster.Grains, new(UsesMax: 1));
        var promotion = cluster.Grains.GetPromotion(id);
        var use = new ReserveUse("mine", null, new(100, Shop.Gbp), TimeSpan.FromMinutes(20));
        Assert.True((await promotion.Reserve(use)).IsAccepted);
        var at = await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(promotion);

        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos.Single(silo => silo.SiloAddress.Equals(at)));

        var (committed, _) = await JournalParts.InsistAsync(() => promotion.Commit("mine"));
        Assert.True(committed.IsAccepted);
        var (other, _) = await JournalParts.InsistAsync(() => promotion.Reserve(use with { Reservation = "other" }));
        Assert.Equal("promotion_used_up", other.Rejection!.Code);
    }

    private static async Task<PromotionId> NewAsync(IGrainFactory grains, PromotionLimits limits)
    {
        var id = EntityId.New<PromotionId>(DateTimeOffset.UtcNow);
        Assert.True((await grains.GetPromotion(id).Save(
            new("Ten off", new(PromotionKind.Percentage, Percent: 10), $"P-{Guid.NewGuid():n}"[..20], Limits: limits),
            CommandHeader.None)).IsAccepted);
        return id;
    }
}
