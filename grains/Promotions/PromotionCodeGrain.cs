using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.Promotions;

/// <summary>Whose a code is.</summary>
internal sealed record CodeOwnership : IJournaledState<CodeOwnership, PromotionCodeEvent>
{
    /// <summary>How long a promotion may take from claiming its code to being saved.</summary>
    public static readonly TimeSpan SavedWithin = TimeSpan.FromMinutes(2);

    public PromotionId? Owner { get; init; }

    public DateTimeOffset ClaimedAt { get; init; }

    public string Summary => Owner is { } owner ? $"belongs to {owner}" : "free";

    /// <summary>Takes the code, if it is free or its owner's, or was claimed for a promotion that never came to have it.</summary>
    public Decision<PromotionCodeEvent> Claim(PromotionId by, PromotionId? abandonedBy, DateTimeOffset now)
    {
        if (Owner is null || (Owner == abandonedBy && Owner != by))
        {
            return new PromotionCodeClaimed(by, now);
        }

        return Owner == by ? Decision<PromotionCodeEvent>.Nothing : PromotionRejections.CodeTaken;
    }

    public Decision<PromotionCodeEvent> Release(PromotionId by) =>
        Owner == by ? new PromotionCodeReleased(by) : Decision<PromotionCodeEvent>.Nothing;

    public CodeOwnership Apply(PromotionCodeEvent @event) => @event switch
    {
        PromotionCodeClaimed e => this with { Owner = e.Owner, ClaimedAt = e.At },
        PromotionCodeReleased => this with { Owner = null },
        _ => throw new UnreachableException(@event.GetType().Name),
    };
}

/// <summary>What can happen to a code.</summary>
internal abstract record PromotionCodeEvent : IJournalEvent;

[Alias("promotion_code.claimed")]
internal sealed record PromotionCodeClaimed(PromotionId Owner, DateTimeOffset At) : PromotionCodeEvent;

[Alias("promotion_code.released")]
internal sealed record PromotionCodeReleased(PromotionId Owner) : PromotionCodeEvent;

/// <summary>Runs <see cref="CodeOwnership"/>.</summary>
[GrainType("promotion-code")]
internal sealed class PromotionCodeGrain(TimeProvider time)
    : JournaledActor<CodeOwnership, PromotionCodeEvent>, IPromotionCodeGrain
{
    public async Task<Result<PromotionId>> Claim(PromotionId owner)
    {
        var abandonedBy = await AbandonedBy(owner);
        return await Commit(code => code.Claim(owner, abandonedBy, time.GetUtcNow()), code => code.Owner!.Value);
    }

    public Task Release(PromotionId owner) => Commit(code => code.Release(owner), code => true);

    public Task<PromotionId?> Owner() => Read(code => code.Owner);

    /// <summary>The owner, if a crash left the code with a promotion that does not have it.</summary>
    private async Task<PromotionId?> AbandonedBy(PromotionId claimant)
    {
        if (State.Owner is not { } owner || owner == claimant
            || time.GetUtcNow() - State.ClaimedAt < CodeOwnership.SavedWithin)
        {
            return null;
        }

        var promotion = await GrainFactory.GetPromotion(owner).Read();
        return promotion.Value?.Code == this.GetPrimaryKeyString() ? null : owner;
    }
}
