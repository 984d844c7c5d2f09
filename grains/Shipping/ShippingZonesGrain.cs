using System.Collections.Immutable;

namespace Commerce.Shipping;

/// <summary>Where the shop ships, as one document.</summary>
[GrainType("shipping-zones")]
internal sealed class ShippingZonesGrain(
    [PersistentState("shipping-zones")] IPersistentState<ShippingZonesDocument> document) : Grain, IShippingZonesGrain
{
    public async Task<Result<ImmutableArray<ShippingZone>>> Replace(ImmutableArray<ShippingZone> zones)
    {
        if (ShippingRules.Check(zones) is { } refusal)
        {
            return refusal;
        }

        await document.SaveAsync(new() { Zones = zones }, this, zones);
        return zones;
    }

    public Task<ImmutableArray<ShippingZone>> Read() => Task.FromResult(document.State.Zones);
}

/// <summary>The document of <see cref="ShippingZonesGrain"/>.</summary>
[GenerateSerializer, Alias("commerce.ShippingZonesDocument")]
internal sealed record ShippingZonesDocument
{
    [Id(0)]
    public ImmutableArray<ShippingZone> Zones { get; init; } = [];
}
