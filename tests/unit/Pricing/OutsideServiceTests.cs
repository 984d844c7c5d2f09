using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Shipping;
using Commerce.Tax;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Commerce.Sample;

namespace Commerce.Pricing;

/// <summary>Whoever is outside may be slow, fail or be wrong: the shop sells by its own tables, and says so.</summary>
public sealed class OutsideServiceTests
{
    private readonly FakeTimeProvider _time = new(Now);
    private int _asked;

    [Fact]
    public async Task An_answer_that_adds_up_counts_and_is_told_line_by_line()
    {
        var facts = Facts with { ExternalTax = await AskAsync((question, _) => Task.FromResult(Ten(question))) };

        var view = ReadyCart().View(TheCart, 1, facts);
        var told = ReadyCart().Explain(TheCart, 1, facts);

        Assert.Equal([179L, 160L], view.Lines.Select(line => line.Tax.MinorUnits));
        Assert.Equal((179 + 160 + 39, 3793L), (view.Totals.Tax.MinorUnits, view.Totals.Total.MinorUnits));
        Assert.Equal("From afar", Assert.Single(view.Totals.TaxLines!.Value).Name);
        Assert.Empty(told.Notes);
        Assert.Equal(view.Totals.Total, told.Totals.Result);
    }

    [Fact]
    public async Task A_service_that_fails_is_done_without_and_left_alone_for_a_while()
    {
        var service = Service((_, _) => throw new HttpRequestException("no route"));

        var failed = await service.AskAsync(Question(ReadyCart()));
        var again = await service.AskAsync(Question(ReadyCart()));
        _time.Advance(TimeSpan.FromSeconds(5));
        await service.AskAsync(Question(ReadyCart()));

        Assert.Equal(OutsideFailure.Unavailable, failed.Failure);
        Assert.Equal(OutsideFailure.Unavailable, again.Failure);
        Assert.Equal(2, _asked);
        AssertOwnTaxes(failed, "tax_provider_unavailable");
    }

    [Fact]
    public async Task A_service_that_is_slow_is_not_waited_for_even_if_it_does_not_listen()
    {
        var asking = Service((_, _) => new TaskCompletionSource<TaxAnswer>().Task).AskAsync(Question(ReadyCart()));

        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        AssertOwnTaxes(await asking, "tax_provider_unavailable");
    }

    [Fact]
    public async Task A_service_that_is_slow_is_told_to_stop()
    {
        var stopped = CancellationToken.None;
        var asking = Service((_, cancellation) =>
        {
            stopped = cancellation;
            return new TaskCompletionSource<TaxAnswer>().Task.WaitAsync(cancellation);
        }).AskAsync(Question(ReadyCart()));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(OutsideFailure.Unavailable, (await asking).Failure);
        Assert.True(stopped.IsCancellationRequested);
    }

    public static TheoryData<string> Faults() =>
        ["sum", "missing line", "negative", "too much", "currency", "nothing", "nameless", "overflow"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_service_that_is_wrong_is_not_believed(string fault)
    {
        var answer = await AskAsync((question, _) => Task.FromResult(Wrong(Ten(question), fault)));

        Assert.Equal(OutsideFailure.Wrong, answer.Failure);
        AssertOwnTaxes(answer, "tax_provider_wrong");
    }

    [Fact]
    public async Task An_answer_about_the_cart_as_it_was_is_not_used_for_the_cart_as_it_is()
    {
        var answer = await AskAsync((question, _) => Task.FromResult(Ten(question)));
        var changed = ReadyCart().After(new CartLineSet(OfferOf(Coffee), 3));

        var view = changed.View(TheCart, 1, Facts with { ExternalTax = answer });

        Assert.Equal("VAT", view.Totals.TaxLines!.Value[0].Name);
        Assert.Equal(
            "tax_provider_unavailable", Assert.Single(changed.Explain(TheCart, 1, Facts with { ExternalTax = answer }).Notes).Code);
    }

    [Fact]
    public void Nobody_is_asked_about_carts_on_which_no_tax_is_charged()
    {
        var exempt = ReadyCart().After(new CartBuyerSet(new(Exemption: "Charity")));

        Assert.Null(CartPricing.TaxQuestion(exempt, CartPricing.Own(exempt, Facts), Facts));
        Assert.Equal("tax_exempt", Assert.Single(exempt.Explain(TheCart, 1, Facts).Notes).Code);
    }

    [Theory]
    [InlineData("quoted", 777, null)]
    [InlineData("failed", 395, "carrier_unavailable")]
    [InlineData("negative", 395, "carrier_wrong")]
    [InlineData("currency", 395, "carrier_wrong")]
    [InlineData("unserved", 395, "carrier_unavailable")]
    public async Task A_carriers_price_counts_while_he_has_a_good_one_and_the_rates_own_otherwise(string answer, long price, string? note)
    {
        var facts = Facts with { Zones = [Zones[0] with { Rates = [Zones[0].Rates[0] with { Carrier = "ground" }] }] };
        var service = new OutsideService<CarrierQuestion, CarrierQuotes>(
            "Carriers",
            (question, _) => Task.FromResult(new CarrierQuotes(answer switch
            {
                "quoted" => Prices(Gbp(777)),
                "negative" => Prices(Gbp(-1)),
                "currency" => Prices(new(777, Euros)),
                "unserved" => ImmutableDictionary<string, Money>.Empty,
                _ => throw new HttpRequestException(question.Country),
            })),
            (question, quotes) => quotes.Fault(question),
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), _time, NullLogger.Instance);

        var question = CartPricing.CarrierQuestion(ReadyCart(), facts)!;
        facts = facts with { Carriers = await service.AskAsync(question) };

        Assert.Equal((750L, 3398L, "GB"), (question.Grams, question.Items.MinorUnits, question.Country));
        Assert.Equal(price, ReadyCart().View(TheCart, 1, facts).Totals.Shipping.MinorUnits);
        Assert.Equal(note, ReadyCart().Explain(TheCart, 1, facts).Notes.SingleOrDefault()?.Code);

        static ImmutableDictionary<string, Money> Prices(Money price) => ImmutableDictionary<string, Money>.Empty.Add("ground", price);
    }

    private static void AssertOwnTaxes(OutsideAnswer<TaxAnswer> answer, string note)
    {
        var facts = Facts with { ExternalTax = answer };

        Assert.Equal(633, ReadyCart().View(TheCart, 1, facts).Totals.Tax.MinorUnits);
        Assert.Equal(note, Assert.Single(ReadyCart().Explain(TheCart, 1, facts).Notes).Code);
    }

    private Task<OutsideAnswer<TaxAnswer>> AskAsync(Func<TaxQuestion, CancellationToken, Task<TaxAnswer>> ask) =>
        Service(ask).AskAsync(Question(ReadyCart()));

    private OutsideService<TaxQuestion, TaxAnswer> Service(Func<TaxQuestion, CancellationToken, Task<TaxAnswer>> ask) => new(
        "Taxes",
        (question, cancellation) =>
        {
            _asked++;
            return ask(question, cancellation);
        },
        (question, answer) => answer.Fault(question),
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), _time, NullLogger.Instance);

    private static TaxQuestion Question(Cart cart) => CartPricing.TaxQuestion(cart, CartPricing.Own(cart, Facts), Facts)!;

    /// <summary>A tenth of everything, rounded down.</summary>
    private static TaxAnswer Ten(TaxQuestion question) => new(
        question.Lines.ToImmutableDictionary(line => line.Key, line => Tenth(line.Amount)),
        Tenth(question.Shipping),
        new(question.Lines.Sum(line => line.Amount.MinorUnits / 10) + (question.Shipping.MinorUnits / 10), Pounds));

    private static ImmutableArray<TaxAmount> Tenth(Money amount) =>
        [new("From afar", 0.1m, false, amount with { MinorUnits = amount.MinorUnits / 10 })];

    private static TaxAnswer Wrong(TaxAnswer right, string fault) => fault switch
    {
        "sum" => right with { Total = right.Total + Gbp(1) },
        "missing line" => right with { Lines = right.Lines.Remove("MUG") },
        "negative" => right with { Shipping = [right.Shipping[0] with { Amount = Gbp(-1) }] },
        "too much" => right with { Shipping = [right.Shipping[0] with { Amount = Gbp(396) }] },
        "currency" => right with { Shipping = [right.Shipping[0] with { Amount = new(1, Euros) }] },
        "nothing" => right with { Lines = null! },
        "nameless" => right with { Shipping = [right.Shipping[0] with { Name = "" }] },
        _ => right with { Shipping = [.. Enumerable.Repeat(right.Shipping[0] with { Amount = new(long.MaxValue, Pounds) }, 3)] },
    };
}
