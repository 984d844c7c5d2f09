using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Credit;
using Commerce.Inventory;
using Commerce.Pricing;
using Commerce.Promotions;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce.Carts;

/// <summary>
/// Gathers what a cart is priced by: rates of the place it goes to, shipping zones, and answers from outside. One per
/// cart, with a short memory of its own, so that showing a cart again asks nobody.
/// </summary>
internal sealed class CartSurroundings(
    IGrainFactory grains, PricingOptions options, OutsidePrices outside, PromotionSource promotions, TimeProvider time)
{
    private const int PlacesMax = 16;
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(30);
    private readonly Dictionary<Destination, (TaxRates Rates, DateTimeOffset At)> _rates = [];
    private (ImmutableArray<ShippingZone> Zones, DateTimeOffset At) _zones = ([], DateTimeOffset.MinValue);
    private (ImmutableDictionary<string, string> Parents, DateTimeOffset At) _categories =
        (ImmutableDictionary<string, string>.Empty, DateTimeOffset.MinValue);
    private (OutsideAnswer<TaxAnswer>? Answer, DateTimeOffset At) _tax;
    private (OutsideAnswer<CarrierQuotes>? Answer, DateTimeOffset At) _carriers;

    /// <summary>Everything that a cart, as it is, is priced by; stock and offers are the caller's.</summary>
    public async Task<CartFacts> GatherAsync(
        Cart cart,
        IReadOnlyDictionary<Sku, SkuAvailability> available,
        IReadOnlySet<Sku> unavailable,
        IReadOnlyDictionary<Sku, Offer> offers,
        bool isFresh)
    {
        var zones = await ZonesAsync();
        var facts = new CartFacts(
            await RatesAsync(CartPricing.TaxedAt(cart, zones, options.HomeCountry)), zones, available, unavailable, options.TaxIncludedIn)
        {
            HomeCountry = options.HomeCountry,
            Offers = offers,
            Promotions = await promotions.GatherAsync(cart.Codes, cart.Email, isFresh),
            CategoryParents = await CategoryParentsAsync(),
            Credits = await CreditsAsync(cart),
            Now = time.GetUtcNow(),
        };
        if (cart.Currency is null)
        {
            return facts;
        }

        // Carriers first: the tax depends on what shipping costs.
        facts = outside.Carriers is null ? facts : facts with
        {
            Carriers = await AnswerAsync(outside.Carriers, CartPricing.CarrierQuestion(cart, facts), _carriers, next => _carriers = next),
        };
        return outside.Tax is null || cart.Lines.IsEmpty ? facts : facts with
        {
            ExternalTax = await AnswerAsync(
                outside.Tax, CartPricing.TaxQuestion(cart, CartPricing.Own(cart, facts), facts), _tax, next => _tax = next),
        };
    }

    private async Task<ImmutableArray<ShippingZone>> ZonesAsync()
    {
        if (time.GetUtcNow() - _zones.At >= StaleAfter)
        {
            _zones = (await grains.GetShippingZones().Read(), time.GetUtcNow());
        }

        return _zones.Zones;
    }

    private async Task<ImmutableDictionary<string, string>> CategoryParentsAsync()
    {
        if (time.GetUtcNow() - _categories.At >= StaleAfter)
        {
            var categories = await grains.GetCategories().Read();
            _categories = (
                categories.Where(category => category.Parent is not null)
                    .ToImmutableDictionary(category => category.Handle, category => category.Parent!),
                time.GetUtcNow());
        }

        return _categories.Parents;
    }

    /// <summary>As they are now: whoever looks wants to know what is left to pay.</summary>
    private async Task<ImmutableDictionary<CreditAccountId, CreditAccountView>> CreditsAsync(Cart cart)
    {
        var found = await Task.WhenAll(cart.Credits.Select(credit => grains.GetCreditAccount(credit.Account).Read()));
        return found.Where(account => account.IsAccepted).ToImmutableDictionary(account => account.Required.Id, account => account.Required);
    }

    private async Task<TaxRates> RatesAsync(Destination place)
    {
        var now = time.GetUtcNow();
        if (_rates.TryGetValue(place, out var known) && now - known.At < StaleAfter)
        {
            return known.Rates;
        }

        // A cart goes to one place, perhaps to a second; whoever tries out more is asked for again.
        if (_rates.Count >= PlacesMax)
        {
            _rates.Clear();
        }

        var rates = await grains.GetTaxTable(place.Country).Find(place.Region, place.PostalCode);
        _rates[place] = (rates, now);
        return rates;
    }

    /// <summary>The last answer while it is fresh and to the same question; a failure is fresh for a shorter time.</summary>
    private async Task<OutsideAnswer<TAnswer>?> AnswerAsync<TQuestion, TAnswer>(
        OutsideService<TQuestion, TAnswer> service,
        TQuestion? question,
        (OutsideAnswer<TAnswer>? Answer, DateTimeOffset At) known,
        Action<(OutsideAnswer<TAnswer>?, DateTimeOffset)> remember)
        where TQuestion : class
        where TAnswer : class
    {
        if (question is null)
        {
            return null;
        }

        var freshFor = known.Answer?.Failure is null ? StaleAfter : options.OutsideRestsFor;
        if (known.Answer is { } last && time.GetUtcNow() - known.At < freshFor
            && last.Question == OutsideService<TQuestion, TAnswer>.KeyOf(question))
        {
            return last;
        }

        var answer = await service.AskAsync(question);
        remember((answer, time.GetUtcNow()));
        return answer;
    }
}
