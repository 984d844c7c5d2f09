namespace Commerce;

/// <summary>Keys of what flows with every grain call (<c>RequestContext</c>).</summary>
public static class RequestKeys
{
    /// <summary>Who asks: <c>shopper</c>, <c>operator</c> or <c>system</c>; a kind, never a person.</summary>
    public const string Actor = "commerce.actor";

    /// <summary>
    /// Who came through the front door for himself: the id of a customer, or an empty text for whoever did not sign in. Not
    /// there when the shop itself asks, or somebody who acts for it.
    /// </summary>
    public const string Customer = "commerce.customer";

    /// <summary>Why, as the operator who asks said it; it ends up in the metadata of every event it causes.</summary>
    public const string Reason = "commerce.reason";

    /// <summary>The W3C trace id of the request, which ends up in the metadata of every event it causes.</summary>
    public const string Trace = "commerce.trace";
}
