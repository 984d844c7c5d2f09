namespace Commerce;

/// <summary>What any command may carry besides its content.</summary>
/// <param name="Id">
/// Names the command, 1 to 255 visible ASCII characters (HTTP <c>Idempotency-Key</c>). The entity remembers its last
/// ids: a repeated one changes nothing and is answered from the entity as it is. Null: not repeatable.
/// </param>
/// <param name="Fingerprint">Digest of the content, so that one id cannot stand for two requests; null: not compared.</param>
/// <param name="IfVersion">Refuse unless the entity is at this version (HTTP <c>If-Match</c>); null: any version.</param>
[GenerateSerializer, Immutable, Alias("commerce.CommandHeader")]
public sealed record CommandHeader(
    [property: Id(0)] string? Id = null,
    [property: Id(1)] string? Fingerprint = null,
    [property: Id(2)] long? IfVersion = null)
{
    /// <summary>Neither an id nor a version.</summary>
    public static readonly CommandHeader None = new();
}
