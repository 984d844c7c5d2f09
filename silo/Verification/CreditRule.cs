using System.Text.Json;

namespace Commerce.Verification;

/// <summary>One gift card or store credit: its ledger adds up, and no money is promised twice.</summary>
internal sealed class CreditRule : StreamRule
{
    public static readonly JournalRule AddsUp = new(
        "credit-adds-up", "The balance of credit is the one before and what each entry puts in or takes out.");

    public static readonly JournalRule NotOverdrawn = new(
        "credit-is-not-overdrawn", "The balance of credit covers what is reserved, which is never negative.");

    public static readonly JournalRule EndsOnce = new(
        "credit-reservation-ends-once",
        "Only an open reservation is released or expires, with all its money; no more comes back of a purchase than was spent.");

    private readonly Dictionary<string, long> _open = [];
    private readonly Dictionary<string, long> _spent = [];
    private long _balance;
    private long _reserved;

    public override string? WaitsFor => _open.Count > 0 ? $"the end of {_open.Count} reservations" : null;

    public override bool Apply(string type, JsonElement e)
    {
        var (amount, reservation) = (e.Amount("amount"), e.Text("reservation"));
        switch (type)
        {
            case "credit.issued" or "credit.adjusted":
                _balance += amount;
                break;
            case "credit.disabled" or "credit.enabled" or "credit.expired":
                break;
            case "credit.reserved":
                Must(_open.TryAdd(reservation, amount) && amount > 0, EndsOnce, $"{reservation} is open already, or of {amount}");
                _reserved += amount;
                break;
            case "credit.reservation_released" or "credit.reservation_expired":
                // One that ran out before is struck off with nothing.
                var has = _open.Remove(reservation, out var open) ? open : 0;
                Must(has == amount, EndsOnce, $"{reservation} has {has}, not {amount}");
                _reserved -= has;
                break;
            case "credit.committed":
                _reserved -= _open.Remove(reservation, out var promised) ? promised : 0;
                _spent[reservation] = amount;
                _balance -= amount;
                break;
            case "credit.returned":
                var left = _spent.GetValueOrDefault(reservation) - amount;
                Must(left >= 0 && left == e.Amount("left"), EndsOnce, $"{left} of {reservation} stays spent, not {e.Amount("left")}");
                _spent[reservation] = left;
                _balance += amount;
                break;
            default:
                return false;
        }

        Must(_balance == e.Amount("balance"), AddsUp, $"the balance is {_balance}, the entry says {e.Amount("balance")}");
        Must(_reserved >= 0 && _balance >= _reserved, NotOverdrawn, $"{_reserved} of {_balance} are reserved");
        return true;
    }
}
