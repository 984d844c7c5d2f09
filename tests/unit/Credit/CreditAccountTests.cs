using static Commerce.Sample;

namespace Commerce.Credit;

public sealed class CreditAccountTests
{
    private static readonly CreditReservationId First = new("cart_1.1");
    private static readonly CreditReservationId Second = new("cart_2.1");
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(20);
    private static readonly IssueCredit Card = new(CreditKind.GiftCard, Gbp(5000), "sold", Now.AddYears(1), "W7XK");
    private static readonly CreditAccount Issued = new CreditAccount().After(new CreditAccount().Issue(Card, Now));

    [Fact]
    public void A_gift_card_is_issued_once()
    {
        Issued.Issue(Card, Now.AddDays(1)).IsNothing();

        Assert.Equal("credit_account_exists", Issued.Issue(Card with { Amount = Gbp(5001) }, Now).Code());
        Assert.Equal("credit_account_exists", Issued.Issue(Card with { ExpiresAt = null }, Now).Code());
        Assert.Equal("credit_account_exists", Issued.Issue(Card with { Kind = CreditKind.StoreCredit }, Now).Code());
    }

    [Fact]
    public void Store_credit_is_added_to()
    {
        var credit = new IssueCredit(CreditKind.StoreCredit, Gbp(300), "goodwill");
        var account = new CreditAccount().After(new CreditAccount().Issue(credit, Now));

        account = account.After(account.Issue(credit, Now));

        Assert.Equal(600, account.Balance);
        Assert.Equal("credit_currency_differs", account.Issue(credit with { Amount = new(1, Euros) }, Now).Code());
        Assert.Equal("/expires_at", account.Issue(credit with { ExpiresAt = Now.AddDays(1) }, Now).Rejection?.Pointer);
    }

    [Theory]
    [InlineData(0, "sold", 1, "/amount/amount")]
    [InlineData(-1, "sold", 1, "/amount/amount")]
    [InlineData(1_000_000_001, "sold", 1, "/amount/amount")]
    [InlineData(1, "", 1, "/reason")]
    [InlineData(1, null, 1, "/reason")]
    [InlineData(1, "sold", 0, "/expires_at")]
    public void What_makes_no_card_is_refused(long amount, string? reason, int days, string pointer) => Assert.Equal(
        pointer,
        new CreditAccount().Issue(new(CreditKind.GiftCard, Gbp(amount), reason!, Now.AddDays(days)), Now).Rejection?.Pointer);

    [Fact]
    public void What_was_never_issued_is_not_found()
    {
        var none = new CreditAccount();

        Assert.Equal("credit_account_not_found", none.Reserve(new(First, Gbp(1), Ttl), Now).Code());
        Assert.Equal("credit_account_not_found", none.Adjust(new(Gbp(1), "found")).Code());
        Assert.Equal("credit_account_not_found", none.SetStatus(new(true, "lost")).Code());
        Assert.Equal("credit_account_not_found", none.Return(new(First, Gbp(0))).Code());
        Assert.Equal("credit_reservation_gone", none.Commit(First, Now).Code());
        none.Release(First).IsNothing();
    }

    [Fact]
    public void A_reservation_is_of_all_or_of_what_is_there()
    {
        var whole = Reserve(Issued, First, 4000);

        Assert.Equal("credit_reserved", whole.Reserve(new(Second, Gbp(1001), Ttl), Now).Code());
        Assert.Equal("credit_insufficient", whole.Reserve(new(Second, Gbp(5001), Ttl), Now).Code());
        var rest = whole.After(whole.Reserve(new(Second, Gbp(5001), Ttl, AllowsPart: true), Now));
        Assert.Equal(Gbp(1000), rest.ViewReservation(Second).Amount);
        Assert.Equal("credit_reserved", rest.Reserve(new(new("cart_3.1"), Gbp(1), Ttl, AllowsPart: true), Now).Code());
    }

    [Fact]
    public void Reserving_again_is_harmless_and_for_another_amount_refused()
    {
        var part = Issued.After(Issued.Reserve(new(First, Gbp(9000), Ttl, AllowsPart: true), Now));

        part.Reserve(new(First, Gbp(9000), Ttl, AllowsPart: true), Now).IsNothing();
        Assert.Equal("credit_reservation_differs", part.Reserve(new(First, Gbp(8000), Ttl), Now).Code());
        part.After(part.Commit(First, Now)).Reserve(new(First, Gbp(9000), Ttl), Now).IsNothing();
    }

    [Fact]
    public void Spending_is_terminal_and_repeatable()
    {
        var spent = Reserve(Issued, First, 4000);
        spent = spent.After(spent.Commit(First, Now));

        spent.Commit(First, Now).IsNothing();
        Assert.Equal((1000, 0), (spent.Balance, spent.Reserved));
        Assert.True(spent.ViewReservation(First).IsCommitted);
    }

    [Fact]
    public void What_ran_out_gives_its_money_back_and_can_be_spent_while_it_is_there()
    {
        var late = Now + Ttl;
        var account = Reserve(Issued, First, 4000);
        Assert.Equal(late, account.WakeAt);
        var swept = account.After(account.Expire(late));

        Assert.Equal((5000, 0), (swept.Balance, swept.Reserved));
        Assert.Equal(1000, swept.After(swept.Commit(First, late)).Balance);
        Assert.Equal(1000, account.After(account.Commit(First, late)).Balance);
        var taken = account.After(account.Reserve(new(Second, Gbp(2000), Ttl), late));
        Assert.Equal("credit_reservation_gone", taken.Commit(First, late).Code());
        Assert.Equal(1000, Reserve(swept, First, 4000, late).After(swept.Reserve(new(Second, Gbp(1000), Ttl), late)).Balance - 4000);
    }

    [Fact]
    public void What_is_released_comes_back_and_cannot_be_spent_any_more()
    {
        var reserved = Reserve(Issued, First, 4000);
        var lapsed = reserved.After(reserved.Expire(Now + Ttl));
        var spent = reserved.After(reserved.Commit(First, Now));

        foreach (var released in new[] { reserved, lapsed, spent }.Select(account => account.After(account.Release(First))))
        {
            Assert.Equal((5000, 0), (released.Balance, released.Reserved));
            released.Release(First).IsNothing();
            Assert.Equal("credit_reservation_gone", released.Commit(First, Now).Code());
        }
    }

    [Fact]
    public void A_part_of_a_purchase_is_returned_absolutely()
    {
        var spent = Reserve(Issued, First, 4000);
        spent = spent.After(spent.Commit(First, Now));

        var part = spent.After(spent.Return(new(First, Gbp(2500))));

        part.Return(new(First, Gbp(2500))).IsNothing();
        part.Return(new(First, Gbp(3000))).IsNothing();
        Assert.Equal(2500, part.Balance);
        Assert.Equal(5000, part.After(part.Release(First)).Balance);
        Assert.Equal("credit_reservation_gone", part.Return(new(Second, Gbp(0))).Code());
        Assert.Equal("/left", part.Return(new(First, Gbp(-1))).Rejection?.Pointer);
        Assert.Equal("/left", part.Return(new(First, new(0, Euros))).Rejection?.Pointer);
    }

    [Fact]
    public void What_is_disabled_or_expired_promises_nothing_more_and_keeps_its_promises()
    {
        var reserved = Reserve(Issued, First, 4000);
        var disabled = reserved.After(reserved.SetStatus(new(true, "reported lost")));
        var over = Now.AddYears(1);

        Assert.Equal("credit_disabled", disabled.Reserve(new(Second, Gbp(1), Ttl), Now).Code());
        Assert.Equal(1000, disabled.After(disabled.Commit(First, Now)).Balance);
        disabled.SetStatus(new(true, "again")).IsNothing();
        Assert.Equal(1000, Reserve(disabled.After(disabled.SetStatus(new(false, "found"))), Second, 1000).Reserved - 4000);
        Assert.Equal("credit_expired", Issued.Reserve(new(Second, Gbp(1), Ttl), over).Code());
        Assert.Equal((CreditStatus.Expired, Gbp(0), Gbp(5000)), Shown(Issued, over));
        Assert.Equal((CreditStatus.Active, Gbp(5000), Gbp(5000)), Shown(Issued, over.AddTicks(-1)));
    }

    [Fact]
    public void That_the_time_is_over_is_journaled_once()
    {
        var over = Now.AddYears(1);
        Assert.Equal(over, Issued.WakeAt);

        var expired = Issued.After(Issued.Expire(over));

        Assert.Null(expired.WakeAt);
        expired.Expire(over.AddDays(1)).IsNothing();
        Assert.Equal(5000, expired.Balance);
    }

    [Theory]
    [InlineData(-1001, "credit_below_reserved")]
    [InlineData(0, "validation_failed")]
    [InlineData(-1000, null)]
    [InlineData(1, null)]
    public void A_correction_leaves_what_is_reserved(long amount, string? code)
    {
        var decision = Reserve(Issued, First, 4000).Adjust(new(Gbp(amount), "miscounted"));

        Assert.Equal(code, decision.Rejection?.Code);
        Assert.All(decision.Events, e => Assert.Equal(Gbp(5000 + amount), e.Balance));
    }

    [Fact]
    public void Memory_is_bounded()
    {
        var account = new CreditAccount().After(new CreditAccount().Issue(Card with { Amount = Gbp(1_000_000) }, Now));
        for (var i = 0; i < 700; i++)
        {
            var id = new CreditReservationId($"{i}");
            account = Reserve(account, id, 1);
            account = i % 7 == 0 ? account : account.After(account.Commit(id, Now));
        }

        account = account.After(account.Expire(Now + Ttl));

        Assert.Equal((500, 100, 0), (account.Spent.Count, account.Lapsed.Count, account.Reservations.Count));
        Assert.Equal("credit_reservation_gone", account.Return(new(new("1"), Gbp(0))).Code());
    }

    private static CreditAccount Reserve(CreditAccount account, CreditReservationId id, long amount, DateTimeOffset? at = null) =>
        account.After(account.Reserve(new(id, Gbp(amount), Ttl), at ?? Now));

    private static (CreditStatus Status, Money Available, Money Balance) Shown(CreditAccount account, DateTimeOffset at)
    {
        var view = account.View(EntityId.Derive<CreditAccountId>("sample"), 1, at).Required;
        return (view.Status, view.Available, view.Balance);
    }
}
