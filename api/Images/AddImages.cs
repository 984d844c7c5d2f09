using Microsoft.Extensions.Options;

namespace Commerce.Images;

/// <summary>Registers pictures.</summary>
internal static class ImageRegistration
{
    public static IServiceCollection AddImages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<ImageOptions>().BindConfiguration(ImageOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<IImageStore>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<ImageOptions>>();
            return options.Value.Endpoint is null
                ? new FolderImageStore(options.Value.Folder ?? Path.Combine(
                    DataFolder.Find(configuration, provider.GetRequiredService<IWebHostEnvironment>().ContentRootPath), "images"))
                : new ObjectImageStore(options);
        });
        return services.AddSingleton<ImageLibrary>();
    }
}
