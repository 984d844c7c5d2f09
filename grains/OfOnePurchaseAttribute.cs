using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime;

namespace Commerce;

/// <summary>
/// A grain that belongs to one purchase. It is activated where the purchase is made, since its grains talk to each other
/// most, and let go soon after its last call: a purchase leaves ten behind, to read one again takes a millisecond, and
/// whatever looks at all activations (the collector of garbage, the dashboard each second) has fewer to look at.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OfOnePurchaseAttribute : Attribute, IGrainPropertiesProviderAttribute
{
    public void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        new PreferLocalPlacementAttribute().Populate(services, grainClass, grainType, properties);
        new CollectionAgeLimitAttribute("00:00:15").Populate(services, grainClass, grainType, properties);
    }
}
