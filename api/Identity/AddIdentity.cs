using Commerce.Identity.Accounts;
using Commerce.Identity.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;

namespace Commerce.Identity;

/// <summary>Registers sign-in and rights.</summary>
internal static class IdentityRegistration
{
    private const string KeyOrToken = "key-or-token";

    /// <summary>Keys, tokens, accounts, and what routes ask of who calls them.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<OperatorOptions>()
            .BindConfiguration(OperatorOptions.Section).ValidateDataAnnotations()
            .Validate<IHostEnvironment>(
                (options, host) => !host.IsProduction() || options.IsUnguessable,
                "Operators:Key: in production it is made by chance, openssl rand -hex 24, and is no example.");
        services.AddOptionsWithValidateOnStart<SignInOptions>()
            .BindConfiguration(SignInOptions.Section).ValidateDataAnnotations();
        var signIn = configuration.GetSection(SignInOptions.Section).Get<SignInOptions>() ?? new();
        services.AddAuthentication(KeyOrToken)
            .AddPolicyScheme(KeyOrToken, null, options => options.ForwardDefaultSelector = context =>
                KeyHandler.IsKey(
                    context.Request.Headers.Authorization.ToString(),
                    context.RequestServices.GetRequiredService<IOptions<OperatorOptions>>().Value.Key)
                    ? KeyHandler.SchemeName
                    : signIn.IsOurs && IsDashboard(context.Request) && context.Request.Headers.Authorization.Count == 0
                        ? IdentityConstants.ApplicationScheme
                        : JwtBearerDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(KeyHandler.SchemeName, null)
            .AddJwtBearer();
        services.AddAuthorization();
        services
            .AddSingleton<IAuthorizationHandler, NeedHandler>()
            .AddSingleton<IAuthorizationMiddlewareResultHandler, Refusals>()
            .AddSingleton<IConfigureOptions<JwtBearerOptions>, AccessTokens>()
            .AddSingleton<ApiKeys>()
            .AddSingleton<Sessions>()
            .AddSingleton<SigningKeys>();
        services.AddDataProtection().SetApplicationName("commerce");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, KeyRing>();
        services.AddOptionsWithValidateOnStart<SecretOptions>().BindConfiguration(SecretOptions.Section).ValidateDataAnnotations()
            .Validate<IHostEnvironment>(
                (options, host) => !host.IsProduction() || options.MasterKey.Distinct().Count() >= 10,
                "Secrets:MasterKey: in production it is made by chance, openssl rand -base64 32.");
        services.TryAddSingleton<MasterKey>();
        return signIn.IsOurs ? services.AddAccounts().AddTokenServer() : services;
    }

    private static bool IsDashboard(HttpRequest request) => request.Path.StartsWithSegments("/dashboard");

    private static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddDbContext<AccountsDb>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .UseOpenIddict());
        services.AddIdentityCore<Account>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;

                // NIST SP 800-63B-4 §3.1.1.2: length counts, rules of composition do not.
                options.Password.RequiredLength = 12;
                options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase =
                    options.Password.RequireNonAlphanumeric = false;
            })
            .AddEntityFrameworkStores<AccountsDb>()
            .AddSignInManager()
            .AddDefaultTokenProviders();
        services.AddAuthentication().AddCookie(IdentityConstants.ApplicationScheme, options =>
        {
            options.Cookie.Name = "commerce-session";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = TimeSpan.FromHours(8);
            options.SlidingExpiration = true;

            // A new password, or an operator's lock, ends what was signed in before. Looked at each time, which is once per client.
            options.Events.OnValidatePrincipal = async cookie =>
            {
                var signIn = cookie.HttpContext.RequestServices.GetRequiredService<SignInManager<Account>>();
                if (await signIn.ValidateSecurityStampAsync(cookie.Principal) is not { } account)
                {
                    cookie.RejectPrincipal();
                }
                else if (IsDashboard(cookie.Request))
                {
                    // A page of a library, which knows nothing of tokens: who is signed in looks at it with the roles he has now.
                    cookie.ReplacePrincipal(Principals.Of(
                        cookie.Scheme.Name, account.Id, "account",
                        account.IsLocked ? [] : account.Roles.Select(Scopes.RoleOf).OfType<Role>(), [Scopes.Everything]));
                }
            };
        });
        services.AddScoped<IPasskeyHandler<Account>, PasskeyHandler<Account>>()
            .AddSingleton<PasskeyStates>()
            .AddSingleton<IConfigureOptions<IdentityPasskeyOptions>>(provider => provider.GetRequiredService<PasskeyStates>());
        return services.AddScoped<AccountPrincipals>().AddScoped<AccountErasure>().AddScoped<SignInDoor>().AddSingleton<SameTime>();
    }

    private static IServiceCollection AddTokenServer(this IServiceCollection services)
    {
        services
            .AddHostedService(provider => provider.GetRequiredService<SigningKeys>())
            .AddHostedService<Clients>()
            .AddHostedService<Pruning>()
            .AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(provider => provider.GetRequiredService<SigningKeys>())
            .AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(provider => provider.GetRequiredService<SigningKeys>())
            .AddSingleton<IConfigureOptions<OpenIddictServerOptions>, TokenServer>()
            .AddSingleton<IConfigureOptions<OpenIddictServerAspNetCoreOptions>, TokenServer>();
        services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<AccountsDb>())
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris("connect/authorize")
                    .SetTokenEndpointUris("connect/token")
                    .SetEndSessionEndpointUris("connect/end-session")
                    .SetUserInfoEndpointUris("connect/userinfo")
                    .SetRevocationEndpointUris("connect/revoke")
                    .SetIntrospectionEndpointUris("connect/introspect")
                    .AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()
                    .Configure(options => options.CodeChallengeMethods.Remove(OpenIddictConstants.CodeChallengeMethods.Plain))
                    .AllowRefreshTokenFlow()
                    .AllowClientCredentialsFlow()
                    .DisableAccessTokenEncryption()
                    .RegisterScopes([OpenIddictConstants.Scopes.Email, Scopes.Everything, .. Scopes.All.Order()]);
                server.AddEventHandler(TokenRequests.Descriptor);
                server.UseAspNetCore()
                    .EnableAuthorizationEndpointPassthrough()
                    .EnableTokenEndpointPassthrough()
                    .EnableEndSessionEndpointPassthrough()
                    .EnableUserInfoEndpointPassthrough();
            });
        return services;
    }
}
