using Commerce.Journal;
using CsCheck;
using static Commerce.Promotions.PromotionSamples;
using static Commerce.Sample;

namespace Commerce.Promotions;

/// <summary>Whatever is asked of a promotion, in whatever order: limits hold, and sums are the sums of their parts.</summary>
public sealed class PromotionUsePropertyTests
{
    private const int UsesMax = 4;
    private const int PerCustomer = 2;
    private const long Budget = 1_500;

    private static readonly Gen<Command> Commands = Gen.Select(
        Gen.Int[0, 5], Gen.Int[0, 7], Gen.Long[0, 600], Gen.Int[0, 400],
        (verb, name, discount, seconds) => new Command(verb, $"r{name}", $"c{name % 3}", discount, seconds));

    [Fact]
    public void Limits_hold_at_every_moment() => Commands.Array[0, 80].Sample(
        commands =>
        {
            var now = Now;
            var promotion = new Promotion();
            promotion = promotion.After(promotion.Save(new(
                "Limited", Percent(10), Limits: new(UsesMax, PerCustomer, [Gbp(Budget)]))));
            List<PromotionEvent> journal = [new PromotionSaved(promotion.Definition!)];
            foreach (var command in commands)
            {
                now = now.AddSeconds(command.SecondsLater);
                foreach (var @event in command.Decide(promotion, journal, now).Events)
                {
                    promotion = promotion.Apply(@event);
                    journal.Add(@event);
                }

                AssertInvariants(promotion, journal);
            }

            Decisions.Reread(promotion);
        },
        iter: 1_000);

    private static void AssertInvariants(Promotion promotion, List<PromotionEvent> journal)
    {
        Assert.Equal(journal.Count, promotion.Events);
        var last = journal.OfType<PromotionUseEvent>().GroupBy(use => use.Reservation).Select(uses => uses.Last()).ToList();
        var committed = last.OfType<UseCommitted>().ToList();
        var live = last.OfType<UseReserved>().Concat<PromotionUseEvent>(committed).ToList();
        Assert.Equal((committed.Count, live.Count), ((int)promotion.Used, (int)promotion.Used + promotion.Reserved.Count));
        Assert.InRange(live.Count, 0, UsesMax);
        Assert.InRange(live.Sum(use => use.Discount.MinorUnits), 0, Budget);
        Assert.Equal(live.Sum(use => use.Discount.MinorUnits), promotion.Spent.GetValueOrDefault(Pounds));
        Assert.All(live.GroupBy(use => use.Customer), uses => Assert.InRange(uses.Count(), 1, PerCustomer));
        Assert.True(promotion.Expiries.SetEquals(promotion.Reserved.Values.Select(use => new UseExpiry(use.ExpiresAt, use.Reservation))));
        Assert.Equal(promotion.Reserved.Count, promotion.ReservedBy.Values.Sum());
    }

    /// <summary>Something that is asked of a promotion; not all of it is allowed.</summary>
    private sealed record Command(int Verb, string Name, string Customer, long Discount, int SecondsLater)
    {
        public Decision<PromotionEvent> Decide(Promotion promotion, List<PromotionEvent> journal, DateTimeOffset now)
        {
            // The journal may be asked at any time before: what ended since is remembered.
            var through = journal.Count - (SecondsLater % (1 + journal.Count));
            var customer = journal.OfType<PromotionUseEvent>().LastOrDefault(use => use.Reservation == Name)?.Customer ?? Customer;
            var past = new PastUses(
                through,
                journal.Take(through).OfType<PromotionUseEvent>().LastOrDefault(use => use.Reservation == Name),
                journal.Take(through).OfType<PromotionUseEvent>().Where(use => use.Customer == customer)
                    .Sum(use => use switch { UseCommitted => 1, UseReturned => -1, _ => 0 }));
            return Verb switch
            {
                0 or 1 or 2 => promotion.Reserve(
                    new(Name, Customer, Gbp(Discount), TimeSpan.FromMinutes(5)), Customer, past, now),
                3 => promotion.Commit(Name, past, now),
                4 => promotion.Release(Name, past),
                _ => promotion.Expire(now),
            };
        }
    }
}
