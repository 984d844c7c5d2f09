using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.Catalog;

/// <summary>Whose a name is.</summary>
internal sealed record Name : IJournaledState<Name, NameEvent>
{
    public ProductId? Owner { get; init; }

    public string Summary => Owner is { } owner ? $"belongs to {owner}" : "free";

    public Decision<NameEvent> Claim(ProductId by)
    {
        if (Owner is null)
        {
            return new NameClaimed(by);
        }

        return Owner == by ? Decision<NameEvent>.Nothing : ProductRejections.Taken("The name", "");
    }

    public Decision<NameEvent> Release(ProductId by) =>
        Owner == by ? new NameReleased(by) : Decision<NameEvent>.Nothing;

    public Name Apply(NameEvent @event) => @event switch
    {
        NameClaimed e => this with { Owner = e.Owner },
        NameReleased => this with { Owner = null },
        _ => throw new UnreachableException(@event.GetType().Name),
    };
}

/// <summary>What can happen to a name.</summary>
internal abstract record NameEvent : IJournalEvent;

[Alias("name.claimed")]
internal sealed record NameClaimed(ProductId Owner) : NameEvent;

[Alias("name.released")]
internal sealed record NameReleased(ProductId Owner) : NameEvent;

/// <summary>Runs <see cref="Name"/>.</summary>
[GrainType("name")]
internal sealed class NameGrain : JournaledActor<Name, NameEvent>, INameGrain
{
    public Task<Result<ProductId>> Claim(ProductId owner) => Commit(name => name.Claim(owner), name => name.Owner!.Value);

    public Task Release(ProductId owner) => Commit(name => name.Release(owner), name => true);

    public Task<ProductId?> Owner() => Task.FromResult(State.Owner);
}
