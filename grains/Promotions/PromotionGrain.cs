using Commerce.Journal;
using Microsoft.Extensions.Options;

namespace Commerce.Promotions;

/// <summary>
/// Runs <see cref="Promotion"/>. Reentrant: what the journal says of past uses is gathered first, then decide + apply +
/// enqueue is one synchronous step on the newest state, so however calls interleave, used + reserved keeps to the limits;
/// only answers wait for the commit. Saves come one at a time, since they take and let go of a code around theirs.
/// </summary>
[GrainType("promotion"), Reentrant]
internal sealed class PromotionGrain(
    PromotionUses uses, AutomaticPromotions automatic, IOptions<PromotionOptions> options, TimeProvider time)
    : JournaledActor<Promotion, PromotionEvent>, IPromotionGrain, IDisposable
{
    private readonly SemaphoreSlim _saving = new(1);

    private PromotionId Id => new(this.GetPrimaryKeyString());

    public async Task<Result<PromotionView>> Save(
        PromotionDefinition definition, CommandHeader header, CancellationToken cancellation)
    {
        // A dry run first: a code is taken only for what will be accepted.
        if (State.Save(definition).Rejection is { } invalid)
        {
            return invalid;
        }

        await _saving.WaitAsync(cancellation);
        try
        {
            var code = CodeOf(definition);
            var before = CodeOf(State.Definition);
            if (code is { } wanted && !(await GrainFactory.GetPromotionCode(wanted).Claim(Id)).IsAccepted)
            {
                return PromotionRejections.CodeTaken;
            }

            if (definition is { Code: null, Status: PromotionStatus.Active } && !await automatic.HasRoomForAsync(Id))
            {
                return PromotionRejections.TooManyAutomatic(options.Value.AutomaticMax);
            }

            var saved = await Commit(promotion => promotion.Save(definition), View, header);
            foreach (var unused in new[] { before, code }.OfType<PromotionCode>().Where(other => other != CodeOf(State.Definition)))
            {
                await GrainFactory.GetPromotionCode(unused).Release(Id);
            }

            return saved;
        }
        finally
        {
            _saving.Release();
        }
    }

    public Task<Result<PromotionView>> Read(CancellationToken cancellation) =>
        Read<Result<PromotionView>>(promotion => promotion.Definition is null ? PromotionRejections.NotFound : View(promotion));

    public async Task<PromotionCandidate?> Candidate(string? customer, CancellationToken cancellation)
    {
        var digest = PromotionCustomer.Digest(Id, customer);
        var past = await PastOf(digest);
        return State.Definition is null ? null : State.Candidate(Id, digest, past, time.GetUtcNow());
    }

    public async Task<Result<PromotionUseView>> Reserve(ReserveUse command, CancellationToken cancellation)
    {
        var customer = PromotionCustomer.Digest(Id, command.Customer);
        var past = await PastOf(customer);
        return await Commit(
            promotion => Agreeing(promotion, past).Reserve(command, customer, past, time.GetUtcNow()),
            promotion => promotion.ViewUse(Id, command.Reservation, past));
    }

    public async Task<Result<PromotionUseView>> Commit(string reservation, CancellationToken cancellation)
    {
        var past = await PastUse(reservation);
        return await Commit(
            promotion => Agreeing(promotion, past).Commit(reservation, past, time.GetUtcNow()),
            promotion => promotion.ViewUse(Id, reservation, past));
    }

    public async Task<Result<PromotionUsage>> Release(string reservation, CancellationToken cancellation)
    {
        var past = await PastUse(reservation);
        return await Commit(
            promotion => Agreeing(promotion, past).Release(reservation, past), promotion => promotion.Usage());
    }

    public void Dispose() => _saving.Dispose();

    protected override Task OnWake() => Commit(promotion => promotion.Expire(time.GetUtcNow()), promotion => promotion.Used);

    private static PromotionCode? CodeOf(PromotionDefinition? definition) =>
        PromotionCode.TryParse(definition?.Code, null, out var code) ? code : null;

    /// <summary>How often a customer has used it, if that is limited.</summary>
    private async Task<PastUses> PastOf(string? customer) =>
        customer is null || State.Definition?.Limits?.UsesPerCustomerMax is null
            ? PastUses.Unasked
            : await uses.ReadAsync(StreamName.Of(this.GetGrainId()), await Durable(), null, customer);

    /// <summary>What became of a use, if it is neither under way nor recent.</summary>
    private async Task<PastUses> PastUse(string reservation) => State.NeedsPast(reservation)
        ? await uses.ReadAsync(StreamName.Of(this.GetGrainId()), await Durable(), reservation, null)
        : PastUses.Unasked;

    /// <summary>The version, once it is in the journal.</summary>
    private Task<long> Durable() => Read(promotion => promotion.Events);

    /// <summary>The state, which remembers all that ended since the journal was asked.</summary>
    private static Promotion Agreeing(Promotion promotion, PastUses past) => promotion.ForgottenThrough <= past.Through
        ? promotion
        : throw new RetryableException("More uses ended meanwhile than are remembered.");

    private PromotionView View(Promotion promotion)
    {
        var definition = promotion.Definition!;
        return new(
            Id,
            Version,
            definition.Title,
            definition.Code,
            definition.Status,
            definition.Action,
            definition.Conditions,
            definition.Priority,
            definition.Stacking,
            definition.Group,
            definition.Limits,
            promotion.Usage());
    }
}
