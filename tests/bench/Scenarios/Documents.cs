namespace Commerce.Bench;

/// <summary>A grain that keeps its state as most do: whole, by <c>IPersistentState</c>.</summary>
[Alias("commerce.bench.IDocument")]
internal interface IDocumentGrain : IGrainWithStringKey
{
    /// <summary>Replaces the state and returns when it is durable.</summary>
    [Alias("Write")]
    Task Write(string text);
}

/// <summary>The state of a <see cref="DocumentGrain"/>.</summary>
internal sealed class Document
{
    public string Text { get; set; } = "";
}

internal sealed class DocumentGrain([PersistentState("document")] IPersistentState<Document> document) : Grain, IDocumentGrain
{
    public Task Write(string text)
    {
        document.State.Text = text;
        return document.WriteStateAsync();
    }
}

/// <summary>Many of them, or one.</summary>
internal sealed class Documents
{
    private readonly IDocumentGrain[] _grains;
    private readonly string _text;

    private Documents(IDocumentGrain[] grains, string text) => (_grains, _text) = (grains, text);

    /// <param name="bytes">How large a state is.</param>
    public static Documents Of(IGrainFactory grains, int count, int bytes) => new(
        [.. Enumerable.Range(0, count).Select(number => grains.GetGrain<IDocumentGrain>($"{count}-{number}"))],
        new('x', bytes));

    public Task WriteAsync(int caller, long number) => _grains[Random.Shared.Next(_grains.Length)].Write(_text);
}
