using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Commerce;

/// <summary>Events as a browser reads them.</summary>
internal sealed class HeardEvents : IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    public HeardEvents(HttpResponseMessage answer, Stream stream)
    {
        _answer = answer;
        _items = SseParser.Create(stream).EnumerateAsync(_patience.Token).GetAsyncEnumerator();
    }

    public string? LastEventId { get; private set; }

    public async Task<JsonNode> NextAsync()
    {
        do
        {
            Assert.True(await _items.MoveNextAsync(), "The stream has ended.");
        }
        while (_items.Current.EventType == "heartbeat");
        LastEventId = _items.Current.EventId;
        return JsonNode.Parse(_items.Current.Data)!;
    }

    public async Task<JsonNode> UntilAsync(Func<JsonNode, bool> condition)
    {
        while (true)
        {
            if (await NextAsync() is var item && condition(item))
            {
                return item;
            }
        }
    }

    /// <summary>Hears until there is no more to hear.</summary>
    public async Task EndedAsync()
    {
        while (await _items.MoveNextAsync())
        {
            LastEventId = _items.Current.EventId is { Length: > 0 } id ? id : LastEventId;
        }
    }

    public void Dispose()
    {
        _answer.Dispose();
        _patience.Dispose();
    }
}
