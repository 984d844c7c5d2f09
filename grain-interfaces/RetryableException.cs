namespace Commerce;

/// <summary>
/// The outcome of a command is not known, or it was not taken up: the journal did not answer in time, another
/// activation was ahead, or too much was waiting. Sending the same command with the same id again is safe and right.
/// </summary>
[GenerateSerializer, Alias("commerce.RetryableException")]
public sealed class RetryableException : Exception
{
    /// <summary>A retryable failure without further detail.</summary>
    public RetryableException()
    {
    }

    /// <summary>A retryable failure.</summary>
    public RetryableException(string message)
        : base(message)
    {
    }

    /// <summary>A retryable failure with its cause.</summary>
    public RetryableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
