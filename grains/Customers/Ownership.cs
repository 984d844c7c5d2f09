using Orleans.Runtime;

namespace Commerce.Customers;

/// <summary>Keeps what is a customer's from everybody else who comes through the front door.</summary>
internal static class Ownership
{
    /// <summary>
    /// Who came through the front door for himself: a customer, or an empty id for whoever did not sign in. Null: it is the
    /// shop itself that asks, or somebody who acts for it.
    /// </summary>
    public static CustomerId? Caller => RequestContext.Get(RequestKeys.Customer) is string id ? new(id) : null;

    /// <summary>Who signed in and came for himself; null: nobody did.</summary>
    public static CustomerId? Customer => Caller is { Value.Length: > 0 } customer ? customer : null;

    /// <summary>Goes on unless it is another's.</summary>
    /// <param name="owner">Null: a guest's, for whoever has its id.</param>
    /// <param name="asIf">What is said of one that is not there.</param>
    /// <exception cref="NotYoursException">It is another's.</exception>
    public static Task CheckAsync(this IIncomingGrainCallContext call, CustomerId? owner, Rejection asIf) =>
        owner is not null && Caller is { } caller && caller != owner ? throw new NotYoursException(asIf) : call.Invoke();
}
