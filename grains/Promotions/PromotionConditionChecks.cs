namespace Commerce.Promotions;

/// <summary>Why a promotion does not apply.</summary>
/// <param name="Status">One of <see cref="CodeStatus"/>.</param>
/// <param name="Detail">One English sentence for the shopper.</param>
internal sealed record Obstacle(string Status, string Detail);

/// <summary>Whether a promotion can apply to a basket at all, before looking at what else does. Pure.</summary>
internal static class PromotionConditionChecks
{
    /// <summary>The first thing that stands against it; null: nothing does.</summary>
    public static Obstacle? Obstacle(this PromotionCandidate candidate, Basket basket) =>
        candidate.Definition.Status == PromotionStatus.Paused
            ? new(CodeStatus.Paused, "The promotion is paused.")
            : Dates(candidate.Definition.Conditions, basket.Now)
                ?? Limits(candidate, basket.Currency)
                ?? Shopper(candidate.Definition.Conditions, basket.Shopper)
                ?? Lines(candidate.Definition.Conditions, basket);

    private static Obstacle? Dates(PromotionConditions? conditions, DateTimeOffset now) => conditions switch
    {
        { StartsAt: { } start } when now < start =>
            new(CodeStatus.NotStarted, $"The promotion begins at {start.UtcDateTime:u}."),
        { EndsAt: { } end } when now >= end => new(CodeStatus.Expired, $"The promotion ended at {end.UtcDateTime:u}."),
        _ => null,
    };

    private static Obstacle? Limits(PromotionCandidate candidate, Currency currency) => candidate switch
    {
        { IsUsedUp: true } => new(CodeStatus.UsedUp, "The promotion has been used as often as it may be."),
        { IsUsedByCustomer: true } => new(CodeStatus.UsedByCustomer, "You have used the promotion as often as one may."),
        { Definition.Limits.Budget: { } budget } when PromotionActions.In(budget, currency) is null =>
            new(CodeStatus.NotApplicable, $"The promotion is not for orders in {currency}."),
        _ => null,
    };

    private static Obstacle? Shopper(PromotionConditions? conditions, ShopperFacts shopper)
    {
        if (conditions?.CustomerGroups is { } groups && (shopper.Group is not { } group || !groups.Contains(group)))
        {
            return new(CodeStatus.NotApplicable, "The promotion is for certain customers only.");
        }

        return conditions?.FirstOrder == true && shopper.IsFirstOrder != true
            ? new(CodeStatus.NotApplicable, shopper.IsFirstOrder is null
                ? "The promotion is for a first order; an e-mail address is needed to see whether this is one."
                : "The promotion is for a customer's first order only.")
            : null;
    }

    private static Obstacle? Lines(PromotionConditions? conditions, Basket basket)
    {
        var lines = basket.Lines.Where(line => line.IsIn(conditions?.Lines)).ToList();
        var units = lines.Sum(line => (long)line.Quantity);
        if (units < (conditions?.UnitsMin ?? 1))
        {
            return new(CodeStatus.NotApplicable, conditions is { UnitsMin: > 1 }
                ? $"The cart needs {conditions.UnitsMin} units of the promotion's items and has {units}."
                : "The cart has none of the promotion's items.");
        }

        if (conditions?.SubtotalMin is not { } minimums)
        {
            return null;
        }

        if (PromotionActions.In(minimums, basket.Currency) is not { } minimum)
        {
            return new(CodeStatus.NotApplicable, $"The promotion is not for orders in {basket.Currency}.");
        }

        var subtotal = lines.Sum(line => line.Total.MinorUnits);
        return subtotal < minimum
            ? new(
                CodeStatus.NotApplicable,
                $"The promotion's items must come to {new Money(minimum, basket.Currency)}: " +
                $"{new Money(minimum - subtotal, basket.Currency)} more is needed.")
            : null;
    }
}
