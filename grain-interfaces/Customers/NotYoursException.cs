namespace Commerce.Customers;

/// <summary>
/// Somebody came through the front door for what is another's. He is told the same as if it were not there, so that nobody
/// learns what there is.
/// </summary>
[GenerateSerializer, Alias("commerce.NotYoursException")]
public sealed class NotYoursException : Exception
{
    /// <summary>Without a reason: there is nothing to tell.</summary>
    public NotYoursException()
    {
    }

    /// <inheritdoc cref="NotYoursException()"/>
    public NotYoursException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="NotYoursException()"/>
    public NotYoursException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Hides what is there.</summary>
    /// <param name="asIf">What is said of one that is not there.</param>
    public NotYoursException(Rejection asIf)
        : base(asIf?.Code) => AsIf = asIf;

    /// <summary>What is said instead; null when unknown.</summary>
    [Id(0)]
    public Rejection? AsIf { get; }
}
