namespace Commerce;

/// <summary>
/// Marks a member that tells of a person. The journal keeps it encrypted under a key of its stream; when that key is
/// destroyed, the member reads as null wherever it was, or as an empty text where it is one that cannot be null (crypto-shredding;
/// GDPR art. 17), and the rest of the event stays.
/// </summary>
/// <remarks>A member that is no text must be able to be null.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalAttribute : Attribute;
