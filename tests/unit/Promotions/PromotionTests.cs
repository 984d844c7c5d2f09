using Commerce.Journal;
using static Commerce.Promotions.PromotionSamples;
using static Commerce.Sample;

namespace Commerce.Promotions;

public sealed class PromotionTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(20);
    private static readonly Promotion Once = Limited(new(UsesMax: 1));

    [Fact]
    public void A_limit_holds_for_reserved_and_used_together()
    {
        var reserved = Once.After(Reserve(Once, "a"));

        Assert.Equal("promotion_used_up", Reserve(reserved, "b").Code());
        Assert.Equal("promotion_used_up", Reserve(reserved.After(Commit(reserved, "a")), "b").Code());
        Assert.IsType<UseReserved>(Reserve(reserved.After(Release(reserved, "a")), "b").TheEvent());
    }

    [Fact]
    public void Everything_can_be_repeated()
    {
        var reserved = Once.After(Reserve(Once, "a"));
        Reserve(reserved, "a").IsNothing();
        Assert.Equal("promotion_reservation_differs", Reserve(reserved, "a", discount: 501).Code());
        Assert.Equal("promotion_reservation_differs", Reserve(reserved, "a", customer: "eve").Code());

        var committed = reserved.After(Commit(reserved, "a"));
        Commit(committed, "a").IsNothing();
        Reserve(committed, "a").IsNothing();

        var returned = committed.After(Release(committed, "a"));
        Release(returned, "a").IsNothing();
        Assert.Equal(0, returned.Used);
        Assert.Equal("promotion_use_gone", Commit(returned, "a").Code());
        Assert.Equal("promotion_use_gone", Reserve(returned, "a").Code());
    }

    [Fact]
    public void An_expired_reservation_gives_its_place_to_whoever_wants_it()
    {
        var reserved = Once.After(Reserve(Once, "a"));

        Assert.Equal("promotion_used_up", Reserve(reserved, "b", now: Now + Ttl - TimeSpan.FromTicks(1)).Code());
        var taken = Reserve(reserved, "b", now: Now + Ttl);

        Assert.Equal(["UseExpired", "UseReserved"], taken.Events.Select(e => e.GetType().Name));
        Assert.Equal("promotion_used_up", Commit(reserved.After(taken), "a", PastOf(reserved, taken)).Code());
    }

    [Fact]
    public void An_expired_reservation_is_committed_if_the_limit_still_allows()
    {
        var reserved = Once.After(Reserve(Once, "a"));
        Assert.IsType<UseCommitted>(reserved.Commit("a", PastUses.Unasked, Now + Ttl + Ttl).TheEvent());

        var swept = reserved.After(reserved.Expire(Now + Ttl));
        Assert.True(swept.NeedsPast("a"));
        Assert.IsType<UseCommitted>(Commit(swept, "a", new(swept.Events, new UseExpired("a", null, Gbp(500)))).TheEvent());
        Assert.Equal("promotion_use_gone", Commit(swept, "never", new(swept.Events)).Code());
    }

    [Fact]
    public void An_expired_reservation_that_was_released_cannot_be_committed_by_a_late_command()
    {
        var reserved = Once.After(Reserve(Once, "a"));
        var swept = reserved.After(reserved.Expire(Now + Ttl));
        var past = new PastUses(swept.Events, new UseExpired("a", null, Gbp(500)));

        var released = swept.After(Release(swept, "a", past));

        Assert.Equal("promotion_use_gone", Commit(released, "a", past).Code());
        Assert.Equal("promotion_use_gone", Commit(swept, "a", new(swept.Events, new UseReleased("a", null, Gbp(500)))).Code());
        Release(released, "a", past).IsNothing();
        Assert.Equal((0, 0), ((int)released.Used, released.Usage().Spent.Length));
    }

    [Fact]
    public void An_expired_reservation_can_be_made_again()
    {
        var reserved = Once.After(Reserve(Once, "a"));

        var again = Reserve(reserved, "a", discount: 700, now: Now + Ttl);

        Assert.Equal(["UseExpired", "UseReserved"], again.Events.Select(e => e.GetType().Name));
        Assert.Equal(700, reserved.After(again).Usage().Spent[0].MinorUnits);
    }

    [Fact]
    public void A_customer_may_use_it_so_often_counting_past_recent_and_reserved_uses()
    {
        var promotion = Limited(new(UsesPerCustomerMax: 3));
        var past = new PastUses(promotion.Events, UsesOfCustomer: 1);
        var one = promotion.After(Reserve(promotion, "a", customer: "ada"));
        var two = one.After(Commit(one, "a"));
        two = two.After(Reserve(two, "b", customer: "ada", past: past));

        Assert.Equal("promotion_used_by_customer", Reserve(two, "c", customer: "ada", past: past).Code());
        Assert.IsType<UseReserved>(Reserve(two, "c", customer: "eve", past: new(two.Events)).TheEvent());
        Assert.Equal("promotion_customer_missing", Reserve(two, "c").Code());
        var back = two.After(Release(two, "a"));
        Assert.IsType<UseReserved>(Reserve(back, "c", customer: "ada", past: past).TheEvent());

        // What the journal counts already is not counted again.
        Assert.Equal(3, two.UsesOf("ada", new(two.Events, UsesOfCustomer: 2)));
    }

    [Fact]
    public void A_budget_is_kept_per_currency_and_covers_no_other()
    {
        var promotion = Limited(new(Budget: [Gbp(1000)]));
        var reserved = promotion.After(Reserve(promotion, "a", discount: 700));

        Assert.Equal("promotion_budget_spent", Reserve(reserved, "b", discount: 301).Code());
        Assert.Equal("promotion_budget_spent", reserved.Reserve(
            new("b", null, new(1, Euros), Ttl), null, PastUses.Unasked, Now).Code());
        Assert.IsType<UseReserved>(Reserve(reserved, "b", discount: 300).TheEvent());
        Assert.Equal(Gbp(300), reserved.Candidate(default, null, PastUses.Unasked, Now).BudgetLeft!.Value[0]);
    }

    [Fact]
    public void Nothing_is_promised_of_what_is_paused_and_what_was_promised_stays_good()
    {
        var reserved = Once.After(Reserve(Once, "a"));

        var paused = reserved.After(reserved.Save(reserved.Definition! with { Status = PromotionStatus.Paused }));

        Assert.Equal("promotion_not_active", Reserve(paused, "b").Code());
        Assert.IsType<UseCommitted>(Commit(paused, "a").TheEvent());
        Assert.Equal("promotion_not_found", Reserve(new(), "b").Code());
    }

    [Fact]
    public void Memory_is_bounded_and_what_is_forgotten_is_asked_for()
    {
        var promotion = Limited(new(UsesMax: 5_000));
        for (var i = 0; i < Promotion.RecentMax + 50; i++)
        {
            promotion = promotion.After(Reserve(promotion, $"r{i}", customer: $"c{i}"));
            promotion = promotion.After(Commit(promotion, $"r{i}"));
        }

        Assert.Equal((1_000, 1_000, 0, 0), (
            promotion.Recent.Count, promotion.RecentById.Count, promotion.Reserved.Count, promotion.ReservedBy.Count));
        Assert.Equal(promotion.Recent[0].Version - 2, promotion.ForgottenThrough);
        Assert.True(promotion.NeedsPast("r0"));
        Assert.False(promotion.NeedsPast("r50"));
        var used = new PastUses(promotion.Events, new UseCommitted("r0", "c0", Gbp(500)));
        Assert.IsType<UseReturned>(Release(promotion, "r0", used).TheEvent());
        Commit(promotion, "r0", used).IsNothing();
        Decisions.Reread(promotion);
    }

    [Theory]
    [InlineData("", "customer", 1, 1, "/reservation")]
    [InlineData("with space", "customer", 1, 1, "/reservation")]
    [InlineData("a", "customer", -1, 1, "/discount")]
    [InlineData("a", "customer", 1, 0, "/ttl")]
    [InlineData("a", "customer", 1, 86_401, "/ttl")]
    public void A_reservation_that_makes_no_sense_is_refused(string name, string customer, long discount, int seconds, string pointer)
    {
        var refused = Once.Reserve(new(name, customer, Gbp(discount), TimeSpan.FromSeconds(seconds)), null, PastUses.Unasked, Now);

        Assert.Equal(pointer, refused.Rejection!.Pointer);
    }

    [Fact]
    public void Customers_are_known_by_a_digest_that_case_and_spaces_do_not_change()
    {
        var id = EntityId.Derive<PromotionId>("one");

        Assert.Equal(PromotionCustomer.Digest(id, "ada@example.org"), PromotionCustomer.Digest(id, " Ada@Example.ORG "));
        Assert.NotEqual(
            PromotionCustomer.Digest(id, "ada@example.org"),
            PromotionCustomer.Digest(EntityId.Derive<PromotionId>("two"), "ada@example.org"));
        Assert.Null(PromotionCustomer.Digest(id, " "));
    }

    private static Promotion Limited(PromotionLimits limits) =>
        new Promotion().After(new Promotion().Save(new("Ten off", Percent(10), Limits: limits)));

    private static Decision<PromotionEvent> Reserve(
        Promotion promotion, string reservation, long discount = 500, string? customer = null, DateTimeOffset? now = null,
        PastUses? past = null) => promotion.Reserve(
            new(reservation, customer, Gbp(discount), Ttl), customer, past ?? PastUses.Unasked, now ?? Now);

    private static Decision<PromotionEvent> Commit(Promotion promotion, string reservation, PastUses? past = null) =>
        promotion.Commit(reservation, past ?? PastUses.Unasked, Now);

    private static Decision<PromotionEvent> Release(Promotion promotion, string reservation, PastUses? past = null) =>
        promotion.Release(reservation, past ?? PastUses.Unasked);

    private static PastUses PastOf(Promotion promotion, Decision<PromotionEvent> decision) =>
        new(promotion.Events + decision.Events.Length, decision.Events.OfType<UseExpired>().Single());
}
