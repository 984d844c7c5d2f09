using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;

namespace Commerce.Catalog;

/// <summary>How long what shoppers are shown of the catalogue may be old; section <c>Catalog</c>.</summary>
public sealed class CatalogueCacheOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Catalog";

    /// <summary>From 0, which asks the database each time, to a minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>
/// A product's page is asked for thousands of times in the second in which it changes once at most: of those, one request
/// goes to the database and the others wait for it. Searches are not kept, since each is another.
/// </summary>
internal static class CatalogueCache
{
    private const string Policy = "catalogue";

    public static IServiceCollection AddCatalogueCache(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<CatalogueCacheOptions>()
            .BindConfiguration(CatalogueCacheOptions.Section).ValidateDataAnnotations();
        services.AddOutputCache();
        services.AddOptions<OutputCacheOptions>().Configure<IOptions<CatalogueCacheOptions>>((cache, catalogue) =>
            cache.AddPolicy(Policy, policy =>
            {
                policy.With(context => catalogue.Value.CacheFor > TimeSpan.Zero && !context.HttpContext.Request.Query.ContainsKey("q"));
                policy.Expire(catalogue.Value.CacheFor);
            }));
        return services;
    }

    /// <summary>Answers from memory what was answered a moment ago.</summary>
    public static RouteHandlerBuilder KeptForAMoment(this RouteHandlerBuilder route) => route.CacheOutput(Policy);
}
