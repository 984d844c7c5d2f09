using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Commerce.Verification;

/// <summary>One drop: a place for each, turns in the promised order, and no more sold than there was.</summary>
internal sealed class DropRule : StreamRule
{
    public static readonly JournalRule OnePlace = new(
        "drop-gives-one-place", "A holder and a cart have one place; places are numbered as they are given.");

    public static readonly JournalRule InOrder = new(
        "drop-keeps-the-order", "Who is called is in line, and nobody who stands before him is left there.");

    public static readonly JournalRule DrawnFairly = new(
        "drop-is-drawn-by-its-seed", "The lottery is drawn with the seed that was chosen before the first ticket, once.");

    public static readonly JournalRule NotOversold = new(
        "drop-is-not-oversold", "A drop sells no more units than it has.");

    public static readonly JournalRule StepsInOrder = new(
        "ticket-steps-are-in-order", "Only who is called is admitted; only who has units buys or gives back, and no more than he has.");

    private readonly Dictionary<string, Ticket> _tickets = [];
    private readonly HashSet<string> _carts = [];
    private readonly SortedSet<(ulong Lot, long Number, string Ticket)> _line = [];
    private string? _seed;
    private bool _isDrawn;
    private bool _isUnderWay;
    private long _units;
    private long _sold;
    private int _called;

    public override string? WaitsFor =>
        _called > 0 ? $"units for {_called} tickets" : _isUnderWay ? "units to be set aside or given back" : null;

    public override bool Apply(string type, JsonElement e)
    {
        switch (type)
        {
            case "drop.planned":
                (_seed, _isUnderWay) = (e.Text("seed"), true);
                break;
            case "drop.scheduled" or "drop.units_set":
                (_units, _isUnderWay) = (e.Number("units"), false);
                break;
            case "drop.units_wanted" or "drop.closed":
                _isUnderWay = true;
                break;
            case "drop.withdrawn" or "drop.units_refused" or "drop.released":
                _isUnderWay = false;
                break;
            case "drop.opened" or "drop.paused" or "drop.resumed" or "drop.sold_out" or "drop.restocked" or "drop.overdue":
                break;
            case "drop.joined":
                Join(e);
                break;
            case "drop.drawn":
                Draw(e);
                break;
            case "drop.called":
                Call(e);
                break;
            case "drop.admitted":
                foreach (var admitted in e.List("tickets"))
                {
                    Admit(admitted.Text("ticket"), admitted.Number("quantity"));
                }

                break;
            case "drop.called_back":
                foreach (var name in e.List("tickets"))
                {
                    CallBack(name.GetString()!);
                }

                break;
            default:
                return ApplyToTicket(type, e);
        }

        Must(_sold <= _units, NotOversold, $"{_sold} sold of {_units}");
        return true;
    }

    private bool ApplyToTicket(string type, JsonElement e)
    {
        var (name, quantity) = (e.Text("ticket"), e.Number("quantity"));
        var ticket = _tickets.GetValueOrDefault(name);
        Must(ticket is not null, StepsInOrder, $"there is no {name}");
        if (ticket is null)
        {
            return true;
        }

        switch (type)
        {
            case "drop.bought":
                // Also before it was said that he may: then it is not said any more.
                Spend(ticket, name, quantity);
                Uncall(ticket);
                (ticket.Bought, _sold) = (ticket.Bought + quantity, _sold + quantity);
                Must(_sold <= _units, NotOversold, $"{_sold} sold of {_units}");
                break;
            case "drop.sale_undone":
                Must(ticket.Bought >= quantity, StepsInOrder, $"{name} has bought {ticket.Bought} units, not {quantity}");
                (ticket.Bought, ticket.Has, _sold) = (ticket.Bought - quantity, ticket.Has + quantity, _sold - quantity);
                break;
            case "drop.returned":
                Spend(ticket, name, quantity);
                break;
            case "drop.refused":
                Uncall(ticket);
                break;
            case "drop.left":
                _line.Remove(ticket.Place(name));
                ticket.IsSealed = false;
                break;
            default:
                return false;
        }

        return true;
    }

    private void Join(JsonElement e)
    {
        var (name, cart, number) = (e.Text("ticket"), e.Text("cart"), e.Number("number"));
        Must(
            number == _tickets.Count + 1 && !_tickets.ContainsKey(name) && _carts.Add(cart), OnePlace,
            $"{name} of {cart} is number {number} of {_tickets.Count + 1}");
        var ticket = _tickets[name] = new() { Number = number, IsSealed = e.Flag("is_sealed") };
        if (!ticket.IsSealed)
        {
            _line.Add(ticket.Place(name));
        }
    }

    private void Draw(JsonElement e)
    {
        var seed = e.Text("seed");
        Must(seed == _seed && !_isDrawn, DrawnFairly, _isDrawn ? "it was drawn before" : "it is another seed");
        _isDrawn = true;
        foreach (var (name, ticket) in _tickets.Where(pair => pair.Value.IsSealed))
        {
            ticket.IsSealed = false;
            ticket.Lot = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{name}")));
            _line.Add(ticket.Place(name));
        }
    }

    private void Call(JsonElement e)
    {
        foreach (var called in e.List("tickets"))
        {
            var name = called.Text("ticket");
            Must(_line.Count > 0 && _line.Min.Ticket == name, InOrder, $"{name} is called before {_line.Min.Ticket}");
            if (_tickets.TryGetValue(name, out var ticket))
            {
                _line.Remove(ticket.Place(name));
                ticket.IsCalled = true;
                _called++;
            }
        }
    }

    private void Admit(string name, long quantity)
    {
        var ticket = _tickets.GetValueOrDefault(name);
        Must(ticket is { IsCalled: true } && quantity > 0, StepsInOrder, $"{name} is admitted with {quantity} and was not called");
        if (ticket is not null)
        {
            Uncall(ticket);
            ticket.Has = quantity;
        }
    }

    private void CallBack(string name)
    {
        var ticket = _tickets.GetValueOrDefault(name);
        Must(ticket is { IsCalled: true }, StepsInOrder, $"{name} is called back and was not called");
        if (ticket is not null)
        {
            Uncall(ticket);
            _line.Add(ticket.Place(name));
        }
    }

    /// <summary>Units that a ticket no longer has. Of one that is called nothing is known until it is admitted.</summary>
    private void Spend(Ticket ticket, string name, long quantity)
    {
        Must(ticket.IsCalled || ticket.Has >= quantity, StepsInOrder, $"{name} has {ticket.Has} units, not {quantity}");
        ticket.Has = Math.Max(0, ticket.Has - quantity);
    }

    private void Uncall(Ticket ticket)
    {
        _called -= ticket.IsCalled ? 1 : 0;
        ticket.IsCalled = false;
    }

    private sealed class Ticket
    {
        public long Number { get; init; }

        public bool IsSealed { get; set; }

        /// <summary>What it drew; after all lots for who was not in the lottery.</summary>
        public ulong Lot { get; set; } = ulong.MaxValue;

        public bool IsCalled { get; set; }

        public long Has { get; set; }

        public long Bought { get; set; }

        public (ulong Lot, long Number, string Ticket) Place(string name) => (Lot, Number, name);
    }
}
