using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Commerce.Notifications;

/// <summary>Registers notifications with a silo.</summary>
public static class NotificationsRegistration
{
    /// <summary>Adds mail about orders: by SMTP when <c>Mail:Smtp:Host</c> is set, into a folder otherwise.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MailOptions>()
            .BindConfiguration(MailOptions.Section)
            .ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<StorefrontOptions>()
            .BindConfiguration(StorefrontOptions.Section)
            .ValidateDataAnnotations();
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<OrderMail>()
            .AddSingleton<IMailTransport>(provider => provider.GetRequiredService<IOptions<MailOptions>>() switch
            {
                { Value.Smtp.Host: { } host } options when !string.IsNullOrWhiteSpace(host) => new SmtpMailTransport(options),
                var options => new FolderMailTransport(options),
            });
    }
}
