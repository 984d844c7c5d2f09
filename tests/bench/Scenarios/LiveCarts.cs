using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Commerce.Bench;

/// <summary>
/// Five thousand shoppers have a page open that follows their cart, and as many one that follows the last units of one product:
/// what that costs while nothing happens, and how soon they hear when something does.
/// </summary>
internal sealed class LiveCarts : IScenario
{
    private const int Listeners = 5_000;
    private const int Changes = 1_000;
    private const int OpeningAtOnce = 64;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "live";

    public string Summary => "5,000 open connections that follow carts, and 5,000 that follow one product";

    public async Task RunAsync(Lab lab, Report report)
    {
        await Catalogue.SeedAsync(lab, 10, units: 5);
        await using var shop = await ServedShop.StartAsync([.. lab.Settings(), $"--Live:ListenersPerCallerMax={3 * Listeners}"]);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { BaseAddress = shop.Address, Timeout = Patience };
        var lanes = await shop.ConnectAsync(2);
        var carts = await NewCartsAsync(lanes[0]);
        var before = shop.Memory;
        var heard = await OpenAsync(http, carts.Select(cart => $"/v1/carts/{cart}/events"));
        report.Notes.Add(FormattableString.Invariant(
            $"  {Listeners} connections take {(shop.Memory - before) / (double)Listeners / 1024:0} KB each"));
        report.Require("processors that 5,000 connections take while nothing happens", await IdleAsync(shop, lab), 0.25, isUpperLimit: true);
        report.Require("p99 from the answer to a change until the other page shows it, ms", await ChangeAsync(lanes[0], carts, heard), 1_000, isUpperLimit: true);
        Array.ForEach(heard, listener => listener.Dispose());

        var followers = await OpenAsync(
            http, Enumerable.Repeat($"/v1/products/{Catalogue.Sku(0).Value.ToLowerInvariant()}/availability/events", Listeners));
        report.Require("until the last of 5,000 heard that a product is sold out, ms", await SellOutAsync(lanes[1], followers), 3_000, isUpperLimit: true);
        Array.ForEach(followers, listener => listener.Dispose());
        Array.ForEach(lanes, lane => lane.Dispose());
        await Shopper.DeliveredAsync(lab);
        await lab.VerifyAsync(report);
    }

    private static async Task<Listener[]> OpenAsync(HttpClient http, IEnumerable<string> paths)
    {
        var opened = new Listener[Listeners];
        await Parallel.ForEachAsync(
            paths.Index(), new ParallelOptions { MaxDegreeOfParallelism = OpeningAtOnce },
            async (path, _) => opened[path.Index] = await Listener.OpenAsync(http, path.Item));
        return opened;
    }

    private static async Task<string[]> NewCartsAsync(HttpLane lane)
    {
        var carts = new string[Listeners];
        for (var i = 0; i < carts.Length; i++)
        {
            await lane.ExpectAsync(201, HttpLane.Request("POST", "/v1/carts", """{"currency":"GBP"}"""));
            carts[i] = lane.Text("id");
        }

        return carts;
    }

    /// <summary>Processors in use, with all that the shop does by itself.</summary>
    private static async Task<double> IdleAsync(ServedShop shop, Lab lab)
    {
        var meter = shop.Meter(lab);
        var before = meter.Read();
        await Task.Delay(Idle);
        return meter.Since(before).Silo / Idle.TotalSeconds;
    }

    private static async Task<double> ChangeAsync(HttpLane lane, string[] carts, Listener[] heard)
    {
        var late = new List<double>();
        for (var i = 0; i < Changes; i++)
        {
            var (path, listener) = ($"/v1/carts/{carts[i]}/lines/{Catalogue.Sku(1 + (i % 9))}", heard[i]);
            await lane.ExpectAsync(200, HttpLane.Request("PUT", path, """{"quantity":1}"""));
            var answered = Stopwatch.GetTimestamp();
            await listener.UntilAsync(cart => cart["lines"]!.AsArray().Count == 1);
            late.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
        }

        late.Sort();
        return late[late.Count * 99 / 100];
    }

    private static async Task<double> SellOutAsync(HttpLane lane, Listener[] followers)
    {
        for (var unit = 0; unit < 5; unit++)
        {
            await Shopper.BuyAsync(lane, Catalogue.Sku(0).Value);
        }

        var answered = Stopwatch.GetTimestamp();
        await Task.WhenAll(followers.Select(follower => follower.UntilAsync(
            now => (string?)now["variants"]![0]!["availability"]!["status"] == "out_of_stock")));
        return Stopwatch.GetElapsedTime(answered).TotalMilliseconds;
    }

    /// <summary>A page that listens.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly HttpResponseMessage _answer;
        private readonly IAsyncEnumerator<SseItem<string>> _items;

        private Listener(HttpResponseMessage answer, Stream stream) =>
            (_answer, _items) = (answer, SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator());

        public static async Task<Listener> OpenAsync(HttpClient http, string path)
        {
            var answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            var listener = new Listener(answer, await answer.Content.ReadAsStreamAsync());
            await listener._items.MoveNextAsync();
            return listener;
        }

        public async Task UntilAsync(Func<JsonNode, bool> condition)
        {
            while (await _items.MoveNextAsync().AsTask().WaitAsync(Patience))
            {
                if (_items.Current.EventType != "heartbeat" && condition(JsonNode.Parse(_items.Current.Data)!))
                {
                    return;
                }
            }

            throw new InvalidOperationException("The stream has ended.");
        }

        public void Dispose() => _answer.Dispose();
    }
}
