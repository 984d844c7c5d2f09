using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Customers;

/// <summary>
/// Names a customer, <c>cust_…</c>. It follows from who the sign-in says it is, whoever runs the sign-in, and says nothing of
/// the person.
/// </summary>
[GenerateSerializer, Immutable, Alias("commerce.CustomerId"), JsonConverter(typeof(TextJsonConverter<CustomerId>))]
public readonly record struct CustomerId([property: Id(0)] string Value) : IEntityId<CustomerId>, IParsable<CustomerId>
{
    /// <inheritdoc/>
    public static string Prefix => "cust";

    /// <inheritdoc/>
    public static CustomerId Of(string value) => new(value);

    /// <summary>The customer of a subject, as tokens name it (RFC 9068 §2.2).</summary>
    public static CustomerId OfSubject(string subject) => EntityId.Derive<CustomerId>(subject);

    /// <inheritdoc/>
    public static CustomerId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not the id of a customer.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CustomerId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
