using Commerce.Identity;

namespace Commerce.Promotions;

internal static class PromotionEndpoints
{
    public static void MapPromotionAdministration(this IEndpointRouteBuilder routes)
    {
        var promotions = routes.MapGroup("/promotions").WithTags("Promotions").Needs(Area.Promotions);
        promotions.MapGet("/", List).WithName("ListPromotions");
        promotions.MapPost("/", Create).WithName("CreatePromotion");
        promotions.MapGet("/{promotionId:promotion}", Read).WithName("ReadPromotion");
        promotions.MapPut("/{promotionId:promotion}", Save).WithName("SavePromotion");
    }

    private static async Task<Ok<Page<ListedPromotion>>> List(
        [AsParameters] ListQuery list,
        Word<PromotionStatus>? status,
        string? code,
        PromotionListing promotions,
        CancellationToken cancellation) =>
        TypedResults.Ok(await promotions.ListAsync(list, status, code, cancellation));

    private static async Task<Results<Created<PromotionView>, ProblemHttpResult>> Create(
        PromotionDefinition body, CommandHeaders headers, HttpContext http, IGrainFactory grains, TimeProvider time)
    {
        var id = headers.Key is null
            ? EntityId.New<PromotionId>(time.GetUtcNow())
            : EntityId.Derive<PromotionId>($"create/{headers.Key}");
        var result = await grains.GetPromotion(id).Save(body, headers.For("create", body));
        return result.ToCreated(http, promotion => $"/v1/admin/promotions/{promotion.Id}", promotion => promotion.Version);
    }

    private static async Task<Results<Ok<PromotionView>, ProblemHttpResult>> Read(
        PromotionId promotionId, HttpContext http, IGrainFactory grains, CancellationToken cancellation) =>
        (await grains.GetPromotion(promotionId).Read(cancellation)).ToOk(http, promotion => promotion.Version);

    private static async Task<Results<Ok<PromotionView>, ProblemHttpResult>> Save(
        PromotionId promotionId, PromotionDefinition body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetPromotion(promotionId).Save(body, headers.For("save", body)))
            .ToOk(http, promotion => promotion.Version);
}
