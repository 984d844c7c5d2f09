using Commerce.Journal;
using CsCheck;
using static Commerce.Sample;

namespace Commerce.Credit;

/// <summary>Whatever is asked of a gift card, in whatever order: what it must never break.</summary>
public sealed class CreditAccountPropertyTests
{
    private static readonly string[] Verbs =
        ["issue", "adjust", "reserve", "reserve", "reserve", "part", "commit", "commit", "release", "return", "lock", "expire"];

    private static readonly Gen<Command> Commands = Gen.Select(
        Gen.Int[0, Verbs.Length - 1].Select(i => Verbs[i]),
        Gen.Int[0, 4].Select(i => new CreditReservationId($"cart_{i}.1")),
        Gen.Long[-50, 150],
        Gen.Int[0, 90],
        (verb, reservation, amount, seconds) => new Command(verb, reservation, amount, seconds));

    [Fact]
    public void No_money_is_promised_twice_and_the_ledger_adds_up() =>
        Commands.Array[0, 80].Sample(
            commands =>
            {
                var (account, now, ledger) = (new CreditAccount(), Now, 0L);
                foreach (var command in commands)
                {
                    now = now.AddSeconds(command.SecondsLater);
                    foreach (var @event in command.Decide(account, now).Events)
                    {
                        account = account.Apply(@event);
                        ledger += EffectOf(@event);
                        Assert.Equal((ledger, ledger), (account.Balance, @event.Balance.MinorUnits));
                        AssertInvariants(account);
                    }
                }

                Decisions.Reread(account);
            },
            iter: 1_000);

    /// <summary>A model that knows nothing of sweeping and of memory: what each reservation is worth, and that is all.</summary>
    [Fact]
    public void Accounts_answer_as_their_model_does() =>
        Commands.Array[0, 60].Sample(
            commands =>
            {
                var (account, now, model) = (new CreditAccount(), Now, new Model());
                foreach (var command in commands.Prepend(new("issue", new("0"), 100, 0)))
                {
                    now = now.AddSeconds(command.SecondsLater);
                    var decision = command.Decide(account, now);
                    account = account.After([.. decision.Events]);
                    model.Follow(command, decision.Rejection is null, account, now);

                    Assert.Equal(model.Balance, account.Balance);
                    Assert.Equal(model.Promised(now), account.Reservations.Values.Where(there => there.ExpiresAt > now).Sum(there => there.Amount));
                }
            },
            iter: 1_000);

    [Fact]
    public void What_is_read_from_a_snapshot_decides_as_the_original() =>
        Gen.Select(Commands.Array[0, 40], Commands).Sample(
            (commands, last) =>
            {
                var account = commands.Aggregate(new CreditAccount(), (before, command) =>
                    before.After([.. command.Decide(before, Now).Events]));

                var (expected, actual) = (last.Decide(account, Now), last.Decide(Decisions.Reread(account), Now));

                Assert.Equal(expected.Rejection?.Code, actual.Rejection?.Code);
                Assert.Equal(
                    expected.Events.Select(e => EventTypes.Encode(e)), actual.Events.Select(e => EventTypes.Encode(e)));
            },
            iter: 300);

    private static void AssertInvariants(CreditAccount account)
    {
        Assert.True(account is { Reserved: >= 0 } && account.Balance >= account.Reserved, account.Summary);
        Assert.Equal(account.Reserved, account.Reservations.Values.Sum(there => there.Amount));
        Assert.All(account.Reservations.Values, there => Assert.InRange(there.Amount, 1, there.Requested));
        Assert.True(account.Expiries.SetEquals(account.Reservations.Select(
            pair => new CreditReservationExpiry(pair.Value.ExpiresAt, pair.Key))));
        Assert.All(account.Spent, purchase => Assert.True(purchase.Amount >= 0));
        Assert.Empty(account.Lapsed.Select(lapsed => lapsed.Reservation).Intersect(account.Reservations.Keys));
    }

    private static long EffectOf(CreditEvent @event) => @event switch
    {
        CreditIssued e => e.Amount.MinorUnits,
        CreditAdjusted e => e.Amount.MinorUnits,
        CreditCommitted e => -e.Amount.MinorUnits,
        CreditReturned e => e.Amount.MinorUnits,
        _ => 0,
    };

    private sealed class Model
    {
        private readonly Dictionary<CreditReservationId, (long Amount, DateTimeOffset Until)> _open = [];
        private readonly Dictionary<CreditReservationId, long> _spent = [];

        public long Balance { get; private set; }

        public long Promised(DateTimeOffset now) => _open.Values.Where(open => open.Until > now).Sum(open => open.Amount);

        public void Follow(Command command, bool isAccepted, CreditAccount account, DateTimeOffset now)
        {
            var id = command.Reservation;
            switch (command.Verb)
            {
                case "issue" or "adjust":
                    Balance += isAccepted ? command.Amount : 0;
                    break;
                case "reserve" or "part" when !isAccepted || _spent.ContainsKey(id) || (_open.TryGetValue(id, out var there) && there.Until > now):
                    break;
                case "reserve" or "part":
                    var free = Balance - Promised(now);
                    Assert.True(free > 0 && (command.Verb == "part" || command.Amount <= free), "More was promised than is there.");
                    _open[id] = (Math.Min(command.Amount, free), account.Reservations[id].ExpiresAt);
                    break;
                case "commit" when isAccepted && !_spent.ContainsKey(id):
                    (_spent[id], Balance) = (_open[id].Amount, Balance - _open[id].Amount);
                    _open.Remove(id);
                    break;
                case "release":
                    _open.Remove(id);
                    Balance += _spent.GetValueOrDefault(id);
                    _ = _spent.ContainsKey(id) ? _spent[id] = 0 : 0;
                    break;
                case "return" when isAccepted && _spent.TryGetValue(id, out var spent):
                    var left = Math.Min(spent, command.Amount);
                    (_spent[id], Balance) = (left, Balance + spent - left);
                    break;
            }
        }
    }

    /// <summary>Something that is asked of an account; not all of it is allowed.</summary>
    private sealed record Command(string Verb, CreditReservationId Reservation, long Amount, int SecondsLater)
    {
        private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(2);

        public Decision<CreditEvent> Decide(CreditAccount account, DateTimeOffset now) => Verb switch
        {
            "issue" => account.Issue(new(CreditKind.StoreCredit, Gbp(Amount), "goodwill"), now),
            "adjust" => account.Adjust(new(Gbp(Amount), "found")),
            "reserve" => account.Reserve(new(Reservation, Gbp(Amount), Ttl), now),
            "part" => account.Reserve(new(Reservation, Gbp(Amount), Ttl, AllowsPart: true), now),
            "commit" => account.Commit(Reservation, now),
            "release" => account.Release(Reservation),
            "return" => account.Return(new(Reservation, Gbp(Amount))),
            "lock" => account.SetStatus(new(Amount < -40, "lost")),
            _ => account.Expire(now),
        };
    }
}
