using Microsoft.Extensions.Logging;
using Npgsql;

namespace Commerce;

/// <summary>Cores decide on values. They neither wait nor ask, so that whatever they did can be done again.</summary>
public sealed class PurityTests
{
    private static readonly HashSet<string> NamedCores =
    [
        "AllocationPlan", "FulfillmentPlan", "ContactRules", "ShippingChoice", "PriceCalculation", "PriceListChoice",
        "TaxCalculation", "TaxChoice", "CartPricing", "CartPromotions", "Explanation", "BuyerRules", "VatIds", "PriceListRules", "TaxTableRules",
        "ShippingRules", "PublishedTaxes",
        "PromotionEvaluation", "PromotionActions", "PromotionConditionChecks", "PromotionRules", "BuyXGetY", "OrderAmounts",
    ];

    private static readonly Type[] Cores =
    [
        .. Code.TypesOf(Code.Grains).Where(type =>
            NamedCores.Contains(type.Name)
            || type.GetInterfaces().Any(i => i.Name is "IJournalEvent" || i.Name.StartsWith("IJournaledState", StringComparison.Ordinal))),
    ];

    [Fact]
    public void There_are_cores_to_look_at()
    {
        Assert.True(Cores.Length > 40, $"{Cores.Length} cores");
        Assert.Superset(NamedCores, Cores.Select(core => core.Name).ToHashSet());
        Assert.Contains(Cores, core => core.Name == "StockLine");
    }

    [Fact]
    public void A_core_neither_waits_nor_looks_at_a_clock_nor_reaches_for_the_outside() => Assert.Empty(
        Cores.SelectMany(core => Code.MembersOf(core)
            .Where(member => Code.PartsOf(member.Type).Any(IsOutside))
            .Select(member => $"{core.Name}.{member.Member}: {member.Type.Name}")));

    [Fact]
    public void A_core_knows_nothing_of_Orleans_but_how_it_is_named_and_numbered() => Assert.Empty(
        Cores.SelectMany(core => core.CustomAttributes)
            .Select(attribute => attribute.AttributeType)
            .Where(IsOfOrleans)
            .Where(attribute => attribute.Name is not (nameof(AliasAttribute) or nameof(IdAttribute)
                or nameof(GenerateSerializerAttribute) or nameof(ImmutableAttribute)))
            .Select(attribute => attribute.Name));

    [Fact]
    public void State_and_events_cannot_be_changed_after_they_were_made() => Assert.Empty(
        Cores.Where(core => !NamedCores.Contains(core.Name)).SelectMany(core => core.GetProperties()
            .Where(property => property.SetMethod is { } set
                && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)))
            .Select(property => $"{core.Name}.{property.Name}")));

    private static bool IsOutside(Type type) =>
        type.IsAssignableTo(typeof(Task))
        || type.Name.StartsWith("ValueTask", StringComparison.Ordinal)
        || type.IsAssignableTo(typeof(ILogger))
        || type.IsAssignableTo(typeof(TimeProvider))
        || type.IsAssignableTo(typeof(NpgsqlDataSource))
        || type.IsAssignableTo(typeof(IServiceProvider))
        || type.IsAssignableTo(typeof(Random))
        || type.IsAssignableTo(typeof(CancellationToken))
        || IsOfOrleans(type);

    private static bool IsOfOrleans(Type type) =>
        type.Assembly.GetName().Name!.StartsWith("Orleans", StringComparison.Ordinal);
}
