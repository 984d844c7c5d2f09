using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.Catalog;

/// <summary>Whose a name is.</summary>
internal sealed record Name : IJournaledState<Name, NameEvent>
{
    /// <summary>How long a product may take from claiming its names to being saved.</summary>
    public static readonly TimeSpan SavedWithin = TimeSpan.FromMinutes(2);

    public ProductId? Owner { get; init; }

    public DateTimeOffset ClaimedAt { get; init; }

    public string Summary => Owner is { } owner ? $"belongs to {owner}" : "free";

    /// <summary>Takes the name, if it is free or its owner's, or was claimed for a product that never came to be.</summary>
    public Decision<NameEvent> Claim(ProductId by, ProductId? abandonedBy, DateTimeOffset now)
    {
        if (Owner is null || (Owner == abandonedBy && Owner != by))
        {
            return new NameClaimed(by, now);
        }

        return Owner == by ? Decision<NameEvent>.Nothing : ProductRejections.Taken("The name", "");
    }

    public Decision<NameEvent> Release(ProductId by) =>
        Owner == by ? new NameReleased(by) : Decision<NameEvent>.Nothing;

    public Name Apply(NameEvent @event) => @event switch
    {
        NameClaimed e => this with { Owner = e.Owner, ClaimedAt = e.At },
        NameReleased => this with { Owner = null },
        _ => throw new UnreachableException(@event.GetType().Name),
    };
}

/// <summary>What can happen to a name.</summary>
internal abstract record NameEvent : IJournalEvent;

[Alias("name.claimed")]
internal sealed record NameClaimed(ProductId Owner, DateTimeOffset At) : NameEvent;

[Alias("name.released")]
internal sealed record NameReleased(ProductId Owner) : NameEvent;

/// <summary>Runs <see cref="Name"/>.</summary>
[GrainType("name")]
internal sealed class NameGrain(TimeProvider time) : JournaledActor<Name, NameEvent>, INameGrain
{
    public async Task<Result<ProductId>> Claim(ProductId owner)
    {
        var abandonedBy = await AbandonedBy(owner);
        return await Commit(name => name.Claim(owner, abandonedBy, time.GetUtcNow()), name => name.Owner!.Value);
    }

    public Task Release(ProductId owner) => Commit(name => name.Release(owner), name => true);

    public Task<ProductId?> Owner() => Read(name => name.Owner);

    /// <summary>The owner, if a crash left the name with a product that was never saved with it.</summary>
    private async Task<ProductId?> AbandonedBy(ProductId claimant)
    {
        if (State.Owner is not { } owner || owner == claimant || time.GetUtcNow() - State.ClaimedAt < Name.SavedWithin)
        {
            return null;
        }

        var product = await GrainFactory.GetProduct(owner).Read();
        var key = this.GetPrimaryKeyString();
        var isItsOwn = product.IsAccepted
            && (key == $"handle:{product.Value!.Handle}" || product.Value.Variants.Any(variant => key == $"sku:{variant.Sku}"));
        return isItsOwn ? null : owner;
    }
}
