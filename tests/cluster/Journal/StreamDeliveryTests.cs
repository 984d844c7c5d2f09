using Commerce.Fulfillment;
using Commerce.Inventory;
using Dapper;
using Npgsql;

namespace Commerce.Journal;

public sealed class StreamDeliveryTests(DeliveringCluster delivery) : DeliveryTests, IClassFixture<DeliveringCluster>
{
    private protected override NpgsqlDataSource Database => delivery.Database;

    private protected override string Outbox => delivery.Outbox;

    [Fact]
    public async Task A_subscriber_that_cannot_handle_an_order_parks_it_alone_and_goes_on_with_its_neighbours()
    {
        var coffee = await NewSkuAsync(delivery.Grains, inMain: 100, inNorth: 0);
        var tea = await NewSkuAsync(delivery.Grains, inMain: 0, inNorth: 100);
        var carts = await NewCartsOfOnePartitionAsync(delivery.Grains, 3, (coffee, 1), (tea, 1));
        var (poisoned, before, after) = (OrderOf(carts[0]), OrderOf(carts[1]), OrderOf(carts[2]));
        await using var poison = await Poison.InsertAsync(Database, $"order/{poisoned}", version: 1);

        await BuyAsync(delivery.Grains, carts[1]);
        await BuyAsync(delivery.Grains, carts[0]);
        await BuyAsync(delivery.Grains, carts[2]);

        await Eventually.TrueAsync(async () => await IsDeliveredAsync(before, locations: 2) && await IsDeliveredAsync(after, locations: 2));
        await Eventually.TrueAsync(async () => (await ParkedAsync()).Count == 1);

        Assert.Equal([("fulfillment-router", $"order/{poisoned}", 1L)], await ParkedAsync());
        Assert.Contains("JsonException", await Database.ScalarAsync<string>("select error from journal_parked"), StringComparison.Ordinal);
        Assert.Equal(0, await FulfillmentOrdersAsync(poisoned));

        await poison.CureAsync();
        await Eventually.TrueAsync(async () => (await ParkedAsync()).Count == 0);

        Assert.Equal(2, await FulfillmentOrdersAsync(poisoned));

        // Its mail is written from the order as it was, and was tried again for as long as that could not be read.
        await Eventually.TrueAsync(async () => await MailsAsync(poisoned) == 1);
    }

    [Fact]
    public async Task After_the_cure_parked_events_take_effect_in_order_and_once()
    {
        var sku = await NewSkuAsync(delivery.Grains, inMain: 10, inNorth: 10);
        var order = await BuyAsync(delivery.Grains, await delivery.Grains.NewCartAsync((sku, 12)));
        await Eventually.TrueAsync(async () => await IsDeliveredAsync(order, locations: 2));
        var id = EntityId.Derive<FulfillmentOrderId>($"{order}/{Shop.Main}");
        var (stream, fulfillment) = ($"fulfillment-order/{id}", delivery.Grains.GetFulfillmentOrder(id));
        await using var poison = await Poison.InsertAsync(Database, stream, version: 2);

        for (var i = 0; i < 3; i++)
        {
            _ = (await fulfillment.Fulfill(new([new(sku, 1 + i)], null), CommandHeader.None)).Required;
            await Eventually.TrueAsync(async () => (await ParkedAsync()).Count == 1);
        }

        Assert.Empty((await delivery.Grains.GetOrder(order).Read()).Required.Fulfillments);
        await poison.CureAsync();
        await delivery.Grains.GetGrain(GrainId.Create("fulfillment-recorder", id.Value)).AsReference<ISubscriber>().Redrive(stream);

        Assert.Empty(await ParkedAsync());
        var recorded = (await delivery.Grains.GetOrder(order).Read()).Required.Fulfillments;
        Assert.Equal([$"{id}.1", $"{id}.2", $"{id}.3"], recorded.Select(sent => sent.Id));
        Assert.Equal((20 - 6, 12 - 6), await StockAsync(delivery.Grains, sku));
        Assert.Equal([2L, 3L, 4L], await Database.QueryAsync<long>(
            "select (data->>'version')::bigint from journal_events where stream = @stream order by version",
            new { stream = $"fulfillment-recorder/{id}" }));
        await Eventually.TrueAsync(async () => await MailsAsync(order) == 4);
    }

    [Fact]
    public async Task An_order_whose_transaction_commits_late_is_delivered_after_all()
    {
        var sku = await NewSkuAsync(delivery.Grains);
        var template = await BuyAsync(delivery.Grains, await delivery.Grains.NewCartAsync((sku, 1)));
        var carts = await NewCartsOfOnePartitionAsync(delivery.Grains, 2, (sku, 1));
        var (late, early) = (OrderOf(carts[0]), OrderOf(carts[1]));
        await Eventually.TrueAsync(async () => await IsDeliveredAsync(template, locations: 1) && await IsCaughtUpAsync());
        await using (var connection = await Database.OpenConnectionAsync())
        {
            // In clear, since what is personal in it was encrypted for its own stream. The first by its version: rows lie in the
            // table wherever there was room.
            await using var command = new NpgsqlCommand(
                "select stream, version, type, data::text, metadata::text, transaction_id, position, recorded_at, events from journal_events where stream = $1 order by version",
                connection);
            command.Parameters.Add(new() { Value = $"order/{template}" });
            var rows = await command.ExecuteReaderAsync();
            Assert.True(await rows.ReadAsync());
            List<JournalEvent> sealedOnes = [EventJournal.Read(rows)];
            await rows.DisposeAsync();
            var placed = (await Database.NewReading().Keys.OpenAsync(connection, sealedOnes, default)).Single();
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(
                """
                insert into journal_streams (stream, version) values (@stream, 1);
                insert into journal_events (stream, version, partition, type, data, metadata)
                values (@stream, 1, @partition, @type, @data::jsonb, @metadata::jsonb)
                """,
                new
                {
                    stream = $"order/{late}", partition = StreamName.Partition($"order/{late}"), type = placed.Type, data = placed.Data,
                    metadata = placed.Metadata,
                });
            await BuyAsync(delivery.Grains, carts[1]);

            // A hold that expires meanwhile: by then a reader that does not wait has long passed the order.
            var stock = delivery.Grains.GetStockLine(await delivery.Grains.NewStockAsync(units: 1));
            await stock.Hold(new(StockWatch.NewHold(), 1, TimeSpan.FromMilliseconds(500)));
            await Eventually.TrueAsync(async () => await stock.Available() == 1);
            Assert.Equal((0, 0), (await FulfillmentOrdersAsync(late), await FulfillmentOrdersAsync(early)));
            await transaction.CommitAsync();
        }

        await Eventually.TrueAsync(async () => await IsDeliveredAsync(late, locations: 1) && await IsDeliveredAsync(early, locations: 1));
    }

    [Fact]
    public async Task Events_that_nobody_follows_are_passed_over_quickly()
    {
        var sku = await NewSkuAsync(delivery.Grains);
        var cart = await delivery.Grains.NewCartAsync((sku, 1));
        await Database.ExecuteAsync(
            """
            insert into journal_events (stream, version, partition, type, data, metadata)
            select 'name/backlog', n, @partition, 'name.released', '{}', '{}' from generate_series(1, 30000) n
            """,
            new { partition = StreamName.Partition($"order/{OrderOf(cart)}") });

        var order = await BuyAsync(delivery.Grains, cart);

        await Eventually.TrueAsync(() => IsDeliveredAsync(order, locations: 1));
    }

    /// <summary>Makes one event of one stream unreadable as it is journaled.</summary>
    private sealed class Poison(NpgsqlDataSource database) : IAsyncDisposable
    {
        public static async Task<Poison> InsertAsync(NpgsqlDataSource database, string stream, long version)
        {
            await database.ExecuteAsync($"""
                create table cure (stream text, version bigint, data jsonb);
                create function poison() returns trigger language plpgsql as $$
                begin
                    insert into cure values (new.stream, new.version, new.data);
                    new.data = '"broken"';
                    return new;
                end $$;
                create trigger poison before insert on journal_events for each row
                when (new.stream = '{stream}' and new.version = {version}) execute function poison();
                """);
            return new(database);
        }

        public Task CureAsync() => database.ExecuteAsync("""
            update journal_events e set data = c.data from cure c where c.stream = e.stream and c.version = e.version
            """);

        public async ValueTask DisposeAsync()
        {
            await CureAsync();
            await database.ExecuteAsync("drop trigger poison on journal_events; drop function poison; drop table cure");
        }
    }
}

/// <summary>A cluster that sends its mails where a test can see them.</summary>
public sealed class DeliveringCluster : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private JournalCluster _cluster = null!;

    internal string Outbox { get; } = Directory.CreateTempSubdirectory("commerce-outbox-").FullName;

    internal NpgsqlDataSource Database => _database.Source;

    internal IGrainFactory Grains => _cluster.Grains;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _cluster = await JournalCluster.StartAsync(Database, outbox: Outbox);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(Outbox, recursive: true);
    }
}
