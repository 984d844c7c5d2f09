using System.Security.Cryptography;
using System.Text;

namespace Commerce.Promotions;

/// <summary>
/// Customers as promotions count them: by a digest, different for each promotion, so that the journal of promotions says
/// neither who used them nor that two of them were used by one person.
/// </summary>
internal static class PromotionCustomer
{
    /// <summary>The digest of an e-mail address or customer id, whatever its case.</summary>
    public static string? Digest(PromotionId promotion, string? customer) => string.IsNullOrWhiteSpace(customer)
        ? null
        : Convert.ToHexStringLower(SHA256.HashData(
            Encoding.UTF8.GetBytes($"{promotion}|{customer.Trim().ToUpperInvariant()}")).AsSpan(0, 16));
}
