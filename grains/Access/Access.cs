using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.Access;

/// <summary>What an account or a key may do.</summary>
internal sealed record Access : IJournaledState<Access, AccessEvent>
{
    /// <summary>Null: nobody has given any yet.</summary>
    public ImmutableArray<string>? Rights { get; init; }

    public bool IsWithdrawn { get; init; }

    public string Summary => IsWithdrawn ? "withdrawn" : string.Join(' ', Rights ?? []);

    public Decision<AccessEvent> Grant(ImmutableArray<string> rights, string? replaces) =>
        Rights is { } before && before.SequenceEqual(rights) ? Decision<AccessEvent>.Nothing : new AccessGranted(rights, replaces);

    public Decision<AccessEvent> SetWithdrawn(bool isWithdrawn) =>
        IsWithdrawn == isWithdrawn ? Decision<AccessEvent>.Nothing : isWithdrawn ? new AccessWithdrawn() : new AccessRestored();

    public Access Apply(AccessEvent @event) => @event switch
    {
        AccessGranted e => this with { Rights = e.Rights },
        AccessWithdrawn => this with { IsWithdrawn = true },
        AccessRestored => this with { IsWithdrawn = false },
        _ => throw new UnreachableException(@event.GetType().Name),
    };
}

/// <summary>What can happen to what somebody may do.</summary>
internal abstract record AccessEvent : IJournalEvent;

/// <param name="Rights">All there are from now on.</param>
/// <param name="Replaces">The key that this one follows; null: none.</param>
[Alias("access.granted")]
internal sealed record AccessGranted(ImmutableArray<string> Rights, string? Replaces) : AccessEvent;

[Alias("access.withdrawn")]
internal sealed record AccessWithdrawn : AccessEvent;

[Alias("access.restored")]
internal sealed record AccessRestored : AccessEvent;

/// <summary>Runs <see cref="Access"/>.</summary>
[GrainType("access")]
internal sealed class AccessGrain : JournaledActor<Access, AccessEvent>, IAccessGrain
{
    public Task Grant(ImmutableArray<string> rights, string? replaces) => Commit(access => access.Grant(rights, replaces), _ => true);

    public Task SetWithdrawn(bool isWithdrawn) => Commit(access => access.SetWithdrawn(isWithdrawn), _ => true);
}
