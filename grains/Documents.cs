namespace Commerce;

/// <summary>The one way documents are written.</summary>
internal static class Documents
{
    /// <summary>Replaces a document; when the write fails, the former one stays in hand.</summary>
    public static async Task SaveAsync<T>(this IPersistentState<T> document, T next)
    {
        var before = document.State;
        document.State = next;
        try
        {
            await document.WriteStateAsync();
        }
        catch
        {
            document.State = before;
            throw;
        }
    }
}
