using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Commerce.Promotions;

/// <summary>
/// Finds the promotions that may apply to one cart: the automatic ones and those of its codes. One instance per grain; it
/// keeps what it found for a few seconds, as the options say.
/// </summary>
internal sealed class PromotionSource(
    IGrainFactory grains, AutomaticPromotions automatic, IOptions<PromotionOptions> options, TimeProvider time)
{
    private const int CodesMax = 20;

    private readonly Dictionary<string, (PromotionCandidate? Candidate, string? Customer, DateTimeOffset At)> _found =
        new(StringComparer.Ordinal);

    /// <summary>The candidates for <see cref="PromotionEvaluation.Evaluate"/>. Codes of no promotion are left out.</summary>
    /// <param name="codes">As the shopper entered them; at most 20 are looked at.</param>
    /// <param name="customer">E-mail address or customer id; null: not known yet, so limits per customer are not seen.</param>
    /// <param name="isFresh">
    /// Whether limits must be those of now, as before a checkout: what a promotion then refuses to reserve was taken in
    /// between. Otherwise they may be some seconds old.
    /// </param>
    public async Task<ImmutableArray<PromotionCandidate>> GatherAsync(
        ImmutableArray<string> codes, string? customer, bool isFresh = false)
    {
        var byThemselves = (await automatic.ReadAsync()).Select(candidate => NeedsAsking(candidate, customer, isFresh)
            ? Kept(candidate.Id.Value, customer, isFresh, () => grains.GetPromotion(candidate.Id).Candidate(customer))
            : Task.FromResult<PromotionCandidate?>(candidate));
        var byCode = codes.Select(code => PromotionCode.TryParse(code, null, out var known) ? known : (PromotionCode?)null)
            .OfType<PromotionCode>().Distinct().Take(CodesMax)
            .Select(code => Kept($"code:{code}", customer, isFresh, () => OfCode(code, customer)));
        var found = await Task.WhenAll([.. byThemselves, .. byCode]);
        Forget();
        return [.. found.OfType<PromotionCandidate>()];
    }

    private static bool NeedsAsking(PromotionCandidate candidate, string? customer, bool isFresh) =>
        candidate.Definition.Limits is { } limits && (isFresh || (customer is not null && limits.UsesPerCustomerMax is not null));

    private async Task<PromotionCandidate?> OfCode(PromotionCode code, string? customer)
    {
        if (await grains.GetPromotionCode(code).Owner() is not { } owner)
        {
            return null;
        }

        // The code may be claimed for a promotion that is about to have it, or has it no longer.
        var candidate = await grains.GetPromotion(owner).Candidate(customer);
        return candidate?.Definition.Code == code.Value ? candidate : null;
    }

    private async Task<PromotionCandidate?> Kept(
        string key, string? customer, bool isFresh, Func<Task<PromotionCandidate?>> find)
    {
        var now = time.GetUtcNow();
        if (!isFresh && _found.TryGetValue(key, out var found) && found.Customer == customer
            && now - found.At < options.Value.StaleAfter)
        {
            return found.Candidate;
        }

        var candidate = await find();
        _found[key] = (candidate, customer, now);
        return candidate;
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (key, found) in _found)
        {
            if (now - found.At >= options.Value.StaleAfter)
            {
                _found.Remove(key);
            }
        }
    }
}
