using System.Collections.Immutable;

namespace Commerce;

/// <summary>Why a command was refused. Crosses grains as a value and becomes RFC 9457 problem JSON at the edge.</summary>
/// <param name="Kind">The closed set that decides the HTTP status.</param>
/// <param name="Code">Stable and public, <c>slice.reason</c> or a single word: added to, never renamed.</param>
/// <param name="Detail">One English sentence for a developer; never personal data.</param>
/// <param name="Pointer">RFC 6901 pointer to the member of the request at fault; null when it is not one member.</param>
[GenerateSerializer, Immutable, Alias("commerce.Rejection")]
public sealed record Rejection(
    [property: Id(0)] RejectionKind Kind,
    [property: Id(1)] string Code,
    [property: Id(2)] string Detail,
    [property: Id(3)] string? Pointer = null)
{
    /// <summary>SKUs that were short or changed, for <c>out_of_stock</c>; empty otherwise.</summary>
    [Id(4)]
    public ImmutableArray<ShortLine> Lines { get; init; } = [];

    /// <summary>Every member at fault, when several are; empty otherwise.</summary>
    [Id(5)]
    public ImmutableArray<FieldError> Errors { get; init; } = [];

    /// <summary>What became dearer or cheaper, for <c>price_changed</c>; empty otherwise.</summary>
    [Id(6)]
    public ImmutableArray<PriceChange> Prices { get; init; } = [];

    /// <summary>The same, with pointers from one level further down.</summary>
    /// <param name="prefix">What pointers begin with and then no longer do.</param>
    public Rejection Below(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return this with
        {
            Pointer = Cut(Pointer),
            Errors = [.. Errors.Select(error => error with { Pointer = Cut(error.Pointer)! })],
        };

        string? Cut(string? pointer) =>
            pointer?.StartsWith(prefix, StringComparison.Ordinal) == true ? pointer[prefix.Length..] : pointer;
    }

    /// <summary>The same, with pointers from one level further up.</summary>
    public Rejection Under(string prefix) => this with
    {
        Pointer = prefix + Pointer,
        Errors = [.. Errors.Select(error => error with { Pointer = prefix + error.Pointer })],
    };

    /// <summary>A request that is well-formed but wrong in one member (422).</summary>
    public static Rejection Invalid(string pointer, string detail, string code = "validation_failed") =>
        new(RejectionKind.Invalid, code, detail, pointer);

    /// <summary>A request that is wrong in several members (422).</summary>
    public static Rejection Invalid(ImmutableArray<FieldError> errors) =>
        new(RejectionKind.Invalid, "validation_failed", errors[0].Detail, errors[0].Pointer) { Errors = errors };

    /// <summary>The caller's <c>If-Match</c> names another version than the current one (412, RFC 9110 §13.1.1).</summary>
    public static Rejection VersionMismatch(long expected, long current) =>
        new(RejectionKind.VersionMismatch, "version_mismatch", $"Expected version {expected}, but it is {current}.");

    /// <summary>The command id was used before for another request (422, IETF draft-ietf-httpapi-idempotency-key).</summary>
    public static readonly Rejection IdempotencyMismatch =
        new(RejectionKind.Invalid, "idempotency_mismatch", "This Idempotency-Key was used for another request.");
}

/// <summary>What a refusal means to the caller, whatever its code.</summary>
[GenerateSerializer, Alias("commerce.RejectionKind")]
public enum RejectionKind
{
    /// <summary>Correct the request: 422.</summary>
    Invalid = 0,

    /// <summary>No such thing, or not yours: 404.</summary>
    NotFound = 1,

    /// <summary>The thing's state does not allow it now: 409.</summary>
    Conflict = 2,

    /// <summary>The payment was refused: 402.</summary>
    PaymentDeclined = 3,

    /// <summary>Read again, then decide again: 412.</summary>
    VersionMismatch = 4,

    /// <summary>It existed once and will not come back: 410.</summary>
    Gone = 5,

    /// <summary>The caller may not: 403.</summary>
    Forbidden = 6,
}

/// <summary>One SKU that could not be promised.</summary>
/// <param name="Sku">The SKU.</param>
/// <param name="Requested">Units wanted, summed over the request's lines.</param>
/// <param name="Available">Units that could be promised at that moment; 0 or more.</param>
[GenerateSerializer, Immutable, Alias("commerce.ShortLine")]
public sealed record ShortLine(
    [property: Id(0)] Sku Sku, [property: Id(1)] int Requested, [property: Id(2)] int Available);

/// <summary>A price that is another than it was.</summary>
/// <param name="Sku">Whose price; null for the whole.</param>
/// <param name="Was">What was shown.</param>
/// <param name="Now">What it is now.</param>
[GenerateSerializer, Immutable, Alias("commerce.PriceChange")]
public sealed record PriceChange(
    [property: Id(0)] Sku? Sku, [property: Id(1)] Money Was, [property: Id(2)] Money Now);

/// <summary>One member of a request at fault.</summary>
/// <param name="Pointer">RFC 6901 pointer into the request body.</param>
/// <param name="Code">Stable and public.</param>
/// <param name="Detail">One English sentence for a developer.</param>
[GenerateSerializer, Immutable, Alias("commerce.FieldError")]
public sealed record FieldError(
    [property: Id(0)] string Pointer, [property: Id(1)] string Code, [property: Id(2)] string Detail);
