using System.Collections.Immutable;
using System.Text.Json;

namespace Commerce.Promotions;

/// <summary>What a promotion may look like. Pure.</summary>
internal static class PromotionRules
{
    private const long AmountMax = 1_000_000_000_000;
    private const int CurrenciesMax = 30;
    private const int SelectedMax = 200;

    /// <summary>Why it may not look like this, all of it; null: it may.</summary>
    public static Rejection? Check(PromotionDefinition definition)
    {
        var faults = new Faults();
        faults.Unless(definition.Title is { Length: >= 1 and <= 200 } title && !string.IsNullOrWhiteSpace(title),
            "/title", "A title of 1 to 200 characters is needed.");
        faults.Unless(definition.Code is null || PromotionCode.TryParse(definition.Code, null, out _),
            "/code", "A code is 1 to 64 of A-Z, 0-9, hyphen and underscore.");
        faults.Unless(!Credit.GiftCardCode.TryRead(definition.Code, out _),
            "/code", "A code of such 20 letters and digits would be taken for a gift card's.");
        faults.Unless(definition.Priority is >= 0 and <= 9_999, "/priority", "A priority is from 0 to 9,999.");
        faults.Unless(definition.Group is null || IsHandle(definition.Group),
            "/group", "A group is 1 to 64 of a-z, 0-9 and hyphen.");
        if (definition.Action is null)
        {
            faults.Unless(false, "/action", "What it takes off is needed.");
        }
        else
        {
            Check(definition.Action, faults);
        }

        Check(definition.Conditions, faults);
        Check(definition.Limits, faults);
        return faults.Rejection;
    }

    /// <summary>Why a reservation may not look like this; null: it may.</summary>
    public static Rejection? Check(ReserveUse command)
    {
        var faults = new Faults();
        faults.Unless(
            command.Reservation is { Length: >= 1 and <= 100 } name && name.All(letter => letter is >= '!' and <= '~'),
            "/reservation", "A reservation is 1 to 100 visible ASCII characters.");
        faults.Unless(command.Customer is null or { Length: <= 320 }, "/customer", "A customer is at most 320 characters.");
        faults.Unless(command.Discount is { MinorUnits: >= 0 and <= AmountMax, Currency.Code: not null },
            "/discount", "A discount is 0 or more.");
        faults.Unless(command.Ttl > TimeSpan.Zero && command.Ttl <= TimeSpan.FromHours(24), "/ttl", "At most 24 hours.");
        return faults.Rejection;
    }

    /// <summary>The one way to write it: codes in upper case, and nothing where a list is empty.</summary>
    public static PromotionDefinition Normalize(PromotionDefinition definition) => definition with
    {
        Code = definition.Code?.ToUpperInvariant(),
        Action = definition.Action with
        {
            Lines = Normalize(definition.Action.Lines), BuyLines = Normalize(definition.Action.BuyLines),
        },
        Conditions = definition.Conditions is not { } conditions ? null : conditions with
        {
            Lines = Normalize(conditions.Lines),
            SubtotalMin = OrNull(conditions.SubtotalMin),
            CustomerGroups = OrNull(conditions.CustomerGroups),
        },
        Limits = definition.Limits is not { } limits ? null : limits with { Budget = OrNull(limits.Budget) },
    };

    /// <summary>Whether two say the same.</summary>
    public static bool AreSame(PromotionDefinition one, PromotionDefinition other) =>
        JsonSerializer.Serialize(one, CommerceJson.Stored) == JsonSerializer.Serialize(other, CommerceJson.Stored);

    private static void Check(PromotionAction action, Faults faults)
    {
        var kind = action.Kind;
        var isBuyXGetY = kind == PromotionKind.BuyXGetY;
        Check(action.Lines, "/action/lines", faults);
        Check(action.BuyLines, "/action/buy_lines", faults);
        Check(action.Amounts, "/action/amounts", faults, min: kind == PromotionKind.FixedPrice ? 0 : 1);
        faults.Unless(IsPercent(action.Percent), "/action/percent", "A percent is more than 0 and at most 100, with at most 4 decimals.");
        Belongs(action.Percent, "percent", kind is PromotionKind.Percentage || isBuyXGetY, kind is PromotionKind.Percentage);
        Belongs(
            action.Amounts, "amounts", kind is PromotionKind.FixedAmount or PromotionKind.FixedPrice || isBuyXGetY,
            kind is PromotionKind.FixedAmount or PromotionKind.FixedPrice);
        Belongs(action.EachUnit, "each_unit", kind is PromotionKind.FixedAmount, false);
        Belongs(action.Lines, "lines", kind is not PromotionKind.FreeShipping, false);
        Belongs(action.BuyLines, "buy_lines", isBuyXGetY, false);
        Belongs(action.Buy, "buy", isBuyXGetY, isBuyXGetY);
        Belongs(action.Get, "get", isBuyXGetY, isBuyXGetY);
        Belongs(action.TimesMax, "times_max", isBuyXGetY, false);
        Belongs(action.Tiers, "tiers", kind is PromotionKind.TieredSpend, kind is PromotionKind.TieredSpend);
        faults.Unless(!isBuyXGetY || action.Percent is null || action.Amounts is null,
            "/action/amounts", "Either a percent or amounts, not both.");
        foreach (var (value, name) in new[] { (action.Buy, "buy"), (action.Get, "get"), (action.TimesMax, "times_max") })
        {
            faults.Unless(value is null or (>= 1 and <= 10_000), $"/action/{name}", "From 1 to 10,000.");
        }

        Check(action.Tiers, faults);

        void Belongs<T>(T? value, string member, bool may, bool must)
        {
            faults.Unless(may || value is null, $"/action/{member}", "This kind of action has no such member.");
            faults.Unless(!must || value is not null, $"/action/{member}", "This kind of action needs it.");
        }
    }

    private static void Check(ImmutableArray<SpendTier>? tiers, Faults faults)
    {
        if (tiers is not { } all)
        {
            return;
        }

        faults.Unless(all is { IsDefaultOrEmpty: false, Length: <= 50 }, "/action/tiers", "1 to 50 tiers.");
        for (var i = 0; i < (all.IsDefault ? 0 : all.Length); i++)
        {
            var (from, percent, amount) = all[i];
            faults.Unless(IsAmount(from, 1), $"/action/tiers/{i}/from", "An amount of more than 0.");
            faults.Unless(percent is null != amount is null, $"/action/tiers/{i}", "Either a percent or an amount.");
            faults.Unless(IsPercent(percent), $"/action/tiers/{i}/percent", "More than 0 and at most 100.");
            faults.Unless(amount is not { } off || (IsAmount(off, 1) && off.Currency == from.Currency),
                $"/action/tiers/{i}/amount", "An amount of more than 0 in the currency of from.");
        }

        faults.Unless(all.IsDefault || all.Select(tier => tier.From).Distinct().Count() == all.Length,
            "/action/tiers", "Tiers of one currency begin at different amounts.");
    }

    private static void Check(PromotionConditions? conditions, Faults faults)
    {
        Check(conditions?.Lines, "/conditions/lines", faults);
        Check(conditions?.SubtotalMin, "/conditions/subtotal_min", faults, min: 1, mayBeEmpty: true);
        faults.Unless(conditions?.UnitsMin is null or (>= 1 and <= 1_000_000), "/conditions/units_min", "From 1 to 1,000,000.");
        faults.Unless(
            conditions?.CustomerGroups is not { } groups || (!groups.IsDefault && groups.Length <= 50 && groups.All(IsHandle)),
            "/conditions/customer_groups", "At most 50 groups, each 1 to 64 of a-z, 0-9 and hyphen.");
        faults.Unless(conditions is not { StartsAt: { } start, EndsAt: { } end } || start < end,
            "/conditions/ends_at", "It ends after it starts.");
    }

    private static void Check(PromotionLimits? limits, Faults faults)
    {
        faults.Unless(limits?.UsesMax is null or (>= 1 and <= 1_000_000_000), "/limits/uses_max", "From 1 to 1,000,000,000.");
        faults.Unless(limits?.UsesPerCustomerMax is null or (>= 1 and <= 1_000), "/limits/uses_per_customer_max", "From 1 to 1,000.");
        Check(limits?.Budget, "/limits/budget", faults, min: 1, mayBeEmpty: true);
    }

    private static void Check(LineSelection? selection, string pointer, Faults faults)
    {
        Check(selection?.Products, "products", id => id.Value is not null);
        Check(selection?.Categories, "categories", handle => handle is { Length: >= 1 and <= 128 });
        Check(selection?.Skus, "skus", sku => sku.Value is not null);

        void Check<T>(ImmutableArray<T>? list, string member, Func<T, bool> isOne) => faults.Unless(
            list is not { } entries || (!entries.IsDefault && entries.Length <= SelectedMax && entries.All(isOne)),
            $"{pointer}/{member}", $"At most {SelectedMax} entries, none of them empty.");
    }

    private static void Check(
        ImmutableArray<Money>? amounts, string pointer, Faults faults, long min, bool mayBeEmpty = false)
    {
        if (amounts is not { } all)
        {
            return;
        }

        faults.Unless(
            !all.IsDefault && all.Length <= CurrenciesMax && (mayBeEmpty || all.Length > 0),
            pointer, $"Amounts in at most {CurrenciesMax} currencies.");
        faults.Unless(all.IsDefault || all.Select(amount => amount.Currency).Distinct().Count() == all.Length,
            pointer, "One amount per currency.");
        for (var i = 0; i < (all.IsDefault ? 0 : all.Length); i++)
        {
            faults.Unless(IsAmount(all[i], min), $"{pointer}/{i}/amount", $"From {min} to {AmountMax}.");
        }
    }

    private static bool IsAmount(Money amount, long min) =>
        amount.Currency.Code is not null && amount.MinorUnits >= min && amount.MinorUnits <= AmountMax;

    private static bool IsPercent(decimal? percent) =>
        percent is null or (> 0 and <= 100) && (percent is null || decimal.Round(percent.Value, 4) == percent);

    private static bool IsHandle(string text) =>
        text is { Length: >= 1 and <= 64 } && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private static LineSelection? Normalize(LineSelection? selection) => selection is null ? null
        : new LineSelection(OrNull(selection.Products), OrNull(selection.Categories), OrNull(selection.Skus))
            is var normal && normal is { Products: null, Categories: null, Skus: null } ? null : normal;

    private static ImmutableArray<T>? OrNull<T>(ImmutableArray<T>? list) => list is { IsDefaultOrEmpty: false } ? list : null;

    /// <summary>All that is wrong with a request.</summary>
    private sealed class Faults
    {
        private readonly ImmutableArray<FieldError>.Builder _errors = ImmutableArray.CreateBuilder<FieldError>();

        public Rejection? Rejection => _errors.Count == 0 ? null : Rejection.Invalid(_errors.ToImmutable());

        public void Unless(bool isSo, string pointer, string detail)
        {
            if (!isSo)
            {
                _errors.Add(new(pointer, "validation_failed", detail));
            }
        }
    }
}
