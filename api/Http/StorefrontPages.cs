using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Commerce.Http;

/// <summary>
/// The shop's pages in a browser: one document for all of them and one for the operators' console, and files beside it whose names
/// say what is in them. They are built with the program when Node is present; without them the API is all there is.
/// </summary>
internal static class StorefrontPages
{
    /// <summary>Where its files are.</summary>
    public const string Folder = "/storefront";

    private const string Document = "storefront/index.html";
    private const string ConsoleDocument = "storefront/admin.html";
    private const string Compressed = ".br";

    // Where people do not go, or nothing of ours would run.
    private static readonly PathString[] WithoutPages = ["/v1", "/media", "/images", "/sign-in", "/connect", Folder];

    // Where a page is, as the pages themselves know it, and what it asks for first. Whatever else is asked for is not there.
    private static readonly (string Path, Func<HttpRequest, string>? Shows)[] Pages =
    [
        ("/", Products), ("/c/{category}", Products), ("/search", Products),
        ("/p/{product}", request => "/v1/products/" + Uri.EscapeDataString((string)request.RouteValues["product"]!)),
        ("/checkout", null), ("/orders", null), ("/orders/{order}", null), ("/drops/{drop}", null), ("/account", null), ("/register", null),
        ("/signed-in", null), ("/verify-email", null), ("/reset-password", null), ("/pay/return", null),
    ];

    /// <summary>Whether the pages were built.</summary>
    public static bool HasPages(this IFileProvider files) => files.GetFileInfo(Document).Exists;

    /// <summary>Answers files that were compressed when they were built, to those who take them so.</summary>
    public static void UseStorefrontFiles(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            if (http.Request.Path.StartsWithSegments(Folder) && TakesBrotli(http.Request)
                && app.Environment.WebRootFileProvider.GetFileInfo(http.Request.Path + Compressed).Exists)
            {
                http.Request.Path += Compressed;
            }

            return next(http);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            ContentTypeProvider = new FileExtensionContentTypeProvider { Mappings = { [Compressed] = "application/octet-stream" } },
            OnPrepareResponse = Describe,
        });
    }

    public static void MapStorefront(this IEndpointRouteBuilder routes)
    {
        foreach (var (path, shows) in Pages)
        {
            routes.MapPage(path, Document, shows);
        }

        routes.MapPage("/admin/{**page}", ConsoleDocument, shows: null);
    }

    /// <summary>Who looks for a page where there is none is shown that it is not there; programs are told so as ever.</summary>
    public static void UseMissingPage(this WebApplication app)
    {
        var missing = new Endpoint(ShowMissingAsync, new(new ShopPage(), new AllowAnonymousAttribute()), "missing page");
        app.Use((http, next) =>
        {
            var request = http.Request;
            if (http.GetEndpoint() is null && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
                && !Array.Exists(WithoutPages, path => request.Path.StartsWithSegments(path)))
            {
                http.Response.Headers.Vary = "Accept";
                if (request.GetTypedHeaders().Accept.Any(taken => taken.MediaType == "text/html"))
                {
                    http.SetEndpoint(missing);
                }
            }

            return next(http);
        });
    }

    private static Task ShowMissingAsync(HttpContext http)
    {
        if (http.RequestServices.GetRequiredService<IWebHostEnvironment>().WebRootFileProvider.GetFileInfo(Document) is not { Exists: true } document)
        {
            return TypedResults.NotFound().ExecuteAsync(http);
        }

        // RFC 9110 §13.2.1: what is not there has no date to compare with.
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        http.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Stream(document.CreateReadStream(), "text/html; charset=utf-8").ExecuteAsync(http);
    }

    private static void MapPage(this IEndpointRouteBuilder routes, string path, string document, Func<HttpRequest, string>? shows) =>
        routes.MapGet(path, (HttpContext http, IWebHostEnvironment environment) => Show(document, shows, http, environment))
            .AllowAnonymous().ExcludeFromDescription().WithMetadata(new ShopPage());

    // As the pages write it, or it is asked for twice.
    private static string Products(HttpRequest request) => QueryHelpers.AddQueryString("/v1/products?limit=24", new Dictionary<string, string?>
    {
        ["category"] = request.RouteValues["category"] as string ?? request.Query["category"],
        ["vendor"] = request.Query["vendor"],
        ["q"] = request.Query["q"],
    });

    private static Results<FileStreamHttpResult, ProblemHttpResult> Show(
        string file, Func<HttpRequest, string>? shows, HttpContext http, IWebHostEnvironment environment)
    {
        if (environment.WebRootFileProvider.GetFileInfo(file) is not { Exists: true } document)
        {
            return TypedResults.Problem(ResultHttp.Problem(
                StatusCodes.Status404NotFound,
                "pages_not_built",
                "The pages of the shop are built with the program when Node 20.19 or newer is present. The API is here without them: /docs."));
        }

        // It names files of this build: whoever has another build's document asks for files that are gone.
        http.Response.Headers.CacheControl = "no-cache";
        if (shows is not null)
        {
            // RFC 8288: the browser asks for it while it still reads the scripts that will.
            http.Response.Headers.Link = $"<{shows(http.Request)}>; rel=preload; as=fetch; crossorigin";
        }

        return TypedResults.Stream(document.CreateReadStream(), "text/html; charset=utf-8", lastModified: document.LastModified);
    }

    private static bool TakesBrotli(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var encodings)
        && encodings.Any(encoding => encoding is { Value.Value: "br", Quality: null or > 0 });

    private static void Describe(StaticFileResponseContext file)
    {
        var (path, headers) = (file.Context.Request.Path, file.Context.Response.Headers);
        if (!path.StartsWithSegments(Folder))
        {
            return;
        }

        headers.Vary = "Accept-Encoding";
        if (file.File.Name.EndsWith(Compressed, StringComparison.Ordinal))
        {
            headers.ContentEncoding = "br";
            _ = new FileExtensionContentTypeProvider().TryGetContentType(file.File.Name[..^Compressed.Length], out var type);
            headers.ContentType = type;
        }

        // RFC 8246: the name changes with the content.
        headers.CacheControl = path.StartsWithSegments(Folder + "/assets") ? "public, max-age=31536000, immutable" : "no-cache";
        if (path.Value!.Contains("/shop-worker.js", StringComparison.Ordinal))
        {
            headers["Service-Worker-Allowed"] = "/";
        }
    }
}

/// <summary>Says that an answer is one of the shop's pages, also when it says no more than that nothing has changed.</summary>
internal sealed class ShopPage;
