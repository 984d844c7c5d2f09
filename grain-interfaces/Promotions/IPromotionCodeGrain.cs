namespace Commerce.Promotions;

/// <summary>A code, which belongs to one promotion at most; keyed by <see cref="PromotionCode"/>.</summary>
[Alias("commerce.IPromotionCode")]
public interface IPromotionCodeGrain : IGrainWithStringKey
{
    /// <summary>Takes the code. Repeating it is harmless.</summary>
    /// <returns>The owner; refused with <c>promotion_code_taken</c> when another promotion has it.</returns>
    [Alias("Claim")]
    Task<Result<PromotionId>> Claim(PromotionId owner);

    /// <summary>Lets go of the code, if this promotion has it.</summary>
    [Alias("Release")]
    Task Release(PromotionId owner);

    /// <summary>The promotion that has the code; null when none has.</summary>
    [Alias("Owner"), Orleans.Concurrency.AlwaysInterleave]
    Task<PromotionId?> Owner();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}
