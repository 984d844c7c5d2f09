using Commerce.Carts;
using Commerce.Edge;
using Commerce.Identity;

namespace Commerce.Credit;

internal static class CreditEndpoints
{
    public static void MapCredit(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/gift-cards/balance", Balance).WithTags("Gift cards").WithName("ReadGiftCardBalance").Limited(Limit.Guesses);

    public static void MapCreditAdministration(this IEndpointRouteBuilder routes)
    {
        var cards = routes.MapGroup("/gift-cards").WithTags("Gift cards").Needs(Area.Credit);
        cards.MapPost("/", IssueGiftCard).WithName("IssueGiftCard").RequireIdempotencyKey();
        MapAccount(cards, "GiftCard");

        var credits = routes.MapGroup("/store-credits").WithTags("Store credit").Needs(Area.Credit);
        credits.MapPost("/", IssueStoreCredit).WithName("IssueStoreCredit").RequireIdempotencyKey();
        MapAccount(credits, "StoreCredit");

        var cart = routes.MapGroup("/carts/{cartId:cart}/store-credit").WithTags("Store credit").Needs(Area.Credit);
        cart.MapPut("/", UseStoreCredit).WithName("UseStoreCredit");
        cart.MapDelete("/", LeaveStoreCredit).WithName("LeaveStoreCredit");
    }

    private static void MapAccount(RouteGroupBuilder group, string name)
    {
        group.MapGet("/{id:credit}", Read).WithName($"Read{name}");
        group.MapPost("/{id:credit}/adjustments", Adjust).WithName($"Adjust{name}").RequireIdempotencyKey();
        group.MapPut("/{id:credit}/status", SetStatus).WithName($"Set{name}Status");
        group.MapGet("/{id:credit}/ledger", Ledger).WithName($"Read{name}Ledger");
    }

    private static async Task<Results<Ok<GiftCardBalance>, ProblemHttpResult>> Balance(
        GiftCardRequest body, HttpContext http, CreditIds ids, IGrainFactory grains, CancellationToken cancellation)
    {
        http.Response.Headers.CacheControl = "no-store";
        var card = await ids.AccountOfAsync(body.Code) is { } id
            ? await grains.GetCreditAccount(id).Read(cancellation)
            : CreditRejections.GiftCardUnusable;

        // Unknown, mistyped, disabled or expired: the same answer, so that trying codes tells nothing.
        return (card.Value is { Status: CreditStatus.Active } found
            ? new GiftCardBalance(found.Balance, found.Available, found.ExpiresAt)
            : (Result<GiftCardBalance>)CreditRejections.GiftCardUnusable).ToOk(http);
    }

    private static async Task<Results<Created<IssuedGiftCard>, ProblemHttpResult>> IssueGiftCard(
        IssueGiftCardRequest body, CommandHeaders headers, HttpContext http, CreditIds ids, IGrainFactory grains)
    {
        http.Response.Headers.CacheControl = "no-store";
        var code = await ids.NewCodeAsync(headers.Key!);
        var id = await ids.AccountOfAsync(code);
        var command = new IssueCredit(CreditKind.GiftCard, body.Amount, body.Reason, body.ExpiresAt, CreditIds.EndOf(code));
        var issued = await grains.GetCreditAccount(id!.Value).Issue(command, headers.For("issue", body));
        return issued.Select(card => new IssuedGiftCard(code, card))
            .ToCreated(http, created => $"/v1/admin/gift-cards/{created.GiftCard.Id}", created => created.GiftCard.Version);
    }

    private static async Task<Results<Created<CreditAccountView>, ProblemHttpResult>> IssueStoreCredit(
        IssueStoreCreditRequest body, CommandHeaders headers, HttpContext http, CreditIds ids, IGrainFactory grains)
    {
        if (await ids.StoreCreditOfAsync(body.Email, body.Amount.Currency) is not { } id)
        {
            return NobodyNamed.ToProblem();
        }

        var command = new IssueCredit(CreditKind.StoreCredit, body.Amount, body.Reason);
        return (await grains.GetCreditAccount(id).Issue(command, headers.For("issue", command)))
            .ToCreated(http, account => $"/v1/admin/store-credits/{account.Id}", account => account.Version);
    }

    /// <summary>For operators: whoever calls has made sure who the customer is. An e-mail address alone is no proof.</summary>
    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> UseStoreCredit(
        CartId cartId, UseStoreCreditRequest body, CommandHeaders headers, HttpContext http, CreditIds ids, IGrainFactory grains)
    {
        if (await ids.StoreCreditOfAsync(body.Email, body.Currency) is not { } id)
        {
            return NobodyNamed.ToProblem();
        }

        var command = new AddCartCredit(id, CreditKind.StoreCredit);
        return (await grains.GetCart(cartId).Do(command, headers.For("credit", command))).ToOk(http, cart => cart.Version);
    }

    private static readonly Rejection NobodyNamed =
        Rejection.Invalid("/email", "An e-mail address of at most 254 characters is needed.");

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> LeaveStoreCredit(
        CartId cartId, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCart(cartId).Do(new RemoveCartCredit(null), headers.For("uncredit", null))).ToOk(http, cart => cart.Version);

    private static async Task<Results<Ok<CreditAccountView>, ProblemHttpResult>> Read(
        CreditAccountId id, HttpContext http, IGrainFactory grains, CancellationToken cancellation) =>
        (await grains.GetCreditAccount(id).Read(cancellation)).ToOk(http, account => account.Version);

    private static async Task<Results<Ok<CreditAccountView>, ProblemHttpResult>> Adjust(
        CreditAccountId id, AdjustCredit body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCreditAccount(id).Adjust(body, headers.For("adjust", body))).ToOk(http, account => account.Version);

    private static async Task<Results<Ok<CreditAccountView>, ProblemHttpResult>> SetStatus(
        CreditAccountId id, SetCreditStatus body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCreditAccount(id).SetStatus(body, headers.For("status", body))).ToOk(http, account => account.Version);

    private static async Task<Results<Ok<Page<CreditEntry>>, ProblemHttpResult>> Ledger(
        CreditAccountId id, HttpContext http, [AsParameters] ListQuery list, CreditLedger ledger, CancellationToken cancellation)
    {
        var page = await ledger.ReadAsync(id, list, cancellation);
        var isUnknown = page.Data.IsEmpty && list.Cursor is null;
        return (isUnknown ? CreditRejections.NotFound : (Result<Page<CreditEntry>>)page).ToOk(http);
    }
}

/// <param name="Code">As people type it: any case, with or without hyphens.</param>
internal sealed record GiftCardRequest(string Code)
{
    /// <summary>Without the code, which is money.</summary>
    public override string ToString() => "gift card";
}

/// <param name="Balance">What is in it.</param>
/// <param name="Available">What of it other checkouts have not reserved.</param>
/// <param name="ExpiresAt">From when on it cannot be used; null: never.</param>
internal sealed record GiftCardBalance(Money Balance, Money Available, DateTimeOffset? ExpiresAt);

/// <param name="Amount">1 to 1,000,000,000 minor units.</param>
/// <param name="Reason">Why, 1 to 200 characters; no personal data.</param>
/// <param name="ExpiresAt">From when on it cannot be used; left out: never.</param>
internal sealed record IssueGiftCardRequest(Money Amount, string Reason, DateTimeOffset? ExpiresAt = null);

/// <param name="Code">What its holder pays with. It is told here and nowhere else.</param>
internal sealed record IssuedGiftCard(string Code, CreditAccountView GiftCard)
{
    /// <summary>Without the code, which is money.</summary>
    public override string ToString() => $"gift card {GiftCard.Id}";
}

/// <param name="Email">Whose credit it is; kept as a keyed hash only.</param>
/// <param name="Amount">1 to 1,000,000,000 minor units, added to what is there.</param>
/// <param name="Reason">Why, 1 to 200 characters; no personal data.</param>
internal sealed record IssueStoreCreditRequest(string Email, Money Amount, string Reason);

/// <param name="Email">Whose credit it is.</param>
/// <param name="Currency">The cart's.</param>
internal sealed record UseStoreCreditRequest(string Email, Currency Currency);
