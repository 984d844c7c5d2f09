using System.Collections.Immutable;
using Orleans.Runtime;

namespace Commerce.Inventory;

/// <summary>Messages of a warehouse or accounting system, taken line by line.</summary>
/// <param name="Lines">1 to 500; those of one SKU are taken in their order.</param>
internal sealed record StockFeedRequest(ImmutableArray<StockFeedLine> Lines)
{
    private const int LinesMax = 500;
    private const int SkusAtOnce = 16;

    /// <summary>Takes each line for itself: one that is refused keeps no other.</summary>
    public async Task<Result<Page<StockFeedResult>>> TakeAsync(IGrainFactory grains)
    {
        if (Lines.IsDefault || Lines.Length is 0 or > LinesMax)
        {
            return Rejection.Invalid("/lines", $"A batch has 1 to {LinesMax} lines.");
        }

        var results = new StockFeedResult[Lines.Length];
        var bySku = Lines.Select((line, index) => (line, index)).GroupBy(at => at.line.Sku);
        await Parallel.ForEachAsync(bySku, new ParallelOptions { MaxDegreeOfParallelism = SkusAtOnce }, async (sku, _) =>
        {
            foreach (var (line, index) in sku)
            {
                results[index] = await line.TakeAsync(index, grains);
            }
        });
        return Page<StockFeedResult>.Whole([.. results]);
    }
}

/// <summary>One message of a feed.</summary>
/// <param name="Id">Names the message, 1 to 200 visible ASCII characters: repeating it is harmless.</param>
/// <param name="Kind">Which members it takes.</param>
/// <param name="Quantity">For <c>receive</c>.</param>
/// <param name="Delta">For <c>adjust</c>.</param>
/// <param name="OnHand">For <c>count</c>.</param>
/// <param name="Expected">For <c>count</c>: units that must be there now; left out: whatever is there.</param>
/// <param name="Reason">For <c>adjust</c>.</param>
/// <param name="Feed">Keeps old messages out for ever, where ids are remembered for a while.</param>
internal sealed record StockFeedLine(
    string Id,
    Sku Sku,
    LocationId Location,
    StockFeedKind Kind,
    int? Quantity = null,
    int? Delta = null,
    int? OnHand = null,
    int? Expected = null,
    string? Reason = null,
    string? Reference = null,
    FeedPosition? Feed = null)
{
    /// <summary>Takes the message; an outage is told like a refusal, so that the other lines are answered.</summary>
    public async Task<StockFeedResult> TakeAsync(int index, IGrainFactory grains)
    {
        if (Id is not { Length: >= 1 and <= 200 } || Id.Any(character => character is < '!' or > '~'))
        {
            return Refused(index, Rejection.Invalid("/id", "An id is 1 to 200 visible ASCII characters."));
        }

        var header = new CommandHeaders(Id, null).For("feed", this);
        var line = grains.GetStockLine(Sku);
        try
        {
            var result = this switch
            {
                { Kind: StockFeedKind.Receive, Quantity: { } quantity } =>
                    await line.Receive(new(Location, quantity, Reference, Feed), header),
                { Kind: StockFeedKind.Adjust, Delta: { } delta } =>
                    await line.Adjust(new(Location, delta, Reason ?? "", Reference, Feed), header),
                { Kind: StockFeedKind.Count, OnHand: { } onHand } =>
                    await line.Count(new(Location, onHand, Reference, Expected, Feed), header),
                _ => Rejection.Invalid(
                    "/kind", "receive takes a quantity, adjust a delta and a reason, count an on_hand."),
            };
            return result.IsAccepted
                ? new(index, Id, Sku, StockFeedStatus.Accepted, result.Value!.Version, null)
                : Refused(index, result.Rejection!);
        }
        catch (Exception outage) when (outage is RetryableException or TimeoutException or OrleansException)
        {
            return new(index, Id, Sku, StockFeedStatus.Unknown, null, new(
                "/", "temporarily_unavailable", "The outcome is not known. Send the same line with the same id again."));
        }
    }

    private StockFeedResult Refused(int index, Rejection rejection) => new(
        index, Id, Sku, StockFeedStatus.Refused, null, new(rejection.Pointer ?? "", rejection.Code, rejection.Detail));
}

internal enum StockFeedKind
{
    Receive,
    Adjust,
    Count,
}

/// <summary>What became of a line.</summary>
/// <param name="Index">Of the line, from 0.</param>
/// <param name="Id">Of the line; null when it had none.</param>
/// <param name="Version">Of the SKU's stock afterwards; null unless accepted.</param>
/// <param name="Error">Why not; its pointer is into the line. Null when accepted.</param>
internal sealed record StockFeedResult(
    int Index, string? Id, Sku Sku, StockFeedStatus Status, long? Version, FieldError? Error);

internal enum StockFeedStatus
{
    /// <summary>It took effect, now or before, or is older than what is known.</summary>
    Accepted,

    /// <summary>It had no effect.</summary>
    Refused,

    /// <summary>Nobody knows: send it again.</summary>
    Unknown,
}
