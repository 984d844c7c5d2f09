using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using static Commerce.Promotions.PromotionSamples;
using static Commerce.Sample;

namespace Commerce.Promotions;

/// <summary>Whatever is in a basket and whatever promotions there are: what must always hold.</summary>
public sealed class PromotionPropertyTests
{
    private static readonly Gen<LineSelection?> Selections = OneOf<LineSelection?>(
        null, null, Skus("S0"), Skus("S1", "S2"), Categories("c0"), Categories("c1", "c2"));

    private static readonly Gen<PromotionAction> Actions = Gen.Select(
        Gen.Int[0, 6], Gen.Int[1, 1_000_000], Gen.Long[1, 5_000], Gen.Int[1, 4], Gen.Int[1, 4], Selections, Selections,
        (kind, percent, amount, buy, get, lines, others) => kind switch
        {
            0 => Percent(percent / 10_000m, lines),
            1 => Off(amount, each: null, lines),
            2 => Off(amount, each: true, lines),
            3 => UnitPrice(amount),
            4 => Buy(buy, get, percent % 2 == 0 ? null : percent / 10_000m, lines, others, percent % 3 == 0 ? buy : null,
                percent % 4 == 0 ? amount : null),
            5 => FreeShipping,
            _ => Tiers((amount, percent / 10_000m, null), (amount * 2, null, amount)),
        });

    private static readonly Gen<PromotionCandidate> Candidates = Gen.Select(
        Actions, Gen.Int[0, 3], Gen.Enum<PromotionStacking>(), OneOf<string?>(null, null, "g0", "g1"),
        OneOf<string?>(null, null, "CODE"), Gen.Int[0, 100_000], OneOf<long?>(null, null, 500),
        (action, priority, stacking, group, code, name, budget) => Promo(
            $"Promotion {name}", action, priority, code, stacking, group,
            limits: budget is { } whole ? new(Budget: [Gbp(whole)]) : null) with
        {
            BudgetLeft = budget is { } left ? [Gbp(left)] : null,
        });

    private static readonly Gen<Basket> Baskets = Gen.Select(
        Gen.Select(Gen.Int[1, 6], Gen.Long[0, 3_000], Gen.Int[0, 3]).Array[0, 6], Gen.Long[0, 900],
        (lines, shipping) => BasketOf([.. lines.Select((line, i) =>
            Line($"S{i}", line.Item1, line.Item2, $"c{line.Item3}"))]) with { Shipping = Gbp(shipping), Codes = ["code", "other"] });

    private static readonly Gen<(Basket Basket, PromotionCandidate[] Candidates)> Cases =
        Gen.Select(Baskets, Candidates.Array[0, 6]);

    [Fact]
    public void Parts_sum_to_the_whole_and_nothing_falls_below_zero() => Cases.Sample(
        c =>
        {
            var outcome = c.Basket.Evaluate(c.Candidates);

            Assert.Equal(outcome.Total.MinorUnits, outcome.Lines.Sum(line => line.Amount.MinorUnits) + outcome.Shipping.MinorUnits);
            Assert.Equal(outcome.Total.MinorUnits, outcome.Applied.Sum(applied => applied.Amount.MinorUnits));
            Assert.InRange(outcome.Shipping.MinorUnits, 0, c.Basket.Shipping.MinorUnits);
            Assert.Equal(c.Basket.Lines.Length, outcome.Lines.Length);
            var discounts = outcome.ToDiscounts();
            Assert.Equal(outcome.Total.MinorUnits, discounts.Applied.Sum(applied => applied.Amount.MinorUnits));
            Assert.Equal(outcome.Shipping.MinorUnits, discounts.On(null).Sum(applied => applied.Amount.MinorUnits));
            Assert.All(c.Basket.Lines, line =>
            {
                Assert.InRange(outcome.Of(line.Key.Value), 0, line.Total.MinorUnits);
                Assert.Equal(
                    outcome.Of(line.Key.Value),
                    outcome.Applied.Sum(a => a.Lines.Where(d => d.Line == line.Key).Sum(d => d.Amount.MinorUnits)));
            });
            Assert.All(outcome.Applied, applied =>
            {
                Assert.True(applied.Amount.MinorUnits > 0);
                Assert.All(applied.Lines, line => Assert.True(line.Amount.MinorUnits > 0));
                Assert.Equal(
                    applied.Amount.MinorUnits, applied.Lines.Sum(line => line.Amount.MinorUnits) + applied.Shipping.MinorUnits);
                Assert.NotEmpty(applied.Explanation);
            });
        },
        iter: 5_000);

    [Fact]
    public void Neither_the_order_of_lines_nor_that_of_promotions_matters_and_evaluating_again_changes_nothing() =>
        Gen.Select(Cases, Gen.Int[0, 1_000_000]).Sample(
            (c, seed) =>
            {
                var random = new Random(seed);
                var lines = c.Basket.Lines.ToArray();
                random.Shuffle(lines);
                var candidates = c.Candidates.DistinctBy(candidate => candidate.Id).ToArray();
                var once = Text(c.Basket.Evaluate(candidates));
                random.Shuffle(candidates);

                Assert.Equal(once, Text((c.Basket with { Lines = [.. lines] }).Evaluate(candidates)));
                Assert.Equal(once, Text(c.Basket.Evaluate(candidates)));
            },
            iter: 3_000);

    [Fact]
    public void Stacking_groups_and_budgets_are_kept() => Cases.Sample(
        c =>
        {
            var candidates = c.Candidates.DistinctBy(candidate => candidate.Id).ToDictionary(candidate => candidate.Id);

            var applied = c.Basket.Evaluate([.. candidates.Values]).Applied;

            var definitions = applied.Select(a => candidates[a.Id].Definition).ToList();
            Assert.All(definitions.SkipLast(1), definition => Assert.Equal(PromotionStacking.Stack, definition.Stacking));
            Assert.True(definitions.Count < 2 || definitions[^1].Stacking != PromotionStacking.Exclusive);
            var groups = definitions.Select(definition => definition.Group).OfType<string>().ToList();
            Assert.Equal(groups.Distinct(), groups);
            Assert.Equal(definitions.Select(definition => definition.Priority).Order(), definitions.Select(d => d.Priority));
            Assert.All(applied, a => Assert.True(
                candidates[a.Id].BudgetLeft is not { } left || a.Amount.MinorUnits <= left[0].MinorUnits));
        },
        iter: 3_000);

    [Fact]
    public void With_one_group_no_other_choice_of_its_member_takes_off_more() => Cases.Sample(
        c =>
        {
            PromotionCandidate[] all = [.. c.Candidates.DistinctBy(candidate => candidate.Id).Select(candidate =>
                candidate with { Definition = candidate.Definition with { Group = candidate.Definition.Group is null ? null : "g0" } })];
            var total = c.Basket.Evaluate(all).Total.MinorUnits;

            Assert.All(
                all.Where(candidate => candidate.Definition.Group is not null),
                member => Assert.True(total >= c.Basket.Evaluate(
                    [.. all.Where(candidate => candidate.Definition.Group is null || candidate.Id == member.Id)]).Total.MinorUnits));
        },
        iter: 2_000);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string Text(PromotionOutcome outcome) => JsonSerializer.Serialize(outcome, CommerceJson.Stored);
}
