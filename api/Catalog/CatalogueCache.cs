using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Commerce.Catalog;

/// <summary>How long what shoppers are shown of the catalogue may be old; section <c>Catalog</c>.</summary>
public sealed class CatalogueCacheOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Catalog";

    /// <summary>
    /// In this process, where nothing is heard of a change: what is heard of is forgotten at once. From 0, which asks the
    /// database each time, to a day. What a page says of the future, as of when something can be had again, may come true that
    /// much later.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// In caches that many share, such as a CDN (RFC 9111 §5.2.2.10); whole seconds to a day. Browsers always ask whether what
    /// they have is still good.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan SharedFor { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>
/// A product's page is asked for thousands of times before it changes: of those, one request goes to the database, the others
/// wait for it, and whoever comes later is answered from memory. Searches are not kept, since each is another.
/// </summary>
internal static class CatalogueCache
{
    private const string Policy = "catalogue";

    public static IServiceCollection AddCatalogueCache(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<CatalogueCacheOptions>()
            .BindConfiguration(CatalogueCacheOptions.Section).ValidateDataAnnotations();
        services.AddOutputCache();
        services.AddOptions<OutputCacheOptions>().Configure<IOptions<CatalogueCacheOptions>>((cache, catalogue) =>
            cache.AddPolicy(
                Policy,
                policy =>
                {
                    policy.AddPolicy<SameForEverybody>();
                    policy.With(context => catalogue.Value.CacheFor > TimeSpan.Zero && !context.HttpContext.Request.Query.ContainsKey("q"));
                    policy.Expire(catalogue.Value.CacheFor);
                    policy.SetVaryByHeader("Accept-Encoding");
                },
                excludeDefaultPolicy: true));
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        services.AddSingleton<CatalogueChanges>().AddHostedService(provider => provider.GetRequiredService<CatalogueChanges>());
        return services.AddSingleton<SameForEverybody>();
    }

    /// <summary>
    /// Answers from memory what was answered a moment ago. Compressed are these answers alone, which have no secret in them that
    /// their length could tell (BREACH, CVE-2013-3587).
    /// </summary>
    public static void UseCatalogueCache(this WebApplication app)
    {
        app.UseOutputCache();
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/v1/products") || context.Request.Path.StartsWithSegments("/v1/categories"),
            catalogue => catalogue.UseResponseCompression());
    }

    /// <summary>
    /// Is the same for everybody: kept in memory for a moment, and by whoever stands between, who is told by which keys to
    /// forget it.
    /// </summary>
    /// <param name="surrogateKey">Null: those of the product that it shows.</param>
    public static RouteHandlerBuilder ForEverybody(this RouteHandlerBuilder route, string? surrogateKey = null) =>
        route.CacheOutput(Policy).AddEndpointFilterFactory((_, next) => async context =>
            await new PublicAnswer(context.HttpContext).OfAsync(await next(context), surrogateKey));

    /// <summary>Also with a key or a token: what it says does not depend on who asks.</summary>
    private sealed class SameForEverybody(CatalogueChanges changes, IOutputCacheStore kept) : IOutputCachePolicy
    {
        private static readonly object s_begun = new();

        public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            var method = context.HttpContext.Request.Method;
            context.HttpContext.Items[s_begun] = changes.Now;
            context.EnableOutputCaching = true;
            context.AllowCacheLookup = context.AllowCacheStorage =
                changes.IsListening && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method));
            context.AllowLocking = true;
            context.CacheVaryByRules.QueryKeys = "*";
            return ValueTask.CompletedTask;
        }

        public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            var (answer, begun) = (context.HttpContext.Response, (long)context.HttpContext.Items[s_begun]!);
            string[] keys = [CatalogueChanges.All, .. answer.Headers["Surrogate-Key"].ToString().Split(' ')];
            context.Tags.UnionWith(keys);
            context.AllowCacheStorage &= answer.StatusCode == StatusCodes.Status200OK && !changes.HasChanged(keys, begun);
            if (context.AllowCacheStorage)
            {
                // It may change between this and its being stored. Any of its keys finds it.
                answer.OnCompleted(() => changes.HasChanged(keys, begun)
                    ? kept.EvictByTagAsync(keys[^1], CancellationToken.None).AsTask() : Task.CompletedTask);
            }

            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>An answer that may be kept, with a strong ETag of what it says (RFC 9110 §8.8.3).</summary>
internal readonly struct PublicAnswer(HttpContext http)
{
    private const int TagBytes = 12;

    /// <summary>Names what is said.</summary>
    public static string TagOf(ReadOnlySpan<byte> json) => Base64Url.EncodeToString(SHA256.HashData(json).AsSpan(0, TagBytes));

    public ValueTask<object?> OfAsync(object? result, string? surrogateKey)
    {
        var answer = result is INestedHttpResult nested ? nested.Result : result;
        if (answer is not IValueHttpResult { Value: { } value } || answer is not IStatusCodeHttpResult { StatusCode: StatusCodes.Status200OK })
        {
            return new(result);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(
            value, value.GetType(), http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
        var headers = http.Response.Headers;
        headers.ETag = $"\"{TagOf(json)}\"";
        headers["Surrogate-Key"] = surrogateKey ?? string.Join(' ', ((ListedProduct)value).CacheKeys());
        var catalogue = http.RequestServices.GetRequiredService<IOptions<CatalogueCacheOptions>>().Value;
        headers.CacheControl = string.Create(
            CultureInfo.InvariantCulture, $"public, max-age=0, s-maxage={(long)catalogue.SharedFor.TotalSeconds}, stale-while-revalidate=10");
        headers.Vary = "Accept-Encoding, Origin";

        // What is kept is compared with what the caller has when it is answered from memory. The first answer must be whole.
        var isKept = catalogue.CacheFor > TimeSpan.Zero && !http.Request.Query.ContainsKey("q");
        return new(TypedResults.Bytes(json, "application/json; charset=utf-8", entityTag: isKept ? null : new(headers.ETag.ToString())));
    }
}
