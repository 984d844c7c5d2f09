using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Commerce.Notifications;

public sealed class MailOptionsTests
{
    [Fact]
    public void Without_a_mail_server_messages_go_into_a_folder()
    {
        Assert.IsType<FolderMailTransport>(Configure().GetRequiredService<IMailTransport>());
        Assert.IsType<FolderMailTransport>(Configure(("Mail:Smtp:Host", " ")).GetRequiredService<IMailTransport>());
    }

    [Fact]
    public void With_a_mail_server_messages_go_there()
    {
        using var services = Configure(("Mail:Smtp:Host", "mail.example"), ("Mail:Smtp:Security", "Tls"));

        Assert.IsType<SmtpMailTransport>(services.GetRequiredService<IMailTransport>());
    }

    [Theory]
    [InlineData("Mail:From", "not an address")]
    [InlineData("Mail:From", "orders")]
    [InlineData("Mail:Folder", "")]
    [InlineData("Mail:Timeout", "00:00:00")]
    [InlineData("Mail:GiveUpAfter", "30.00:00:00")]
    [InlineData("Mail:Smtp:Port", "70000")]
    [InlineData("Mail:Smtp:User", "without password")]
    [InlineData("Storefront:BaseUrl", "shop.example")]
    [InlineData("Storefront:BaseUrl", "javascript:alert(1)")]
    public void A_bad_setting_stops_the_silo_when_it_starts(string key, string value)
    {
        using var services = Configure((key, value));

        Assert.ThrowsAny<OptionsValidationException>(
            () => services.GetRequiredService<IStartupValidator>().Validate());
    }

    [Fact]
    public void The_defaults_are_good_settings()
    {
        using var services = Configure();

        services.GetRequiredService<IStartupValidator>().Validate();
    }

    private static ServiceProvider Configure(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build())
        .AddNotifications()
        .BuildServiceProvider();
}
