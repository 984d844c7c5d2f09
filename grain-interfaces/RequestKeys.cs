namespace Commerce;

/// <summary>Keys of what flows with every grain call (<c>RequestContext</c>).</summary>
public static class RequestKeys
{
    /// <summary>Who asks: <c>shopper</c>, <c>operator</c> or <c>system</c>; a kind, never a person.</summary>
    public const string Actor = "commerce.actor";

    /// <summary>The W3C trace id of the request, which ends up in the metadata of every event it causes.</summary>
    public const string Trace = "commerce.trace";
}
