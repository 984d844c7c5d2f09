using Commerce.Shipping;
using Commerce.Tax;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Commerce.Pricing;

/// <summary>The services outside that prices may depend on; null where none is registered.</summary>
internal sealed class OutsidePrices(
    IServiceProvider services, IOptions<PricingOptions> options, TimeProvider time, ILogger<OutsidePrices> log)
{
    /// <summary>The external tax service.</summary>
    public OutsideService<TaxQuestion, TaxAnswer>? Tax { get; } = services.GetService<ITaxProvider>() is { } provider
        ? new("Tax provider", provider.CalculateAsync, (question, answer) => answer.Fault(question),
            options.Value.TaxProviderTimeout, options.Value.OutsideRestsFor, time, log)
        : null;

    /// <summary>The carriers.</summary>
    public OutsideService<CarrierQuestion, CarrierQuotes>? Carriers { get; } = services.GetService<ICarrierRates>() is { } carriers
        ? new("Carrier rates", carriers.QuoteAsync, (question, answer) => answer.Fault(question),
            options.Value.CarrierTimeout, options.Value.OutsideRestsFor, time, log)
        : null;
}
