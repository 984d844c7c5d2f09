using Commerce.Identity;
using Commerce.Inventory;
using Dapper;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Commerce.Catalog;

internal static class ImportEndpoints
{
    public static void MapImportAdministration(this IEndpointRouteBuilder routes)
    {
        var imports = routes.MapGroup("/imports").WithTags("Catalog administration").Needs(Area.Catalog);
        imports.MapPost("/", Start).WithName("StartImport").Accepts<IFormFile>("text/csv").DisableRequestTimeout();
        imports.MapGet("/{importId:import}", Read).WithName("ReadImport");
        imports.MapGet("/{importId:import}/errors", Errors).WithName("ListImportErrors");
    }

    /// <summary>Takes a catalogue in Shopify's product-export format. Prices are in <c>currency</c>, stock is at <c>location</c>.</summary>
    private static async Task<Results<Accepted<ImportView>, ProblemHttpResult>> Start(
        CommandHeaders headers,
        HttpContext http,
        ImportUpload upload,
        IOptions<ImportUploadOptions> limits,
        IGrainFactory grains,
        TimeProvider time,
        Currency? currency,
        LocationId? location,
        CancellationToken cancellation)
    {
        if (http.Request.ContentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) != true)
        {
            return TypedResults.Problem(ResultHttp.Problem(
                StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "An import is a text/csv file."));
        }

        var id = headers.Key is null
            ? EntityId.New<ImportId>(time.GetUtcNow())
            : EntityId.Derive<ImportId>($"import/{headers.Key}");
        if (headers.Key is not null && await grains.GetImport(id).Read() is { IsAccepted: true } known)
        {
            return TypedResults.Accepted($"/v1/admin/imports/{id}", known.Value);
        }

        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limits.Value.UploadBytesMax + 1;
        var stored = await upload.StoreAsync(id, http.Request.Body, cancellation);
        if (!stored.IsAccepted)
        {
            return stored.Rejection!.ToProblem();
        }

        var at = location ?? (await grains.GetLocations().Read())[0].Id;
        var started = await grains.GetImport(id).Start(new(currency ?? new Currency("GBP"), at, stored.Value));
        return started.IsAccepted
            ? TypedResults.Accepted($"/v1/admin/imports/{id}", started.Value)
            : started.Rejection!.ToProblem();
    }

    private static async Task<Results<Ok<ImportView>, ProblemHttpResult>> Read(
        ImportId importId, HttpContext http, IGrainFactory grains) =>
        (await grains.GetImport(importId).Read()).ToOk(http);

    private static async Task<Ok<Page<ImportError>>> Errors(
        ImportId importId, [AsParameters] ListQuery list, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var after = list.After<Position>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<ErrorRow>(new CommandDefinition(
            """
            select "row", ordinal, "column", code, detail from import_errors
            where import_id = @id and ("row", ordinal) > (@row, @ordinal) order by "row", ordinal limit @limit
            """,
            new { id = importId.Value, row = after?.Row ?? 0, ordinal = after?.Ordinal ?? -1, limit = list.Size + 1 },
            cancellationToken: cancellation));
        return TypedResults.Ok(list.Page(
            rows.AsList(),
            row => new ImportError(row.Row, row.Column, row.Code, row.Detail),
            row => new Position(row.Row, row.Ordinal)));
    }

    private sealed record Position(long Row, int Ordinal);

    private sealed record ErrorRow(long Row, int Ordinal, string? Column, string Code, string Detail);
}
