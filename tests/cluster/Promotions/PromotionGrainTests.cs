using System.Collections.Immutable;
using Commerce.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Commerce.Promotions;

/// <summary>Two silos of one cluster.</summary>
public sealed class TwoSiloCluster : CommerceCluster
{
    protected override short Silos => 2;

    protected override void Configure(ISiloBuilder silo) => silo.Services
        .Configure<JournalOptions>(options => options.WakeEvery = TimeSpan.FromMilliseconds(100))
        .Configure<PromotionOptions>(options => options.StaleAfter = TimeSpan.Zero);
}

public sealed class PromotionGrainTests(TwoSiloCluster cluster) : IClassFixture<TwoSiloCluster>
{
    private static readonly Money OnePound = new(100, Shop.Gbp);

    [Fact]
    public async Task Of_200_concurrent_reservations_for_20_uses_exactly_20_get_one()
    {
        var (id, promotion) = await NewAsync(new(UsesMax: 20));
        var ways = Enumerable.Range(0, 2).Select(silo => cluster.Services(silo).GetRequiredService<IGrainFactory>()).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            (Name: $"r{i}", Answer: await ways[i % 2].GetPromotion(id).Reserve(Use($"r{i}")))));

        var (got, refused) = (answers.Where(a => a.Answer.IsAccepted).ToList(), answers.Where(a => !a.Answer.IsAccepted).ToList());
        Assert.Equal(20, got.Count);
        Assert.All(refused, a => Assert.Equal("promotion_used_up", a.Answer.Rejection!.Code));

        // Five give theirs back, five others get them; the rest is sold.
        await Task.WhenAll(got.Take(5).Select(a => promotion.Release(a.Name)));
        var second = await Task.WhenAll(refused.Take(50).Select(async a =>
            (a.Name, Answer: await ways[0].GetPromotion(id).Reserve(Use(a.Name)))));
        Assert.Equal(5, second.Count(a => a.Answer.IsAccepted));
        foreach (var (name, _) in got.Skip(5).Concat(second.Where(a => a.Answer.IsAccepted)))
        {
            Assert.True((await promotion.Commit(name)).IsAccepted);
        }

        await cluster.ForgetAsync(promotion);
        var usage = (await promotion.Read()).Required.Usage;
        Assert.Equal((20, 0, 2_000), (usage.Used, usage.Reserved, usage.Spent[0].MinorUnits));
    }

    [Fact]
    public async Task A_customer_gets_as_many_uses_as_one_may_have_and_the_journal_remembers_them()
    {
        var (_, promotion) = await NewAsync(new(UsesPerCustomerMax: 3));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
            (Name: $"r{i}", Answer: await promotion.Reserve(Use($"r{i}", i % 2 == 0 ? "ada@example.org" : " ADA@Example.org ")))));
        var got = answers.Where(a => a.Answer.IsAccepted).Select(a => a.Name).ToList();
        Assert.Equal(3, got.Count);
        foreach (var name in got)
        {
            Assert.True((await promotion.Commit(name)).IsAccepted);
        }

        await cluster.ForgetAsync(promotion);
        Assert.Equal("promotion_used_by_customer", (await promotion.Reserve(Use("late", "ada@example.org"))).Rejection!.Code);
        Assert.True((await promotion.Candidate("Ada@example.org"))!.IsUsedByCustomer);
        Assert.False((await promotion.Candidate("eve@example.org"))!.IsUsedByCustomer);
        Assert.True((await promotion.Reserve(Use("other", "eve@example.org"))).IsAccepted);
        await promotion.Release(got[0]);
        Assert.True((await promotion.Reserve(Use("later", "ada@example.org"))).IsAccepted);
        Assert.Equal(0, await cluster.Database.ScalarAsync<int>(
            "select count(*)::int from journal_events where stream like 'promotion/%' and data::text ilike '%example.org%'"));
    }

    [Fact]
    public async Task A_use_is_given_back_once_however_long_ago_it_was()
    {
        var (_, promotion) = await NewAsync(new(UsesMax: 5_000, UsesPerCustomerMax: 1));
        await UseAsync(promotion, "first", "ada@example.org");
        await Task.WhenAll(Enumerable.Range(0, Promotion.RecentMax + 10).Select(i => UseAsync(promotion, $"r{i}", $"c{i}")));

        Assert.True((await promotion.Commit("first")).IsAccepted);
        Assert.Equal(1_011, (await promotion.Read()).Required.Usage.Used);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => promotion.Release("first")));

        Assert.Equal(1_010, (await promotion.Read()).Required.Usage.Used);
        Assert.Equal("promotion_use_gone", (await promotion.Commit("first")).Rejection!.Code);
        Assert.Equal("promotion_used_by_customer", (await promotion.Reserve(Use("again", "c0"))).Rejection!.Code);
        Assert.True((await promotion.Reserve(Use("again", "ada@example.org"))).IsAccepted);
    }

    [Fact]
    public async Task A_crash_between_reserving_and_committing_loses_nothing()
    {
        var (_, promotion) = await NewAsync(new(UsesMax: 1));
        await promotion.Reserve(Use("mine"));

        await cluster.ForgetAsync(promotion);

        Assert.Equal("promotion_used_up", (await promotion.Reserve(Use("other"))).Rejection!.Code);
        Assert.True((await promotion.Commit("mine")).IsAccepted);
        await cluster.ForgetAsync(promotion);
        Assert.True((await promotion.Commit("mine")).IsAccepted);
        Assert.Equal((1, 0), ((await promotion.Read()).Required.Usage.Used, (await promotion.Read()).Required.Usage.Reserved));
    }

    [Fact]
    public async Task A_reservation_that_nobody_comes_back_for_runs_out_by_itself_and_is_still_good_if_there_is_room()
    {
        var (_, promotion) = await NewAsync(new(UsesMax: 1));
        await promotion.Reserve(Use("mine") with { Ttl = TimeSpan.FromMilliseconds(300) });
        await cluster.ForgetAsync(promotion);

        await Eventually.TrueAsync(async () => (await promotion.Read()).Required.Usage.Reserved == 0);

        Assert.True((await promotion.Commit("mine")).IsAccepted);
        Assert.Equal("promotion_used_up", (await promotion.Reserve(Use("other"))).Rejection!.Code);
        await promotion.Release("mine");
        await promotion.Reserve(Use("third"));
        Assert.Equal("promotion_use_gone", (await promotion.Commit("mine")).Rejection!.Code);
    }

    [Fact]
    public async Task A_code_belongs_to_one_promotion_and_is_free_again_when_that_has_another()
    {
        var code = $"CODE-{Guid.NewGuid():n}"[..16];
        var promotions = Enumerable.Range(0, 10).Select(_ => NewGrain()).ToList();

        var answers = await Task.WhenAll(promotions.Select(p => p.Grain.Save(
            Definition(code: code.ToLowerInvariant()), CommandHeader.None)));

        var winner = promotions[Array.FindIndex(answers, answer => answer.IsAccepted)];
        Assert.Single(answers, answer => answer.IsAccepted);
        Assert.All(answers.Where(a => !a.IsAccepted), a => Assert.Equal(
            ("promotion_code_taken", "/code"), (a.Rejection!.Code, a.Rejection.Pointer)));
        var codes = cluster.Grains.GetPromotionCode(new(code.ToUpperInvariant()));
        Assert.Equal(winner.Id, await codes.Owner());

        Assert.True((await winner.Grain.Save(Definition(code: code + "2"), CommandHeader.None)).IsAccepted);
        Assert.Null(await codes.Owner());
        var next = promotions.First(p => p.Id != winner.Id);
        Assert.True((await next.Grain.Save(Definition(code: code), CommandHeader.None)).IsAccepted);
    }

    [Fact]
    public async Task A_cart_finds_the_promotions_of_its_codes_and_those_that_apply_by_themselves()
    {
        var source = cluster.Services().GetRequiredService<PromotionSource>();
        var code = $"FIND-{Guid.NewGuid():n}"[..20].ToUpperInvariant();
        var (byCode, automatic, paused, limited) = (NewGrain(), NewGrain(), NewGrain(), NewGrain());
        await byCode.Grain.Save(Definition(code: code, status: PromotionStatus.Paused), CommandHeader.None);
        await automatic.Grain.Save(Definition(), CommandHeader.None);
        await paused.Grain.Save(Definition(status: PromotionStatus.Paused), CommandHeader.None);
        await limited.Grain.Save(Definition(new(UsesMax: 1, UsesPerCustomerMax: 1)), CommandHeader.None);
        await UseAsync(limited.Grain, "only", "ada@example.org");
        PromotionCandidate[] found = [];

        // As in a grain: one thing at a time.
        var turns = new TaskFactory(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
        Task<ImmutableArray<PromotionCandidate>> GatherAsync(ImmutableArray<string> codes, string? customer) =>
            turns.StartNew(() => source.GatherAsync(codes, customer)).Unwrap();

        await Eventually.TrueAsync(async () =>
        {
            found = [.. await GatherAsync([code.ToLowerInvariant(), "no code!", "NOBODY-S"], "ada@example.org")];
            return found.Any(candidate => candidate.Id == automatic.Id) && found.Any(candidate => candidate.Id == limited.Id);
        });

        Assert.Equal(PromotionStatus.Paused, found.Single(candidate => candidate.Id == byCode.Id).Definition.Status);
        Assert.DoesNotContain(found, candidate => candidate.Id == paused.Id);
        var used = found.Single(candidate => candidate.Id == limited.Id);
        Assert.True(used is { IsUsedUp: true, IsUsedByCustomer: true });
        await automatic.Grain.Save(Definition(status: PromotionStatus.Paused), CommandHeader.None);
        await limited.Grain.Save(Definition(status: PromotionStatus.Paused), CommandHeader.None);
        await Eventually.TrueAsync(async () => !(await GatherAsync([], null)).Any(c => c.Id == automatic.Id));
    }

    [Fact]
    public async Task The_list_counts_uses_exactly()
    {
        var (id, promotion) = await NewAsync(null);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => UseAsync(promotion, $"r{i}", null)));
        await promotion.Release("r3");

        await Eventually.TrueAsync(async () => await cluster.Database.ScalarAsync<long>(
            "select coalesce(max(version), 0) from promotions where id = @id", new { id = id.Value }) == 62);

        Assert.Equal(29, await cluster.Database.ScalarAsync<long>("select used from promotions where id = @id", new { id = id.Value }));
    }

    private static ReserveUse Use(string name, string? customer = null) => new(name, customer, OnePound, TimeSpan.FromMinutes(20));

    private static PromotionDefinition Definition(
        PromotionLimits? limits = null, string? code = null, PromotionStatus status = PromotionStatus.Active) =>
        new("Ten off", new(PromotionKind.Percentage, Percent: 10), code, Limits: limits, Status: status);

    private static async Task UseAsync(IPromotionGrain promotion, string name, string? customer)
    {
        Assert.True((await AskedAgainAsync(() => promotion.Reserve(Use(name, customer)))).IsAccepted);
        Assert.True((await AskedAgainAsync(() => promotion.Commit(name))).IsAccepted);
    }

    /// <summary>As every caller does when so much goes on at once that the answer is to ask again.</summary>
    private static async Task<T> AskedAgainAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (RetryableException)
            {
                await Task.Yield();
            }
        }
    }

    private (PromotionId Id, IPromotionGrain Grain) NewGrain()
    {
        var id = EntityId.New<PromotionId>(DateTimeOffset.UtcNow);
        return (id, cluster.Grains.GetPromotion(id));
    }

    private async Task<(PromotionId Id, IPromotionGrain Grain)> NewAsync(PromotionLimits? limits)
    {
        var (id, promotion) = NewGrain();
        var code = $"P-{Guid.NewGuid():n}"[..20];
        Assert.True((await promotion.Save(Definition(limits, code), CommandHeader.None)).IsAccepted);
        return (id, promotion);
    }
}
