using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Commerce.Inventory;

namespace Commerce.Credit;

/// <summary>Names a reservation of credit, chosen by the caller: 1 to 64 of A-Z, a-z, 0-9, dot, hyphen and underscore.</summary>
[GenerateSerializer, Immutable, Alias("commerce.CreditReservationId"), JsonConverter(typeof(TextJsonConverter<CreditReservationId>))]
public readonly record struct CreditReservationId([property: Id(0)] string Value)
    : IParsable<CreditReservationId>, IComparable<CreditReservationId>
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>The reservation of an attempt to check out, which calls all that it reserves by one name.</summary>
    public static CreditReservationId For(HoldId attempt) => new(attempt.Value);

    /// <inheritdoc/>
    public static CreditReservationId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a reservation of credit.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CreditReservationId result)
    {
        var valid = s is { Length: >= 1 and <= 64 } && !s.AsSpan().ContainsAnyExcept(Allowed);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public int CompareTo(CreditReservationId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
