using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Streams;

namespace Commerce.Journal;

/// <summary>Registers the journal with a silo.</summary>
public static class JournalRegistration
{
    /// <summary>Adds the journal, its wake-ups and its streams. Needs a registered <c>NpgsqlDataSource</c>.</summary>
    public static ISiloBuilder AddJournal(this ISiloBuilder silo)
    {
        silo.Services.AddOptionsWithValidateOnStart<JournalOptions>()
            .BindConfiguration(JournalOptions.Section)
            .ValidateDataAnnotations();
        silo.Services.AddOptionsWithValidateOnStart<SecretOptions>()
            .BindConfiguration(SecretOptions.Section)
            .ValidateDataAnnotations();
        silo.Services.TryAddSingleton<MasterKey>();
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services
            .AddSingleton<JournalBell>()
            .AddSingleton<JournalMetrics>()
            .AddSingleton<StreamKeys>()
            .AddSingleton<JournalReading>()
            .AddSingleton<EventJournal>()
            .AddHostedService<JournalWatch>()
            .AddHostedService<WakeUps>();

        // To read a grain again takes a millisecond, to keep all takes gigabytes; and to let go those of five seconds at once
        // takes half a second, in which shoppers wait. What belongs to a purchase is let go sooner: [OfOnePurchase].
        silo.Configure<GrainCollectionOptions>(options =>
            (options.CollectionAge, options.CollectionQuantum) = (TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1)));
        return silo.AddPersistentStreams(JournalQueue.ProviderName, JournalQueue.Create, streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.UseConsistentRingQueueBalancer();
            streams.ConfigurePullingAgent(agent => agent.Configure(options =>
            {
                options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(50);

                // A subscriber parks what it cannot handle, so only an unreachable grain or database gets this far.
                options.MaxEventDeliveryTime = TimeSpan.FromSeconds(15);

                // Longer than a delivery may take, and no longer: each read looks at all streams that the agent remembers.
                options.StreamInactivityPeriod = TimeSpan.FromSeconds(20);
            }));
            streams.Configure<SimpleQueueCacheOptions>(cache => cache.Configure(options => options.CacheSize = 4096));
        });
    }
}
