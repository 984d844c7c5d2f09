using System.Collections.Immutable;
using Commerce.Identity;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce.Settings;

internal static class SettingsEndpoints
{
    public static void MapSettingsAdministration(this IEndpointRouteBuilder routes)
    {
        var settings = routes.MapGroup("").WithTags("Settings").Needs(Area.Settings);
        settings.MapGet("/shipping-zones", Zones).WithName("ReadShippingZones");
        settings.MapPut("/shipping-zones", ReplaceZones).WithName("ReplaceShippingZones");
        settings.MapGet("/tax-tables/{country:length(2)}", TaxTable).WithName("ReadTaxTable");
        settings.MapPut("/tax-tables/{country:length(2)}", ReplaceTaxTable).WithName("ReplaceTaxTable");
    }

    private static async Task<Ok<Page<ShippingZone>>> Zones(IGrainFactory grains) =>
        TypedResults.Ok(Page<ShippingZone>.Whole(await grains.GetShippingZones().Read()));

    private static async Task<Results<Ok<Page<ShippingZone>>, ProblemHttpResult>> ReplaceZones(
        ShippingZoneList body, HttpContext http, IGrainFactory grains) =>
        (await grains.GetShippingZones().Replace(body.Data)).Select(Page<ShippingZone>.Whole).ToOk(http);

    private static async Task<Results<Ok<TaxTable>, ProblemHttpResult>> TaxTable(
        string country, HttpContext http, IGrainFactory grains) =>
        (Countries.IsKnown(country) ? await grains.GetTaxTable(country).Read() : (Result<TaxTable>)NoCountry).ToOk(http);

    private static async Task<Results<Ok<TaxTable>, ProblemHttpResult>> ReplaceTaxTable(
        string country, TaxTable body, HttpContext http, IGrainFactory grains) =>
        (Countries.IsKnown(country) ? await grains.GetTaxTable(country).Replace(body) : NoCountry).ToOk(http);

    private static readonly Rejection NoCountry =
        new(RejectionKind.NotFound, "country_not_found", "There is no country of this ISO 3166-1 alpha-2 code.");
}

internal sealed record ShippingZoneList(ImmutableArray<ShippingZone> Data);
