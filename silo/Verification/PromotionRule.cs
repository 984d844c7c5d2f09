using System.Text.Json;

namespace Commerce.Verification;

/// <summary>The uses of one promotion: never more than were allowed when they were promised, and each ends once.</summary>
internal sealed class PromotionRule : StreamRule
{
    public static readonly JournalRule WithinLimits = new(
        "promotion-keeps-to-limits", "Uses, reserved or committed, keep to the limits of the promotion when they are promised.");

    public static readonly JournalRule EndsOnce = new(
        "promotion-use-ends-once", "A use is reserved while it is not, and committed, released or given back once.");

    private readonly Dictionary<string, (bool IsCommitted, string Customer, string Currency, long Amount)> _uses = [];
    private readonly Dictionary<string, long> _byCustomer = [];
    private readonly Dictionary<string, long> _spent = [];
    private JsonElement _limits;
    private int _reserved;

    public override string? WaitsFor => _reserved > 0 ? $"{_reserved} reservations" : null;

    public override bool Apply(string type, JsonElement e)
    {
        var name = e.Text("reservation");
        switch (type)
        {
            case "promotion.saved":
                _limits = e.TryGetProperty("definition", out var definition)
                    && definition.TryGetProperty("limits", out var limits) ? limits.Clone() : default;
                return true;
            case "promotion.use_reserved":
                Must(!_uses.ContainsKey(name), EndsOnce, $"{name} is reserved or committed already");
                Begin(name, e, isCommitted: false);
                return true;
            case "promotion.use_committed":
                Must(!_uses.TryGetValue(name, out var use) || !use.IsCommitted, EndsOnce, $"{name} is committed already");
                var isNew = !_uses.ContainsKey(name);
                End(name);
                Begin(name, e, isCommitted: true, isPromised: isNew);
                return true;
            case "promotion.use_released":
                // Or it has expired before.
                Must(!_uses.TryGetValue(name, out use) || !use.IsCommitted, EndsOnce, $"{name} is committed");
                End(name);
                return true;
            case "promotion.use_expired":
                Must(_uses.TryGetValue(name, out use) && !use.IsCommitted, EndsOnce, $"{name} is not reserved");
                End(name);
                return true;
            case "promotion.use_returned":
                Must(_uses.TryGetValue(name, out use) && use.IsCommitted, EndsOnce, $"{name} is not committed");
                End(name);
                return true;
            default:
                return false;
        }
    }

    private void Begin(string name, JsonElement e, bool isCommitted, bool isPromised = true)
    {
        var use = (isCommitted, e.Text("customer"), e.CurrencyOf("discount"), e.Amount("discount"));
        _uses[name] = use;
        _reserved += isCommitted ? 0 : 1;
        Add(_byCustomer, use.Item2, 1);
        Add(_spent, use.Item3, use.Item4);
        if (isPromised && _limits.ValueKind == JsonValueKind.Object)
        {
            CheckLimits(use.Item2, use.Item3);
        }
    }

    private void End(string name)
    {
        if (_uses.Remove(name, out var use))
        {
            _reserved -= use.IsCommitted ? 0 : 1;
            Add(_byCustomer, use.Customer, -1);
            Add(_spent, use.Currency, -use.Amount);
        }
    }

    private void CheckLimits(string customer, string currency)
    {
        var (most, mostOfOne) = (_limits.Number("uses_max"), _limits.Number("uses_per_customer_max"));
        Must(most == 0 || _uses.Count <= most, WithinLimits, $"{_uses.Count} uses of {most}");
        Must(mostOfOne == 0 || (customer != "" && _byCustomer[customer] <= mostOfOne), WithinLimits,
            $"{_byCustomer[customer]} uses of {mostOfOne} by one customer");
        if (_limits.TryGetProperty("budget", out var budget))
        {
            var whole = budget.EnumerateArray().Where(amount => amount.Text("currency") == currency)
                .Sum(amount => amount.Number("amount"));
            Must(_spent[currency] <= whole, WithinLimits, $"{_spent[currency]} of {whole} {currency} spent");
        }
    }

    private static void Add(Dictionary<string, long> sums, string key, long amount)
    {
        var sum = sums[key] = sums.GetValueOrDefault(key) + amount;
        if (sum == 0 && amount < 0)
        {
            sums.Remove(key);
        }
    }
}
