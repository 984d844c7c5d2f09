namespace Commerce.Customers;

/// <summary>
/// The process that forgets one customer, keyed by his <see cref="CustomerId"/>: his record, his carts and his orders; or a
/// guest, keyed by the <see cref="Orders.OrderId"/> of his order: that and its cart. What is still to be sent or paid is forgotten when
/// that is over; it looks again every day until nothing is left.
/// </summary>
[Alias("commerce.IErasure")]
public interface IErasureGrain : IGrainWithStringKey
{
    /// <summary>Begins, or begins again, and does what can be done at once. Safe to repeat.</summary>
    [Alias("Begin")]
    Task<ErasureView> Begin(CommandHeader header);

    /// <summary>How far it is.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<ErasureView> Read();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="BeganAt">Null: nobody asked for it.</param>
/// <param name="Left">Carts and orders that could not be forgotten yet.</param>
/// <param name="LooksAgainAt">When it tries again; null: nothing is left, or nobody asked for it.</param>
[GenerateSerializer, Immutable, Alias("commerce.ErasureView")]
public sealed record ErasureView(
    [property: Id(0)] DateTimeOffset? BeganAt, [property: Id(1)] int Left, [property: Id(2)] DateTimeOffset? LooksAgainAt);
