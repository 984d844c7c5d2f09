using System.Collections.Immutable;

namespace Commerce.Access;

/// <summary>
/// What somebody or a program may do here, as a record of who gave it and who took it back, keyed by the id of the account or
/// API key. What counts is what the account or key itself says; this is written before anybody can make use of it, so that nothing
/// is ever given of which there is no record. Nothing personal and nothing secret is in it.
/// </summary>
[Alias("commerce.IAccess")]
public interface IAccessGrain : IGrainWithStringKey
{
    /// <summary>Gives exactly this from now on. Repeating it is harmless.</summary>
    /// <param name="rights">Roles of an account, scopes of a key; empty: none.</param>
    /// <param name="replaces">The key that this one follows; null: none.</param>
    [Alias("Grant")]
    Task Grant(ImmutableArray<string> rights, string? replaces = null);

    /// <summary>
    /// Takes all of it back, as an account is locked and a key revoked, or gives it back again. Repeating it is harmless.
    /// </summary>
    [Alias("SetWithdrawn")]
    Task SetWithdrawn(bool isWithdrawn);

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}
