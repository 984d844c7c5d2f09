using System.Collections.Immutable;

namespace Commerce.Promotions;

/// <summary>
/// What promotions take off a basket. Pure and exact: the parts add up to the whole, no line and no shipping falls below
/// zero, and neither the order of lines nor that of candidates means anything.
/// </summary>
/// <remarks>
/// Conditions look at the basket before any discount. Promotions then apply by priority and id, each to what those before
/// it left. One that takes nothing off does not count as applied, so it stops and excludes nothing.
/// </remarks>
internal static class PromotionEvaluation
{
    /// <summary>Evaluates all candidates on a basket.</summary>
    public static PromotionOutcome Evaluate(Basket basket, ImmutableArray<PromotionCandidate> candidates)
    {
        ImmutableArray<string> codes = [.. basket.Codes.Select(code => code.ToUpperInvariant()).Distinct()];
        var known = candidates.DistinctBy(candidate => candidate.Id)
            .Where(candidate => candidate.Definition.Code is not { } code || codes.Contains(code))
            .OrderBy(candidate => candidate.Definition.Priority)
            .ThenBy(candidate => candidate.Id.Value, StringComparer.Ordinal)
            .ToList();
        var obstacles = known.ToDictionary(candidate => candidate.Id, candidate => candidate.Obstacle(basket));
        var eligible = known.Where(candidate => obstacles[candidate.Id] is null).ToList();

        var run = BestOfGroups(basket, eligible);
        foreach (var (id, obstacle) in run.Obstacles)
        {
            obstacles[id] = obstacle;
        }

        return Outcome(basket, run, [.. codes.Select(code => Outcome(code, known, obstacles, run))]);
    }

    /// <summary>
    /// Of each group one member is let in: for each group in turn that which makes all together take most off, the
    /// others being as chosen so far, first by what each takes off alone. With one group no other choice takes off more.
    /// </summary>
    private static Run BestOfGroups(Basket basket, List<PromotionCandidate> eligible)
    {
        var groups = eligible.Where(candidate => candidate.Definition.Group is not null)
            .GroupBy(candidate => candidate.Definition.Group!, StringComparer.Ordinal)
            .Where(group => group.Skip(1).Any())
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToList();
        var chosen = groups.ToDictionary(
            group => group.Key,
            group => group.MaxBy(candidate => Apply(basket, [candidate]).Total)!.Id,
            StringComparer.Ordinal);
        foreach (var group in groups)
        {
            chosen[group.Key] = group.MaxBy(candidate => Apply(basket, Chosen(group.Key, candidate.Id)).Total)!.Id;
        }

        var run = Apply(basket, Chosen(null, default));
        foreach (var group in groups)
        {
            var best = group.Single(candidate => candidate.Id == chosen[group.Key]);
            var obstacle = run.Obstacles.GetValueOrDefault(best.Id) ?? new(
                CodeStatus.BetterDeal, $"\"{best.Definition.Title}\" is the better deal, and only one of them applies.");
            foreach (var other in group.Where(candidate => candidate.Id != best.Id))
            {
                run.Obstacles[other.Id] = obstacle;
            }
        }

        return run;

        List<PromotionCandidate> Chosen(string? tried, PromotionId member) => eligible.FindAll(candidate =>
            candidate.Definition.Group is not { } group
            || !chosen.TryGetValue(group, out var one)
            || candidate.Id == (group == tried ? member : one));
    }

    /// <summary>Applies promotions in this order.</summary>
    private static Run Apply(Basket basket, List<PromotionCandidate> ordered)
    {
        var run = new Run(PriceLeft.Of(basket));
        PromotionDefinition? last = null;
        foreach (var candidate in ordered)
        {
            var definition = candidate.Definition;
            if (last is { Stacking: PromotionStacking.Stop or PromotionStacking.Exclusive }
                || (last is not null && definition.Stacking == PromotionStacking.Exclusive))
            {
                run.Obstacles[candidate.Id] = new(
                    CodeStatus.NotCombinable, $"It cannot be combined with \"{last.Title}\", which applies before it.");
                continue;
            }

            var reduction = definition.Action.Reduce(run.Left, basket.Currency);
            if (reduction.Total == 0)
            {
                run.Obstacles[candidate.Id] = new(CodeStatus.NoEffect, "It takes nothing off this cart as it is.");
            }
            else if (candidate.BudgetLeft is not null && reduction.Total > (candidate.BudgetLeft.In(basket.Currency) ?? 0))
            {
                run.Obstacles[candidate.Id] = new(CodeStatus.UsedUp, "The promotion's budget does not suffice any more.");
            }
            else
            {
                run.Left = run.Left.Less(reduction);
                run.Applied.Add((candidate, reduction));
                last = definition;
            }
        }

        return run;
    }

    private static PromotionOutcome Outcome(Basket basket, Run run, ImmutableArray<CodeOutcome> codes)
    {
        var lines = run.Left.Lines;
        return new(
            [.. lines.Select(line => new LineDiscount(
                line.Line.Key, line.Line.Total - new Money(line.Amount, basket.Currency)))],
            basket.Shipping - new Money(run.Left.Shipping, basket.Currency),
            new(run.Total, basket.Currency),
            [.. run.Applied.Select(applied => new AppliedPromotion(
                applied.Candidate.Id,
                applied.Candidate.Definition.Code,
                applied.Candidate.Definition.Title,
                new(applied.Reduction.Total, basket.Currency),
                [.. lines.Select((line, i) => new LineDiscount(
                        line.Line.Key, new(applied.Reduction.Lines[i].Amount, basket.Currency)))
                    .Where(discount => discount.Amount.MinorUnits > 0)],
                new(applied.Reduction.Shipping, basket.Currency),
                applied.Reduction.Explanation))],
            codes);
    }

    private static CodeOutcome Outcome(
        string code, List<PromotionCandidate> known, Dictionary<PromotionId, Obstacle?> obstacles, Run run)
    {
        if (known.Find(candidate => candidate.Definition.Code == code) is not { } candidate)
        {
            return new(code, CodeStatus.Unknown, "There is no such code.", null);
        }

        var (_, reduction) = run.Applied.Find(applied => applied.Candidate.Id == candidate.Id);
        return obstacles[candidate.Id] is { } obstacle
            ? new(code, obstacle.Status, obstacle.Detail, candidate.Id)
            : new(code, CodeStatus.Applied, reduction.Explanation, candidate.Id);
    }

    /// <summary>How far applying has come.</summary>
    private sealed class Run(PriceLeft left)
    {
        public PriceLeft Left { get; set; } = left;

        public List<(PromotionCandidate Candidate, Reduction Reduction)> Applied { get; } = [];

        public Dictionary<PromotionId, Obstacle> Obstacles { get; } = [];

        public long Total => checked(Applied.Sum(applied => applied.Reduction.Total));
    }
}
