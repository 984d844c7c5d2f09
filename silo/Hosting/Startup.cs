using System.Security.Cryptography;
using Commerce.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Commerce.Hosting;

/// <summary>What a person who starts the shop for the first time needs to know.</summary>
internal static class Startup
{
    /// <summary>Outside production, a missing operator key is made up once and kept.</summary>
    public static void AddOperatorKey(this WebApplicationBuilder builder, string folder)
    {
        if (!builder.Environment.IsProduction() && string.IsNullOrEmpty(builder.Configuration["Operators:Key"]))
        {
            builder.Configuration["Operators:Key"] =
                DataFolder.ReadSecret(folder, DataFolder.OperatorKeyFile)
                ?? DataFolder.WriteSecret(
                    folder, DataFolder.OperatorKeyFile, "op_" + RandomNumberGenerator.GetHexString(40, lowercase: true));
        }
    }

    /// <summary>
    /// The same with the master key: in production it is configured, or the shop does not start. Silos that share a database
    /// share it.
    /// </summary>
    public static void AddMasterKey(this WebApplicationBuilder builder, string folder)
    {
        const string Setting = $"{SecretOptions.Section}:{nameof(SecretOptions.MasterKey)}";
        if (!builder.Environment.IsProduction() && string.IsNullOrEmpty(builder.Configuration[Setting]))
        {
            builder.Configuration[Setting] = DataFolder.ReadSecret(folder, DataFolder.MasterKeyFile)
                ?? DataFolder.WriteSecret(
                    folder, DataFolder.MasterKeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        }
    }

    /// <summary>Prints where everything is.</summary>
    public static void PrintAddressesWhenStarted(this WebApplication app, SiloOptions options, CommerceDatabase database) =>
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?
                .Addresses.FirstOrDefault() ?? "";
            var where = database.IsPrivate ? "private PostgreSQL in " + database.Folder : "as configured";
            if (!options.ServesApi)
            {
                Console.WriteLine($"""

                    silo:          {address}/health/ready  (serves no API)
                    database:      {where}
                    """);
                return;
            }

            Console.WriteLine($"""

                shop:          {address}{(app.Environment.WebRootFileProvider.HasPages() ? "" : "/v1/products  (built without Node: no pages)")}
                docs:          {address}/docs
                dashboard:     {address}/dashboard  (any user name, the operator key as password)
                database:      {where}
                """);
            if (database.IsPrivate || !app.Environment.IsProduction())
            {
                Console.WriteLine($"operator key: {app.Configuration["Operators:Key"]}");
            }
        });
}
