namespace Commerce;

/// <summary>The answer to a command: a value, or the <see cref="Commerce.Rejection"/> that says why not.</summary>
/// <remarks>
/// A rejection is an ordinary answer and changes nothing. An outage is not a result: it arrives as an exception,
/// usually <see cref="RetryableException"/>, and leaves the outcome open.
/// </remarks>
[GenerateSerializer, Immutable, Alias("commerce.Result`1")]
public sealed record Result<T>
{
    private Result(T? value, Rejection? rejection) => (Value, Rejection) = (value, rejection);

    /// <summary>The answer; default when rejected.</summary>
    [Id(0)]
    public T? Value { get; private init; }

    /// <summary>Why not; null when accepted.</summary>
    [Id(1)]
    public Rejection? Rejection { get; private init; }

    /// <summary>Whether the command was carried out before and this is what it was answered then.</summary>
    [Id(2)]
    public bool IsRepeated { get; private init; }

    /// <summary>Whether <see cref="Value"/> is the answer.</summary>
    public bool IsAccepted => Rejection is null;

    /// <summary>The answer, where a rejection would be a programming error.</summary>
    /// <exception cref="InvalidOperationException">The command was rejected.</exception>
    public T Required => IsAccepted ? Value! : throw new InvalidOperationException(Rejection!.ToString());

    /// <summary>An accepted answer.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Result<T>(Rejection rejection) => new(default, rejection);

    /// <summary>The answer to a command that was carried out before.</summary>
    public static Result<T> Repeated(T value) => new(value, null) { IsRepeated = true };

    /// <summary>The refusal of a command that was carried out before, and failed.</summary>
    public static Result<T> Repeated(Rejection rejection) => new(default, rejection) { IsRepeated = true };

    /// <summary>The same refusal, or the value turned into another.</summary>
    public Result<TOther> Select<TOther>(Func<T, TOther> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new(IsAccepted ? selector(Value!) : default, Rejection) { IsRepeated = IsRepeated };
    }
}
