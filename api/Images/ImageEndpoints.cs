using Commerce.Catalog;
using Commerce.Edge;
using Commerce.Identity;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Commerce.Images;

internal static class ImageEndpoints
{
    private const string ForEver = "public, max-age=31536000, immutable";

    public static void MapImages(this IEndpointRouteBuilder routes)
    {
        var media = routes.MapGroup("/media/{imageId:image}").WithTags("Images").Limited(Limit.Pictures);
        media.MapGet("/", ReadUsual).WithName("ReadImage")
            .Produces<Stream>(StatusCodes.Status200OK, ImageFormat.WebP.MediaType(), ImageFormat.Jpeg.MediaType());
        media.MapGet("/{width:width}.webp", ReadWebP).WithName("ReadImageAsWebP")
            .Produces<Stream>(StatusCodes.Status200OK, ImageFormat.WebP.MediaType());
        media.MapGet("/{width:width}.jpeg", ReadJpeg).WithName("ReadImageAsJpeg")
            .Produces<Stream>(StatusCodes.Status200OK, ImageFormat.Jpeg.MediaType());
    }

    public static void MapImageAdministration(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/images", Upload).WithTags("Catalog administration").WithName("UploadImage").Needs(Area.Catalog)
            .Accepts<Stream>(ImageFormat.Jpeg.MediaType(), ImageFormat.Png.MediaType(), ImageFormat.WebP.MediaType()).DisableRequestTimeout();

    /// <summary>What a format is called where media types are named.</summary>
    public static string MediaType(this ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "image/jpeg",
        ImageFormat.Png => "image/png",
        _ => "image/webp",
    };

    /// <summary>Takes a picture: 201 the first time, 200 when it is here already. Its id is what is in the file, so no key is needed to repeat it.</summary>
    private static async Task<Results<Created<ImageView>, Ok<ImageView>, ProblemHttpResult>> Upload(
        HttpContext http, ImageLibrary images, LoadShedding shedding, IOptions<ImageOptions> limits, CancellationToken cancellation)
    {
        if (!IsTaken(http.Request.ContentType))
        {
            return UnsupportedMediaType();
        }

        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limits.Value.UploadBytesMax;
        using var body = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, limits.Value.UploadBytesMax));
        await http.Request.Body.CopyToAsync(body, cancellation);
        var file = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (ImageHeader.Read(file.Span) is not { } header)
        {
            return UnsupportedMediaType();
        }

        return await images.AddAsync(file, header, cancellation) switch
        {
            null => shedding.Refuse(http),
            { IsAccepted: false, Rejection: { } rejection } => rejection.ToProblem(),
            { IsRepeated: true, Value: { } known } => TypedResults.Ok(known),
            { Required: var added } => TypedResults.Created(added.Url, added),
        };
    }

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadWebP(
        ImageId imageId, ImageWidth width, HttpContext http, ImageLibrary images, LoadShedding shedding, CancellationToken cancellation) =>
        Show(imageId, new(width, ImageFormat.WebP), http, images, shedding, cancellation);

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadJpeg(
        ImageId imageId, ImageWidth width, HttpContext http, ImageLibrary images, LoadShedding shedding, CancellationToken cancellation) =>
        Show(imageId, new(width, ImageFormat.Jpeg), http, images, shedding, cancellation);

    /// <summary>For whoever knows only that it is a picture: of a middling width, as WebP where the caller says that he takes it.</summary>
    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadUsual(
        ImageId imageId, HttpContext http, ImageLibrary images, LoadShedding shedding, CancellationToken cancellation)
    {
        http.Response.Headers.Vary = HeaderNames.Accept;
        var format = TakesWebP(http.Request) ? ImageFormat.WebP : ImageFormat.Jpeg;
        return Show(imageId, new(ImageWidth.Usual, format), http, images, shedding, cancellation);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Show(
        ImageId id, Rendition rendition, HttpContext http, ImageLibrary images, LoadShedding shedding, CancellationToken cancellation)
    {
        var found = await images.ReadAsync(id, rendition, cancellation);
        if (found is not { IsAccepted: true, Value: { } picture })
        {
            return found is null ? shedding.Refuse(http) : found.Rejection!.ToProblem();
        }

        // RFC 8246: the name says what is in it.
        http.Response.Headers.CacheControl = ForEver;
        return TypedResults.Bytes(
            picture, rendition.Format.MediaType(), entityTag: new($"\"{PublicAnswer.TagOf(picture)}\""));
    }

    private static ProblemHttpResult UnsupportedMediaType() => TypedResults.Problem(ResultHttp.Problem(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "A picture is a JPEG, PNG or WebP file, by its name and by what is in it."));

    private static bool IsTaken(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && Enum.GetValues<ImageFormat>().Any(format => type.MediaType.Equals(format.MediaType(), StringComparison.OrdinalIgnoreCase));

    private static bool TakesWebP(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types)
        && types.Any(type => type.MediaType.Equals("image/webp", StringComparison.OrdinalIgnoreCase) && type.Quality is null or > 0);
}
