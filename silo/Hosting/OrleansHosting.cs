using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Commerce.Hosting;

/// <summary>What makes a process a silo.</summary>
internal static class OrleansHosting
{
    private const string Invariant = "Npgsql";

    /// <summary>Membership, documents and reminders live in the same PostgreSQL as the journal.</summary>
    public static ISiloBuilder UsePostgres(this ISiloBuilder silo)
    {
        silo.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringSiloOptions> options) => options
            .Configure<NpgsqlDataSource>((clustering, database) =>
                (clustering.Invariant, clustering.DataSource) = (Invariant, database)));
        silo.UseAdoNetReminderService((OptionsBuilder<AdoNetReminderTableOptions> options) => options
            .Configure<NpgsqlDataSource>((reminders, database) =>
                (reminders.Invariant, reminders.DataSource) = (Invariant, database)));
        return silo.UseDocuments();
    }

    /// <summary>Documents: <c>IPersistentState</c> on Orleans.Persistence.AdoNet, as readable JSON.</summary>
    public static ISiloBuilder UseDocuments(this ISiloBuilder silo)
    {
        silo.AddAdoNetGrainStorageAsDefault((OptionsBuilder<AdoNetGrainStorageOptions> options) => options
            .Configure<NpgsqlDataSource>((storage, database) =>
                (storage.Invariant, storage.DataSource, storage.DeleteStateOnClear) = (Invariant, database, true)));
        silo.UseSystemTextJsonGrainStorageSerializer();
        silo.Services.Configure<SystemTextJsonGrainStorageSerializerOptions>(options =>
        {
            var json = options.JsonSerializerOptions;
            json.IncludeFields = false;
            json.IgnoreReadOnlyProperties = true;

            // As in the journal: a member that came later reads as null where it was never written.
            json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        });
        return silo;
    }

    /// <summary>
    /// A silo that dies is declared dead after two missed probes and its grains answer elsewhere about a second later.
    /// That this may be wrong for a moment is safe: versions in the journal fence whoever is left behind.
    /// </summary>
    public static ISiloBuilder UseFastFailover(this ISiloBuilder silo)
    {
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.MaxProbeTimeout = TimeSpan.FromSeconds(2);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 2;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            options.DefunctSiloExpiration = TimeSpan.FromDays(1);
        });
#pragma warning disable ORLEANSEXP003 // Experimental, measured: the default directory loses what the dead silo listed.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.FromSeconds(3));

        // The default weighs load and memory, and puts nearly everything on one silo of a fresh cluster.
        silo.Services.AddSingleton<PlacementStrategy, ActivationCountBasedPlacement>();
        return silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(10));
    }

    /// <summary>Name, address and ports of this silo.</summary>
    public static ISiloBuilder UseEndpoints(this ISiloBuilder silo, SiloOptions options)
    {
        silo.Configure<ClusterOptions>(cluster =>
            (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ClusterId));
        var address = options.AdvertisedAddress is { } given ? IPAddress.Parse(given) : IPAddress.Loopback;
        return silo.ConfigureEndpoints(
            address,
            options.SiloPort == 0 ? FreePort(EndpointOptions.DEFAULT_SILO_PORT) : options.SiloPort,
            options.GatewayPort == 0 ? FreePort(EndpointOptions.DEFAULT_GATEWAY_PORT) : options.GatewayPort,
            listenOnAnyHostAddress: options.AdvertisedAddress is not null);
    }

    /// <summary>Reads and checks the options that are needed before the host is built.</summary>
    public static SiloOptions AddSiloOptions(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        var options = builder.Configuration.GetSection(SiloOptions.Section).Get<SiloOptions>() ?? new();
        System.ComponentModel.DataAnnotations.Validator.ValidateObject(options, new(options), validateAllProperties: true);
        return options;
    }

    /// <summary>
    /// This one if it is free, otherwise any: who starts again where a silo was killed takes its place at once, where the
    /// dead one would first have to be missed.
    /// </summary>
    private static int FreePort(int preferred)
    {
        foreach (var port in new[] { preferred, 0 })
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Somebody is there.
            }
        }

        throw new InvalidOperationException("This machine has no free port.");
    }
}
